"""Whether a case lets something go out: asked at every door, under its transaction.

What stops a notice follows from its kind, as `casework.allowed` has it: a withdrawal
always goes out; a reminder only while nobody answered, nothing was seen to be gone, and
nothing was asked anew since it was made.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from notices.casework import CaseState
from notices.casework.words import FactKind
from notices.errors import OnHold, RefusedError
from notices.messages import Text
from notices.notice import RequestKind
from notices.store.database.casework_tables import case_facts, cases
from notices.store.database.console_tables import holds
from notices.store.database.schema import notices
from notices.store.model import key_kind

_WAITING = (str(CaseState.ON_HOLD), str(CaseState.CLOSED))
_TAKEN_BACK = (*_WAITING, str(CaseState.WITHDRAWN))
_SETTLED = (
    *_TAKEN_BACK,
    str(CaseState.DONE),
    str(CaseState.RETURNED),
    str(CaseState.ANSWERED),
)
_STATE = func.coalesce(cases.c.state, "")
_WITHDRAWALS = [
    key_kind(RequestKind.WITHDRAWAL, is_test=test) for test in (False, True)
]
_ALL_HELD: ColumnElement[bool] = (
    select(holds.c.hold_id).where(holds.c.released_at.is_(None)).exists()
)
# the reminder waited, and what it reminds of was asked anew: the time runs again
_ASKED_SINCE: ColumnElement[bool] = (
    select(case_facts.c.id)
    .where(
        case_facts.c.case_id == notices.c.case_id,
        case_facts.c.kind == str(FactKind.REQUESTED),
        case_facts.c.number != notices.c.number,
        case_facts.c.at > notices.c.created_at,
    )
    .correlate(notices)
    .exists()
)
_IS_SHUT: ColumnElement[bool] = case(
    (_STATE.in_([str(CaseState.DISPOSED)]), true()),
    (notices.c.kind.in_(_WITHDRAWALS), false()),
    (
        notices.c.kind == str(RequestKind.REMINDER),
        or_(_STATE.in_(_SETTLED), _ASKED_SINCE),
    ),
    (notices.c.kind == str(RequestKind.CORRECTION), _STATE.in_(_TAKEN_BACK)),
    else_=_STATE.in_(_WAITING),
)


MUST_WAIT: ColumnElement[bool] = or_(_ALL_HELD, _IS_SHUT)
"""Whether a notice may not go out now; of `notices`, with the case beside it."""
_SOME: BindParameter[Sequence[str]] = bindparam("of_numbers", expanding=True)


def with_case(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query of notices with the case of each beside it, where there is one."""
    return query.outerjoin(cases, cases.c.case_id == notices.c.case_id)


# built once: building a statement costs more than running it
_SHUT_OF_SOME = with_case(select(notices.c.number)).where(
    notices.c.number.in_(_SOME), MUST_WAIT
)

_HOLD = select(holds).where(holds.c.released_at.is_(None)).limit(1)
_SHUTTING_CASE = (
    select(cases.c.case_id, cases.c.state)
    .join(notices, notices.c.case_id == cases.c.case_id)
    .where(notices.c.number == bindparam("of_number"), _IS_SHUT)
)


def going_out(query: Select[Any]) -> Select[Any]:
    """Narrow a query of notices to those that nothing stops."""
    return with_case(query).where(not_(_IS_SHUT), not_(_ALL_HELD))


def shut_numbers(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Give those of these notices that must wait, such as for a police hold."""
    if not numbers:
        return frozenset()
    return frozenset(connection.scalars(_SHUT_OF_SOME, {"of_numbers": [*numbers]}))


_TAKE_BACK = Text(
    "take it back: notices withdraw CASE-ID --number NUMBER --reason REASON"
)


def _require_not_all_held(connection: Connection) -> None:
    if held := connection.execute(_HOLD).one_or_none():
        raise OnHold(
            Text(
                "{who} has put everything on hold: {reason}",
                who=held.held_by,
                reason=held.reason,
            ),
            hint='nothing goes out until: notices release --reason "..."',
        )


def require_open(connection: Connection, number: str) -> None:
    """OnHold or RefusedError if a notice may not go out now."""
    _require_not_all_held(connection)
    row = connection.execute(_SHUTTING_CASE, {"of_number": number}).first()
    if row is None:
        return
    if row.state == str(CaseState.DISPOSED):
        raise OnHold(
            Text("{case_id} was disposed of: nothing goes out", case_id=row.case_id),
            hint="`notices disposals` says when, and by which rule",
        )
    if row.state == str(CaseState.CLOSED):
        raise OnHold(
            Text("{case_id} is closed: nothing goes out", case_id=row.case_id),
            hint='reopen it first: notices reopen CASE-ID --reason "..."',
        )
    if row.state == str(CaseState.ON_HOLD):
        raise OnHold(
            Text("{case_id} is on hold: the police asked to wait", case_id=row.case_id),
            hint='when they give word: notices police CASE-ID --release "..."',
        )
    if row.state == str(CaseState.REQUESTED):
        raise RefusedError(
            Text(
                "{number} does not go out any more: {case_id} was asked anew since it "
                "was made",
                number=number,
                case_id=row.case_id,
            ),
            hint=_TAKE_BACK,
        )
    raise RefusedError(
        Text(
            "{number} does not go out any more: the case {case_id} is {state}",
            number=number,
            case_id=row.case_id,
            state=row.state,
        ),
        hint=_TAKE_BACK,
    )
