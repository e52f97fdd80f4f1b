"""Checkpoints as they were issued, and the whole ledger for who checks it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from notices.ledger import FactValue, Hash
from notices.store.database.ledger_tables import late_stamps
from notices.store.database.schema import checkpoints, events
from notices.store.ledger import witnessed
from notices.store.ledger.telling import reconciled

# built once: building a statement costs more than running it
_ALL = select(checkpoints, late_stamps.c.time_stamp.label("late_stamp")).join_from(
    checkpoints, late_stamps, isouter=True
)
_NEWEST = _ALL.order_by(checkpoints.c.size.desc()).limit(1)
_FIRST_AT = select(events.c.at).where(events.c.seq == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A checkpoint that left the house."""

    size: int
    """How many leaves."""
    root: Hash
    """Root hash over them."""
    note: str
    """The signed note, with the log's signature alone."""
    time_stamp: bytes
    """RFC 3161 token over the note's SHA-256, DER, early or late; empty: none."""
    issued_at: datetime
    """When."""
    cosignatures: tuple[str, ...] = ()
    """Lines of witnesses, each with its line feed."""

    @property
    def cosigned_note(self) -> str:
        """The note with the cosignatures that came."""
        return self.note + "".join(self.cosignatures)

    @property
    def cosigners(self) -> tuple[str, ...]:
        """The names of the witnesses that cosigned it."""
        return tuple(line.split(" ")[1] for line in self.cosignatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the ledger as it stands in the database."""

    seq: int
    """Place, from 0."""
    number: str
    """整理番号."""
    kind: str
    """What happened."""
    at: datetime
    """When."""
    payload: bytes
    """The leaf."""
    leaf: Hash
    """The hash that was stored for it."""


def add(connection: Connection, issued: Issued) -> None:
    """Write a checkpoint; the database refuses a second one of the same size."""
    connection.execute(
        insert(checkpoints).values(
            size=issued.size,
            root=issued.root,
            note=issued.note,
            time_stamp=issued.time_stamp,
            issued_at=issued.issued_at,
        )
    )


def add_stamp(
    connection: Connection, size: int, time_stamp: bytes, *, now: datetime
) -> None:
    """Keep the stamp of a checkpoint that was issued without; what is known stays."""
    there = at_size(connection, size)
    if there and not there.time_stamp:
        values = {"size": size, "time_stamp": time_stamp, "stamped_at": now}
        connection.execute(insert(late_stamps), values)


def listed(connection: Connection) -> tuple[Issued, ...]:
    """Read all checkpoints, the smallest first."""
    rows = connection.execute(_ALL.order_by(checkpoints.c.size))
    lines = witnessed.all_lines(connection)
    return tuple(_issued(row, lines.get(row.size, ())) for row in rows)


def sizes(connection: Connection, after: int) -> tuple[int, ...]:
    """Read the sizes of those beyond a size, the smallest first."""
    query = select(checkpoints.c.size).where(checkpoints.c.size > after)
    return tuple(connection.scalars(query.order_by(checkpoints.c.size)))


def newest(connection: Connection) -> Issued | None:
    """Read the largest one, None if none was issued."""
    return _one(connection, _NEWEST)


def at_size(connection: Connection, size: int) -> Issued | None:
    """Read the one of that size, None if none was issued."""
    return _one(connection, _ALL.where(checkpoints.c.size == size))


def _one(connection: Connection, query: Select[*tuple[Any, ...]]) -> Issued | None:
    row = connection.execute(query).first()
    if row is None:
        return None
    return _issued(row, witnessed.lines(connection, row.size))


def _issued(row: Row[Any], cosignatures: tuple[str, ...]) -> Issued:
    return Issued(
        size=row.size,
        root=bytes(row.root),
        note=row.note,
        time_stamp=bytes(row.time_stamp or row.late_stamp or b""),
        issued_at=row.issued_at,
        cosignatures=cosignatures,
    )


def is_issued(connection: Connection, size: int, root: Hash) -> bool:
    """Tell whether it was issued from here."""
    issued = select(checkpoints.c.size).where(
        checkpoints.c.size == size, checkpoints.c.root == root
    )
    return connection.execute(issued).first() is not None


def is_known(connection: Connection, size: int, root: Hash) -> bool:
    """Tell whether it was issued from here, or lived with after a restoration."""
    if is_issued(connection, size, root):
        return True
    return any(_names(facts, size, root) for facts in reconciled(connection))


def first_at(connection: Connection) -> datetime | None:
    """Read when the first entry was written, None if there is none."""
    found: datetime | None = connection.scalar(_FIRST_AT)
    return found


def dismissed(connection: Connection) -> frozenset[str]:
    """Give the SHA-256 of the signed parts that comparisons have dealt with."""
    told = (str(facts.get("dismissed", "")) for facts in reconciled(connection))
    return frozenset(digest for text in told for digest in text.split())


def _names(facts: Mapping[str, FactValue], size: int, root: Hash) -> bool:
    named = facts.get("checkpoint_size"), facts.get("checkpoint_root")
    return named == (size, root.hex())


def entries(connection: Connection) -> Iterator[Entry]:
    """Read the ledger in order, unchecked, row by row."""
    rows = connection.execute(
        select(events).order_by(events.c.seq), execution_options={"yield_per": 1000}
    )
    for row in rows:
        yield Entry(
            seq=row.seq,
            number=row.number,
            kind=row.kind,
            at=row.at,
            payload=row.payload.encode(),
            leaf=bytes(row.leaf),
        )
