"""Reads what lies beside the leaves, and tells events with their free texts."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

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


def besides(connection: Connection, number: str) -> dict[int, dict[str, Lying]]:
    """What lies beside the events of a notice: place to name to what opens it."""
    return _found(connection, _LYING.where(events.c.number == number))


def told(connection: Connection, number: str) -> list[dict[str, FactValue]]:
    """Each event of a notice as one flat object, texts included, in order."""
    query = select(events.c.seq, events.c.payload).where(events.c.number == number)
    texts = besides(connection, number)
    return [
        _flat(row.payload, texts.get(row.seq, {}))
        for row in connection.execute(query.order_by(events.c.seq))
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
    wanted = [events.c.kind == str(kind)]
    if number is not None:
        wanted.append(events.c.number == number)
    texts = _found(connection, _LYING.where(*wanted))
    query = select(events.c.seq, events.c.number, events.c.payload, events.c.at)
    for row in connection.execute(query.where(*wanted).order_by(events.c.seq)):
        yield row.number, _flat(row.payload, texts.get(row.seq, {})), row.at
    waiting = select(unordered).where(unordered.c.kind == str(kind))
    if number is not None:
        waiting = waiting.where(unordered.c.number == number)
    for row in connection.execute(waiting.order_by(unordered.c.id)):
        lying = json.loads(row.beside)
        facts = json.loads(row.facts) | {name: lying[name]["text"] for name in lying}
        yield row.number, facts | {"case_id": row.case_id}, row.at


def reconciled(connection: Connection) -> Iterator[Mapping[str, FactValue]]:
    """The facts of each comparison after a restoration."""
    # it has no number, and the index begins with that
    for _, facts, _ in of_kind(connection, EventKind.RECONCILED, ""):
        yield facts


def _found(
    connection: Connection, query: Select[*tuple[Any, ...]]
) -> dict[int, dict[str, Lying]]:
    beside: dict[int, dict[str, Lying]] = {}
    for row in connection.execute(query):
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
