"""Copies a whole store into an empty one, and proves that nothing changed on the way.

    with moving(source, to="postgresql://...", now=now) as old, filling(target) as new:
        copies = copy(old, new)

The source refuses every further change from the moment that the copy is complete: two
living outboxes with the same queue would send everything twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    column,
    func,
    insert,
    select,
    table,
    text,
)

from notices.delivery import State
from notices.errors import EvidenceBroken, OutboxMoved, RefusedError
from notices.ledger import Hash, root
from notices.messages import Text
from notices.store.database.engine import said_by_trigger, writing
from notices.store.database.schema import (
    begun_deliveries,
    deliveries,
    metadata,
    unordered,
)
from notices.store.database.triggers import fence, fence_message, without_start
from notices.store.ledger import events

_AT_ONCE = 100
_SEQUENCE = text("SELECT pg_get_serial_sequence(:of_table, :of_column)")
_GO_ON = text("SELECT setval(CAST(:sequence AS regclass), :newest)")
_TABLES = [
    each for each in metadata.sorted_tables if each not in (unordered, begun_deliveries)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProof:
    """What a table holds."""

    name: str
    """Of the table."""
    rows: int
    """How many."""
    sha256: str
    """Over the hashes of all rows, sorted; lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a store holds; equal for two stores that say the same."""

    tables: tuple[TableProof, ...]
    """Every table of ours."""
    size: int
    """Entries of the ledger."""
    root: Hash
    """Root hash over them."""


@contextmanager
def moving(engine: Engine, *, to: str, now: datetime) -> Iterator[Connection]:
    """Hold the source still; once the block has ended well it changes no more.

    to: where it went, without a password. Raises RefusedError while a delivery is
    `sending`, and for a source that was moved before: there would be two of it.
    """
    with writing(engine) as connection:
        _hold_still(connection)
        if message := fence_message(connection):
            raise moved_before(message)
        while events.put_in_order(connection):
            pass
        busy = select(func.count()).where(deliveries.c.state == str(State.SENDING))
        if count := connection.scalar(busy):
            raise RefusedError(
                Text(
                    "{count} deliveries are being sent: the outbox cannot be moved now",
                    count=count,
                ),
                hint="stop all workers, run `notices work` once, and try again",
            )
        yield connection
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        fence(connection, Text("this outbox was moved to {to} at {at}", to=to, at=at))


def moved_before(message: str) -> OutboxMoved:
    """Say that an outbox lives elsewhere now; `message` is that of its fence."""
    return OutboxMoved(
        Text(
            "{message}; it sends nothing any more, and is not moved again",
            message=said_by_trigger(message),
        ),
        hint="set [outbox] url in notices.toml to that database",
    )


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """Fill an empty store whole or not at all; RefusedError if it is not empty."""
    with writing(engine) as connection:
        if message := fence_message(connection):
            raise RefusedError(
                Text(
                    "the target is an old outbox: {message}",
                    message=said_by_trigger(message),
                ),
                hint="name a new file or a new database",
            )
        for each in metadata.sorted_tables:
            if connection.execute(select(each).limit(1)).first() is not None:
                raise RefusedError(
                    Text("the target is not empty: it has {name}", name=each.name),
                    hint="name a new file or a new database",
                )
        with without_start(connection):
            yield connection


def copy(source: Connection, target: Connection) -> Contents:
    """Copy all rows and compare both sides; EvidenceBroken if they differ."""
    for each in _TABLES:
        names = each.c.keys()
        plain = insert(table(each.name, *map(column, names)))
        rows = _rows(source, each.name, names)
        while part := list(islice(rows, _AT_ONCE)):
            target.execute(plain, [dict(zip(names, row, strict=True)) for row in part])
    _count_on(target)
    before, after = contents(source), contents(target)
    if before != after:
        different = [
            old.name
            for old, new in zip(before.tables, after.tables, strict=True)
            if old != new
        ]
        raise EvidenceBroken(
            Text(
                "the copy differs from the original in {different}",
                different=", ".join(different),
            ),
            hint="nothing was moved; the target was left empty",
        )
    return after


def _count_on(target: Connection) -> None:
    """Let PostgreSQL's sequences go on behind the rows that came in with their ids."""
    if target.dialect.name != "postgresql":
        return
    for each in _TABLES:
        for key in each.primary_key:
            named = {"of_table": each.name, "of_column": key.name}
            sequence = target.scalar(_SEQUENCE, named)
            newest = target.scalar(select(func.max(key))) if sequence else None
            if newest is not None:
                target.execute(_GO_ON, {"sequence": sequence, "newest": newest})


def contents(connection: Connection) -> Contents:
    """Hash every row of every table, and the ledger."""
    leaves = events.leaves(connection)
    return Contents(
        tables=tuple(_proof(connection, each.name, each.c.keys()) for each in _TABLES),
        size=len(leaves),
        root=root(leaves),
    )


def _proof(connection: Connection, name: str, columns: Sequence[str]) -> TableProof:
    # sorted by hash: engines sort text differently
    hashes = sorted(_row_hash(row) for row in _rows(connection, name, columns))
    whole = sha256(b"".join(hashes)).hexdigest()
    return TableProof(name=name, rows=len(hashes), sha256=whole)


def _rows(
    connection: Connection, name: str, columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """The rows as the engine stores them, in the order of their keys."""
    key: list[ColumnElement[Any]] = [
        column(each.name) for each in metadata.tables[name].primary_key
    ]
    wanted: list[ColumnElement[Any]] = [column(each) for each in columns]
    query = select(*wanted).select_from(table(name)).order_by(*key)
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    for row in found:
        yield tuple(row)


def _row_hash(row: Sequence[object]) -> bytes:
    """Over type, length and bytes of each value, so that no two rows look alike."""
    digest = sha256()
    for value in row:
        content = value if isinstance(value, bytes) else str(value).encode()
        digest.update(f"{type(value).__name__}:{len(content)}:".encode())
        digest.update(content)
    return digest.digest()


def _hold_still(connection: Connection) -> None:
    """Let nobody else write; on SQLite the transaction itself does that."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(metadata.tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
