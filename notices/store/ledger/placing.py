"""Gives events their places: leaf, links to the events before, what lies beside.

Whoever calls holds the lock of the ledger, or on SQLite the database. The first event
that gets a place in a ledger without version 2 is `version_began`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes, token_hex
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from notices.ledger import (
    SALT_BYTES,
    EventKind,
    Head,
    Link,
    Opening,
    Told,
    leaf_hash,
    leaf_version,
    named_chains,
    own_chains,
    read_entry,
    version_began,
    write_leaf,
)
from notices.ledger.chains import CASE, NOTICE, PERSON, POLICY
from notices.store.database.schema import beside, events, numbers

Chain = tuple[str, str]
"""Name and key."""
NONCE_BYTES = 16
IN_ARTIFACTS = "artifact"
IN_JUDGMENT = "judgment"
IN_DRAFTS = "draft"
IN_REPORTS = "report:"
"""Where the octets of documents lie; the last is followed by the mail's SHA-256."""
_BEGAN = "version"
_NEWEST = select(func.max(events.c.seq))
_APPEND = insert(events)
_BESIDE = insert(beside)
_HEAD = (events.c.seq, events.c.at, events.c.leaf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """What is to lie beside a leaf, under one name."""

    salt: bytes
    """Drawn for it alone."""
    commitment: str
    """What the leaf holds."""
    text: str | None = None
    """The text; None for a document."""
    source: str = ""
    """Where a document's octets lie: `artifact`, `judgment`, `report:` and SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEvent:
    """An event that has no place yet."""

    told: Told
    """What goes into the leaf."""
    lying: Mapping[str, Lying] = field(default_factory=lambda: MappingProxyType({}))
    """What lies beside it, by name."""


def lying(name: str, octets: bytes, *, source: str = "") -> Lying:
    """Commit to a text, or with `source` to a document, under a new salt."""
    opening = Opening(salt=token_bytes(SALT_BYTES), octets=octets)
    text = None if source else opening.text
    commitment = opening.commitment(name)
    return Lying(salt=opening.salt, commitment=commitment, text=text, source=source)


def place(
    connection: Connection, waiting: Sequence[WaitingEvent], *, origin: str
) -> None:
    """Write these events at the end of the ledger, in their order.

    origin: of the log, for `version_began`; empty: not known.
    """
    if not waiting:
        return
    first = next_place(connection)
    if not _has_begun(connection):
        began = waiting[0].told
        told = version_began(origin, at=began.at, by=began.by)
        waiting = [WaitingEvent(told=told), *waiting]
    heads = _Heads(connection, [each.told for each in waiting])
    rows, openings = [], []
    for seq, each in enumerate(waiting, first):
        octets = write_leaf(
            each.told,
            seq=seq,
            heads=heads.of(each.told),
            nonce=token_hex(NONCE_BYTES),
        )
        heads.add(each.told, octets)
        rows.append(_row(each.told, octets))
        openings += [_opening(seq, name, one) for name, one in each.lying.items()]
    connection.execute(_APPEND, rows)
    if openings:
        connection.execute(_BESIDE, openings)


def next_place(connection: Connection) -> int:
    """The place of the next event, which is how many there are."""
    newest = connection.scalar(_NEWEST)
    return 0 if newest is None else int(newest) + 1


def subject_of(told: Told) -> str:
    """By what an event is found that is about no notice and no case; empty: none."""
    if told.kind == EventKind.VERSION_BEGAN:
        return _BEGAN
    chains = own_chains(told.kind, None, None, told.facts)
    return "".join(f"{name}:{key}" for name, key in chains.items())


class _Heads:
    """The newest event of each chain that some events name."""

    def __init__(self, connection: Connection, told: Iterable[Told]) -> None:
        self._connection = connection
        wanted = {chain for each in told for chain in _named(each)}
        numbers_wanted = sorted(key for name, key in wanted if name == NOTICE)
        self._known: dict[Chain, Head | None] = {
            (NOTICE, number): None for number in numbers_wanted
        }
        for number, head in _heads_of_notices(connection, numbers_wanted):
            self._known[NOTICE, number] = head

    def of(self, told: Told) -> dict[str, Head | None]:
        """What an event names: chain to its newest event."""
        return {chain[0]: self._head(chain) for chain in _named(told)}

    def add(self, told: Told, octets: bytes) -> None:
        """An event got its place: it is the newest of its chains."""
        event = read_entry(octets)
        link = Link(seq=event.seq, leaf=event.hash.hex())
        own = own_chains(told.kind, told.number, told.case_id, told.facts)
        for chain in own.items():
            self._known[chain] = Head(link=link, at=event.at)

    def _head(self, chain: Chain) -> Head | None:
        if chain not in self._known:
            self._known[chain] = _newest(self._connection, chain)
        return self._known[chain]


def _named(told: Told) -> list[Chain]:
    named = named_chains(told.kind, told.number, told.case_id, told.facts)
    return list(named.items())


_AT_ONCE = 500


def _heads_of_notices(
    connection: Connection, wanted: Sequence[str]
) -> Iterable[tuple[str, Head]]:
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        newest = (
            select(func.max(events.c.seq))
            .where(events.c.number.in_(part))
            .group_by(events.c.number)
        )
        query = select(events.c.number, *_HEAD).where(events.c.seq.in_(newest))
        for row in connection.execute(query):
            yield row.number, _head_from(row)


def _newest(connection: Connection, chain: Chain) -> Head | None:
    name, key = chain
    if name in (POLICY, PERSON):
        return _one(
            connection, select(*_HEAD).where(events.c.subject == ":".join(chain))
        )
    if name == CASE:
        found = _one(connection, select(*_HEAD).where(events.c.case_id == key))
        return found or _of_version_1(connection, key)
    return _one(connection, select(*_HEAD).where(events.c.number == key))


def _of_version_1(connection: Connection, case_id: str) -> Head | None:
    """The newest leaf of version 1 that names the case (4.3, over the versions)."""
    of_case = select(numbers.c.number).where(numbers.c.case_id == case_id)
    kinds = (str(EventKind.NUMBERED), str(EventKind.PREPARED))
    query = select(*_HEAD, events.c.payload).where(
        events.c.number.in_(of_case), events.c.kind.in_(kinds)
    )
    rows = connection.execute(query.order_by(events.c.seq.desc()))
    old = (row for row in rows if leaf_version(row.payload.encode()) == 1)
    return next((_head_from(row) for row in old), None)


def _one(connection: Connection, query: Select[*tuple[Any, ...]]) -> Head | None:
    row = connection.execute(query.order_by(events.c.seq.desc()).limit(1)).first()
    return None if row is None else _head_from(row)


def _head_from(row: Any) -> Head:
    at: datetime = row.at
    return Head(link=Link(seq=row.seq, leaf=bytes(row.leaf).hex()), at=at)


def _has_begun(connection: Connection) -> bool:
    query = select(events.c.seq).where(events.c.subject == _BEGAN)
    return connection.execute(query.limit(1)).first() is not None


def _row(told: Told, octets: bytes) -> dict[str, object]:
    return {
        "seq": read_entry(octets).seq,
        "number": told.number or "",
        "case_id": told.case_id or "",
        "subject": subject_of(told),
        "kind": str(told.kind),
        "at": read_entry(octets).at,
        "payload": octets.decode(),
        "leaf": leaf_hash(octets),
    }


def _opening(seq: int, name: str, one: Lying) -> dict[str, object]:
    return {
        "seq": seq,
        "name": name,
        "salt": one.salt,
        "source": one.source,
        "octets": None if one.text is None else one.text.encode(),
    }
