"""What witnesses said of checkpoints: cosignatures, and refusals by a fork."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from notices.ledger import Cosignature
from notices.store.database.ledger_tables import cosignatures, forks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A checkpoint that a witness refused though our own proof holds."""

    witness: str
    """Its verifier key."""
    told: str
    """What it answered."""
    note: str
    """The checkpoint that it refused."""
    other: str
    """The newest note that it cosigned, as far as it is here; empty: none is."""
    at: datetime
    """When."""


def add(connection: Connection, size: int, made: Sequence[Cosignature]) -> None:
    """Keep cosignatures of the checkpoint of that size; what is known stays."""
    known = set(
        connection.scalars(
            select(cosignatures.c.witness).where(cosignatures.c.size == size)
        )
    )
    rows = [
        {
            "size": size,
            "witness": str(each.witness),
            "line": str(each.line),
            "cosigned_at": each.at,
        }
        for each in made
        if str(each.witness) not in known
    ]
    if rows:
        connection.execute(insert(cosignatures), rows)


def lines(connection: Connection, size: int) -> tuple[str, ...]:
    """Read the lines of one checkpoint, the earliest first."""
    query = select(cosignatures.c.line).where(cosignatures.c.size == size)
    return tuple(
        connection.scalars(
            query.order_by(cosignatures.c.cosigned_at, cosignatures.c.witness)
        )
    )


def all_lines(connection: Connection) -> dict[int, tuple[str, ...]]:
    """Read the lines of all checkpoints, by size."""
    by_size: dict[int, tuple[str, ...]] = {}
    query = select(cosignatures.c.size, cosignatures.c.line).order_by(
        cosignatures.c.size, cosignatures.c.cosigned_at, cosignatures.c.witness
    )
    for row in connection.execute(query):
        by_size[row.size] = (*by_size.get(row.size, ()), row.line)
    return by_size


def newest_of(connection: Connection, witness: str) -> int:
    """The largest size that a witness cosigned, as far as it is here; 0: none."""
    query = select(func.max(cosignatures.c.size)).where(
        cosignatures.c.witness == witness
    )
    return connection.scalar(query) or 0


def sizes_cosigned(
    connection: Connection, witnesses: Collection[str], quorum: int
) -> list[int]:
    """Sizes of the checkpoints that so many of these cosigned, the largest first."""
    query = (
        select(cosignatures.c.size)
        .where(cosignatures.c.witness.in_(witnesses))
        .group_by(cosignatures.c.size)
        .having(func.count() >= quorum)
        .order_by(cosignatures.c.size.desc())
    )
    return list(connection.scalars(query))


def add_fork(connection: Connection, fork: Fork, identity: str) -> None:
    """Write down a refusal, once for each note while the database is the same."""
    known = select(forks.c.ordinal).where(
        forks.c.note == fork.note,
        forks.c.witness == fork.witness,
        forks.c.identity == identity,
    )
    if connection.execute(known).first() is not None:
        return
    newest = connection.scalar(select(func.max(forks.c.ordinal))) or 0
    connection.execute(
        insert(forks).values(
            ordinal=newest + 1,
            witness=fork.witness,
            identity=identity,
            told=fork.told,
            note=fork.note,
            other=fork.other,
            at=fork.at,
        )
    )


# built once: building a statement costs more than running it
_FORKS_OF = (
    select(forks)
    .where(forks.c.identity.in_(bindparam("identities", expanding=True)))
    .order_by(forks.c.ordinal)
)


def forks_of(connection: Connection, identity: str) -> tuple[Fork, ...]:
    """Read the refusals since the database has the id that it has."""
    found = connection.execute(_FORKS_OF, {"identities": ["", identity]})
    return tuple(map(_fork, found))


def all_forks(connection: Connection) -> tuple[Fork, ...]:
    """Read all refusals, the first one first."""
    return tuple(
        map(_fork, connection.execute(select(forks).order_by(forks.c.ordinal)))
    )


def _fork(row: Row[Any]) -> Fork:
    return Fork(
        witness=row.witness,
        told=row.told,
        note=row.note,
        other=row.other,
        at=row.at,
    )
