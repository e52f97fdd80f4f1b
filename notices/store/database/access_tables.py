"""The tables of the API: tokens, whose cases are whose, keys of requests."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from notices.store.database.schema import StoredMoment, metadata

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", StoredMoment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", StoredMoment),
    Column("revoked_at", StoredMoment),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

# which case system handed a case in; the first one, for ever
case_owners = Table(
    "case_owners",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("since", StoredMoment, nullable=False),
    Index(None, "owner", "case_id"),
)

# Idempotency-Key: kept with the notice, as long as the case
request_keys = Table(
    "request_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    Index(None, "case_id"),
)
