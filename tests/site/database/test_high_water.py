"""A database that is not what it was sends nothing; numbers never come twice.

Each of these sent a mail a second time, or gave a number a second time, before a mark
was kept outside of the database.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from notices.ledger import Tree
from notices.site import Site
from notices.store.database import triggers
from notices.store.database.engine import writing
from tests.programs import require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk

REASON = ("--reason", "the disk broke")
READING = [("list",), ("show", CASE_1), ("ledger", "verify")]


@pytest.fixture
def used(desk, received):
    """A site with one notice that was sent, and one that waits."""
    assert desk.run("send", CASE_1)[0] == 0
    with away(desk):
        assert desk.run("send", CASE_2_ABROAD)[0] == 75
    return desk


@contextmanager
def away(desk):
    """Meanwhile nobody listens where mail is taken."""
    text = (desk.home / "notices.toml").read_text("utf-8")
    desk.set("port", "1")
    yield
    (desk.home / "notices.toml").write_text(text, encoding="utf-8")


def mark_of(desk):
    return json.loads((desk.home / "high-water.mark").read_text("utf-8"))


def remove(desk):
    for path in desk.home.glob("outbox.sqlite*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def holds(desk, received, words, code=69):
    """Nothing is sent or numbered, and everybody is told."""
    before = len(list(received.iterdir()))
    for command in (("work", "--now"), ("send", CASE_1), ("send", CASE_2_ABROAD)):
        found, out, err = desk.run(*command)
        if "nothing was sent now" in out:
            continue  # looked up and left alone
        assert (found, words in out + err) == (code, True), (command, out, err)
    found, parts = desk.json("doctor")
    faults = [each for each in parts if each["status"] == "fault"]
    assert found == code
    assert [each["name"] for each in faults] == ["hold"], faults
    assert words in faults[0]["detail"]
    assert faults[0]["advice"]
    assert len(list(received.iterdir())) == before


def test_every_step_moves_the_mark_and_it_says_what_the_ledger_says(desk, received):
    sizes = []
    for words in (("send", CASE_1), ("send", CASE_2_ABROAD), ("work",)):
        assert desk.run(*words)[0] == 0
        with Site.open(desk.home) as site:
            tree = Tree(site.parts.store.ledger.leaves())
            size, root = len(tree), tree.root()
        mark = mark_of(desk)
        assert (mark["size"], mark["root"]) == (size, root.hex())
        sizes.append(size)
    assert sizes[0] < sizes[1] == sizes[2]
    [counted] = mark["serials"]
    assert (counted["series"], counted["serial"]) == ("", 2)


def test_a_worker_keeps_the_mark(used, received):
    before = mark_of(used)["size"]
    assert used.run("work", "--now")[0] == 0
    assert mark_of(used)["size"] > before
    assert len(list(received.iterdir())) == 2


def test_moved_twice_is_refused_and_says_where_and_when(used, received):
    """Both copies would have sent what waits."""
    assert used.run("migrate", "sqlite:///a.sqlite")[0] == 0
    code, out, err = used.run("migrate", "sqlite:///b.sqlite")
    assert code == 69
    assert "this outbox was moved to sqlite:///" in out + err
    assert f"{used.home}/a.sqlite at 20" in out + err
    holds(used, received, "was moved to")
    used.set("url", '"sqlite:///b.sqlite"', section="outbox")
    holds(used, received, "the database is empty")
    used.set("url", '"sqlite:///a.sqlite"', section="outbox")
    assert used.run("work", "--now")[0] == 0
    assert len(list(received.iterdir())) == 2
    assert used.run("migrate", "sqlite:///outbox.sqlite")[0] == 69, "not back into it"
    assert used.run("migrate", "sqlite:///c.sqlite")[0] == 0, "but on to another"


def test_a_worker_ends_when_its_outbox_was_moved(used):
    """It told so every five seconds for ever, and nobody began one that delivers; the
    service manager begins it again, with the url of then."""
    words = ["-m", "notices", "work", "--watch", "--site", str(used.home)]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as worker:
        try:
            assert b"worker.started" in worker.stdout.readline()
            assert used.run("migrate", "sqlite:///a.sqlite")[0] == 0
            _, told = worker.communicate(timeout=30)
        finally:
            worker.kill()
    assert worker.returncode == 69
    assert told.count(b"this outbox was moved to") == 1


def test_moved_by_the_version_before_is_refused_too(used, received):
    with Site.open(used.home) as site:
        engine = site.parts.store.engine
        with writing(engine) as connection:
            triggers.fence(connection, "this outbox was moved to sqlite:///o'hara.db")
    code, out, err = used.run("migrate", "sqlite:///b.sqlite")
    assert (code, "moved to sqlite:///o'hara.db;" in out + err) == (69, True)


@pytest.mark.parametrize("way", ["./outbox.sqlite", "../site/outbox.sqlite", "link"])
def test_onto_itself_by_another_path_is_refused(used, received, way):
    if way == "link":
        (used.home / "link").symlink_to("outbox.sqlite")
    code, _, err = used.run("migrate", f"sqlite:///{way}")
    assert (code, "the same outbox" in err) == (65, True)
    assert used.run("work", "--now")[0] == 0


def test_a_backup_of_before_the_move_is_not_moved_again(used, received, set_back):
    """Nothing happened in between: size and root are those of the mark."""
    restore = set_back()
    assert used.run("migrate", "sqlite:///a.sqlite")[0] == 0
    restore()
    code, out, err = used.run("migrate", "sqlite:///b.sqlite")
    assert (code, "on hold" in out + err) == (69, True)
    holds(used, received, "of another database")


def test_removed_it_is_empty_and_says_so(used, received):
    remove(used)
    holds(used, received, "the database is empty")
    assert used.json("list") == (0, [])


def test_after_it_was_removed_no_number_comes_twice(used, received):
    given = {row["number"] for row in used.json("list")[1]}
    remove(used)
    code, told = used.json("reconcile", *REASON)
    assert code == 0
    assert told["compared"] == ["high_water_mark"]
    assert told["high_water_mark_holds"] is False
    assert len(told["skipped"]) == 2
    _, rows = used.json("send", CASE_1)
    assert rows[0]["number"].endswith("000003")
    assert rows[0]["number"] not in given


def test_a_restored_copy_is_on_hold_without_checkpoint_and_archive(
    desk, received, set_back
):
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")  # as ever, none is issued while on hold
    restore = set_back()
    desk.run("send", CASE_2_ABROAD)
    restore()
    holds(desk, received, "entries, and the database has 10")
    for words in READING:
        assert desk.run(*words)[0] == 0, "what is on hold stays readable"
    # a bundle rests on an entry and a checkpoint of its own: neither is made on hold
    assert desk.run("export", CASE_1, "--out", str(desk.home / "x.asice"))[0] == 69


def test_what_waited_in_a_restored_copy_is_in_doubt_and_not_sent_again(
    used, received, set_back
):
    """No archive tells whether it was sent since; it was."""
    restore = set_back()
    assert used.run("work", "--now")[0] == 0
    restore()
    code, told = used.json("reconcile", *REASON)
    assert code == 0
    [waited] = told["in_doubt"]
    assert used.json("work", "--now")[0] == 0
    assert len(list(received.iterdir())) == 2
    states = {row["number"]: row["state"] for row in used.json("list")[1]}
    assert states[waited] == "in_doubt"
    with Site.open(used.home) as site:
        last = site.parts.store.ledger.told("")[-1]
    assert (last["event"], last["in_doubt_numbers"], last["mark_holds"]) == (
        "reconciled",
        waited,
        False,
    )


def test_a_url_with_a_slip_makes_no_second_site(used, received):
    used.set("url", '"sqlite:///outbx.sqlite"', section="outbox")
    holds(used, received, "[outbox] url names another one")
    used.set("url", '"sqlite:///outbox.sqlite"', section="outbox")
    assert used.run("work", "--now")[0] == 0


def test_a_cloned_site_is_noticed_and_the_first_goes_on(used, received, tmp_path):
    clone = Desk(tmp_path / "clone", used.capsys)
    shutil.copytree(used.home, clone.home)
    holds(clone, received, f"it was used as {used.home}/outbox.sqlite before")
    assert used.run("work", "--now")[0] == 0
    assert len(list(received.iterdir())) == 2


def test_a_site_that_moved_goes_on_after_reconcile(used, received, tmp_path):
    """It reaches its mark: what waited was not sent, and is sent from there."""
    moved = Desk(tmp_path / "moved", used.capsys)
    shutil.copytree(used.home, moved.home)
    shutil.rmtree(used.home)
    code, told = moved.json("reconcile", "--reason", "a new machine")
    assert (code, told["in_doubt"], told["skipped"]) == (0, [], [])
    assert told["copied_from"] == f"{used.home}/outbox.sqlite"
    assert told["high_water_mark_holds"] is True
    assert moved.run("work", "--now")[0] == 0
    assert len(list(received.iterdir())) == 2


def test_a_folder_that_is_renamed_is_the_same_site(used, received):
    """One file, no copy: there is nothing to compare."""
    home = used.home.with_name("renamed")
    used.home.rename(home)
    used.home = home
    assert used.run("work", "--now")[0] == 0


def test_a_whole_folder_that_was_restored_is_noticed(used, received, tmp_path):
    """The mark came back with the database: the file's number tells."""
    saved = tmp_path / "saved"
    shutil.copytree(used.home, saved)
    assert used.run("work", "--now")[0] == 0
    used.home.rename(tmp_path / "broken")
    shutil.copytree(saved, used.home)
    holds(used, received, "the database is a copy")


