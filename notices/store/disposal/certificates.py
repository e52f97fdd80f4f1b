"""What was disposed of, as it is on record for ever: the certificates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from notices.casework.disposal import DisposalStatement, read_statement
from notices.store.database.disposal_tables import disposals


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One decision, and what came of it."""

    statement: DisposalStatement
    """What was decided, about which cases, by whom."""
    confirmation: Mapping[str, str]
    """What the second person signed; empty: nobody was enrolled."""
    at: datetime
    """When the rows were removed."""
    removed: Mapping[str, int]
    """Rows that were removed or emptied, by table."""
    outside: tuple[Mapping[str, Any], ...]
    """What lies outside of the program's reach: `place` and particulars."""
    is_again: bool
    """True: of a database that was restored and still held it."""
    cleared_at: datetime | None
    """When files and free space were cleared; None: that is still to be done."""
    files: Mapping[str, Any]
    """`removed`: how many; `left`: names of files that mention one of the cases."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices disposals --json`."""
        statement: dict[str, Any] = json.loads(self.statement.octets())
        return {
            "statement": statement,
            "statement_sha256": self.statement.sha256,
            "confirmation": dict(self.confirmation),
            "at": self.at.isoformat(),
            "removed": dict(self.removed),
            "files": dict(self.files),
            "outside": [dict(each) for each in self.outside],
            "again": self.is_again,
            "cleared_at": self.cleared_at and self.cleared_at.isoformat(),
        }


def listed(
    connection: Connection, *, uncleared: bool = False
) -> tuple[Certificate, ...]:
    """All certificates, the oldest first; or those with work still to be done."""
    query = select(disposals).order_by(disposals.c.at, disposals.c.statement_sha256)
    if uncleared:
        query = query.where(disposals.c.cleared_at.is_(None))
    return tuple(_certificate(row) for row in connection.execute(query))


def set_cleared(
    connection: Connection,
    certificates: Sequence[Certificate],
    files: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Write down that files and free space of these are cleared."""
    ids = [each.statement.sha256 for each in certificates]
    connection.execute(
        update(disposals)
        .where(disposals.c.statement_sha256.in_(ids), disposals.c.cleared_at.is_(None))
        .values(cleared_at=now, files=json.dumps(dict(files), ensure_ascii=False))
    )


def _certificate(row: Row[Any]) -> Certificate:
    return Certificate(
        statement=read_statement(row.statement.encode()),
        confirmation=json.loads(row.confirmation or "{}"),
        at=row.at,
        removed=json.loads(row.removed),
        outside=tuple(json.loads(row.outside)),
        is_again=bool(row.is_again),
        cleared_at=row.cleared_at,
        files=json.loads(row.files or "{}"),
    )
