"""Cases tell when their first and last facts were: `due` of a day gone by asks that."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_RETRACTED = sa.text("kind = 'retracted'")
# all of them at once, in the order of an index: one question a case would be slow
_TOLD = (
    "SELECT case_id, min(at) AS first, max(at) AS last FROM case_facts GROUP BY case_id"
)


def upgrade() -> None:
    """Add both times to `cases`, fill them in, and index them."""
    for name in ("told_since", "told_until"):
        op.add_column(
            "cases", sa.Column(name, sa.Text, nullable=False, server_default="")
        )
    op.execute(
        "UPDATE cases SET told_since = told.first, told_until = told.last "  # noqa: S608 - our own words
        f"FROM ({_TOLD}) AS told WHERE told.case_id = cases.case_id"
    )
    op.create_index(
        "ix_cases_told_since_told_until_case_id",
        "cases",
        ["told_since", "told_until", "case_id"],
    )
    op.create_index(
        "ix_case_facts_retracted_at",
        "case_facts",
        ["at", "case_id"],
        sqlite_where=_RETRACTED,
        postgresql_where=_RETRACTED,
    )
