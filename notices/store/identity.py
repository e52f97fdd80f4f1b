"""Which database this is, where it lies, and what it shows of itself.

Its id is copied with it, so a copy is known by its place: the file itself and the
machine for SQLite, server and database for PostgreSQL. A snapshot of a whole machine
that is brought back has the same place; only a mark outside of it tells.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, cast

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, text

from notices.errors import StoreUnavailable
from notices.files.system_words import in_words
from notices.ledger import (
    ArmedAttempt,
    Counted,
    EventKind,
    Hash,
    HighWaterMark,
    Reached,
    leaf_hash,
    read_entry,
)
from notices.messages import Text
from notices.store import numbering
from notices.store.database import triggers
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import IDENTITY, lock
from notices.store.database.schema import events as events_table
from notices.store.database.schema import identities, numbers
from notices.store.ledger import events, witnessed
from notices.store.ledger.heads import NEWEST
from notices.store.ledger.stored import StoredLedger

_MACHINE = Path("/etc/machine-id")
_AT_ONCE = 1000
_MAY_ASK = text("SELECT has_function_privilege('pg_control_system()', 'execute')")
_SYSTEM = text("SELECT system_identifier FROM pg_control_system()")
# built once: building a statement costs more than running it
_IDENTITIES = select(identities).order_by(identities.c.ordinal)
_NEWEST_AND_PAYLOAD = select(
    NEWEST.scalar_subquery(),
    select(events_table.c.payload)
    .where(events_table.c.seq == bindparam("place"))
    .scalar_subquery(),
)
_ARMED_OF_SOME = select(events_table.c.number, events_table.c.payload).where(
    events_table.c.number.in_(bindparam("of_numbers", expanding=True)),
    events_table.c.kind == str(EventKind.ARMED),
)
_LEAVES = (
    select(events_table.c.leaf)
    .where(
        events_table.c.seq >= bindparam("first"), events_table.c.seq < bindparam("end")
    )
    .order_by(events_table.c.seq)
)
_DATABASE = text("SELECT oid FROM pg_database WHERE datname = current_database()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a database lies."""

    name: str
    """The file's path, or server and database."""
    file: int = 0
    """The file's number in its file system (inode)."""
    volume: int = 0
    """The file system's id; 0: not known."""
    machine: str = ""
    """A hash of the machine's id; empty: not known."""

    def text(self) -> str:
        """Give it as the database keeps it: JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def is_same(self, other: "Place") -> bool:
        """Tell whether both are one database.

        A file that was renamed, or is seen under another path in a container, is the
        same file. A device's number is not asked: it changes at a restart.
        """
        is_there = self.name == other.name or self.volume == other.volume != 0
        machines = {self.machine, other.machine} - {""}
        return is_there and self.file == other.file and len(machines) <= 1


def place_of(connection: Connection) -> Place:
    """Tell where the open database lies."""
    if connection.dialect.name == "postgresql":
        may_ask = connection.scalar(_MAY_ASK)
        system = connection.scalar(_SYSTEM) if may_ask else "unknown"
        return Place(name=f"{system}/{connection.scalar(_DATABASE)}")
    path = Path(str(connection.engine.url.database)).resolve()
    try:
        return Place(
            name=str(path),
            file=path.stat().st_ino,
            volume=os.statvfs(path).f_fsid,
            machine=_machine(),
        )
    except OSError as error:
        raise StoreUnavailable(
            Text(
                "the outbox {path} cannot be used: {strerror}",
                path=path,
                strerror=in_words(error),
            ),
            hint="it was removed while it was open: stop all workers, and restore it",
        ) from error


def standing(
    connection: Connection, mark: HighWaterMark | None, counted: Collection[Counted]
) -> Reached:
    """Read what is to be held against a mark.

    counted: series and years whose highest serial is told, besides those of the mark.
    """
    rows = _rows(connection)
    place = _place_in(rows[-1].place) if rows else None
    size, head = _size_and_head(connection, mark.size - 1 if mark else None)
    return Reached(
        identity=rows[-1].identity if rows else "",
        superseded=frozenset(row.identity for row in rows[:-1]),
        size=size,
        head=head,
        serials=numbering.newest_serials(
            connection, {*counted, *(mark.serials if mark else ())}
        ),
        armed=_armed(connection, mark.armed if mark else ()),
        copied_from=(
            "" if place is None or place.is_same(place_of(connection)) else place.name
        ),
        moved=triggers.fence_message(connection),
        forks=_forks(connection, rows[-1].identity if rows else ""),
        is_older=_is_older(connection, rows),
    )


def give(
    connection: Connection, identity: str, *, now: datetime, is_first: bool = False
) -> str:
    """Give the database a new id at its place; those before are superseded.

    is_first: leave it alone if it has one. Gives the id that holds now.
    """
    lock(connection, IDENTITY)
    rows = _rows(connection)
    if rows and is_first:
        return cast("str", rows[-1].identity)
    connection.execute(
        insert(identities).values(
            ordinal=len(rows) + 1,
            identity=identity,
            place=place_of(connection).text(),
            size=events.size(connection),
            given_at=now,
        )
    )
    return identity


def leaves(connection: Connection, first: int, end: int) -> Iterator[Hash]:
    """Read the leaf hashes from place `first` on, those before `end`."""
    places = {"first": first, "end": end}
    yield from connection.scalars(
        _LEAVES, places, execution_options={"yield_per": _AT_ONCE}
    )


def all_counted(connection: Connection) -> list[Counted]:
    """Give every series and year in which numbers were given."""
    query = select(numbers.c.series, numbers.c.year).distinct()
    return [(row.series, row.year) for row in connection.execute(query)]


def _forks(connection: Connection, identity: str) -> tuple[str, ...]:
    """The witnesses that refused our log since the database has this id."""
    found = witnessed.forks_of(connection, identity)
    return tuple(dict.fromkeys(each.witness.partition("+")[0] for each in found))


def _size_and_head(
    connection: Connection, place: int | None
) -> tuple[int, Hash | None]:
    """How many entries there are, and the hash of the one at a place, at once."""
    newest, payload = connection.execute(_NEWEST_AND_PAYLOAD, {"place": place}).one()
    head = None if payload is None else leaf_hash(payload.encode())
    return 0 if newest is None else newest + 1, head


def _armed(
    connection: Connection, wanted: Iterable[ArmedAttempt]
) -> frozenset[ArmedAttempt]:
    """Read from the ledger which attempts of the wanted deliveries were armed."""
    numbers_wanted = {attempt.number for attempt in wanted}
    if not numbers_wanted:
        return frozenset()
    found = connection.execute(_ARMED_OF_SOME, {"of_numbers": [*numbers_wanted]})
    return frozenset(
        _armed_in(row.number, read_entry(row.payload.encode()).facts) for row in found
    )


def _armed_in(number: str, facts: Mapping[str, Any]) -> ArmedAttempt:
    return ArmedAttempt(
        number=number,
        attempt=facts["attempt"],
        message_sha256=facts["message_sha256"],
    )


def _rows(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(_IDENTITIES))


def _is_older(connection: Connection, rows: Sequence[Row[Any]]) -> bool:
    """A file has one site; a server's database may have further machines."""
    on_server = connection.dialect.name == "postgresql"
    return on_server and len(rows) == 1 and rows[0].size > 0


