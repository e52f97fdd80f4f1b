"""Time stamps of checkpoints that were issued without one."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import keep_rows, never_change

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add `late_stamps`."""
    op.create_table(
        "late_stamps",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("time_stamp", sa.LargeBinary, nullable=False),
        sa.Column("stamped_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_late_stamps"),
        sa.ForeignKeyConstraint(
            ["size"], ["checkpoints.size"], name="fk_late_stamps_size_checkpoints"
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "late_stamps", "size = NEW.size")
    never_change(connection, "late_stamps")
