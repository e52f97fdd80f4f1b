"""Writes facts: row, event of the ledger and the case's summary, as one."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from notices.casework import (
    Fact,
    Requested,
    Retracted,
    canonical_line,
    fact_hash,
    line_hash,
    make_case,
)
from notices.casework.leaf_form import LINE, leaf_facts, number_of
from notices.errors import EvidenceBroken
from notices.messages import Text
from notices.store.casework.reading_facts import facts_of, parts
from notices.store.casework.summarising import summarise
from notices.store.database.casework_tables import case_facts
from notices.store.database.schema import beside, notices
from notices.store.database.schema import events as entries
from notices.store.ledger import events
from notices.store.ledger.events import UnplacedEvent

_MANY = 5000
"""So many rows or events are written at once."""
_SENT = "requested"
_FEW = 200
"""Up to so many cases are locked one by one."""
# built once: building a statement costs more than running it
_INSERT = insert(case_facts)


Tell = Callable[[Sequence[UnplacedEvent]], None]
"""Takes events, to be written in the transaction of what they tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactToRecord:
    """A fact that is to be written."""

    fact: Fact
    """The fact."""
    group: str = ""
    """Key of its category's group, where it is `analysed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of writing facts."""

    added: int
    """Facts that are new."""
    known: int
    """Facts that were on record before."""


def lock_cases(connection: Connection, case_ids: Iterable[str]) -> None:
    """Hold these cases to the end of the transaction; SQLite holds the database."""
    if connection.dialect.name != "postgresql":
        return
    ids = sorted(set(case_ids))
    if len(ids) > _FEW:
        connection.execute(text("LOCK TABLE cases IN SHARE ROW EXCLUSIVE MODE"))
        return
    for case_id in ids:
        connection.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(case_id, 14)))
        )


def owners(
    connection: Connection, numbers: Iterable[str], known: Collection[str]
) -> dict[str, str]:
    """Tell the case of each of these numbers that is on record, sent or only made.

    known: cases whose facts the caller has read; what was sent in them is left out, as
    is what was retracted.
    """
    owners: dict[str, str] = {}
    elsewhere: set[str] = set()
    for part in parts(sorted(set(numbers))):
        sent = select(case_facts.c.case_id).where(
            case_facts.c.number.in_(part), case_facts.c.kind == _SENT
        )
        elsewhere |= set(connection.scalars(sent)) - set(known)
        made = select(notices.c.number, notices.c.case_id)
        rows = connection.execute(made.where(notices.c.number.in_(part)))
        owners |= {row.number: row.case_id for row in rows}
    for case_id, facts in facts_of(connection, elsewhere).items():
        for fact in make_case(case_id, facts).of(Requested):
            owners.setdefault(number_of(fact), case_id)
    return owners


def write(
    connection: Connection,
    new: Sequence[FactToRecord],
    known: Mapping[str, Sequence[Fact]],
    *,
    now: datetime,
    by: str,
    tell: Tell | None = None,
) -> Recorded:
    """Write what is new of these facts.

    known: all facts of the cases that they are about, read under their lock. by: who
    writes them down, as the ledger tells it. tell: takes their events, to write them
    with others at the end of the transaction; None: they are written at once.
    """
    seen = {fact_hash(fact) for facts in known.values() for fact in facts}
    fresh: dict[str, FactToRecord] = {}
    for one in new:
        name = fact_hash(one.fact)
        if name not in seen:
            fresh.setdefault(name, one)
    if fresh:
        _add(connection, list(fresh.values()), now=now, by=by, tell=tell)
        _summarise(connection, list(fresh.values()), known, now=now)
    return Recorded(added=len(fresh), known=len(new) - len(fresh))


def write_alone(
    connection: Connection, facts: Sequence[Fact], *, now: datetime, by: str
) -> None:
    """Write facts with their events; the caller tells how their cases stand."""
    _add(connection, [FactToRecord(fact=fact) for fact in facts], now=now, by=by)


def _row(fact: Fact, line: str, now: datetime) -> dict[str, Any]:
    return {
        "case_id": fact.case_id,
        "kind": fact.kind.value,
        "at": fact.at,
        "number": number_of(fact),
        "line": line,
        "sha256": line_hash(line),
        "written_at": now,
    }


def _add(
    connection: Connection,
    new: Sequence[FactToRecord],
    *,
    now: datetime,
    by: str,
    tell: Tell | None = None,
) -> None:
    """The rows with their events; first what a retraction may name as its entry."""
    tell = tell or partial(events.append_all, connection)
    plain = [one for one in new if not isinstance(one.fact.details, Retracted)]
    back = [one for one in new if isinstance(one.fact.details, Retracted)]
    for part in parts(plain, _MANY):
        lines = [canonical_line(one.fact) for one in part]
        with_lines = list(zip(part, lines, strict=True))
        rows = [_row(one.fact, line, now) for one, line in with_lines]
        connection.execute(_INSERT, rows)
        tell([_event(one, line, now=now, by=by) for one, line in with_lines])
    if back:
        _take_back(connection, back, now=now, by=by)


def _take_back(
    connection: Connection, back: Sequence[FactToRecord], *, now: datetime, by: str
) -> None:
    while events.put_in_order(connection):
        pass
    with_lines = [(one, canonical_line(one.fact)) for one in back]
    rows = [_row(one.fact, line, now) for one, line in with_lines]
    connection.execute(_INSERT, rows)
    told = [
        _event(one, line, now=now, by=by, of=_place(connection, one.fact))
        for one, line in with_lines
    ]
    events.append_all(connection, told)


def _event(
    to_record: FactToRecord,
    line: str,
    *,
    now: datetime,
    by: str,
    of: tuple[int, str] | None = None,
) -> UnplacedEvent:
    return UnplacedEvent(
        kind=to_record.fact.kind,
        number=number_of(to_record.fact),
        facts=leaf_facts(to_record.fact, line, group=to_record.group, of=of),
        at=now,
        by=by,
        case_id=to_record.fact.case_id,
    )


def _place(connection: Connection, fact: Fact) -> tuple[int, str]:
    """Place and leaf hash of the fact that is retracted."""
    of = fact.details.of if isinstance(fact.details, Retracted) else ""
    line = connection.scalar(select(case_facts.c.line).where(case_facts.c.sha256 == of))
    query = (
        select(entries.c.seq, entries.c.leaf)
        .join(beside, beside.c.seq == entries.c.seq)
        .where(
            entries.c.case_id == fact.case_id,
            beside.c.name == LINE,
            beside.c.octets == (line or "").encode(),
        )
    )
    place = connection.execute(query).first()
    if place is None:
        raise EvidenceBroken(
            Text("the fact {of} has no entry in the ledger", of=of),
            hint="`notices ledger verify` tells what is missing",
        )
    return int(place.seq), bytes(place.leaf).hex()


def _summarise(
    connection: Connection,
    new: Sequence[FactToRecord],
    known: Mapping[str, Sequence[Fact]],
    *,
    now: datetime,
) -> None:
    of_case: dict[str, list[Fact]] = {}
    groups: dict[str, str] = {}
    for recorded in new:
        if case_id := recorded.fact.case_id:
            facts = of_case.setdefault(case_id, [*known.get(case_id, ())])
            facts.append(recorded.fact)
            if recorded.group:
                groups.setdefault(case_id, recorded.group)
    summarise(connection, of_case, groups, now=now)
