"""What came in before a restore, or while it was on hold, is not thrown away."""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from notices.config import load_config
from tests.inbox.test_commands import report_on
from tests.programs import require_program
from tests.site.conftest import CASE_1

REASON = ("--reason", "the disk broke")


@dataclass
class Restorable:
    """A site with an archive, whose outbox can be set back."""

    desk: Any
    """The operator's desk."""
    archive: Path
    """The Maildir of all that comes in."""
    save: Any
    """Takes a copy, and gives what puts it back."""

    def arrives(self, octets):
        count = sum(
            len(list((self.archive / each).iterdir())) for each in ("new", "cur")
        )
        (self.archive / "new" / f"18{count:08}.M{count}.host").write_bytes(octets)

    def state(self):
        _, [row] = self.desk.json("list")
        return row["state"]

    def notice(self):
        _, [record] = self.desk.json("show", CASE_1)
        return record


@pytest.fixture(params=["sqlite", "postgresql"])
def restorable(request, desk, archive, set_back, tmp_path):
    if request.param == "sqlite":
        return Restorable(desk=desk, archive=archive, save=set_back)
    url = request.getfixturevalue("empty_url")
    desk.set("url", f'"{url}"', section="outbox")
    dump = tmp_path / "dump.sql"

    def save():
        desk.run("list")  # makes the tables
        words = "--clean", "--if-exists", f"--file={dump}", url
        subprocess.run([require_program("pg_dump"), *words], check=True)
        return lambda: subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump), url],
            check=True,
            capture_output=True,
        )

    return Restorable(desk=desk, archive=archive, save=save)


@contextmanager
def relay_away(desk):
    port = str(load_config(desk.home).smtp.port)
    desk.set("port", "1")
    yield
    desk.set("port", port)


@pytest.mark.parametrize("tried", [True, False])
def test_a_report_read_while_on_hold_counts_once_the_copy_is_found(
    restorable, received, deliver, tried
):
    """The copy of the database says `deferred` or `queued`; it was sent and arrived."""
    desk = restorable.desk
    if tried:
        with relay_away(desk):
            assert desk.run("send", CASE_1)[0] == 75
    else:
        desk.set("quiet_hours", '"00:00-23:59"')
        desk.run("send", CASE_1)
    restore = restorable.save()
    assert desk.run("work", "--now")[0] == 0
    record = restorable.notice()
    deliver(record["notice"]["number"])
    restorable.arrives(report_on(record))
    restore()
    assert desk.run("work", "--now")[0] == 69
    assert desk.run("inbox")[0] == 0
    assert restorable.state() == ("deferred" if tried else "queued")
    code, told = desk.json("reconcile", *REASON)
    assert (code, told["sent"], told["in_doubt"]) == (
        0,
        [record["notice"]["number"]],
        [],
    )
    assert restorable.state() == "delivered"
    assert desk.json("list", "--attention") == (0, [])
    assert len(list(received.iterdir())) == 1


def test_a_doubt_of_reconcile_is_settled_by_what_came_in_on_hold(restorable, received):
    """Without a copy in the archive: the report alone tells."""
    desk = restorable.desk
    desk.set("mailbox", '""', section="archive")
    with relay_away(desk):
        assert desk.run("send", CASE_1)[0] == 75
    restore = restorable.save()
    assert desk.run("work", "--now")[0] == 0
    record = restorable.notice()
    restorable.arrives(report_on(record, action="failed", status="5.1.1"))
    restore()
    assert desk.run("inbox")[0] == 0
    code, told = desk.json("reconcile", *REASON)
    assert (code, told["in_doubt"]) == (0, [])
    assert restorable.state() == "bounced"


def test_what_was_recorded_since_the_copy_is_read_again(restorable, received, deliver):
    """Its mark in the mailbox says that it is on record, and here it is not."""
    desk = restorable.desk
    assert desk.run("send", CASE_1)[0] == 0
    record = restorable.notice()
    deliver(record["notice"]["number"])
    restore = restorable.save()
    restorable.arrives(report_on(record, action="failed", status="5.1.1"))
    assert desk.run("inbox")[0] == 0
    assert restorable.state() == "bounced"
    restore()
    code, _, err = desk.run("reconcile", *REASON)
    assert code == 0
    assert "notices inbox --all" in err
    assert desk.json("inbox") == (0, [])
    assert restorable.state() == "sent"
    code, rows = desk.json("inbox", "--all")
    assert (code, restorable.state()) == (0, "bounced")
    assert [row["kind"] for row in rows] == ["delivery_status"]
    assert desk.json("inbox", "--all") == (0, []), "each is recorded once"
