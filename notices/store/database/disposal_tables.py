"""The table of disposals: what was removed, by which decision.

It holds no text of a case: it is kept for ever, and is the certificate.
"""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from notices.store.database.schema import StoredMoment, metadata

disposals = Table(
    "disposals",
    metadata,
    # over the prefix and the statement, as the events name it
    Column("statement_sha256", Text, primary_key=True),
    # `disposal.json`, canonical
    Column("statement", Text, nullable=False),
    # JSON: who the second person was and what was signed; empty: nobody is enrolled
    Column("confirmation", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    # JSON: rows that were removed, by table
    Column("removed", Text, nullable=False),
    # JSON: what lies outside of the program's reach
    Column("outside", Text, nullable=False),
    # 1: of a database that was restored
    Column("is_again", Integer, nullable=False),
    # when files and free space were cleared, and which files; set once
    Column("cleared_at", StoredMoment),
    Column("files", Text),
    CheckConstraint("length(statement_sha256) = 64", name="statement_sha256"),
    CheckConstraint("is_again IN (0, 1)", name="is_again"),
    CheckConstraint("(cleared_at IS NULL) = (files IS NULL)", name="cleared"),
)
