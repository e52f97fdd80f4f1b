"""Whoever has the database and SQL: what he writes himself lets nothing out.

A notice is made, its row is queued by hand, and an approval is put beside it that
`approve` would refuse. The worker holds it, says why, and goes on with the others.
"""

import json
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from notices.approval import APPROVAL_PREFIX, statement_sha256
from notices.approval.refusals import ApproverNotChecker
from notices.delivery import State
from notices.errors import NoticesError
from notices.ledger import EventKind, utc
from notices.store import Decision
from notices.store.database.engine import writing
from notices.store.ledger import events
from tests.site.approval.people import approve
from tests.site.approval.test_doors import drafted, mails
from tests.site.approval.test_refused import changed
from tests.site.conftest import CASE_1, CASE_2_ABROAD

MOMENT = "2026-01-01T00:00:00.000000Z"


def genuine(site, number, card, **members):
    """Octets and signature by this card, whoever may; members: other than ours."""
    octets = site.approval_request(number, person=card.person).octets
    octets = changed(octets, **members) if members else octets
    return octets, card.sign(octets, at=site.clock())


def by_assessor(site, number, cards):
    return genuine(site, number, cards["mihon-h"])


def by_another_checker(site, number, cards):
    return genuine(site, number, cards["suzuki-m"])


def under_another_name(site, number, cards):
    name = cards["reiji-t"].name
    return genuine(site, number, cards["suzuki-m"], approver__name=name)


def for_another_log(site, number, cards):
    return genuine(site, number, cards["reiji-t"], log="example.test/x")


def dated_ahead(site, number, cards):
    return genuine(site, number, cards["reiji-t"], at="2099-01-05T00:00:00.000000Z")


