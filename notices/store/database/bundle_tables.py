"""The tables of evidence bundles that somebody asked for in the console.

Whoever asks has no key, whoever signs has no port: they meet here. What was made lies
here for a day; the ledger's `exported` tells for ever that it was.
"""

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, Table, Text

from notices.store.database.schema import StoredMoment, metadata

asked_bundles = Table(
    "asked_bundles",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("is_redacted", Integer, nullable=False),
    Column("asked_at", StoredMoment, nullable=False),
    Column("asked_by", Text, nullable=False),
    # when the signing process had done with it
    Column("ended_at", StoredMoment),
    # why nothing was made; empty: nothing was wrong
    Column("error", Text, nullable=False),
)

made_bundles = Table(
    "made_bundles",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("file_name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)
