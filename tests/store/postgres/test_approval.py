"""The door on PostgreSQL: drafts, people, approvals, and the trigger."""

import json
import secrets

import pytest
from sqlalchemy import text

from notices.approval import (
    APPROVE,
    ApprovalRefused,
    NotApproved,
    Role,
    read_draft,
    statement_sha256,
)
from notices.approval.statements import Approval, Approver
from notices.delivery import State
from notices.errors import RefusedError
from notices.store import StoredApprovals, StoredDrafts, StoredPeople
from notices.store.approval.people import enrol as enrol_one
from notices.store.attempt_steps import Claim
from notices.store.database.engine import writing
from notices.store.store import Store
from notices.verifying.approval.signatures import SignatureKind, SignedStatement
from tests.site.approval.people import APPROVAL_PREFIX, Card
from tests.store.approvals import (
    LOG,
    RULE,
    drafted_for,
    enrol,
    enrolment,
    recover,
    signed_for,
)
from tests.store.conftest import NOW, add_notice
from tests.store.postgres.server import url_of
from tests.store.test_version_2 import judged

AT = "2026-03-05T09:00:00.000000Z"


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
    with (
        pytest.raises(Exception, match="the policy wants an approval"),
        store.engine.begin() as connection,
    ):
        connection.execute(by_hand, {"at": AT, "number": number})
    statement = statement_by(made, card, known)
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


def test_an_approval_written_by_hand_ends_in_held(opened):
    """Genuinely signed by the assessor, who is a checker of other cases."""
    store = opened
    boss = Card.made("kanri-a", "Mihon Hanako", Role.ADMINISTRATOR, Role.CHECKER)
    people = StoredPeople(store.engine)
    enrol(people, boss)
    known = people.known()["kanri-a"].enrolled
    drafts, approvals = StoredDrafts(store.engine), StoredApprovals(store.engine)
    made = drafted_for(store)
    number = drafts.add(made, now=NOW).number
    drafts.sign(signed_for(number), now=NOW)
    octets = statement_by(made, boss, known)
    by_hand(store, number, octets, boss.sign(octets, at=NOW))
    with pytest.raises(ApprovalRefused):
        store.make(Claim(number=number, now=NOW, ignore_backoff=True))
    assert store.get(number).state is State.HELD
    assert approvals.why_shut(store.get(number), now=NOW).code == (
        "approval-not-on-record"
    )
    # and the event beside it, before it has its place in the ledger
    facts = json.dumps(
        {"approver": "kanri-a", "by": "kanri-a", "statement_sha256": sha256_of(octets)}
    )
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO unordered "
                '(number, case_id, kind, at, "by", facts, beside) VALUES '
                "(:number, 'HL-0001', 'approved', :at, 'program', :facts, '{}')"
            ),
            {"number": number, "at": AT, "facts": facts},
        )
    why = approvals.why_shut(store.get(number), now=NOW)
    assert why.code == "approver-is-assessor"


def by_hand(store, number, octets, signature):
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO approvals (sha256, number, ordinal, decision, approver, "
                "statement, kind, signature, written_at) VALUES (:sha256, :number, 1, "
                "'approve', 'kanri-a', :statement, 'cms', :signature, :at)"
            ),
            {
                "sha256": sha256_of(octets),
                "number": number,
                "statement": octets.decode(),
                "signature": signature,
                "at": AT,
            },
        )
        connection.execute(
            text(
                "UPDATE deliveries SET state = 'queued', queued_at = :at, "
                "next_attempt_at = :at WHERE number = :number"
            ),
            {"at": AT, "number": number},
        )


def sha256_of(octets):
    return statement_sha256(APPROVAL_PREFIX, octets)


def statement_by(made, card, known):
    return Approval(
        log=LOG,
        draft=read_draft(made.draft),
        draft_sha256=made.draft_sha256,
        decision=APPROVE,
        reason="",
        approver=Approver(
            person=card.person,
            name=card.name,
            role="checker",
            key_sha256=known.key_sha256,
            enrolled=known.enrolled,
        ),
        at=NOW,
        nonce="cd" * 32,
    ).octets()


def with_changes(store, number):
    with writing(store.engine) as connection:
        connection.execute(text("DELETE FROM approvals"), {"number": number})


@pytest.mark.parametrize("language", ["en-US", "ja-JP"])
def test_people_are_found_whatever_the_databases_language(server, superuser, language):
    """In most languages punctuation counts for little: `person:` is in no range."""
    name = f"t{secrets.token_hex(6)}"
    superuser.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu "
        f"ICU_LOCALE '{language}'"
    )
    try:
        with Store.open(url_of(server, name), approval=RULE) as store:
            card = Card.made("reiji-t", "Reiji Taro", Role.ADMINISTRATOR, Role.CHECKER)
            people = StoredPeople(store.engine)
            enrol(people, card)
            assert people.known()["reiji-t"].enrolled.may(Role.CHECKER)
            assert people.register().keys
            recover(people, Card.made("atarashi-k", "New Admin"))
            # told by every bundle, for ever
            assert len(store.ledger.recoveries()) == 1
    finally:
        superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_people_enrolled_by_processes_that_ended_at_once_get_their_places(opened):
    """Three events of people and of nothing else were given places from 0 again."""
    add_notice(opened)
    before = opened.ledger.events()
    names = ["reiji-t", "midori-s", "akira-k"]
    for name in names:
        statement, key = enrolment(Card.made(name, name, Role.ADMINISTRATOR))
        with writing(opened.engine) as connection:  # and ended before it gave places
            enrol_one(connection, statement, None, b"", key, now=NOW, by="program:cli")
    leaves = judged(opened)
    assert opened.ledger.events()[: len(before)] == before
    told = [leaf.facts["person"] for leaf in leaves if "person" in leaf.facts]
    assert told == names