def dated_before(site, number, cards):
    day = (site.clock() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return genuine(site, number, cards["reiji-t"], at=day)


def of_nobody_asked(site, number, cards):
    """All of it holds; it only never came in through `approve`."""
    return genuine(site, number, cards["reiji-t"])


def no_statement(site, number, cards):
    return b"{}", b""


def no_json(site, number, cards):
    return b"\x01 perhaps", b"\x30"


def no_signature(site, number, cards):
    return genuine(site, number, cards["reiji-t"])[0], b"\x30\x03abc"


FORGED = {
    made.__name__.replace("_", " "): made
    for made in (
        by_assessor,
        by_another_checker,
        under_another_name,
        for_another_log,
        dated_ahead,
        dated_before,
        of_nobody_asked,
        no_statement,
        no_json,
        no_signature,
    )
}


def put_beside(desk, number, octets, signature):
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        connection.execute(
            "INSERT INTO approvals (sha256, number, ordinal, decision, approver, "
            "statement, kind, signature, written_at) "
            "VALUES (?, ?, 2, 'approve', 'reiji-t', ?, 'cms', ?, ?)",
            [
                statement_sha256(APPROVAL_PREFIX, octets),
                number,
                octets.decode(),
                signature,
                MOMENT,
            ],
        )


def queue_by_hand(desk, *numbers):
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        for number in numbers:
            connection.execute(
                "UPDATE deliveries SET state = 'queued', next_attempt_at = ?, "
                "queued_at = ? WHERE number = ?",
                [MOMENT, MOMENT, number],
            )


@pytest.mark.parametrize("what", FORGED)
def test_an_approval_written_by_hand_lets_nothing_out(
    wanting, received, opened, checker, cards, what
):
    with opened() as site:
        number = drafted(site, CASE_1).number
        other = drafted(site, CASE_2_ABROAD).number
        for each in (number, other):
            approve(site, each, checker)
        assert len(list(site.sign_drafts())) == 2
        octets, signature = FORGED[what](site, number, cards)
    put_beside(wanting, number, octets, signature)
    queue_by_hand(wanting, number, other)
    wanting.run("work", "--now")
    with opened() as site:
        assert site.parts.store.get(number).state is State.HELD
        assert site.parts.store.get(other).state is State.SENT
    assert len(mails(received)) == 1


@pytest.mark.parametrize("what", FORGED)
def test_nor_is_a_draft_signed_by_it(wanting, opened, checker, cards, what):
    with opened() as site:
        number = drafted(site, CASE_1).number
        other = drafted(site, CASE_2_ABROAD).number
        approve(site, other, checker)
        octets, signature = FORGED[what](site, number, cards)
        put_beside(wanting, number, octets, signature)
        list(site.sign_drafts())
        assert site.parts.store.get(number).state is State.DRAFTED
        assert site.parts.store.get(other).state is State.HELD
        stood = site.parts.approvals.open(now=site.clock())
        shown = {each.stored.number: each for each in stood}
        assert shown[number].error is not None
        assert shown[other].error is None


def test_another_name_beside_the_ledger_makes_nobody_the_checker(
    wanting, opened, cards
):
    suzuki, reiji = cards["suzuki-m"], cards["reiji-t"]
    with opened() as site:
        number = drafted(site, CASE_1).number
    with (
        closing(sqlite3.connect(wanting.home / "outbox.sqlite")) as connection,
        connection,
    ):
        statement, key = connection.execute(
            "SELECT statement, public_key FROM enrolments WHERE person = 'suzuki-m'"
        ).fetchone()
        forged = json.loads(statement) | {"name": reiji.name}
        octets = changed(json.dumps(forged).encode())
        connection.execute(
            "INSERT INTO enrolments (sha256, person, act, statement, kind, signature, "
            "public_key, credential_id, written_at) "
            "VALUES (?, 'suzuki-m', 'enrol', ?, 'cms', x'30', ?, x'', "
            "'2099-01-01T00:00:00.000000Z')",
            ["cd" * 32, octets.decode(), key],
        )
    with opened() as site, pytest.raises(ApproverNotChecker):
        approve(site, number, suzuki)
    with opened() as site:
        assert site.parts.store.get(number).state is State.DRAFTED
        assert site.parts.approvals.of(number) == ()


def without_triggers(desk, *statements):
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for words in statements:
            connection.execute(*words)


TAMPERED = {
    "the letter": "UPDATE artifacts SET content = x'25', sha256 = ? "
    "WHERE number = ? AND name = 'letter.unsigned.pdf'",
    "the judgment": "UPDATE notices SET judgment = replace(judgment, '\"', '\" ') "
    "WHERE ? <> '' AND number = ?",
    "the forward path": "UPDATE deliveries SET forward_path = 'x@other.example.jp' "
    "WHERE ? <> '' AND number = ?",
    "the draft": "UPDATE drafts SET sha256 = ? WHERE number = ?",
    "its approval": "UPDATE approvals SET approver = 'suzuki-m', sha256 = ? "
    "WHERE number = ?",
    "that it is a rejection": "UPDATE approvals SET decision = 'reject' "
    "WHERE ? <> '' AND number = ?",
}
"""What somebody changes who has the database, and has taken the triggers away."""


@pytest.mark.parametrize("state", ["held", "queued", "deferred", "in_doubt"])
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_by_hand_ends_in_held_whatever_state_it_is_put_in(
    wanting, received, opened, checker, what, state
):
    with opened() as site:
        number = drafted(site, CASE_1).number
        approve(site, number, checker)
        list(site.sign_drafts())
    due = MOMENT if state in ("queued", "deferred") else None
    without_triggers(
        wanting,
        (TAMPERED[what], ["ab" * 32, number]),
        (
            "UPDATE deliveries SET state = ?, next_attempt_at = ? WHERE number = ?",
            [state, due, number],
        ),
    )
    with opened() as site:
        with suppress(NoticesError):
            site.send(site.prepare(site.read_case(CASE_1)))
        with suppress(NoticesError):
            site.resolve(CASE_1, Decision.RESEND, reason="x")
    wanting.run("work", "--now")
    wanting.run("sign")
    wanting.run("work", "--now")
    assert mails(received) == []
    with opened() as site:
        wanted = State.IN_DOUBT if state == "in_doubt" else State.HELD
        assert site.parts.store.get(number).state is wanted


def test_who_makes_it_look_as_if_it_were_being_sent_sends_nothing(
    wanting, received, opened, checker
):
    """`sending`, of a worker that is dead: it is put in order, and asked again."""
    with opened() as site:
        number = drafted(site, CASE_1).number
        approve(site, number, checker)
        list(site.sign_drafts())
    without_triggers(
        wanting,
        ("DELETE FROM approvals",),
        (
            (
                "UPDATE deliveries SET state = 'sending', stage = 'connect', attempts = 1, "
                "lease_owner = 'x', lease_until = ?, queued_at = ?"
            ),
            [MOMENT, MOMENT],
        ),
    )
    wanting.run("work", "--now")
    wanting.run("work", "--now")
    assert mails(received) == []
    with opened() as site:
        assert site.parts.store.get(number).state is State.HELD


def waiting_again(number, statement_sha256):
    """An event that waits for its place, as on PostgreSQL, written by hand."""
    facts = {"approver": "reiji-t", "statement_sha256": statement_sha256}
    words = (
        "INSERT INTO unordered (number, case_id, kind, at, by, facts, beside) "
        "VALUES (?, ?, 'approved', ?, 'person:reiji-t', ?, '{}')"
    )
    return words, [number, CASE_1, MOMENT, json.dumps(facts)]


def told_again(desk, opened, number):
    """Whoever can write an event in its place: the ledger tells it a second time."""
    with opened() as site:
        at = site.clock()
        [first, *_] = [
            row.statement
            for row in site.parts.approvals.of(number)
            if row.decision == "approve"
        ]
        digest = statement_sha256(APPROVAL_PREFIX, first)
        with writing(site.parts.store.engine) as connection:
            facts = {"approver": "reiji-t", "by": "reiji-t", "statement_sha256": digest}
            events.append(
                connection, EventKind.APPROVED, number,
                {**facts, "at": utc(at), "reason": ""},
                now=at, by="person:reiji-t", case_id=CASE_1,
            )  # fmt: skip


@pytest.mark.parametrize("how", ["waits", "has its place"])
def test_who_takes_a_rejection_away_does_not_bring_the_approval_back(
    wanting, received, opened, checker, how
):
    with opened() as site:
        number = drafted(site, CASE_1).number
        approve(site, number, checker)
        request = site.approval_request(
            number, person="reiji-t", decision="reject", reason="x"
        )
        site.approve(request.octets, cms=checker.sign(request.octets, at=site.clock()))
        digest = statement_sha256(
            APPROVAL_PREFIX, site.parts.approvals.of(number)[0].statement
        )
    if how == "has its place":
        told_again(wanting, opened, number)
    gone = "DELETE FROM approvals WHERE number = ? AND decision = 'reject'"
    again = [waiting_again(number, digest)] if how == "waits" else []
    without_triggers(wanting, (gone, [number]), *again)
    with opened() as site:
        with suppress(NoticesError):
            site.send(site.prepare(site.read_case(CASE_1)))
        assert list(site.sign_drafts()) == []
        assert site.parts.store.get(number).state is State.DRAFTED
    wanting.run("sign")
    wanting.run("work", "--now")
    assert mails(received) == []
    [row] = wanting.json("approvals")[1]
    assert row["error"]["code"] == "approval-not-on-record"
