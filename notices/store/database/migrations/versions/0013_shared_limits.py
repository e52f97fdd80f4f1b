"""Deliveries begun within the last minute, by domain: limits that workers share."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table; it never holds more than a minute."""
    op.create_table(
        "begun_deliveries",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_begun_deliveries"),
        sqlite_strict=True,
    )
    columns = ["domain", "at"]
    op.create_index("ix_begun_deliveries_domain_at", "begun_deliveries", columns)