def _place_in(told: str) -> Place:
    return Place(**json.loads(told))


def _machine() -> str:
    """A hash of ours: machine-id(5) asks not to pass the id itself on."""
    try:
        own = _MACHINE.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return sha256(f"notices outbox {own}".encode()).hexdigest()[:16] if own else ""


class StoreIdentity:
    """Which database this is, and what it shows of a high-water mark."""

    def __init__(self, engine: Engine, ledger: StoredLedger) -> None:
        self.engine = engine
        self._ledger = ledger

    def standing(
        self, mark: HighWaterMark | None, counted: Collection[Counted]
    ) -> Reached:
        """Tell what is to be held against a mark; see `standing` of this module."""
        self._ledger.put_in_order()
        with reading(self.engine) as connection:
            return standing(connection, mark, counted)

    def grown(self, mark: HighWaterMark, shown: Reached) -> HighWaterMark:
        """Give the mark of a database that shows this."""
        with reading(self.engine) as connection:
            further = leaves(connection, mark.size, shown.size)
            name = shown.identity or mark.identity
            return mark.grown(further, shown.serials, identity=name)

    def counted(self) -> list[Counted]:
        """Give every series and year in which numbers were given."""
        with reading(self.engine) as connection:
            return all_counted(connection)

    def name(self) -> str:
        """Tell the id that the database has now; empty: none."""
        with reading(self.engine) as connection:
            known = _rows(connection)
            return known[-1].identity if known else ""

    def given_at_size(self) -> int:
        """Tell how many entries there were when the present id was given; 0: none."""
        with reading(self.engine) as connection:
            known = _rows(connection)
            return known[-1].size if known else 0

    def is_at(self, other: Self) -> bool:
        """Tell whether both are the same database, by whatever name."""
        with reading(self.engine) as own, reading(other.engine) as theirs:
            return place_of(own).is_same(place_of(theirs))

    def identify(self, wanted: str, *, now: datetime) -> str:
        """Give the database this id, if it has none; tell the one that it has."""
        with writing(self.engine) as connection:
            return give(connection, wanted, now=now, is_first=True)
