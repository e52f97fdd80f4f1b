"""Events that wait for their place in the ledger, where many write at once."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid, forbid_emptying, never_change

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; a row leaves it only for its place in `events`."""
    op.create_table(
        "unordered",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unordered"),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    never_change(connection, "unordered")
    lost = "unordered: an event leaves only for its place in the ledger"
    forbid(
        connection,
        "unordered",
        "delete",
        "DELETE",
        lost,
        when="NOT EXISTS (SELECT 1 FROM events WHERE number = OLD.number "
        "AND kind = OLD.kind AND at = OLD.at)",
    )
    forbid_emptying(connection, "unordered", lost)
