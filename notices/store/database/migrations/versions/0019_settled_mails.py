"""Mails about none of our notices that a person has dealt with."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import keep_rows, never_change

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add `settled_mails`."""
    op.create_table(
        "settled_mails",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("settled_at", sa.Text, nullable=False),
        sa.Column("settled_by", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_settled_mails"),
        sa.ForeignKeyConstraint(
            ["sha256"], ["reports.sha256"], name="fk_settled_mails_sha256_reports"
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "settled_mails", "sha256 = NEW.sha256")
    never_change(connection, "settled_mails")
