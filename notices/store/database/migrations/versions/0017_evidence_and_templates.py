"""The console: bundles that somebody asked for, changes of templates by two people."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid, keep_rows

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add `asked_bundles`, `made_bundles` and `template_proposals`."""
    _bundles()
    _proposals()


def _bundles() -> None:
    """Both are emptied after a day."""
    op.create_table(
        "asked_bundles",
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("is_redacted", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_asked_bundles"),
        sqlite_strict=True,
    )
    op.create_table(
        "made_bundles",
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("request_id", "file_name", name="pk_made_bundles"),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_made_bundles_sha256")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    changed = "made_bundles: a bundle does not change"
    forbid(connection, "made_bundles", "update", "UPDATE", changed)
    forbid(
        connection,
        "asked_bundles",
        "ended",
        "UPDATE",
        "asked_bundles: what was ended stays so",
        when="OLD.ended_at IS NOT NULL",
    )


def _proposals() -> None:
    fixed = (
        *("proposal_id", "file", "before_sha256", "content"),
        *("reason", "proposed_at", "proposed_by"),
    )
    op.create_table(
        "template_proposals",
        *(sa.Column(name, sa.Text, nullable=False) for name in fixed),
        sa.Column("decided_at", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decision", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_template_proposals"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision = '')",
            name=op.f("ck_template_proposals_decided"),
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    table = "template_proposals"
    keep_rows(connection, table, "proposal_id = NEW.proposal_id")
    forbid(
        connection,
        table,
        "fixed",
        f"UPDATE OF {', '.join(fixed)}",
        "template_proposals: a proposal does not change, it is only decided",
    )
    forbid(
        connection,
        table,
        "decided",
        "UPDATE",
        "template_proposals: what is decided stays so",
        when="OLD.decided_at IS NOT NULL",
    )
    forbid(
        connection,
        table,
        "two",
        "UPDATE",
        "template_proposals: nobody accepts a change of his own",
        when="NEW.decision = 'accepted' AND NEW.decided_by = OLD.proposed_by",
    )
