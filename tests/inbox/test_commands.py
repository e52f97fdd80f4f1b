"""`notices inbox`, `resolve` and `withdraw` as an operator types them."""

import os
import signal
import subprocess
import sys
from base64 import b64decode

import pytest

from notices.config import load_config
from notices.delivery import Attempt, Stage, State
from notices.store import Store
from notices.store.attempt_steps import Arm, Claim, Finish
from tests.inbox.sample import TRACE, report
from tests.site.conftest import CASE_1, CASE_2_ABROAD, desk, received

__all__ = ["desk", "received"]


@pytest.fixture
def inbox(desk):
    """The site's Maildir for all that comes in."""
    for place in ("new", "cur", "tmp"):
        (desk.home / "inbox" / place).mkdir(parents=True)
    desk.set("url", '"maildir:inbox"', section="inbox")
    desk.set("mailbox", '"archive@hotline.example.jp"', section="archive")
    return desk.home / "inbox" / "new"


def told(desk, case_id=CASE_1):
    """The notice of a case as `notices show --json` has it."""
    _, [record] = desk.json("show", case_id)
    return record


def report_on(record, **changes):
    notice = record["notice"]
    return report(
        envid=notice["envid"],
        recipient=notice["mailbox"],
        message_id=notice["message_id"],
        **changes,
    )


def make_doubt(desk, case_id=CASE_1):
    """The connection is lost after the first body byte."""
    desk.set("port", "9")
    desk.run("send", case_id)
    number = told(desk, case_id)["notice"]["number"]
    with Store.open(f"sqlite:///{desk.home}/outbox.sqlite") as store:
        now = store.get(number).changed_at
        store.make(Claim(number=number, now=now, ignore_backoff=True))
        store.make(Arm(number=number, now=now))
        lost = Attempt(
            started_at=now,
            ended_at=now,
            state=State.IN_DOUBT,
            stage=Stage.END_OF_DATA,
            remote="relay.test:25",
            note="connection lost",
        )
        store.make(Finish(number=number, attempt=lost, next_attempt_at=None, now=now))
    assert told(desk, case_id)["notice"]["state"] == "in_doubt"
    return number


def test_a_report_is_recorded_and_shown(desk, received, inbox):
    desk.run("send", CASE_1)
    (inbox / "1.a.host").write_bytes(report_on(told(desk)))
    code, [row] = desk.json("inbox")
    assert code == 0
    assert (row["case_id"], row["state"], row["changed"]) == (CASE_1, "delivered", True)
    assert row["facts"]["action"] == "delivered"
    assert desk.json("inbox", "--once") == (0, [])
    record = told(desk)
    assert record["notice"]["state"] == "delivered"
    assert [each["sha256"] for each in record["reports"]] == [row["sha256"]]
    # the mail stands behind a salted commitment of the leaf (docs/formats.md)
    assert record["events"][-1]["leaf"]["report"] == "delivery_status"
    assert b"document/report.eml" in b64decode(record["events"][-1]["leaf_bytes"])
    _, out, _ = desk.run("show", CASE_1)
    assert "came in: delivery_status, ENVID and recipient" in out


def test_what_is_said_is_escaped(desk, received, inbox):
    desk.run("send", CASE_1)
    notice = told(desk)["notice"]
    domain = notice["mailbox"].partition("@")[2]
    (inbox / "1.a.host").write_bytes(
        f"From: \x1b[31mDesk\u202e <a@{domain}>\r\n"
        f"Subject: Re: [{notice['number']}]\r\n\r\n対応済\r\n".encode()
    )
    code, out, _ = desk.run("inbox")
    assert code == 0
    assert f"{CASE_1}  {notice['number']}  still sent  reply" in out
    assert "done" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_what_matches_nothing_is_told_and_what_settles_nothing_is_listed(
    desk, received, inbox
):
    desk.run("send", CASE_1)
    number = told(desk)["notice"]["number"]
    assert desk.json("list", "--attention") == (0, [])
    (inbox / "1.a.host").write_bytes(
        b"From: Somebody <x@other.example>\r\nSubject: a question\r\n\r\nhello\r\n"
    )
    (inbox / "2.a.host").write_bytes(
        f"From: a@provider.example\r\nSubject: Re: {number}\r\n\r\n対応不可\r\n".encode()
    )
    _, out, _ = desk.run("inbox")
    assert "from Somebody <x@other.example>: a question" in out
    assert [path.name for path in inbox.iterdir()] == ["1.a.host"], "left unread"
    _, [row] = desk.json("list", "--attention")
    assert (row["number"], row["attention"]) == (number, ["answered"])
    assert "answered" in desk.run("list", "--attention")[1]


