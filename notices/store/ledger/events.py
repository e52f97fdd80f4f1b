"""Appends to the ledger within the caller's transaction, and reads it.

On SQLite the write lock makes `seq` gapless. On PostgreSQL a place in the ledger
that is taken before the commit would make all workers wait for each other's disk
(docs/adr/0004): there an event is written to `unordered` in the same transaction as
the move, and gets its place, and with it its leaf, before anybody reads the ledger.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from notices.delivery import Attempt
from notices.errors import EvidenceBroken
from notices.ledger import (
    BESIDE_DOCUMENT,
    PROGRAM,
    EventKind,
    FactValue,
    Told,
    leaf_hash,
    split_facts,
    utc,
)
from notices.ledger.chains import PERSON
from notices.messages import Text
from notices.store.database.postgres import LEDGER, lock
from notices.store.database.readable import stored_object
from notices.store.database.schema import events, unordered
from notices.store.ledger.heads import NEWEST
from notices.store.ledger.placing import Lying, WaitingEvent, lying, next_place, place

WORKER = "program:worker"
"""Who writes down what attempts made."""
INBOX = "program:inbox"
"""Who writes down what came in."""
_WAIT = insert(unordered)
_WAITING = select(unordered).order_by(unordered.c.id)
_FIRST_WAITING = _WAITING.limit(1)
_LAST = select(events.c.seq, events.c.leaf).order_by(events.c.seq.desc()).limit(1)
_WAITING_AND_NEWEST = select(
    select(unordered.c.id).limit(1).scalar_subquery(), NEWEST.scalar_subquery()
)
_ALL_WAITING = select(func.count(), func.coalesce(func.max(unordered.c.id), 0))
# of exactly these: one of a smaller id may be committed meanwhile
_LEAVE = delete(unordered).where(
    unordered.c.id.in_(bindparam("of_ids", expanding=True))
)
_AT_ONCE = 1000
ORIGIN = "notices_origin"
"""Option of an engine: the log's name, for `version_began`."""


