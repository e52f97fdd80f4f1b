"""The door on PostgreSQL: drafts, people, approvals, and the trigger."""

import pytest
from sqlalchemy import text

from notices.approval import APPROVE, NotApproved, Role, read_draft
from notices.approval.statements import Approval, Approver
from notices.delivery import State
from notices.errors import RefusedError
from notices.store import StoredApprovals, StoredDrafts, StoredPeople
from notices.store.attempt_steps import Claim
from notices.store.database.engine import writing
from notices.store.store import Store
from notices.verifying.approval.signatures import SignatureKind, SignedStatement
from tests.site.approval.people import APPROVAL_PREFIX, Card
from tests.store.approvals import LOG, RULE, drafted_for, enrol, signed_for
from tests.store.conftest import NOW


@pytest.fixture
def opened(url):
    with Store.open(url, approval=RULE) as store:
        yield store


def test_a_draft_goes_out_once_it_is_approved(opened):
    store = opened
    card = Card.made("reiji-t", "Reiji Taro", Role.ADMINISTRATOR, Role.CHECKER)
    people = StoredPeople(store.engine)
    enrol(people, card)
    known = people.known()["reiji-t"].enrolled
    drafts, approvals = StoredDrafts(store.engine), StoredApprovals(store.engine)
    made = drafted_for(store)
    number = drafts.add(made, now=NOW).number
    with pytest.raises(NotApproved):
        raise approvals.why_shut(store.get(number), now=NOW)
    drafts.sign(signed_for(number), now=NOW)
    with pytest.raises(NotApproved):
        store.queue(number, now=NOW)
    by_hand = text(
        "UPDATE deliveries SET state = 'queued', queued_at = :at, next_attempt_at = :at "
        "WHERE number = :number"
    )
    at = "2026-03-05T09:00:00.000000Z"
    with (
        pytest.raises(Exception, match="the policy wants an approval"),
        store.engine.begin() as connection,
    ):
        connection.execute(by_hand, {"at": at, "number": number})
    statement = Approval(
        log=LOG,
        draft=read_draft(made.draft),
        draft_sha256=made.draft_sha256,
        decision=APPROVE,
        reason="",
        approver=Approver(
            person="reiji-t",
            name="Reiji Taro",
            role="checker",
            key_sha256=known.key_sha256,
            enrolled=known.enrolled,
        ),
        at=NOW,
        nonce="cd" * 32,
    ).octets()
    approvals.take(
        SignedStatement(
            prefix=APPROVAL_PREFIX,
            octets=statement,
            kind=SignatureKind.CMS,
            signature=card.sign(statement, at=NOW),
        ),
        now=NOW,
    )
    assert store.queue(number, now=NOW).state is State.QUEUED
    claimed, _ = store.make(Claim(number=number, now=NOW))
    assert claimed.state is State.SENDING
    told = [each["event"] for each in store.ledger.told(number)]
    assert told == [
        "numbered",
        "drafted",
        "prepared",
        "approved",
        "queued",
        "attempted",
    ]
    with pytest.raises(RefusedError):
        with_changes(store, number)


def with_changes(store, number):
    with writing(store.engine) as connection:
        connection.execute(text("DELETE FROM approvals"), {"number": number})