def test_a_doubt_is_settled_by_the_copy_in_the_archive(desk, inbox):
    number = make_doubt(desk)
    with Store.open(f"sqlite:///{desk.home}/outbox.sqlite") as store:
        (inbox / "1.a.host").write_bytes(TRACE + store.artifact(number, "message.eml"))
    code, [row] = desk.json("inbox")
    assert (code, row["kind"], row["state"]) == (0, "archive_copy", "sent")


def test_an_operator_settles_what_evidence_cannot(desk, received, inbox):
    port = str(load_config(desk.home).smtp.port)
    make_doubt(desk)
    for words in ([], ["--sent", "--resend"]):
        assert desk.run("resolve", CASE_1, *words, "--reason", "x")[0] == 2
    assert desk.run("resolve", CASE_1, "--sent")[0] == 2
    assert desk.run("resolve", CASE_1, "--sent", "--reason", " ")[0] == 69
    code, row = desk.json("resolve", CASE_1, "--resend", "--reason", "they have none")
    assert (code, row["state"]) == (0, "queued")
    code, _, err = desk.run("resolve", CASE_1, "--sent", "--reason", "again")
    assert code == 69
    assert "is queued" in err
    desk.set("port", port)
    desk.run("work", "--now")
    assert told(desk)["notice"]["state"] == "sent"
    assert len(list(received.iterdir())) == 1
    leaf = next(
        each["leaf"]
        for each in told(desk)["events"]
        if each["leaf"]["event"] == "resolved"
    )
    assert (leaf["decision"], leaf["reason"]) == ("resend", "they have none")


def test_evidence_on_file_goes_before_a_decision(desk, inbox):
    number = make_doubt(desk)
    (inbox / "1.a.host").write_bytes(report_on(told(desk)))
    desk.run("inbox")
    code, _, err = desk.run("resolve", CASE_1, "--resend", "--reason", "x")
    assert code == 69
    assert f"{number} is delivered" in err


def test_what_was_not_sent_can_be_taken_back(desk):
    desk.set("port", "9")
    desk.run("send", CASE_2_ABROAD)
    assert desk.run("withdraw", CASE_2_ABROAD)[0] == 2
    code, row = desk.json("withdraw", CASE_2_ABROAD, "--reason", "removed already")
    assert (code, row["state"]) == (0, "withdrawn")
    assert desk.json("work", "--now") == (0, [])
    code, _, err = desk.run("withdraw", CASE_2_ABROAD, "--reason", "again")
    assert code == 69
    assert "is withdrawn" in err


def test_what_was_sent_is_taken_back_by_a_notice_of_its_own(desk, received):
    desk.run("send", CASE_1)
    code, row = desk.json("withdraw", CASE_1, "--reason", "x")
    assert (code, row["kind"], row["state"]) == (0, "withdrawal", "sent")
    assert len(list(received.glob("*.eml"))) == 2


@pytest.mark.parametrize("command", ["resolve", "withdraw"])
def test_a_case_without_a_notice_is_bad_input(desk, command):
    words = ["--sent"] if command == "resolve" else []
    code, _, err = desk.run(command, CASE_1, *words, "--reason", "x")
    assert code == 65
    assert CASE_1 in err


def test_without_an_inbox_the_configuration_is_named(desk):
    code, _, err = desk.run("inbox")
    assert code == 78
    assert "[inbox] url" in err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ('"http://x"', "imaps://HOST"),
        ('"imaps://imap.example.jp"', "needs inbox.username"),
        ('"imap://h:70000"', "imaps://HOST"),
    ],
)
def test_a_wrong_url_is_told_with_its_line(desk, url, words):
    desk.set("url", url, section="inbox")
    code, _, err = desk.run("inbox")
    assert code == 78
    assert "notices.toml:" in err
    assert words in err


def test_all_and_watch_exclude_each_other(desk, inbox):
    assert desk.run("inbox", "--all", "--watch")[0] == 2


def test_an_imap_server_that_is_away_is_tried_later(desk):
    (desk.home / "inbox.password").write_text("x")
    (desk.home / "inbox.password").chmod(0o600)
    desk.set("url", '"imaps://127.0.0.1:9"', section="inbox")
    desk.set("username", '"desk"', section="inbox")
    desk.set("password_file", '"inbox.password"', section="inbox")
    code, _, err = desk.run("inbox")
    assert code == 75
    assert "127.0.0.1:9" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_watching_records_what_comes_and_ends_when_told(desk, received, inbox, number):
    desk.run("send", CASE_1)
    desk.set("poll", "1", section="inbox")
    (inbox / "1.a.host").write_bytes(report_on(told(desk)))
    words = ["-m", "notices", "inbox", "--watch", "--site", str(desk.home)]
    watching = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert "now delivered" in watching.stdout.readline()
        watching.send_signal(number)
        assert watching.wait(60) == 0
    finally:
        watching.kill()
        watching.stdout.close()
        watching.wait()
