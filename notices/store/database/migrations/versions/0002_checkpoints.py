"""Checkpoints as they were issued, and the secret behind salted commitments."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid, keep_rows, never_change

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table and the column, and keep the table append-only."""
    with op.batch_alter_table("notices", recreate="never") as notices:
        notices.add_column(
            sa.Column("salt", sa.Text, nullable=False, server_default="")
        )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("time_stamp", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoints"),
        sa.CheckConstraint(
            "size >= 0 AND length(root) = 32", name=op.f("ck_checkpoints_root")
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "checkpoints", "size = NEW.size")
    never_change(connection, "checkpoints")
    forbid(
        connection,
        "checkpoints",
        "order",
        "INSERT",
        "checkpoints: a log never shrinks",
        when="EXISTS (SELECT 1 FROM checkpoints WHERE size > NEW.size)",
    )
