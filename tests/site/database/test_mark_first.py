"""The mark outside knows what may have left, or what must not leave any more.

Each of these let a mail out a second time, or one that was taken back: the database was
put back over itself, where its place tells nothing, and the mark had not been moved.
"""

import json
import os
import signal
import subprocess
import sys

import pytest

from notices.ledger import parse_mark
from notices.site import Site
from tests.programs import require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.database.killing_server import listening
from tests.site.database.test_high_water import REASON
from tests.site.database.test_high_water import holds as holds_all

MARK = "high-water.mark"


@pytest.fixture
def deferred(desk):
    """A site with a notice that waits, because nobody listened."""
    desk.set("security", '"none"')
    desk.set("port", "1")
    assert desk.run("send", CASE_1)[0] == 75
    return desk


def put_back(desk, saved):
    """Over the file, so that its number in the file system stays."""
    for path in desk.home.glob("outbox.sqlite-*"):
        if path.is_file():
            path.unlink()
    (desk.home / "outbox.sqlite").write_bytes(saved.read_bytes())


def start_worker(desk, *words):
    notices = [sys.executable, "-m", "notices", *words, "--site", str(desk.home)]
    return subprocess.Popen(notices, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def killed_at_end_of_data(desk, *words):
    """Kill the worker when the server has the whole mail, before it says so."""
    running = []
    with listening(at_end=lambda: os.kill(running[0].pid, signal.SIGKILL)) as (
        port,
        bodies,
    ):
        desk.set("port", str(port))
        running.append(start_worker(desk, *words))
        running[0].communicate()
    assert running[0].returncode == -signal.SIGKILL
    assert len(bodies) == 1


def test_killed_after_the_mail_had_left_and_restored_it_is_on_hold(deferred, tmp_path):
    saved = tmp_path / "saved.db"
    assert deferred.run("backup", str(saved))[0] == 0
    killed_at_end_of_data(deferred, "work", "--now")
    put_back(deferred, saved)
    holds(deferred, "was begun, and the database does not know it")
    code, told = deferred.json("reconcile", *REASON)
    assert (code, len(told["in_doubt"])) == (0, 1)
    assert nothing_leaves(deferred)


def test_killed_on_its_first_attempt_and_restored_it_is_on_hold(desk, tmp_path):
    """`send` makes the first one by itself; the backup has the notice as `held`."""
    desk.set("security", '"none"')
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    saved = tmp_path / "saved.db"
    assert desk.run("backup", str(saved))[0] == 0
    killed_at_end_of_data(desk, "send", CASE_1)
    put_back(desk, saved)
    assert desk.run("send", CASE_1)[0] == 69
    assert nothing_leaves(desk, code=69)


def test_killed_and_not_restored_it_goes_on_without_a_hold(deferred):
    """The database knows what the mark knows: there is a doubt, and no more."""
    killed_at_end_of_data(deferred, "work", "--now")
    assert parse_mark((deferred.home / MARK).read_text("utf-8")).armed
    assert nothing_leaves(deferred, code=75)
    assert [row["state"] for row in deferred.json("list")[1]] == ["in_doubt"]
    assert not parse_mark((deferred.home / MARK).read_text("utf-8")).armed


def test_killed_and_restored_on_postgresql(desk, empty_url, tmp_path):
    desk.set("url", f'"{empty_url}"', section="outbox")
    desk.set("security", '"none"')
    desk.set("port", "1")
    assert desk.run("send", CASE_1)[0] == 75
    dump = tmp_path / "dump.sql"
    words = "--clean", "--if-exists", f"--file={dump}", empty_url
    subprocess.run([require_program("pg_dump"), *words], check=True)
    killed_at_end_of_data(desk, "work", "--now")
    words = "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump), empty_url
    subprocess.run(["psql", *words], check=True, capture_output=True)
    assert nothing_leaves(desk, code=69)


def holds(desk, words):
    """Nothing is sent, and worker and doctor tell why."""
    assert nothing_leaves(desk, code=69)
    _, parts = desk.json("doctor")
    [told] = [each for each in parts if each["name"] == "hold"]
    assert (told["status"], words in told["detail"]) == ("fault", True), told


def nothing_leaves(desk, code=0):
    """Whether a worker, with a server that takes all, sends nothing."""
    with listening() as (port, bodies):
        desk.set("port", str(port))
        assert desk.run("work", "--now")[0] == code
    return bodies == []


def test_where_it_cannot_be_noted_no_byte_leaves_and_the_mail_waits(deferred):
    """The mark is away at the very moment; the server said 354 already."""
    mark = deferred.home / MARK
    kept = mark.read_bytes()
    with listening(at_data=lambda: mark.unlink(missing_ok=True)) as (port, bodies):
        deferred.set("port", str(port))
        code, _, err = deferred.run("work", "--now")
    assert bodies == []
    assert (code, f"{mark} is missing" in err) == (78, True)
    [row] = deferred.json("list")[1]
    assert (row["state"], row["stage"]) == ("deferred", "data")
    assert "cannot be written" in row["note"]
    mark.write_bytes(kept)
    with listening() as (port, bodies):
        deferred.set("port", str(port))
        assert deferred.run("work", "--now")[0] == 0
    assert len(bodies) == 1


def test_where_no_mark_is_kept_nothing_is_noted(deferred):
    deferred.set("high_water_mark", '""', section="outbox")
    with listening() as (port, bodies):
        deferred.set("port", str(port))
        assert deferred.run("work", "--now")[0] == 0
    assert len(bodies) == 1
    assert not (deferred.home / ".lock").exists()


def in_doubt(desk):
    killed_at_end_of_data(desk, "work", "--now")
    desk.run("work")


def withdraw(desk):
    assert desk.run("withdraw", CASE_1, "--reason", "gone")[0] == 0


def resolve(desk):
    assert desk.run("resolve", CASE_1, "--sent", "--reason", "by phone")[0] == 0


def again(desk):
    """The earlier one is withdrawn by it."""
    assert desk.run("send", CASE_1, "--again", "a better text")[0] == 75


def evidence(desk):
    """A copy in the archive: the mail that waits had arrived."""
    assert desk.run("inbox")[0] == 0


def size_of(desk):
    with Site.open(desk.home) as site:
        return site.parts.store.ledger.size()


@pytest.mark.parametrize(
    ("before", "act"), [(None, withdraw), (in_doubt, resolve), (None, again)]
)
def test_what_is_decided_moves_the_mark(deferred, tmp_path, before, act):
    if before:
        before(deferred)
        deferred.set("port", "1")
    saved = tmp_path / "saved.db"
    assert deferred.run("backup", str(saved))[0] == 0
    act(deferred)
    mark = json.loads((deferred.home / MARK).read_text("utf-8"))
    assert mark["size"] == size_of(deferred)
    put_back(deferred, saved)
    holds(deferred, "and the database has")


def test_what_a_mail_in_the_inbox_settles_moves_the_mark(
    archive, deferred, deliver, tmp_path
):
    killed_at_end_of_data(deferred, "work", "--now")
    deferred.run("work")
    saved = tmp_path / "saved.db"
    assert deferred.run("backup", str(saved))[0] == 0
    deliver(deferred.json("list")[1][0]["number"])
    evidence(deferred)
    assert [row["state"] for row in deferred.json("list")[1]] == ["sent"]
    mark = json.loads((deferred.home / MARK).read_text("utf-8"))
    assert mark["size"] == size_of(deferred)
    put_back(deferred, saved)
    holds(deferred, "and the database has")


def test_what_is_decided_while_no_mark_can_be_written_says_so(deferred):
    deferred.set("high_water_mark", '"nowhere/x.mark"', section="outbox")
    code, out, _ = deferred.run("withdraw", CASE_1, "--reason", "gone")
    assert code == 0
    assert "withdrawn: nothing will be sent; but " in out
    assert "cannot be written" in out


def test_a_mark_that_cannot_be_written_is_told_before_anything_changes(deferred):
    """A folder in its place: `reconcile` made what waits doubtful, and then failed."""
    (deferred.home / MARK).unlink()
    (deferred.home / MARK).mkdir()
    size = size_of(deferred)
    for words in (("reconcile", *REASON, "--skip", "0"), ("migrate", "sqlite:///n.db")):
        code, _, err = deferred.run(*words)
        assert (code, MARK in err) == (78, True)
    assert size_of(deferred) == size
    assert not (deferred.home / "n.db").exists()


def test_both_removed_in_one_go_doctor_tells(desk, received):
    assert desk.run("send", CASE_1)[0] == 0
    for path in desk.home.glob("outbox*"):
        path.unlink() if path.is_file() else None
    holds_all(desk, received, "the database is empty")  # the mark has another name
    (desk.home / MARK).unlink()
    for path in desk.home.glob("outbox*"):
        path.unlink() if path.is_file() else None
    code, parts = desk.json("doctor")
    [warned] = [each for each in parts if each["status"] == "warning"]
    assert (code, warned["name"]) == (0, "database")
    assert "this site has worked before" in warned["detail"]


def test_of_a_new_site_doctor_says_that_numbers_begin(desk, received):
    assert desk.run("work")[0] == 0
    _, parts = desk.json("doctor")
    [told] = [each for each in parts if each["name"] == "database"]
    assert (told["status"], "numbers begin with 1" in told["detail"]) == ("ok", True)


def test_a_site_of_the_version_before_keeps_its_mark_under_its_name(desk, received):
    """It has no line about a mark, or the old name in it."""
    text = (desk.home / "notices.toml").read_text("utf-8")
    old = text.replace('high_water_mark = "high-water.mark"\n', "")
    assert old != text
    (desk.home / "notices.toml").write_text(old, encoding="utf-8")
    assert desk.run("send", CASE_1)[0] == 0
    assert (desk.home / "outbox.mark").exists()


def test_that_lost_cases_may_be_asked_again_is_said(desk, received, set_back):
    assert desk.run("send", CASE_1)[0] == 0
    restore = set_back()
    assert desk.run("send", CASE_2_ABROAD)[0] == 0
    restore()
    code, _, err = desk.run("reconcile", *REASON)
    assert code == 0
    assert "no archive tells which cases were asked" in err
    code, told = desk.json("reconcile", *REASON)
    assert (code, told["cases_unknown"]) == (0, False), "the mark is that of now"


NAMES = ["ledger.key", "ledger.pub", "ledger.checkpoint", "notices.toml", MARK]
NAMES += ["cases/X.json", f"cases/{CASE_1}.json", "recipients.toml", "templates/new"]


@pytest.mark.parametrize("name", NAMES)
def test_no_database_gets_the_name_of_something_else(desk, received, name):
    path = desk.home / name
    before = path.read_bytes() if path.exists() else None
    backup_refused = (
        65 if before is None else 69
    )  # a backup is refused first for the file
    for words, refused in (
        (("migrate", f"sqlite:///{name}"), 65),
        (("backup", str(path)), backup_refused),
    ):
        code, _, err = desk.run(*words)
        assert (code, "name a new file" in err) == (refused, True), err
        assert (path.read_bytes() if path.exists() else None) == before
    desk.set("url", f'"sqlite:///{name}"', section="outbox")
    code, _, err = desk.run("list")
    assert (code, "correct [outbox] url" in err) == (78, True), err


def test_what_is_no_database_is_not_moved_to(desk, received):
    (desk.home / "letter.txt").write_text("a letter")
    os.mkfifo(desk.home / "pipe")
    for name in ("letter.txt", "pipe"):
        code, _, err = desk.run("migrate", f"sqlite:///{name}")
        assert (code, "name a new file" in err) == (65, True), err
    assert (desk.home / "letter.txt").read_text() == "a letter"


def test_a_pipe_for_a_checkpoint_is_waited_for_by_nobody(desk, received):
    os.mkfifo(desk.home / "ledger.checkpoint")
    code, _, err = desk.run("work")
    assert (code, "cannot be read: it is a pipe" in err) == (69, True)
