"""The checks on the approval in a bundle, in their order (`docs/formats.md`, 5.4).

    A01  enrolled by the ledger
    A02  the signature
    A03  user verification
    A04  origin and rp id
    A05  what was signed
    A06  what was sent
    A07  two persons
    A08  in time

Where the policy that `queued` names wanted an approval and none is there, A01 fails.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

from notices.approval import (
    APPROVE,
    UNSIGNED_LETTER,
    EnrolledPerson,
    Role,
    enrolled_by,
)
from notices.ledger import EventKind, RecordedEvent
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.approval import assertion as passkeys
from notices.verifying.approval.assertion import read_assertion
from notices.verifying.approval.shown import ShownApproval
from notices.verifying.approval.signatures import (
    check_statement_digest,
    check_statement_value,
    key_sha256_of,
)
from notices.verifying.approval.statement import KINDS, RelyingParty, SignatureKind
from notices.verifying.checks import Check, NotApplicable, Refusal, malformed

STATED = "checker stated, not proven: the policy wanted no approval"
"""What is said of a notice that nobody had to approve."""


class HasApproval(Protocol):
    """A bundle, as far as its approval is judged."""

    @property
    def approval(self) -> ShownApproval:
        """What the bundle shows of it."""
        ...


def _enrolled(evidence: HasApproval) -> str:
    shown = evidence.approval
    if shown.approved is None:
        if shown.is_wanted:
            raise malformed("the policy wanted an approval, and there is none")
        raise NotApplicable(STATED)
    person = _person(shown)
    if shown.is_left_out:
        return Text(
            "{person}, by the ledger; the rest was left out", person=person.person
        )
    approver = shown.approval.approver
    told = (approver.person, approver.key_sha256, approver.enrolled)
    if told != (person.person, person.key_sha256, person.enrolled):
        raise malformed("the approval rests on another enrolment than the ledger names")
    if shown.signed.kind is not KINDS[person.key_kind]:
        # a file that calls itself a passkey would set the flags of A03 itself
        told_kind = shown.signed.kind
        raise malformed(
            Text("a {key} does not sign as {told}", key=person.key_kind, told=told_kind)
        )
    return Text(
        "{person}, key {key}, entry {seq}",
        person=person.person,
        key=person.key_sha256,
        seq=person.enrolled.seq,
    )


def _person(shown: ShownApproval) -> EnrolledPerson:
    """Who approved, by the event that `approved` names, and `queued` as well."""
    assert shown.approved is not None  # noqa: S101 - asked before
    event = shown.named(shown.approved, "person")
    if event is None or event.kind not in (
        EventKind.PERSON_ENROLLED,
        EventKind.PEOPLE_RECOVERED,
    ):
        raise malformed("the approver was not enrolled when he approved")
    try:
        person = enrolled_by(event)
    except (ValueError, KeyError) as error:
        raise malformed(
            Text("entry {seq} enrols in a way that is not known here", seq=event.seq)
        ) from error
    if person.person != shown.approved.facts.get("approver"):
        raise malformed("the ledger names another person than the approver")
    if Role.CHECKER not in person.roles:
        raise malformed(Text("{person} is no checker", person=person.person))
    if shown.queued is not None and shown.queued.facts.get("approver") is not None:
        later = shown.named(shown.queued, "person")
        if later is None or later.seq != event.seq:
            raise malformed("the key was revoked or replaced before it was queued")
        if shown.queued.facts["approver"] != person.person:
            raise malformed("it was queued by the approval of another person")
    elif shown.queued is not None and shown.is_wanted:
        raise malformed("it was queued without naming its approver")
    return person


def _signature(evidence: HasApproval) -> str:
    shown = _present(evidence)
    told = check_statement_value(shown.signed)
    if key_sha256_of(shown.signed) != shown.approval.approver.key_sha256:
        raise malformed("signed with another key than the one enrolled")
    return told


def _user_verified(evidence: HasApproval) -> str:
    shown = _present(evidence)
    if shown.signed.kind is not SignatureKind.ASSERTION:
        raise NotApplicable("signed with the key of a certificate")
    return passkeys.check_user_verified(read_assertion(shown.signed.signature))


def _origin(evidence: HasApproval) -> str:
    shown = _present(evidence)
    if shown.signed.kind is not SignatureKind.ASSERTION:
        raise NotApplicable("signed with the key of a certificate")
    found = read_assertion(shown.signed.signature)
    if not shown.parties:
        raise NotApplicable(
            Text(
                "no --approval-origin was given; it says {origin}",
                origin=passkeys.origin_of(found),
            )
        )
    return _of_one_party(found, shown.parties)


def _of_one_party(found: passkeys.Assertion, parties: Sequence[RelyingParty]) -> str:
    for party in parties[:-1]:
        try:
            return passkeys.check_party(found, party)
        except Refusal:
            continue
    return passkeys.check_party(found, parties[-1])


def _signed(evidence: HasApproval) -> str:
    shown = _present(evidence)
    assert shown.approved is not None  # noqa: S101 - asked before
    if shown.approved.facts.get("statement_sha256") != shown.signed.sha256:
        raise Refusal(
            SubIndication.HASH_FAILURE,
            "the ledger has another approval than the bundle shows",
        )
    if shown.approval.decision != APPROVE:
        raise malformed("it is a rejection")
    return check_statement_digest(shown.signed)


def _sent(evidence: HasApproval) -> str:
    shown = _present(evidence)
    draft = shown.approval.draft
    for name, expected in draft.documents.items():
        content = shown.document(name, draft.pdf_bytes)
        if sha256(content).hexdigest() != expected:
            raise Refusal(
                SubIndication.HASH_FAILURE,
                Text("{name} is not the one that was approved", name=name),
            )
    for name in (UNSIGNED_LETTER, "notice.json", "judgment.json", "mail.txt"):
        if name not in draft.documents:
            raise malformed(Text("{name} was not approved", name=name))
    for what, approved, sent in shown.sent():
        if approved != sent:
            raise malformed(
                Text(
                    "{what}: approved was {approved}, sent {sent}",
                    what=what,
                    approved=approved,
                    sent=sent,
                )
            )
    shown.check_commitments()
    return Text(
        "{count} documents, draft {sha256}",
        count=len(draft.documents),
        sha256=shown.approval.draft_sha256,
    )


def _two_persons(evidence: HasApproval) -> str:
    shown = _present(evidence)
    approver = shown.approval.approver.name
    assessor, checker = shown.persons
    if shown.approval.draft.assessor != assessor:
        raise malformed("the draft names another assessor than the judgment")
    if shown.approval.draft.test:
        return Text("{approver}; a test: one person may be both", approver=approver)
    if approver == assessor:
        raise malformed(Text("{approver} judged it himself", approver=approver))
    if approver != checker:
        raise malformed(
            Text(
                "approved by {approver}, the judgment names {checker}",
                approver=approver,
                checker=checker,
            )
        )
    return Text(
        "judged by {assessor}, approved by {approver}",
        assessor=assessor,
        approver=approver,
    )


def _in_time(evidence: HasApproval) -> str:
    shown = _present(evidence)
    approved = shown.approved
    assert approved is not None  # noqa: S101 - asked before
    if shown.approval.log != shown.log:
        raise malformed(Text("it is of the log {log}", log=shown.approval.log))
    if shown.approval.at > approved.at + shown.tolerance:
        raise malformed("it was approved later than it was written down")
    drafted = _last(shown.events, EventKind.DRAFTED)
    if drafted is None or drafted.seq > approved.seq:
        raise malformed("it was approved before it was drafted")
    if shown.approval.at < drafted.at - shown.tolerance:
        raise malformed("it was approved before it was drafted")
    for event in shown.events:
        if event.kind == EventKind.QUEUED:
            _check_before(shown, event)
    return Text("approved at {at}", at=shown.approval.at)


def _check_before(shown: ShownApproval, queued: RecordedEvent) -> None:
    """The newest decision before it was queued is an approval."""
    decisions = [
        event
        for event in shown.events
        if event.seq < queued.seq
        and event.kind in (EventKind.APPROVED, EventKind.REJECTED)
    ]
    if not decisions:
        raise malformed("it was queued before it was approved")
    if decisions[-1].kind != EventKind.APPROVED:
        raise malformed("it was rejected after it was approved")


def _last(events: Sequence[RecordedEvent], kind: EventKind) -> RecordedEvent | None:
    return next((event for event in reversed(events) if event.kind == kind), None)


def _present(evidence: HasApproval) -> ShownApproval:
    """The approval with all that belongs to it; NotApplicable if it is not shown."""
    shown = evidence.approval
    if shown.approved is None:
        raise NotApplicable("there is no approval" if shown.is_wanted else STATED)
    if shown.is_left_out:
        raise NotApplicable("the approval was left out")
    return shown


APPROVAL_CHECKS: Sequence[Check[HasApproval]] = (
    Check(id="A01", name="enrolled by the ledger", judge=_enrolled, needs=("B17",)),
    Check(id="A02", name="the signature", judge=_signature, needs=("B17",)),
    Check(id="A03", name="user verification", judge=_user_verified, needs=("B17",)),
    Check(id="A04", name="origin and rp id", judge=_origin, needs=("B17",)),
    Check(id="A05", name="what was signed", judge=_signed, needs=("B17",)),
    Check(id="A06", name="what was sent", judge=_sent, needs=("B17", "B19")),
    Check(id="A07", name="two persons", judge=_two_persons, needs=("B17", "B19")),
    Check(id="A08", name="in time", judge=_in_time, needs=("B17",)),
)
"""On who approved, what, and when."""
