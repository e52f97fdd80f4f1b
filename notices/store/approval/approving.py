"""Takes approvals and rejections in, judged under the lock of the notice's row."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from notices.approval import (
    APPROVE,
    Approval,
    ApprovedBefore,
    EnrolledPerson,
    NotApproved,
    Replayed,
    TooLate,
    read_approval,
    require_fitting,
    stale,
)
from notices.delivery import State
from notices.ledger import EventKind, FactValue, utc
from notices.messages import Text
from notices.store import rows
from notices.store.approval.door import (
    party_of,
    require_name,
    wanted_of,
    why_refused,
)
from notices.store.approval.policies import ApprovalRule, in_force
from notices.store.approval.registered import registered
from notices.store.database.approval_tables import approvals
from notices.store.database.draft_tables import drafts
from notices.store.database.postgres import PEOPLE, lock_shared
from notices.store.ledger import events
from notices.store.model import StoredNotice
from notices.verifying.approval.signatures import (
    SignedStatement,
    require_kind,
    require_signed,
)

_OPEN = (State.DRAFTED, State.HELD)
"""States in which a decision still means something."""


def take(
    connection: Connection, signed: SignedStatement, *, now: datetime
) -> StoredNotice:
    """Write an approval or a rejection down, if all of it holds.

    MalformedStatement, ApprovalRefused and its kin, each with its own code; then
    nothing is written.
    """
    approval = read_approval(signed.octets)
    rule = in_force(connection, now)
    lock_shared(connection, PEOPLE)
    stored = rows.locked(connection, approval.draft.number)
    _require_new(connection, signed, stored)
    person = _require_fitting(connection, approval, stored, rule, now)
    require_kind(signed, person.key_kind)
    require_signed(signed, approval.approver.key_sha256, party_of(rule))
    _require_meaning(connection, approval, stored, rule, now)
    _write(connection, approval, signed, now)
    _tell(connection, approval, signed, stored, now)
    return stored


def _require_new(
    connection: Connection, signed: SignedStatement, stored: StoredNotice
) -> None:
    query = select(approvals.c.sha256).where(approvals.c.sha256 == signed.sha256)
    if connection.execute(query).first() is not None:
        raise Replayed(
            Text("this approval of {number} is on record", number=stored.number),
            hint="an approval counts once; to approve again sign a new one",
        )
    if stored.state not in _OPEN:
        raise TooLate(
            Text("{number} is {state}", number=stored.number, state=stored.state),
            hint="nothing is approved or rejected after it was queued",
        )


def _require_fitting(
    connection: Connection,
    approval: Approval,
    stored: StoredNotice,
    rule: ApprovalRule,
    now: datetime,
) -> EnrolledPerson:
    draft = connection.execute(
        select(drafts).where(drafts.c.number == stored.number)
    ).one_or_none()
    if draft is None:
        raise NotApproved(
            Text("{number} did not begin as a draft", number=stored.number),
            hint='make it anew: notices prepare CASE-ID --again "REASON"',
        )
    people = registered(connection)
    wanted = wanted_of(connection, stored, draft, rule, people.register)
    found = require_fitting(approval, wanted, now=now, tolerance=rule.tolerance)
    require_name(people, approval.approver)
    return found


def _require_meaning(
    connection: Connection,
    approval: Approval,
    stored: StoredNotice,
    rule: ApprovalRule,
    now: datetime,
) -> None:
    """Not a second approval beside one that holds, and of nothing that is stale."""
    if approval.decision != APPROVE:
        return
    draft = connection.execute(
        select(drafts.c.grounds).where(drafts.c.number == stored.number)
    ).one()
    if changed := rule.changed(stored, draft.grounds):
        raise stale(stored.number, changed)
    newest = _newest_decision(connection, stored.number)
    if newest == APPROVE and _holds(connection, stored, now):
        raise ApprovedBefore(
            Text("{number} is approved already", number=stored.number),
            hint="nothing more is needed: notices send CASE-ID",
        )


def _holds(connection: Connection, stored: StoredNotice, now: datetime) -> bool:
    return why_refused(connection, stored, now) is None


def _newest_decision(connection: Connection, number: str) -> str:
    query = select(approvals.c.decision).where(approvals.c.number == number)
    found = connection.scalar(query.order_by(approvals.c.ordinal.desc()).limit(1))
    return str(found or "")


def _write(
    connection: Connection, approval: Approval, signed: SignedStatement, now: datetime
) -> None:
    number = approval.draft.number
    query = select(approvals.c.ordinal).where(approvals.c.number == number)
    newest = connection.scalar(query.order_by(approvals.c.ordinal.desc()).limit(1))
    connection.execute(
        insert(approvals).values(
            sha256=signed.sha256,
            number=number,
            ordinal=(newest or 0) + 1,
            decision=approval.decision,
            approver=approval.approver.person,
            statement=signed.octets.decode(),
            kind=str(signed.kind),
            signature=signed.signature,
            written_at=now,
        )
    )


def _tell(
    connection: Connection,
    approval: Approval,
    signed: SignedStatement,
    stored: StoredNotice,
    now: datetime,
) -> None:
    is_approval = approval.decision == APPROVE
    facts: dict[str, FactValue] = {
        # the clock of the machine that showed it may be a little ahead of ours
        "at": utc(min(approval.at, now)),
        "by": approval.approver.person,
        "approver": approval.approver.person,
        "statement_sha256": signed.sha256,
        "reason": approval.reason,
    }
    events.append(
        connection,
        EventKind.APPROVED if is_approval else EventKind.REJECTED,
        stored.number,
        facts,
        now=now,
        by=f"person:{approval.approver.person}",
        case_id=stored.key.case_id,
    )
