"""A backup is one moment of the outbox, checked, while others work."""

import re
import shlex
import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from notices.errors import EvidenceBroken, InputError, RefusedError
from notices.store.store import Store
from tests.site.conftest import CASE_1
from tests.site.database.conftest import rows
from tests.store.conftest import add_notice


def test_a_backup_opens_as_the_same_site(desk, received, tmp_path):
    desk.run("send", CASE_1)
    code, told = desk.json("backup", str(tmp_path / "saved.db"))
    assert code == 0
    assert (told["notices"], told["size"]) == (1, 10)
    assert stat.S_IMODE((tmp_path / "saved.db").stat().st_mode) == 0o600
    before = desk.json("list")
    (desk.home / "outbox.sqlite").write_bytes((tmp_path / "saved.db").read_bytes())
    assert desk.json("list") == before
    code, _out, _ = desk.run("backup", str(tmp_path / "saved.db"))
    assert code == 69


def test_a_backup_while_others_write_is_one_moment(tmp_path):
    """Whatever it holds, its ledger has no gap and every notice its message."""
    stop = threading.Event()
    with Store.open(f"sqlite:///{tmp_path}/outbox.db") as store:
        add_notice(store, "W-FIRST")

        def write():
            index = 0
            while not stop.is_set():
                add_notice(store, f"W-{index}")
                index += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for index in range(5):
                store.back_up(tmp_path / f"{index}.db")
        finally:
            stop.set()
            writer.join()
    for index in range(5):
        with Store.open(f"sqlite:///{tmp_path}/{index}.db") as copied:
            listed = copied.list()
            assert [copied.artifact(row.number, "message.eml") for row in listed]
            # version 2 begins with an entry of its own; a number may wait for its notice
            assert len(copied.ledger.leaves()) - 1 - 2 * len(listed) in (0, 1)


def test_a_file_that_is_there_is_left_alone(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/outbox.db") as store:
        (tmp_path / "saved.db").write_text("precious")
        with pytest.raises(RefusedError, match="there already"):
            store.back_up(tmp_path / "saved.db")
        with pytest.raises(InputError, match="cannot be written"):
            store.back_up(tmp_path / "nowhere" / "saved.db")
    assert (tmp_path / "saved.db").read_text() == "precious"


def test_a_damaged_database_gives_no_backup(tmp_path):
    path = tmp_path / "outbox.db"
    with Store.open(f"sqlite:///{path}") as store:
        add_notice(store)
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA foreign_keys=OFF")
            other.execute(
                "INSERT INTO attempts SELECT 'x', 1, '', '', 'sent', '', '',"
                " '', 250, '', '', ''"
            )
            other.commit()
        with pytest.raises(EvidenceBroken, match="stray"):
            store.back_up(tmp_path / "saved.db")
    assert not (tmp_path / "saved.db").exists()
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob(".*.part")) == []


def test_postgresql_is_told_what_to_type(desk, empty_url):
    desk.set("url", f'"{empty_url}"', section="outbox")
    code, _, err = desk.run("backup", "saved.db")
    assert code == 78
    line = re.search(r"pg_dump .*", err)
    assert line
    *words, url = shlex.split(line[0])
    assert words == ["pg_dump", "--format=custom", "--file=FILE"]
    assert url.startswith("postgresql://notices@")


def test_rows_are_read_by_everybody(desk, received, tmp_path):
    """The copy is a plain SQLite file with the same triggers."""
    desk.run("send", CASE_1)
    desk.run("backup", str(tmp_path / "saved.db"))
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    assert rows(tmp_path / "saved.db", query) == rows(
        desk.home / "outbox.sqlite", query
    )
