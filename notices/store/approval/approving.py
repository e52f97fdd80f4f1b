"""Takes approvals and rejections in, judged under the lock of the notice's row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

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
from notices.store.approval.policies import (
    ApprovalRule,
    in_force,
    note_change,
    own_rule,
)
from notices.store.approval.registered import registered_by
from notices.store.approval.standing import standing_of
from notices.store.database.approval_tables import approvals
from notices.store.database.postgres import PEOPLE, lock_shared
from notices.store.ledger import events
from notices.store.model import StoredNotice
from notices.verifying.approval.statement import SignedStatement, require_kind

_OPEN = (State.DRAFTED, State.HELD)
"""States in which a decision still means something."""
_INSERT = insert(approvals)


def take(
    connection: Connection, signed: SignedStatement, *, now: datetime
) -> StoredNotice:
    """Write an approval or a rejection down, if all of it holds.

    MalformedStatement, ApprovalRefused and its kin, each with its own code; then
    nothing is written.
    """
    from notices.verifying.process.statements import (  # noqa: PLC0415 - loads much
        require_signed,
        require_signed_in_time,
    )

    approval = read_approval(signed.octets)
    lock_shared(connection, PEOPLE)
    stored = rows.locked(connection, approval.draft.number)
    row = standing_of(connection, stored.number, statement_sha256=signed.sha256)
    _require_new(stored, is_known=bool(row and row.is_known))
    standing = _require_draft(stored, row)
    rule = _rule(connection, standing, now)
    person = _require_fitting(connection, approval, standing, rule, now)
    require_kind(signed, person.key_kind)
    require_signed(signed, approval.approver.key_sha256, party_of(rule))
    require_signed_in_time(signed, approval.at, now=now, tolerance=rule.tolerance)
    if approval.decision == APPROVE:
        _require_meaning(connection, stored, standing, rule, now)
    _write(connection, approval, signed, 1 + (standing.ordinal or 0), now)
    _tell(connection, approval, signed, stored, now)
    return stored


def _require_new(stored: StoredNotice, *, is_known: bool) -> None:
    if is_known:
        raise Replayed(
            Text("this approval of {number} is on record", number=stored.number),
            hint="an approval counts once; to approve again sign a new one",
        )
    if stored.state not in _OPEN:
        raise TooLate(
            Text("{number} is {state}", number=stored.number, state=stored.state),
            hint="nothing is approved or rejected after it was queued",
        )


def _require_draft(stored: StoredNotice, row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotApproved(
            Text("{number} did not begin as a draft", number=stored.number),
            hint='make it anew: notices prepare CASE-ID --again "REASON"',
        )
    return row


def _rule(connection: Connection, standing: Row[Any], now: datetime) -> ApprovalRule:
    rule = own_rule(connection)
    if rule is None:
        return in_force(connection, now)
    note_change(connection, rule, standing.policy_facts, now)
    return rule


def _require_fitting(
    connection: Connection,
    approval: Approval,
    standing: Row[Any],
    rule: ApprovalRule,
    now: datetime,
) -> EnrolledPerson:
    people = registered_by(
        connection, standing.people_leaves, do_people_wait=standing.do_people_wait
    )
    wanted = wanted_of(standing, rule, people.register)
    found = require_fitting(approval, wanted, now=now, tolerance=rule.tolerance)
    require_name(people, approval.approver)
    return found


def _require_meaning(
    connection: Connection,
    stored: StoredNotice,
    standing: Row[Any],
    rule: ApprovalRule,
    now: datetime,
) -> None:
    """Not a second approval beside one that holds, and of nothing that is stale."""
    if changed := rule.changed(stored, standing.grounds):
        raise stale(stored.number, changed)
    if standing.decision == APPROVE and _holds(connection, stored, now):
        raise ApprovedBefore(
            Text("{number} is approved already", number=stored.number),
            hint="nothing more is needed: notices send CASE-ID",
        )


def _holds(connection: Connection, stored: StoredNotice, now: datetime) -> bool:
    return why_refused(connection, stored, now) is None


def _write(
    connection: Connection,
    approval: Approval,
    signed: SignedStatement,
    ordinal: int,
    now: datetime,
) -> None:
    values = {
        "sha256": signed.sha256,
        "number": approval.draft.number,
        "ordinal": ordinal,
        "decision": approval.decision,
        "approver": approval.approver.person,
        "statement": signed.octets.decode(),
        "kind": str(signed.kind),
        "signature": signed.signature,
        "written_at": now,
    }
    connection.execute(_INSERT, values)


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
