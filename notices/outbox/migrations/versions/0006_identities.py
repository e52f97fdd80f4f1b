"""Which database this is: an id that a high-water mark outside of it can name."""

import sqlalchemy as sa
from alembic import op

from notices.outbox.triggers import keep_rows, never_change

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; the id itself is given when the database is first worked with."""
    op.create_table(
        "identities",
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("given_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_identities"),
        sa.UniqueConstraint("identity", name="uq_identities_identity"),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_identities_ordinal")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "identities", "ordinal = NEW.ordinal")
    never_change(connection, "identities")