@dataclass(frozen=True, slots=True)
class UnplacedEvent:
    """What happened to a notice, not yet in its place in the ledger."""

    kind: StrEnum
    """What happened: an `EventKind`, or a fact of a case."""
    number: str
    """To which notice; empty: to none."""
    facts: Mapping[str, FactValue]
    """The particulars; which of them lie beside the leaf, `split_facts` tells."""
    at: datetime
    """When."""
    by: str = PROGRAM
    """Who wrote it down."""
    case_id: str = ""
    """The case whose chain it stands in; empty: none."""
    documents: Mapping[str, tuple[bytes, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """File name to octets and to where they are kept (`Lying.source`)."""


def append(
    connection: Connection,
    kind: EventKind,
    number: str,
    facts: Mapping[str, FactValue],
    *,
    now: datetime,
    by: str = PROGRAM,
    case_id: str = "",
    documents: Mapping[str, tuple[bytes, str]] = MappingProxyType({}),
) -> None:
    """Write an event, in the transaction of what it tells."""
    told = UnplacedEvent(kind, number, facts, now, by, case_id, documents)
    append_all(connection, [told])


def append_all(connection: Connection, told: Sequence[UnplacedEvent]) -> None:
    """Write events of several notices, in the transaction of what they tell."""
    if not told:
        return
    waiting = [_waiting(one) for one in told]
    if connection.dialect.name == "sqlite":
        place(connection, waiting, origin=origin_of(connection))
        return
    # the events of one notice keep their order: its row is locked by whoever writes
    connection.execute(_WAIT, [_row_without_place(each) for each in waiting])


def put_in_order(connection: Connection) -> bool:
    """Give waiting events their places; tell whether there may be more."""
    lock(connection, LEDGER)
    rows = connection.execute(_WAITING.limit(_AT_ONCE)).all()
    if not rows:
        return False
    waiting = [_waiting_from(row) for row in rows]
    place(connection, waiting, origin=origin_of(connection))
    connection.execute(_LEAVE, {"of_ids": [row.id for row in rows]})
    return len(rows) == _AT_ONCE


def origin_of(connection: Connection) -> str:
    """The log's origin as the site has it; empty: not known."""
    return str(connection.get_execution_options().get(ORIGIN, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """What names a state of the database: whatever changes it is an event."""

    size: int
    """Entries that have their place."""
    leaf: bytes
    """Hash of the last of them."""
    waiting: tuple[int, int]
    """How many events wait for their places, and the id of the newest."""


def head(connection: Connection) -> LedgerHead:
    """Tell where the ledger stands; nothing gets its place for it."""
    last = connection.execute(_LAST).first()
    count, newest = connection.execute(_ALL_WAITING.select_from(unordered)).one()
    return LedgerHead(
        size=last.seq + 1 if last else 0,
        leaf=bytes(last.leaf) if last else b"",
        waiting=(count, newest),
    )


def any_waiting(connection: Connection) -> bool:
    """Tell whether events wait for their places."""
    return connection.execute(_FIRST_WAITING).first() is not None


def payloads(connection: Connection, number: str | None) -> tuple[bytes, ...]:
    """Read the leaves of one notice, or all, in order; each is hashed again."""
    query = select(events.c.seq, events.c.payload, events.c.leaf)
    if number is not None:
        query = query.where(events.c.number == number)
    return _checked(connection, query.order_by(events.c.seq))


def payloads_at(connection: Connection, places: Sequence[int]) -> tuple[bytes, ...]:
    """Read the leaves at these places, in order; each is hashed again."""
    query = select(events.c.seq, events.c.payload, events.c.leaf)
    wanted = query.where(events.c.seq.in_(places))
    return _checked(connection, wanted.order_by(events.c.seq))


def places_of(connection: Connection, kind: EventKind) -> tuple[int, ...]:
    """The places of the events about people of one kind."""
    query = select(events.c.seq).where(
        of_people(connection.dialect.name), events.c.kind == str(kind)
    )
    return tuple(connection.scalars(query.order_by(events.c.seq)))


def of_people(engine: str) -> ColumnElement[bool]:
    """Whether an entry is about a person; by its index, for the ledger may be long.

    engine: PostgreSQL compares as its language does, in which punctuation counts for
    little: there a range is none.
    """
    if engine == "sqlite":
        return events.c.subject.between(f"{PERSON}:", f"{PERSON};")
    return events.c.subject.startswith(f"{PERSON}:", autoescape=True)


def _checked(connection: Connection, query: Any) -> tuple[bytes, ...]:
    payloads_read: list[bytes] = []
    for row in connection.execute(query):
        payload = row.payload.encode()
        if leaf_hash(payload) != row.leaf:
            raise EvidenceBroken(
                Text("entry {seq} of the ledger does not have its hash", seq=row.seq)
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


def waiting_and_size(connection: Connection) -> tuple[bool, int]:
    """Whether events wait for their places, and how many have theirs, at once."""
    waiting, newest = connection.execute(_WAITING_AND_NEWEST).one()
    return waiting is not None, 0 if newest is None else int(newest) + 1


def size(connection: Connection) -> int:
    """Count the entries."""
    return next_place(connection)


def attempt_facts(ordinal: int, attempt: Attempt) -> dict[str, FactValue]:
    """Tell an attempt's outcome as facts of an event."""
    reply = attempt.reply
    return {
        "attempt": ordinal,
        "state": str(attempt.state),
        "stage": str(attempt.stage),
        "remote": attempt.remote,
        "tls": attempt.tls,
        "reply_code": None if reply is None else reply.code,
        "reply_enhanced": None if reply is None else reply.enhanced_status,
        "reply": None if reply is None else str(reply),
        "note": attempt.note,
        "started_at": utc(attempt.started_at),
        "ended_at": utc(attempt.ended_at),
    }


def _waiting(event: UnplacedEvent) -> WaitingEvent:
    words, texts = split_facts(event.kind, event.facts)
    case_id = event.case_id or None
    besides = {name: lying(name, text.encode()) for name, text in texts.items()}
    for file_name, (octets, source) in event.documents.items():
        name = f"{BESIDE_DOCUMENT}{file_name}"
        besides[name] = lying(name, octets, source=source)
    told = Told(
        kind=str(event.kind),
        at=event.at,
        by=event.by,
        number=event.number or None,
        case_id=case_id,
        facts=words,
        beside={name: each.commitment for name, each in besides.items()},
    )
    return WaitingEvent(told=told, lying=besides)


def _row_without_place(waiting: WaitingEvent) -> dict[str, object]:
    told = waiting.told
    besides = {
        name: {**asdict(each), "salt": each.salt.hex()}
        for name, each in waiting.lying.items()
    }
    return {
        "number": told.number or "",
        "case_id": told.case_id or "",
        "kind": told.kind,
        "at": told.at,
        "by": told.by,
        "facts": json.dumps(dict(told.facts), ensure_ascii=False),
        "beside": json.dumps(besides, ensure_ascii=False),
    }


def _waiting_from(row: Row[Any]) -> WaitingEvent:
    besides = {
        name: Lying(**{**each, "salt": bytes.fromhex(each["salt"])})
        for name, each in stored_object(row.beside, "unordered.beside").items()
    }
    told = Told(
        kind=row.kind,
        at=row.at,
        by=row.by,
        number=row.number or None,
        case_id=row.case_id or None,
        facts=stored_object(row.facts, "unordered.facts"),
        beside={name: each.commitment for name, each in besides.items()},
    )
    return WaitingEvent(told=told, lying=besides)
