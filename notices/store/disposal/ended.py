"""Cases in which nothing more is to be done, as disposal looks at them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

from notices.casework import CaseState, Closed, FactKind, Kept, Requested, make_case
from notices.casework.retention import EndedCase
from notices.delivery import State
from notices.store.casework.reading_facts import facts_of
from notices.store.database.casework_tables import case_facts, cases
from notices.store.database.schema import artifacts, deliveries, notices, reports
from notices.store.database.schema import events as entries

_OPEN = [
    str(state)
    for state in (
        State.DRAFTED,
        State.HELD,
        State.QUEUED,
        State.SENDING,
        State.DEFERRED,
        State.IN_DOUBT,
    )
]
"""States of a notice that may still go out, or may be on its way."""
_TOLD = [
    str(kind)
    for kind in (
        FactKind.CLOSED,
        FactKind.KEPT,
        FactKind.REQUESTED,
        FactKind.RETRACTED,
    )
]
_IS_DISPOSED = exists(
    select(entries.c.seq).where(
        entries.c.case_id == notices.c.case_id,
        entries.c.kind == str(FactKind.DISPOSED),
    )
)
_AT_ONCE = 500


def ended_cases(
    connection: Connection, only: Sequence[str] | None = None
) -> tuple[EndedCase, ...]:
    """Closed cases, cases of tests alone, and what came back; by id.

    only: these cases, so many as one statement takes; None: all.
    """
    unsettled = _unsettled(connection, only)
    ended = [
        *_closed(connection, only, unsettled),
        *_tests(connection, only, unsettled),
        *_back(connection, only),
    ]
    return tuple(sorted(ended, key=lambda case: case.case_id))


def _closed(
    connection: Connection, only: Sequence[str] | None, unsettled: dict[str, list[str]]
) -> Iterator[EndedCase]:
    is_closed = cases.c.state == str(CaseState.CLOSED)
    groups = {
        row.case_id: row.case_group
        for row in connection.execute(
            _narrowed(
                select(cases.c.case_id, cases.c.case_group).where(is_closed),
                cases.c.case_id,
                only,
            )
        )
    }
    query = (
        select(case_facts.c.case_id, case_facts.c.kind, func.max(case_facts.c.at))
        .join(cases, cases.c.case_id == case_facts.c.case_id)
        .where(is_closed, case_facts.c.kind.in_(_TOLD))
        .group_by(case_facts.c.case_id, case_facts.c.kind)
    )
    newest: dict[str, dict[str, datetime]] = defaultdict(dict)
    rows: Any = connection.execute(_narrowed(query, case_facts.c.case_id, only))
    for case_id, kind, at in rows:
        newest[case_id][kind] = at
    retracted = [each for each in groups if FactKind.RETRACTED in newest[each]]
    standing = _standing(connection, retracted)
    for case_id, group in groups.items():
        told = standing.get(case_id, newest[case_id])
        yield EndedCase(
            case_id=case_id,
            group=group,
            ended_at=told[FactKind.CLOSED],
            is_requested=FactKind.REQUESTED in told,
            is_kept=FactKind.KEPT in told,
            unsettled=tuple(unsettled.get(case_id, ())),
        )


def _standing(
    connection: Connection, case_ids: Sequence[str]
) -> dict[str, dict[str, datetime]]:
    """Of cases in which something was retracted: what stands."""
    return {
        case_id: {
            fact.kind: fact.at
            for fact in make_case(case_id, facts).of(Closed, Kept, Requested)
        }
        for case_id, facts in facts_of(connection, case_ids).items()
    }


def _tests(
    connection: Connection, only: Sequence[str] | None, unsettled: dict[str, list[str]]
) -> Iterator[EndedCase]:
    """Cases that are none of ours: only tests were made of them."""
    is_known = exists(
        select(cases.c.case_id).where(cases.c.case_id == notices.c.case_id)
    )
    query = (
        select(notices.c.case_id, func.max(notices.c.created_at).label("at"))
        .join(deliveries, deliveries.c.number == notices.c.number)
        .where(~is_known, ~_IS_DISPOSED)
        .group_by(notices.c.case_id)
        .having(func.min(deliveries.c.is_test) == 1)
    )
    for row in connection.execute(_narrowed(query, notices.c.case_id, only)):
        yield EndedCase(
            case_id=row.case_id,
            group="",
            ended_at=row.at,
            is_requested=False,
            unsettled=tuple(unsettled.get(row.case_id, ())),
        )


def _back(connection: Connection, only: Sequence[str] | None) -> Iterator[EndedCase]:
    """Disposed of, and a mail came in since, or a test was made of it."""
    is_there = or_(
        exists(
            select(artifacts.c.number).where(artifacts.c.number == notices.c.number)
        ),
        exists(
            select(reports.c.sha256).where(
                reports.c.number == notices.c.number,
                or_(reports.c.content.is_not(None), reports.c.facts != "{}"),
            )
        ),
    )
    query = (
        select(notices.c.case_id, func.max(notices.c.created_at).label("at"))
        .where(is_there, _IS_DISPOSED)
        .group_by(notices.c.case_id)
    )
    for row in connection.execute(_narrowed(query, notices.c.case_id, only)):
        yield EndedCase(
            case_id=row.case_id,
            group="",
            ended_at=row.at,
            is_requested=False,
            is_disposed=True,
        )


def _unsettled(
    connection: Connection, only: Sequence[str] | None
) -> dict[str, list[str]]:
    query = (
        select(notices.c.case_id, notices.c.number)
        .join(deliveries, deliveries.c.number == notices.c.number)
        .where(deliveries.c.state.in_(_OPEN))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_narrowed(query, notices.c.case_id, only)):
        found[row.case_id].append(row.number)
    return found


def undisposed(connection: Connection, case_ids: Iterable[str]) -> tuple[str, ...]:
    """Those of these cases that are here and were not disposed of, sorted."""
    wanted, standing = sorted(set(case_ids)), set[str]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for table in (notices, case_facts):
            query = select(table.c.case_id).where(table.c.case_id.in_(part))
            standing |= set(connection.scalars(query.distinct()))
        gone = select(entries.c.case_id).where(
            entries.c.case_id.in_(part), entries.c.kind == str(FactKind.DISPOSED)
        )
        standing -= set(connection.scalars(gone))
    return tuple(sorted(standing))


def _narrowed(query: Any, column: Any, only: Sequence[str] | None) -> Any:
    """A query of whatever columns, for some cases alone; None: for all."""
    return query if only is None else query.where(column.in_(only))
