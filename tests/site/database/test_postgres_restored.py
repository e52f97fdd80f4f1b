"""PostgreSQL set back by its own means: the site on it sends nothing before it knows."""

import shutil
import subprocess
import time

import psycopg
import pytest

from tests.programs import require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk
from tests.site.database.test_high_water import REASON, away, holds
from tests.store.postgres.server import private_postgres, run_as_nobody, stopped, url_of

POINT = "before_the_second"
SETTINGS = """
archive_mode = on
archive_command = 'cp %p {0}/wal/%f'
restore_command = 'cp {0}/wal/%f %p'
recovery_target_name = '{1}'
recovery_target_action = 'promote'
"""


@pytest.fixture
def used(desk, received, empty_url):
    """A site on PostgreSQL with one notice that was sent."""
    desk.set("url", f'"{empty_url}"', section="outbox")
    assert desk.run("send", CASE_1)[0] == 0
    return desk


def ask(url, query):
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def test_restored_to_a_point_in_time(desk, received):
    """A base backup and archived WAL, as a database administrator does it."""
    with private_postgres() as folder:
        run_as_nobody(folder, "mkdir", "wal")
        url = url_of(folder, "postgres")
        desk.set("url", f'"{url}"', section="outbox")
        desk.run("list")  # makes the tables
        with stopped(folder) as data:
            with (data / "postgresql.auto.conf").open("a") as settings:
                settings.write(SETTINGS.format(folder, POINT))
            run_as_nobody(folder, "cp", "-a", data, folder / "base")
        assert desk.run("send", CASE_1)[0] == 0
        with away(desk):
            assert desk.run("send", CASE_2_ABROAD)[0] == 75
        ask(url, f"SELECT pg_create_restore_point('{POINT}')")
        assert desk.run("work", "--now")[0] == 0
        assert len(list(received.iterdir())) == 2
        ask(url, "SELECT pg_switch_wal()")
        with stopped(folder) as data:
            shutil.rmtree(data)
            (folder / "base").rename(data)
            run_as_nobody(folder, "touch", data / "recovery.signal")
        while ask(url, "SELECT pg_is_in_recovery()"):
            time.sleep(0.1)
        holds(desk, received, "and the database has")
        code, told = desk.json("reconcile", *REASON)
        assert (code, len(told["in_doubt"]), told["skipped"]) == (0, 1, [])
        assert desk.run("work", "--now")[0] == 0
    assert len(list(received.iterdir())) == 2, "not a second time"


def test_an_older_dump_in_its_place(used, received, empty_url, tmp_path):
    """The same database by name and id, with what it held before."""
    dump = tmp_path / "dump.sql"
    words = "--clean", "--if-exists", f"--file={dump}", empty_url
    subprocess.run([require_program("pg_dump"), *words], check=True)
    assert used.run("send", CASE_2_ABROAD)[0] == 0
    words = "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump), empty_url
    subprocess.run(["psql", *words], check=True, capture_output=True)
    holds(used, received, "entries, and the database has 10")
    code, told = used.json("reconcile", *REASON)
    assert (code, len(told["skipped"])) == (0, 1)
    _, rows = used.json("send", CASE_2_ABROAD)
    assert rows[0]["number"].endswith("000003")


def test_a_dump_of_today_in_another_database_is_a_copy(
    used, received, empty_url, superuser
):
    """It reaches the mark; but the first one may go on."""
    name = empty_url.partition("/@/")[0].rpartition("@/")[2].partition("?")[0]
    superuser.execute(f"CREATE DATABASE {name}_copy")
    copy = empty_url.replace(name, f"{name}_copy")
    try:
        dump = subprocess.check_output([require_program("pg_dump"), empty_url])
        words = "-q", "-v", "ON_ERROR_STOP=1", copy
        subprocess.run(["psql", *words], input=dump, check=True, capture_output=True)
        used.set("url", f'"{copy}"', section="outbox")
        holds(used, received, "the database is a copy")
        assert used.run("reconcile", *REASON)[0] == 0
        assert used.run("send", CASE_2_ABROAD)[0] == 0
    finally:
        superuser.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")


def test_a_second_machine_of_one_outbox(used, received, tmp_path):
    """With the first one's mark it works; and it follows what the first one does."""
    second = Desk(tmp_path / "second", used.capsys)
    shutil.copytree(used.home, second.home)
    assert used.run("send", CASE_2_ABROAD)[0] == 0
    assert second.run("work")[0] == 0
    marks = [(each.home / "high-water.mark").read_text() for each in (used, second)]
    assert marks[0] == marks[1]
    (second.home / "high-water.mark").unlink()
    code, _, err = second.run("work")
    assert (code, "copy it from a machine that works" in err) == (78, True)


def test_machines_of_the_version_before_go_on_without_a_step(
    used, received, empty_url, tmp_path
):
    """Each gets a mark of its own, and follows the others."""
    with psycopg.connect(empty_url) as connection:
        connection.execute("ALTER TABLE identities DISABLE TRIGGER USER")
        connection.execute("DELETE FROM identities")
        connection.execute("ALTER TABLE identities ENABLE TRIGGER USER")
    (used.home / "high-water.mark").unlink()
    second = Desk(tmp_path / "second", used.capsys)
    shutil.copytree(used.home, second.home)
    assert used.run("work")[0] == 0
    assert second.run("send", CASE_2_ABROAD)[0] == 0
    assert used.run("work")[0] == 0
    assert (used.home / "high-water.mark").exists()
    assert (second.home / "high-water.mark").exists()


def test_what_one_machine_compared_holds_for_the_others(used, received, tmp_path):
    """The database has a new name then, and keeps the old ones."""
    second = Desk(tmp_path / "second", used.capsys)
    shutil.copytree(used.home, second.home)
    assert used.run("reconcile", *REASON)[0] == 0
    assert second.run("work")[0] == 0
    assert second.run("send", CASE_2_ABROAD)[0] == 0


def test_after_a_move_every_machine_changes_one_line(used, received, tmp_path):
    """Back from PostgreSQL to a file; the mark of another machine still fits."""
    second = Desk(tmp_path / "second", used.capsys)
    shutil.copytree(used.home, second.home)
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    assert used.run("migrate", url)[0] == 0
    for each in (used, second):
        code, out, err = each.run("work")
        assert (code, "was moved to" in out + err) == (69, True)
        each.set("url", f'"{url}"', section="outbox")
        assert each.run("work")[0] == 0
    assert used.run("migrate", "sqlite:///again.sqlite")[0] == 0
