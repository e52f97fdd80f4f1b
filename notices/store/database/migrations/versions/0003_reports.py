"""The mails that came in as evidence, and envelope ids that can be looked up."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import keep_rows, never_change

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, append-only like the rest of the history."""
    op.create_table(
        "reports",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("proves", sa.Text),
        sa.Column("waits", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("mailbox", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", name="pk_reports"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_reports_number"
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_reports_sha256")),
        sa.CheckConstraint(
            "proves IS NULL OR (number IS NOT NULL "
            "AND proves IN ('sent', 'delivered', 'bounced'))",
            name=op.f("ck_reports_proves"),
        ),
        sa.CheckConstraint("waits IN (0, 1)", name=op.f("ck_reports_waits")),
        sqlite_strict=True,
    )
    op.create_index("ix_reports_number", "reports", ["number"])
    op.create_index("ix_reports_waits", "reports", ["waits"])
    op.create_index("ix_deliveries_envid", "deliveries", ["envid"])
    connection = op.get_bind()
    keep_rows(connection, "reports", "sha256 = NEW.sha256")
    never_change(connection, "reports")
