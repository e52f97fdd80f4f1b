"""How each case stands, in one row: what lists and due days are looked up by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from notices.casework import Analysed, Fact, Requested, due, make_case
from notices.codec import load_calendar
from notices.rules.calendar import Calendar
from notices.store.casework.reading_facts import parts
from notices.store.database.casework_tables import cases

FAR = date(2100, 1, 1)
"""A day after all that can be due."""
# built once: building a statement costs more than running it
_INSERT = insert(cases)
_OF_CASES = cases.c.case_id.in_(bindparam("of_cases", expanding=True))
_DELETE = delete(cases).where(_OF_CASES)
_GROUPS = select(cases.c.case_id, cases.c.case_group).where(_OF_CASES)


def summarise(
    connection: Connection,
    facts: Mapping[str, Sequence[Fact]],
    new_groups: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Compute anew how cases stand.

    facts: all facts of each of them. new_groups: keys of their categories' groups, as
    far as they are told anew.

    Days are counted by the program's calendar: a site's file may change, and other
    machines may have none. What is shown is counted again with it.
    """
    calendar = load_calendar()
    for part in parts(list(facts)):
        groups = {**_groups(connection, part), **new_groups}
        summaries = (
            _summary(case_id, facts[case_id], groups.get(case_id, ""), calendar, now)
            for case_id in part
        )
        rows = [row for row in summaries if row]
        # a case whose judgment was retracted has no row any more
        connection.execute(_DELETE, {"of_cases": part})
        if rows:
            connection.execute(_INSERT, rows)


def _groups(connection: Connection, case_ids: Iterable[str]) -> dict[str, str]:
    groups: dict[str, str] = {}
    for part in parts(sorted(case_ids)):
        found = connection.execute(_GROUPS, {"of_cases": part})
        groups |= {row.case_id: row.case_group for row in found}
    return groups


def _summary(
    case_id: str, facts: Sequence[Fact], group: str, calendar: Calendar, now: datetime
) -> dict[str, Any] | None:
    case = make_case(case_id, facts)
    analysed = case.analysed
    if analysed is None or not isinstance(analysed.details, Analysed):
        return None
    asked = case.newest_asking
    provider = (
        asked.details.provider
        if asked and isinstance(asked.details, Requested)
        else None
    )
    days = [one.on.isoformat() for one in due(case, FAR, calendar)]
    return {
        "case_id": case_id,
        "state": case.state.value,
        "category": analysed.details.category,
        "case_group": group,
        "analysed_at": analysed.at,
        "provider": provider or "",
        "due_on": min(days, default=""),
        "changed_at": now,
        "told_since": min(fact.at for fact in facts),
        "told_until": max(fact.at for fact in facts),
    }
