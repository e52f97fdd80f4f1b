"""The log as others watch it: subtrees, cosignatures, refusals; pages by index."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import keep_rows, never_change

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables; `subtrees` of an older ledger is filled when it is read."""
    op.create_table(
        "subtrees",
        sa.Column("level", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name="pk_subtrees"),
        sa.CheckConstraint(
            "level >= 1 AND place >= 0 AND length(hash) = 32",
            name=op.f("ck_subtrees_hash"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("witness", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("cosigned_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name="pk_cosignatures"),
        sqlite_strict=True,
    )
    op.create_table(
        "forks",
        sa.Column("ordinal", sa.Integer, nullable=False, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("witness", "identity", "told", "note", "other", "at")
        ),
        sa.PrimaryKeyConstraint("ordinal", name="pk_forks"),
        sqlite_strict=True,
    )
    # pages of the list of notices
    op.create_index("ix_notices_created_at_number", "notices", ["created_at", "number"])
    connection = op.get_bind()
    for table, same_key in (
        ("subtrees", "level = NEW.level AND place = NEW.place"),
        ("cosignatures", "size = NEW.size AND witness = NEW.witness"),
        ("forks", "ordinal = NEW.ordinal"),
    ):
        keep_rows(connection, table, same_key)
        never_change(connection, table)
