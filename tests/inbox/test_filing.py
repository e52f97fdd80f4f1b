"""What comes in changes a state only where it may, once, and stays on record."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import exc, text

from notices.delivery import Decision, State
from notices.errors import EvidenceBroken, InputError
from notices.inbox.reading.received import Kind
from tests.inbox.sample import MESSAGE, MESSAGE_ID, NUMBER, TRACE, report
from tests.store.conftest import due

COPY = TRACE + MESSAGE


def events(desk, kind="evidence"):
    told = desk.store.ledger.told(NUMBER)
    return [each for each in told if each["event"] == kind]


@pytest.mark.parametrize(
    ("action", "status", "from_sent", "from_doubt"),
    [
        ("delivered", "2.0.0", State.DELIVERED, State.DELIVERED),
        ("failed", "5.1.1", State.BOUNCED, State.BOUNCED),
        ("delayed", "4.4.1", State.SENT, State.SENT),
        ("relayed", "2.0.0", State.SENT, State.SENT),
        ("expanded", "2.0.0", State.SENT, State.SENT),
    ],
)
@pytest.mark.parametrize("start", ["sent", "in_doubt"])
def test_a_report_leads_where_its_action_says(
    request, start, action, status, from_sent, from_doubt
):
    desk = request.getfixturevalue(start)
    filed = desk.file(report(action=action, status=status))
    want = from_sent if start == "sent" else from_doubt
    assert desk.state is filed.state is want
    assert filed.changed is (str(want) != start)
    assert filed.report.number == NUMBER
    (event,) = events(desk)
    assert event["state"] == str(want)
    assert event["action"] == action
    [beside] = desk.store.ledger.beside(NUMBER)[event["seq"]].keys() - {"reason"}
    assert beside == "document/report.eml", "the leaf commits to the mail itself"


def test_an_archive_copy_settles_a_doubt_as_sent(in_doubt):
    filed = in_doubt.file(COPY, archive=True)
    assert (filed.report.kind, filed.changed) == (Kind.ARCHIVE_COPY, True)
    assert in_doubt.state is State.SENT


def test_an_archive_copy_with_the_line_ends_of_a_maildir_does_so_too(in_doubt):
    in_doubt.file(COPY.replace(b"\r\n", b"\n"), archive=True)
    assert in_doubt.state is State.SENT


@pytest.mark.parametrize(
    ("raw", "archive", "words"),
    [
        (COPY, False, "did not lie in the archive"),
        (COPY.replace(b"trailing", b"Trailing"), True, "not those that we signed"),
        (TRACE + b"\r\n" + MESSAGE, True, ""),
        (b"no field here\r\n" + MESSAGE, True, "not those that we signed"),
        (MESSAGE[:-2], True, "not those that we signed"),
        (COPY + b"\r\n", True, "not those that we signed"),
    ],
    ids=["elsewhere", "changed", "as a body", "no trace", "cut", "more below"],
)
def test_a_copy_that_is_none_settles_nothing(in_doubt, raw, archive, words):
    filed = in_doubt.file(raw, archive=archive)
    assert in_doubt.state is State.IN_DOUBT
    assert not filed.changed
    assert words in filed.report.reason


@pytest.mark.parametrize(
    "forged",
    [
        report(envid=f"{NUMBER}.deadbeef", message_id="<x@other.example>"),
        report(envid=f"{NUMBER}.deadbeef"),
        report(recipient="someone@other.example"),
        report(envid="", message_id=f"<{NUMBER}.0@hotline.example>"),
        report(envid="", message_id="<x@other.example>"),
    ],
    ids=["ENVID", "ENVID, known id", "recipient", "guessed id", "random id"],
)
@pytest.mark.parametrize("start", ["sent", "in_doubt"])
def test_a_forged_report_changes_nothing(request, start, forged):
    desk = request.getfixturevalue(start)
    filed = desk.file(forged)
    assert not filed.changed
    assert filed.report.proves is None
    assert str(desk.state) == start
    assert desk.reports.raw(filed.report.sha256) == forged


def test_the_same_report_twice_is_recorded_once(sent):
    first = sent.file(report())
    ledger = sent.store.ledger.events()
    again = sent.file(report())
    from_maildir = sent.file(report().replace(b"\r\n", b"\n"))
    assert (first.is_new, again.is_new, from_maildir.is_new) == (True, False, False)
    assert again.report == first.report
    assert sent.store.ledger.events() == ledger
    assert len(sent.reports.of(NUMBER)) == 1


def test_the_first_final_report_stands_and_the_other_is_kept(sent):
    sent.file(report(action="failed", status="5.1.1"))
    sent.clock.advance(minutes=1)
    sent.file(report())
    assert sent.state is State.BOUNCED
    told = [each.facts["action"] for each in sent.reports.of(NUMBER)]
    assert told == ["failed", "delivered"]


@pytest.mark.parametrize(
    ("end", "raw", "archive", "want"),
    [
        (State.IN_DOUBT, COPY, True, State.SENT),
        (State.IN_DOUBT, report(), False, State.DELIVERED),
        (State.SENT, report(), False, State.DELIVERED),
        (State.SENT, report(action="failed", status="5.1.1"), False, State.BOUNCED),
    ],
)
def test_evidence_that_overtakes_the_outcome_is_applied_later(
    desk, end, raw, archive, want
):
    """The archive may have the copy before the worker has the server's reply."""
    desk.claim()
    assert not desk.file(raw, archive=archive).changed
    assert desk.state is State.SENDING
    assert desk.reports.settle(desk.clock()) == ()
    desk.end(end)
    (settled,) = desk.reports.settle(desk.clock())
    assert settled.changed
    assert desk.state is want
    assert desk.reports.settle(desk.clock()) == ()


