"""Appends to the ledger within the caller's transaction, and reads it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from notices.delivery import Attempt
from notices.errors import EvidenceBroken
from notices.ledger import Event, EventKind, Fact, leaf_hash, utc
from notices.outbox.schema import events

_NEWEST = select(func.max(events.c.seq))
_APPEND = insert(events)


def append(
    connection: Connection,
    kind: EventKind,
    number: str,
    facts: Mapping[str, Fact],
    *,
    now: datetime,
) -> Event:
    """Write the next leaf. The write lock makes `seq` gapless."""
    newest = connection.scalar(_NEWEST)
    event = Event(
        seq=0 if newest is None else newest + 1,
        at=now,
        number=number,
        kind=kind,
        facts=facts,
    )
    payload = event.payload()
    row = {
        "seq": event.seq,
        "number": number,
        "kind": str(kind),
        "at": now,
        "payload": payload.decode(),
        "leaf": leaf_hash(payload),
    }
    connection.execute(_APPEND, row)
    return event


def payloads(connection: Connection, number: str | None) -> tuple[bytes, ...]:
    """Read the leaves of one notice, or all, in order; each is hashed again."""
    query = select(events.c.seq, events.c.payload, events.c.leaf)
    if number is not None:
        query = query.where(events.c.number == number)
    found: list[bytes] = []
    for seq, text, leaf in connection.execute(query.order_by(events.c.seq)):
        payload = text.encode()
        if leaf_hash(payload) != leaf:
            raise EvidenceBroken(f"entry {seq} of the ledger does not have its hash")
        found.append(payload)
    return tuple(found)


def leaves(connection: Connection) -> list[bytes]:
    """Read all leaf hashes in order; a gap is broken evidence."""
    rows = connection.execute(select(events.c.seq, events.c.leaf).order_by("seq")).all()
    for expected, (seq, _) in enumerate(rows):
        if seq != expected:
            raise EvidenceBroken(f"entry {expected} of the ledger is missing")
    return [leaf for _, leaf in rows]


def attempt_facts(ordinal: int, attempt: Attempt) -> dict[str, Fact]:
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
