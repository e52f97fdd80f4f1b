"""Whether a case lets something go out: asked at every door, under its transaction."""

from collections.abc import Collection

from sqlalchemy import Connection, Select, select

from notices.casework import CaseState
from notices.errors import OnHold
from notices.messages import Text
from notices.store.database.casework_tables import cases
from notices.store.database.schema import notices

_SHUT = tuple(map(str, (CaseState.ON_HOLD, CaseState.CLOSED, CaseState.DISPOSED)))
SHUT_CASES: Select[tuple[str]] = select(cases.c.case_id).where(cases.c.state.in_(_SHUT))
"""Ids of cases for which nothing may go out."""


def shut_numbers(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Give those of these notices that must wait: police hold, or a closed case."""
    query = (
        select(notices.c.number)
        .join(cases, cases.c.case_id == notices.c.case_id)
        .where(notices.c.number.in_(numbers), cases.c.state.in_(_SHUT))
    )
    return frozenset(connection.scalars(query)) if numbers else frozenset()


def require_open(connection: Connection, number: str) -> None:
    """OnHold if the case of a notice lets nothing go out now."""
    query = (
        select(cases.c.case_id, cases.c.state)
        .join(notices, notices.c.case_id == cases.c.case_id)
        .where(notices.c.number == number, cases.c.state.in_(_SHUT))
    )
    row = connection.execute(query).first()
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
    raise OnHold(
        Text("{case_id} is on hold: the police asked to wait", case_id=row.case_id),
        hint='when they give word: notices police CASE-ID --release "..."',
    )
