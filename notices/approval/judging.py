"""Whether an approval is taken, and whether it still lets a notice out. Pure.

The same questions are asked when it comes in, at the door, and before each attempt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from notices.approval.draft import Draft
from notices.approval.people import EnrolledPerson, Role
from notices.approval.refusals import (
    AheadOfTime,
    ApprovalRefused,
    ApproverIsAssessor,
    ApproverNotChecker,
    Expired,
    OtherDraft,
    OtherEditions,
    OtherKey,
    OtherLog,
    OtherNotice,
    RevokedApprover,
    Stale,
    TooEarly,
    UnknownApprover,
    UnprovenApprover,
    WrongRole,
)
from notices.approval.statements import Approval, Approver
from notices.errors import Fault, NoticesError
from notices.judgment import JST
from notices.messages import Text
from notices.rules.calendar import Calendar

_AGAIN = (
    "look at it again, and approve it as it stands: notices approve CASE-ID --as PERSON"
)
_ANEW = 'make it anew: notices prepare CASE-ID --again "REASON"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an approval is compared with."""

    log: str
    """Origin of our ledger."""
    draft: Draft
    """The draft as it was written."""
    checker: str
    """確認者, as the judgment names him."""
    drafted_at: datetime
    """When the draft was written."""
    people: Mapping[str, EnrolledPerson]
    """Everybody whom the ledger knows."""


def require_fitting(
    approval: Approval, wanted: Wanted, *, now: datetime, tolerance: timedelta
) -> EnrolledPerson:
    """Give who approves, if he may and it is about this draft; its own refusal else.

    tolerance: how far the clock of the machine that showed it may be off.
    """
    if approval.log != wanted.log:
        raise OtherLog(
            Text("it approves for the ledger {log}", log=approval.log), hint=_AGAIN
        )
    _require_draft(approval.draft, wanted.draft)
    person = require_person(approval.approver, wanted.people, Role.CHECKER)
    _require_second(approval.approver, wanted)
    if approval.at < wanted.drafted_at - tolerance:
        raise TooEarly(
            Text("it was approved at {at}, before it was written", at=approval.at),
            hint=_AGAIN,
        )
    if approval.at > now + tolerance:
        raise AheadOfTime(
            Text("it was approved at {at}, which has not come", at=approval.at),
            hint="set the clock of the machine that approves",
        )
    return person


def require_person(
    approver: Approver, people: Mapping[str, EnrolledPerson], role: Role
) -> EnrolledPerson:
    """The enrolled person who signs in a role; UnknownApprover and its kin else."""
    person = people.get(approver.person)
    if person is None:
        raise UnknownApprover(
            Text("{person} is not enrolled", person=approver.person),
            hint="notices people enrol PERSON --role ROLE --certificate FILE",
        )
    if person.is_revoked:
        raise RevokedApprover(
            Text("the key of {person} was revoked", person=approver.person),
            hint="somebody else is to approve, or a new key is to be enrolled",
        )
    require_proven(person)
    if approver.role != role or not person.may(role):
        raise WrongRole(
            Text("{person} is no {role}", person=approver.person, role=role),
            hint="`notices people list` tells who may",
        )
    if (approver.key_sha256, approver.enrolled) != (person.key_sha256, person.enrolled):
        raise OtherKey(
            Text("{person} was enrolled with another key", person=approver.person),
            hint="sign with the key that was enrolled; `notices people list` tells it",
        )
    return person


def require_proven(person: EnrolledPerson) -> None:
    """UnprovenApprover for whom no administrator has signed."""
    if not person.is_proven:
        raise UnprovenApprover(
            Text(
                "{person} stands in the ledger without an administrator's signature",
                person=person.person,
            ),
            hint="somebody wrote that into the database: keep it for inquiry, and let "
            "an administrator enrol the person",
        )


def _require_draft(approved: Draft, written: Draft) -> None:
    if (approved.number, approved.case_id) != (written.number, written.case_id):
        raise OtherNotice(
            Text(
                "it approves {number}, not {wanted}",
                number=approved.number,
                wanted=written.number,
            ),
            hint=_AGAIN,
        )
    for name in ("templates", "catalogue"):
        if getattr(approved, name) != getattr(written, name):
            raise OtherEditions(
                Text("it approves a letter of other {name}", name=name), hint=_AGAIN
            )
    if approved != written:
        raise OtherDraft(
            Text("it approves other documents than those that would go out"),
            hint=_AGAIN,
            faults=[Fault(name, "differs") for name in differences(approved, written)],
        )


def differences(one: Draft, other: Draft) -> list[str]:
    """Members and documents in which two drafts differ."""
    names = [
        name
        for name in Draft.__dataclass_fields__
        if name != "documents" and getattr(one, name) != getattr(other, name)
    ]
    documents = one.documents.keys() | other.documents.keys()
    return names + sorted(
        name
        for name in documents
        if one.documents.get(name) != other.documents.get(name)
    )


def _require_second(approver: Approver, wanted: Wanted) -> None:
    """Two persons; in a test one may be both, and the letter says that it is one."""
    if wanted.draft.test:
        return
    if approver.name == wanted.draft.assessor:
        raise ApproverIsAssessor(
            Text("{name} judged it, and does not approve it", name=approver.name),
            hint="the checker is to approve: another person",
        )
    if approver.name != wanted.checker:
        raise ApproverNotChecker(
            Text(
                "the judgment names {checker} as its checker, not {name}",
                checker=wanted.checker,
                name=approver.name,
            ),
            hint="the person whom the letter prints is to approve it",
        )


def why_not_now(
    approval: Approval,
    wanted: Wanted,
    *,
    now: datetime,
    tolerance: timedelta,
    valid_business_days: int,
    calendar: Calendar,
    changed: Sequence[str],
) -> ApprovalRefused | None:
    """Why an approval that was taken lets nothing out now; None: it does.

    All is asked again that was asked when it came in: a row may be written by hand.
    changed: what has changed of the draft's grounds, each as people are told of it.
    """
    try:
        require_fitting(approval, wanted, now=now, tolerance=tolerance)
    except ApprovalRefused as error:
        return error
    if changed:
        return stale(wanted.draft.number, changed)
    last = last_day(approval.at, valid_business_days, calendar)
    if now.astimezone(JST).date() > last:
        return Expired(
            Text(
                "{number} was approved at {at}, and the approval was good until {last}",
                number=wanted.draft.number,
                at=approval.at.astimezone(JST).isoformat(timespec="minutes"),
                last=last,
            ),
            hint=_AGAIN,
        )
    return None


def stale(number: str, changed: Sequence[str]) -> Stale:
    """That a draft's grounds have changed; changed: what, as people are told of it."""
    return Stale(
        Text("what {number} was written from has changed since", number=number),
        hint=_ANEW,
        faults=[Fault(number, each) for each in changed],
    )


def last_day(at: datetime, valid_business_days: int, calendar: Calendar) -> date:
    """The last day on which an approval lets a notice out, that one included."""
    day = at.astimezone(JST).date()
    if not valid_business_days:
        return day
    # loads all of the casework, for which whoever only verifies would wait
    from notices.casework.calendar import business_days_after  # noqa: PLC0415

    return business_days_after(day, valid_business_days, calendar).day


def explained(error: NoticesError) -> Iterator[str]:
    """The sentence of a refusal, and what differs."""
    yield error.message
    yield from (fault.message for fault in error.faults)
