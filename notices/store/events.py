"""Appends to the ledger within the caller's transaction, and reads it.

On SQLite the write lock makes `seq` gapless. On PostgreSQL a place in the ledger
that is taken before the commit would make all workers wait for each other's disk
(docs/adr/0004): there an event is written to `unordered` in the same transaction as
the move, and gets its place before anybody reads the ledger.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from notices.delivery import Attempt
from notices.errors import EvidenceBroken
from notices.ledger import Event, EventKind, FactValue, canonical_json, leaf_hash, utc
from notices.messages import Text
from notices.store.database.postgres import LEDGER, lock
from notices.store.database.schema import events, unordered

_NEWEST = select(func.max(events.c.seq))
_APPEND = insert(events)
_WAIT = insert(unordered)
_WAITING = select(unordered).order_by(unordered.c.id)
_LEAVE = delete(unordered).where(unordered.c.id == bindparam("of_id"))
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class UnplacedEvent:
    """What happened to a notice, not yet in its place in the ledger."""

    kind: EventKind
    """What happened."""
    number: str
    """To which notice."""
    facts: Mapping[str, FactValue]
    """The particulars."""
    at: datetime
    """When."""


def append(
    connection: Connection,
    kind: EventKind,
    number: str,
    facts: Mapping[str, FactValue],
    *,
    now: datetime,
) -> None:
    """Write an event, in the transaction of what it tells."""
    append_all(connection, [UnplacedEvent(kind, number, facts, now)])


def append_all(connection: Connection, told: Sequence[UnplacedEvent]) -> None:
    """Write events of several notices, in the transaction of what they tell."""
    if not told:
        return
    on_sqlite = connection.dialect.name == "sqlite"
    first = _next(connection) if on_sqlite else 0
    placed = [
        Event(seq=seq, at=one.at, number=one.number, kind=one.kind, facts=one.facts)
        for seq, one in enumerate(told, first)
    ]
    if on_sqlite:
        connection.execute(_APPEND, [_row(event) for event in placed])
        return
    # the events of one notice keep their order: its row is locked by whoever writes
    connection.execute(_WAIT, [_row_without_place(event) for event in placed])


def put_in_order(connection: Connection) -> bool:
    """Give waiting events their places; tell whether there may be more."""
    lock(connection, LEDGER)
    waiting = connection.execute(_WAITING.limit(_AT_ONCE)).all()
    if not waiting:
        return False
    first = _next(connection)
    ordered = [
        Event(
            seq=seq,
            at=row.at,
            number=row.number,
            kind=EventKind(row.kind),
            facts=json.loads(row.facts),
        )
        for seq, row in enumerate(waiting, first)
    ]
    connection.execute(_APPEND, [_row(event) for event in ordered])
    connection.execute(_LEAVE, [{"of_id": row.id} for row in waiting])
    return len(waiting) == _AT_ONCE


def any_waiting(connection: Connection) -> bool:
    """Tell whether events wait for their places."""
    return connection.execute(_WAITING.limit(1)).first() is not None


def payloads(connection: Connection, number: str | None) -> tuple[bytes, ...]:
    """Read the leaves of one notice, or all, in order; each is hashed again."""
    query = select(events.c.seq, events.c.payload, events.c.leaf)
    if number is not None:
        query = query.where(events.c.number == number)
    payloads_read: list[bytes] = []
    for seq, text, leaf in connection.execute(query.order_by(events.c.seq)):
        payload = text.encode()
        if leaf_hash(payload) != leaf:
            raise EvidenceBroken(
                Text("entry {seq} of the ledger does not have its hash", seq=seq)
            )
        payloads_read.append(payload)
    return tuple(payloads_read)


def leaves(connection: Connection) -> list[bytes]:
    """Read all leaf hashes in order; a gap is broken evidence."""
    rows = connection.execute(select(events.c.seq, events.c.leaf).order_by("seq")).all()
    for expected, (seq, _) in enumerate(rows):
        if seq != expected:
            raise EvidenceBroken(
                Text("entry {expected} of the ledger is missing", expected=expected)
            )
    return [leaf for _, leaf in rows]


def size(connection: Connection) -> int:
    """Count the entries."""
    return _next(connection)


def attempt_facts(ordinal: int, attempt: Attempt) -> dict[str, FactValue]:
    """Tell an attempt's outcome as facts of an event."""
    reply = attempt.reply
    return {
        "attempt": ordinal,
        "state": str(attempt.state),
        "stage": str(attempt.stage),
        "remote": attempt.remote,
        "tls": attempt.tls,
        "reply": None if reply is None else str(reply),
        "note": attempt.note,
        "started_at": utc(attempt.started_at),
        "ended_at": utc(attempt.ended_at),
    }


def _next(connection: Connection) -> int:
    newest = connection.scalar(_NEWEST)
    return 0 if newest is None else int(newest) + 1


def _row_without_place(event: Event) -> dict[str, object]:
    return {
        "number": event.number,
        "kind": str(event.kind),
        "at": event.at,
        "facts": canonical_json(event.facts).decode(),
    }


def _row(event: Event) -> dict[str, object]:
    payload = event.payload()
    return {
        "seq": event.seq,
        "number": event.number,
        "kind": str(event.kind),
        "at": event.at,
        "payload": payload.decode(),
        "leaf": leaf_hash(payload),
    }
