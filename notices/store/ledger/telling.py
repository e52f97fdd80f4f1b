"""Reads what lies beside the leaves, and tells events with their free texts."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, or_, select

from notices.errors import EvidenceBroken
from notices.ledger import EventKind, FactValue, RecordedEvent, read_entry
from notices.messages import Text
from notices.store.database.schema import beside, events, unordered
from notices.store.ledger.placing import IN_REPORTS, Lying

DISPOSED = "disposed"
"""Kind of the entries that tell of a case's disposal (`casework.FactKind`)."""
_LYING = select(
    beside.c.seq, beside.c.name, beside.c.salt, beside.c.source, beside.c.octets
).join(events, events.c.seq == beside.c.seq)
# built once: building a statement costs more than running it
_Query = Select[*tuple[Any, ...]]
_NUMBER: BindParameter[str] = bindparam("of_number")
_KIND: BindParameter[str] = bindparam("of_kind")
_LYING_OF_NUMBER = _LYING.where(events.c.number == _NUMBER)
_OF_NUMBER = (
    select(events.c.seq, events.c.payload)
    .where(events.c.number == _NUMBER)
    .order_by(events.c.seq)
)


def besides(connection: Connection, number: str) -> dict[int, dict[str, Lying]]:
    """What lies beside the events of a notice: place to name to what opens it."""
    return _found(connection, _LYING_OF_NUMBER, {"of_number": number})


def told(connection: Connection, number: str) -> list[dict[str, FactValue]]:
    """Each event of a notice as one flat object, texts included, in order."""
    texts = besides(connection, number)
    return [
        _flat(row.payload, texts.get(row.seq, {}))
        for row in connection.execute(_OF_NUMBER, {"of_number": number})
    ]


Occurrence = tuple[str, dict[str, Any], datetime]
"""Number, facts with their texts, and when it was written down."""


def of_case(
    connection: Connection, case_id: str, numbers: Collection[str]
) -> tuple[RecordedEvent, ...]:
    """Give the entries of a case and of its notices, in order; each is hashed again."""
    rows = events.select().where(
        or_(events.c.case_id == case_id, events.c.number.in_(numbers))
    )
    found = []
    for row in connection.execute(rows.order_by(events.c.seq)):
        entry = read_entry(row.payload.encode())
        if entry.hash != bytes(row.leaf):
            raise EvidenceBroken(
                Text("entry {seq} of the ledger does not have its hash", seq=row.seq)
            )
        found.append(entry)
    return tuple(found)


def disposals_of(connection: Connection, case_id: str) -> list[dict[str, FactValue]]:
    """What the entries of a case tell of its disposal, the oldest first."""
    rows = select(events.c.payload).where(
        events.c.case_id == case_id, events.c.kind == DISPOSED
    )
    found = connection.scalars(rows.order_by(events.c.seq))
    return [dict(read_entry(payload.encode()).facts) for payload in found]


def of_kind(
    connection: Connection, kind: EventKind, number: str | None = None
) -> Iterator[Occurrence]:
    """Events of one kind in order, those that wait for their place last.

    number: of one notice, or empty for those that have none; None: of all.
    """
    of_some = number is not None
    asked = {"of_kind": str(kind), **({"of_number": number} if of_some else {})}
    lying, placed, waiting = _of_kind(of_some=of_some)
    texts = _found(connection, lying, asked)
    for row in connection.execute(placed, asked):
        yield row.number, _flat(row.payload, texts.get(row.seq, {})), row.at
    for row in connection.execute(waiting, asked):
        lying = json.loads(row.beside)
        facts = json.loads(row.facts) | {name: lying[name]["text"] for name in lying}
        yield row.number, facts | {"case_id": row.case_id}, row.at


@cache
def _of_kind(*, of_some: bool) -> tuple[_Query, _Query, _Query]:
    """What lies beside events of a kind, these, and those that have no place yet."""
    here, there = [events.c.kind == _KIND], [unordered.c.kind == _KIND]
    if of_some:
        here.append(events.c.number == _NUMBER)
        there.append(unordered.c.number == _NUMBER)
    placed = select(events.c.seq, events.c.number, events.c.payload, events.c.at)
    return (
        _LYING.where(*here),
        placed.where(*here).order_by(events.c.seq),
        select(unordered).where(*there).order_by(unordered.c.id),
    )


def reconciled(connection: Connection) -> Iterator[Mapping[str, FactValue]]:
    """The facts of each comparison after a restoration."""
    # it has no number, and the index begins with that
    for _, facts, _ in of_kind(connection, EventKind.RECONCILED, ""):
        yield facts


def _found(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    asked: Mapping[str, object],
) -> dict[int, dict[str, Lying]]:
    beside: dict[int, dict[str, Lying]] = {}
    for row in connection.execute(query, asked):
        text = None if row.octets is None else bytes(row.octets).decode()
        beside.setdefault(row.seq, {})[row.name] = Lying(
            salt=bytes(row.salt), commitment="", text=text, source=row.source
        )
    return beside


def _flat(payload: str, lying: Mapping[str, Lying]) -> dict[str, FactValue]:
    texts = {name: one.text for name, one in lying.items() if one.text is not None}
    # version 1 stated the hash of a mail that came in; programs go by it
    for one in lying.values():
        if one.source.startswith(IN_REPORTS):
            texts["report_sha256"] = one.source.removeprefix(IN_REPORTS)
    return read_entry(payload.encode()).flat(texts)
