"""Leaves of version 2: what they are found by, and what lies beside them.

What waits for its place gets it here, as version 1; nothing of version 1 comes after.
"""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from notices.ledger import Event, EventKind, leaf_hash
from notices.store.database.postgres import LEDGER, lock
from notices.store.database.triggers import (
    forbid,
    forbid_emptying,
    keep_rows,
    never_change,
)

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add columns to `events`, and the table `beside`."""
    connection = op.get_bind()
    lock(connection, LEDGER)
    _place_what_waits(connection)
    for name in ("case_id", "subject"):
        op.add_column(
            "events", sa.Column(name, sa.Text, nullable=False, server_default="")
        )
        op.create_index(f"ix_events_{name}_seq", "events", [name, "seq"])
    _beside()
    _unordered(connection)
    # a program of before that still runs must not go on in its way
    forbid(
        connection,
        "events",
        "version",
        "INSERT",
        "events: version 1 of the ledger has ended",
        when="substr(NEW.payload, length(NEW.payload) - 6) <> ',\"v\":2}' "
        "AND EXISTS (SELECT 1 FROM events WHERE subject = 'version')",
    )


def _place_what_waits(connection: sa.Connection) -> None:
    waiting = connection.exec_driver_sql("SELECT * FROM unordered ORDER BY id").all()
    newest = connection.exec_driver_sql("SELECT max(seq) FROM events").scalar()
    add = sa.text(
        "INSERT INTO events (seq, number, kind, at, payload, leaf) "
        "VALUES (:seq, :number, :kind, :at, :payload, :leaf)"
    )
    for seq, row in enumerate(waiting, 0 if newest is None else newest + 1):
        payload = Event(
            seq=seq,
            at=datetime.fromisoformat(row.at),
            number=row.number,
            kind=EventKind(row.kind),
            facts=json.loads(row.facts),
        ).payload()
        values = {"seq": seq, "payload": payload.decode(), "leaf": leaf_hash(payload)}
        values |= {"number": row.number, "kind": row.kind, "at": row.at}
        connection.execute(add, values)


def _beside() -> None:
    op.create_table(
        "beside",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("octets", sa.LargeBinary),
        sa.PrimaryKeyConstraint("seq", "name", name="pk_beside"),
        sa.ForeignKeyConstraint(["seq"], ["events.seq"], name="fk_beside_seq"),
        sa.CheckConstraint(
            "length(salt) = 32 AND (source = '') = (octets IS NOT NULL)",
            name=op.f("ck_beside_salt"),
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "beside", "seq = NEW.seq AND name = NEW.name")
    never_change(connection, "beside")


def _unordered(connection: sa.Connection) -> None:
    """Made anew: a program of before cannot write into it any more."""
    op.drop_table("unordered")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION unordered_delete()")
    op.create_table(
        "unordered",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("number", "case_id", "kind", "at", "by", "facts", "beside")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unordered"),
        sqlite_strict=True,
    )
    never_change(connection, "unordered")
    lost = "unordered: an event leaves only for its place in the ledger"
    # a clock that ran backwards is put right when the place is given
    forbid(
        connection,
        "unordered",
        "delete",
        "DELETE",
        lost,
        when="NOT EXISTS (SELECT 1 FROM events WHERE number = OLD.number "
        "AND kind = OLD.kind AND at >= OLD.at)",
    )
    forbid_emptying(connection, "unordered", lost)
