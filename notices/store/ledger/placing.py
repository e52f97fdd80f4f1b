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

from sqlalchemy import (
    ColumnClause,
    Connection,
    Select,
    bindparam,
    func,
    insert,
    select,
)

from notices.ledger import (
    SALT_BYTES,
    EventKind,
    Head,
    Link,
    Opening,
    Told,
    head_of,
    leaf_version,
    named_chains,
    own_chains,
    version_began,
    written_leaf,
)
from notices.ledger.chains import CASE, NOTICE, PERSON, POLICY
from notices.ledger.tiles import WIDTH
from notices.store.database.schema import beside, events, numbers
from notices.store.ledger import subtrees

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
# built once: building a statement costs more than running it
_BEGUN = select(events.c.seq).where(events.c.subject == _BEGAN).limit(1)
_NEWEST_BY = {
    key.name: select(key.label("key"), *_HEAD)
    .where(key == bindparam("of_key"))
    .order_by(events.c.seq.desc())
    .limit(1)
    for key in (events.c.number, events.c.case_id)
}
_OF_SUBJECT = select(*_HEAD).where(events.c.subject == bindparam("subject"))
_NEWEST_OF_SUBJECT = _OF_SUBJECT.order_by(events.c.seq.desc()).limit(1)


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
    if began_at(connection) is None:
        began = waiting[0].told
        told = version_began(origin, at=began.at, by=began.by)
        waiting = [WaitingEvent(told=told), *waiting]
    heads = _Heads(connection, [each.told for each in waiting])
    rows, openings = [], []
    for seq, event in enumerate(waiting, first):
        octets, leaf = written_leaf(
            event.told,
            seq=seq,
            heads=heads.of(event.told),
            nonce=token_hex(NONCE_BYTES),
        )
        head = head_of(leaf, octets)
        heads.add(event.told, head)
        rows.append(_row(event.told, octets, head))
        openings += [_opening(seq, name, one) for name, one in event.lying.items()]
    connection.execute(_APPEND, rows)
    if openings:
        connection.execute(_BESIDE, openings)
    if first // WIDTH < (first + len(rows)) // WIDTH:
        most = subtrees.FEW + len(rows) // WIDTH
        subtrees.grow(connection, first + len(rows), most=most)


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
        for number, head in _heads_by(connection, events.c.number, numbers_wanted):
            self._known[NOTICE, number] = head
        cases_wanted = sorted(key for name, key in wanted if name == CASE)
        # the first event of a case of version 2 may follow one of version 1
        numbered = _with_numbers(connection, cases_wanted)
        for case_id in cases_wanted:
            if case_id not in numbered:
                self._known[CASE, case_id] = None
        for case_id, head in _heads_by(connection, events.c.case_id, cases_wanted):
            self._known[CASE, case_id] = head

    def of(self, told: Told) -> dict[str, Head | None]:
        """What an event names: chain to its newest event."""
        return {chain[0]: self._head(chain) for chain in _named(told)}

    def add(self, told: Told, head: Head) -> None:
        """An event got its place: it is the newest of its chains."""
        own = own_chains(told.kind, told.number, told.case_id, told.facts)
        for chain in own.items():
            self._known[chain] = head

    def _head(self, chain: Chain) -> Head | None:
        if chain not in self._known:
            self._known[chain] = _newest(self._connection, chain)
        return self._known[chain]


def _named(told: Told) -> list[Chain]:
    named = named_chains(told.kind, told.number, told.case_id, told.facts)
    return list(named.items())


_AT_ONCE = 500


def _heads_by(
    connection: Connection, key: ColumnClause[str], wanted: Sequence[str]
) -> Iterable[tuple[str, Head]]:
    if len(wanted) == 1:
        for row in connection.execute(_NEWEST_BY[key.name], {"of_key": wanted[0]}):
            yield row.key, _head_from(row)
        return
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        newest = select(func.max(events.c.seq)).where(key.in_(part)).group_by(key)
        query = select(key.label("key"), *_HEAD).where(events.c.seq.in_(newest))
        for row in connection.execute(query):
            yield row.key, _head_from(row)


def _with_numbers(connection: Connection, case_ids: Sequence[str]) -> set[str]:
    """Those of these cases that have a number."""
    numbered: set[str] = set()
    for start in range(0, len(case_ids), _AT_ONCE):
        part = case_ids[start : start + _AT_ONCE]
        query = select(numbers.c.case_id).where(numbers.c.case_id.in_(part))
        numbered.update(connection.scalars(query))
    return numbered


def _newest(connection: Connection, chain: Chain) -> Head | None:
    name, key = chain
    if name in (POLICY, PERSON):
        subject = {"subject": ":".join(chain)}
        row = connection.execute(_NEWEST_OF_SUBJECT, subject).first()
        return None if row is None else _head_from(row)
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


def began_at(connection: Connection) -> int | None:
    """The place of the first leaf of version 2, None if there is none."""
    found: int | None = connection.scalar(_BEGUN)
    return found


def _row(told: Told, octets: bytes, head: Head) -> dict[str, object]:
    return {
        "seq": head.link.seq,
        "number": told.number or "",
        "case_id": told.case_id or "",
        "subject": subject_of(told),
        "kind": str(told.kind),
        "at": head.at,
        "payload": octets.decode(),
        "leaf": bytes.fromhex(head.link.leaf),
    }


def _opening(seq: int, name: str, beside: Lying) -> dict[str, object]:
    return {
        "seq": seq,
        "name": name,
        "salt": beside.salt,
        "source": beside.source,
        "octets": None if beside.text is None else beside.text.encode(),
    }