def test_another_machine_with_the_same_file_is_noticed(used, received, tmp_path):
    """As after a disk was cloned; the machine's id is another."""
    (tmp_path / "machine-id").write_text("0" * 32 + "\n")
    script = 'mount --bind "$1" /etc/machine-id && shift && exec "$@"'
    notices = [sys.executable, "-m", "notices", "work", "--site", str(used.home)]
    done = subprocess.run(
        [
            require_program("unshare"),
            *("--map-root-user", "--mount", "sh", "-c", script, "sh"),
            *(str(tmp_path / "machine-id"), *notices),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 69, done.stderr
    assert "the database is a copy" in done.stderr


MISSING = "is missing; nothing is sent"
BROKEN = "cannot be read"
SPOILT = {
    "missing": (lambda path: path.unlink(), MISSING),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:150]), BROKEN),
    "empty": (lambda path: path.write_bytes(b""), BROKEN),
    "binary": (lambda path: path.write_bytes(bytes(range(256))), BROKEN),
    "folder": (lambda path: (path.unlink(), path.mkdir()), BROKEN),
    "pipe": (lambda path: (path.unlink(), os.mkfifo(path)), BROKEN),
    "deep": (lambda path: path.write_text("[" * 100_000), BROKEN),
    "size": (
        lambda path: path.write_text(
            re.sub('"size": [0-9]+', '"size": -5', path.read_text())
        ),
        BROKEN,
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_without_a_whole_mark_nothing_is_sent(used, received, spoilt):
    spoil, words = SPOILT[spoilt]
    spoil(used.home / "high-water.mark")
    holds(used, received, words, code=78)
    assert "reconcile" in used.run("work")[2]


@pytest.mark.parametrize("spoilt", ["missing", "cut", "pipe", "deep"])
def test_a_lost_mark_is_made_anew_by_a_decision_on_record(used, received, spoilt):
    """Nothing is left to compare with: how many numbers are lost is to be said."""
    SPOILT[spoilt][0](used.home / "high-water.mark")
    code, _, err = used.run("reconcile", *REASON)
    assert code == 69
    assert "nothing to compare the database with" in err
    assert "--skip N" in err
    code, told = used.json("reconcile", *REASON, "--skip", "3")
    assert (code, told["compared"], len(told["in_doubt"])) == (0, [], 1)
    assert used.run("work", "--now")[0] == 0
    case = used.case(CASE_1, case_id="IHC-2026-004999")
    assert used.json("send", case)[1][0]["number"].endswith("000006")


def test_where_no_mark_can_be_written_nothing_is_numbered(desk, received):
    desk.set("high_water_mark", '"nowhere/high-water.mark"', section="outbox")
    code, out, err = desk.run("send", CASE_1)
    assert (code, "cannot be written" in out + err) == (78, True)
    assert desk.json("list")[1] == []
    with Site.open(desk.home) as site:
        assert site.parts.store.ledger.size() == 0
    assert desk.run("doctor")[0] == 78
    (desk.home / "nowhere").mkdir()
    assert desk.json("send", CASE_1)[1][0]["number"].endswith("000001")


@pytest.mark.parametrize(("error", "code"), [("ENOSPC", 75), ("EROFS", 78)])
def test_a_disk_that_takes_no_mark_sends_nothing(desk, received, error, code):
    """The kernel refuses the last step; nothing was given or sent, nothing is left."""
    notices = [sys.executable, "-m", "notices", "send", CASE_1]
    done = subprocess.run(
        [
            require_program("strace"),
            *("-f", "-qq", "-o", "/dev/null", "-e", "trace=rename"),
            *("-e", f"inject=rename:error={error}", *notices),
            *("--site", str(desk.home)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "high-water mark" in done.stdout + done.stderr
    assert [each.name for each in desk.home.glob(".*.part")] == []
    assert list(received.iterdir()) == []
    assert desk.json("list")[1] == []


def test_a_site_may_do_without_a_mark(used, received):
    """Stateless workers of a PostgreSQL outbox, say: checkpoint and archive tell."""
    used.set("high_water_mark", '""', section="outbox")
    (used.home / "high-water.mark").unlink()
    assert used.run("work", "--now")[0] == 0
    assert not (used.home / "high-water.mark").exists()
    code, parts = used.json("doctor")
    [warning] = [each for each in parts if each["status"] == "warning"]
    assert (code, warning["name"]) == (0, "high-water mark")


def forget_identity(desk):
    """As after the migration from the version before, which knew no identities.

    That migration itself is in tests/store/test_schema.py.
    """
    with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection:
        connection.execute("DROP TRIGGER identities_delete")
        connection.execute("DELETE FROM identities")
        connection.commit()


def test_a_site_of_the_version_before_opens_and_gets_a_mark(used, received):
    forget_identity(used)
    (used.home / "high-water.mark").unlink()
    with Site.open(used.home) as site:
        size = site.parts.store.ledger.size()
    assert used.run("doctor")[0] == 0
    assert used.run("work")[0] == 0
    mark = mark_of(used)
    assert mark["size"] == size
    assert mark["serials"][0]["serial"] == 2
    remove(used)
    holds(used, received, "the database is empty")


def test_killed_between_mark_and_name_it_goes_on(used, received):
    """The mark is written before the database is named: there is no step for a user."""
    forget_identity(used)
    identity = mark_of(used)["identity"]
    assert used.run("work", "--now")[0] == 0
    with closing(sqlite3.connect(used.home / "outbox.sqlite")) as connection:
        named = connection.execute("SELECT identity FROM identities").fetchall()
    assert named == [(identity,)]


def test_a_running_worker_notices_that_its_file_was_replaced(used, received, tmp_path):
    """It does not go on with a copy that somebody put in its place."""
    with Site.open(used.home) as site:
        shift_keep = site.parts.store  # opened before
        assert shift_keep.queries.count() == 2
        saved = tmp_path / "saved.db"
        assert used.run("backup", str(saved))[0] == 0
        os.replace(saved, used.home / "outbox.sqlite")  # noqa: PTH105
        with pytest.raises(Exception, match="is a copy"):
            site.work(ignore_backoff=True)
    assert len(list(received.iterdir())) == 1