def test_a_copy_of_what_was_sent_waits_for_nothing(desk):
    desk.claim()
    desk.file(COPY, archive=True)
    desk.end(State.SENT)
    assert desk.reports.settle(desk.clock()) == ()
    assert desk.state is State.SENT


def test_nothing_is_proven_before_the_first_attempt(desk):
    filed = desk.file(report())
    assert filed.report.proves is None
    assert desk.state is State.QUEUED
    desk.claim()
    desk.end(State.SENT)
    assert desk.reports.settle(desk.clock()) == ()


def test_replies_are_notes_and_never_states(sent):
    raw = (
        f"From: Desk <abuse@provider.example>\r\nIn-Reply-To: {MESSAGE_ID}\r\n"
        f"Subject: Re: [{NUMBER}]\r\n\r\ndone\r\n"
    ).encode()
    filed = sent.file(raw)
    assert filed.report.facts["answer"] == "done"
    assert not filed.changed
    assert sent.state is State.SENT
    (event,) = events(sent)
    assert (event["report"], event["answer"]) == ("reply", "done")
    assert "Desk" not in json.dumps(event), "no words of outsiders in the ledger"


def test_what_is_kept_is_what_came(sent):
    for raw, archive in ((COPY, True), (report(), False)):
        filed = sent.file(raw, archive=archive)
        assert sent.reports.raw(filed.report.sha256) == raw


def test_of_a_copy_only_the_trace_is_stored_twice(sent):
    sent.file(COPY, archive=True)
    with sent.store.engine.connect() as connection:
        assert connection.scalar(text("SELECT content FROM reports")) == TRACE


def test_of_spam_nothing_is_kept_but_its_hash(sent):
    before = sent.store.ledger.events()
    filed = sent.file(b"From: x@spam.example\r\nSubject: cheap\r\n\r\nbuy\r\n")
    assert filed.report.kind is Kind.UNRELATED
    assert sent.store.ledger.events() == before, "outsiders cannot make the ledger grow"
    with pytest.raises(InputError, match="not kept"):
        sent.reports.raw(filed.report.sha256)


def test_changed_evidence_is_noticed(sent):
    filed = sent.file(report())
    with sent.store.engine.connect() as connection:
        connection.execute(text("DROP TRIGGER reports_update"))
        connection.execute(text("UPDATE reports SET content = x'00'"))
        connection.commit()
    with pytest.raises(EvidenceBroken):
        sent.reports.raw(filed.report.sha256)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reports",
        "UPDATE reports SET proves = 'sent'",
        "INSERT OR REPLACE INTO reports SELECT * FROM reports",
    ],
)
def test_the_database_keeps_reports_as_they_are(sent, statement):
    sent.file(report())
    with (
        sent.store.engine.connect() as connection,
        pytest.raises(exc.DatabaseError, match="reports"),
    ):
        connection.execute(text(statement))


def test_a_report_after_resend_comes_before_the_second_copy(in_doubt):
    """An operator queued it again; the first transmission did arrive: none follows."""
    in_doubt.store.resolve(
        NUMBER, Decision.RESEND, reason="not in the archive", now=in_doubt.clock()
    )
    in_doubt.file(report())
    assert in_doubt.state is State.DELIVERED
    assert due(in_doubt.store, in_doubt.clock(), ignore_backoff=True) == ()


def test_a_report_stops_the_next_try_of_what_was_deferred(desk):
    """4yz after the dot, and yet the server delivered it."""
    desk.claim()
    desk.end(State.DEFERRED)
    desk.file(report())
    assert desk.state is State.DELIVERED
    assert due(desk.store, desk.clock(), ignore_backoff=True) == ()


def test_several_that_read_one_mailbox_record_a_mail_once(sent):
    with ThreadPoolExecutor(4) as pool:
        filed = list(pool.map(lambda _: sent.file(report()), range(8)))
    assert [each.is_new for each in filed].count(True) == 1
    assert len(sent.reports.of(NUMBER)) == len(events(sent)) == 1
    assert sent.state is State.DELIVERED
