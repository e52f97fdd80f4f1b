"""Cases: their facts, which are only added to, and how each stands."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import keep_rows, never_change

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add `case_facts` and `cases`."""
    op.create_table(
        "case_facts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                "case_id",
                "kind",
                "at",
                "number",
                "line",
                "sha256",
                "written_at",
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_facts"),
        sa.UniqueConstraint("sha256", name="uq_case_facts_sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_case_facts_case_id_id", "case_facts", ["case_id", "id"])
    op.create_index("ix_case_facts_number", "case_facts", ["number"])
    connection = op.get_bind()
    keep_rows(connection, "case_facts", "id = NEW.id OR sha256 = NEW.sha256")
    never_change(connection, "case_facts")
    op.create_table(
        "cases",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                "case_id",
                "state",
                "category",
                "case_group",
                "analysed_at",
                "provider",
                "due_on",
                "changed_at",
            )
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
        sqlite_strict=True,
    )
    for columns in (
        ("analysed_at", "case_id"),
        ("state", "analysed_at", "case_id"),
        ("category", "analysed_at", "case_id"),
        ("due_on", "case_id"),
    ):
        op.create_index("ix_cases_" + "_".join(columns), "cases", list(columns))
