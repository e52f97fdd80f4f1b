"""Whoever has the database and SQL: what he writes himself lets nothing out.

A notice is made, its row is queued by hand, and an approval is put beside it that
`approve` would refuse. The worker holds it, says why, and goes on with the others.
"""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from notices.approval import APPROVAL_PREFIX, statement_sha256
from notices.approval.refusals import ApproverNotChecker
from notices.delivery import State
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
