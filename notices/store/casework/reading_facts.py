"""Reads the facts of cases as they lie in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from notices.casework import Fact, read_fact
from notices.store.database.casework_tables import case_facts
from notices.verifying.bounded_cache import bounded_cache

_AT_ONCE = 500
_Item = TypeVar("_Item")
# built once: building a statement costs more than running it
_FACTS_OF = (
    select(case_facts.c.case_id, case_facts.c.line)
    .where(case_facts.c.case_id.in_(bindparam("of_cases", expanding=True)))
    .order_by(case_facts.c.id)
)


def facts_of(
    connection: Connection, case_ids: Iterable[str]
) -> dict[str, tuple[Fact, ...]]:
    """Read the facts of these cases, in the order in which they were written."""
    by_case: dict[str, list[Fact]] = defaultdict(list)
    for part in parts(sorted(set(case_ids))):
        for case_id, line in connection.execute(_FACTS_OF, {"of_cases": part}):
            by_case[case_id].append(fact_of(line))
    return {case_id: tuple(facts) for case_id, facts in by_case.items()}


@bounded_cache(entries=8192, octets=4096)
def fact_of(line: str) -> Fact:
    """Read a line on record; the same line is the same fact for ever."""
    return read_fact(line)


def parts(items: Sequence[_Item], most: int = _AT_ONCE) -> Iterable[Sequence[_Item]]:
    """So few at once that memory does not grow with a file."""
    return (items[n : n + most] for n in range(0, len(items), most))
