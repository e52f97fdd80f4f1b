"""The tables of the store, as SQLAlchemy Core sees them.

The database itself is made by the migrations; a test compares the two. What only one
engine knows (`sqlite_strict`, `postgresql_where`) stands in the migrations alone: here
it would load the dialects of both with every command. Moments are text in UTC to the
microsecond, which sorts as time on every engine.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from notices.ledger import utc
from notices.store.database.readable import stored_moment

REVISION = "0021"
"""The newest migration; a database of another revision is migrated or refused."""

STATES = (
    "'drafted', 'held', 'queued', 'sending', 'sent', 'deferred', 'failed', "
    "'in_doubt', 'delivered', 'bounced', 'withdrawn'"
)
_OF_ATTEMPTS = (
    "'held', 'queued', 'sending', 'sent', 'deferred', 'failed', 'in_doubt', "
    "'delivered', 'bounced', 'withdrawn'"
)


class StoredMoment(TypeDecorator[datetime]):
    """An aware datetime, stored as text such as `2026-03-05T01:02:03.000000Z`."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> str | None:
        """Refuse naive time, write UTC."""
        del dialect
        return None if value is None else utc(value)

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> datetime | None:
        """Read it back, in UTC."""
        del dialect
        return None if value is None else stored_moment(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

numbers = Table(
    "numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("series", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("reserved_at", StoredMoment, nullable=False),
    UniqueConstraint("series", "year", "serial"),
    UniqueConstraint("case_id", "rung", "kind", "ordinal"),
    CheckConstraint("serial >= 1", name="serial"),
)

notices = Table(
    "notices",
    metadata,
    Column("number", Text, ForeignKey("numbers.number"), primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("letter_date", Text, nullable=False),
    Column("again_reason", Text, nullable=False),
    Column("rung_reason", Text, nullable=False),
    Column("judgment", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("signer_certificate_sha256", Text, nullable=False),
    Column("created_at", StoredMoment, nullable=False),
    # secret behind the notice's commitments in the ledger, in hexadecimal
    Column("salt", Text, nullable=False, server_default=""),
    UniqueConstraint("case_id", "rung", "kind", "ordinal"),
    CheckConstraint("ordinal >= 1", name="ordinal"),
    Index(None, "created_at", "number"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

# one row per notice; it holds no bytes, so that claiming stays quick
deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("stage", Text),
    Column("reverse_path", Text, nullable=False),
    Column("forward_path", Text, nullable=False),
    Column("archive_path", Text, nullable=False),
    Column("envid", Text, nullable=False),
    # a draft has no message yet
    Column("message_id", Text, unique=True),
    Column("message_sha256", Text),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", StoredMoment),
    Column("next_attempt_at", StoredMoment),
    Column("lease_owner", Text),
    Column("lease_until", StoredMoment),
    Column("changed_at", StoredMoment, nullable=False),
    # fixed at `prepare`
    Column("channel", Text, nullable=False, server_default="smtp"),
    Column("is_test", Integer, nullable=False, server_default="0"),
    CheckConstraint(f"state IN ({STATES})", name="state"),
    CheckConstraint("length(message_sha256) = 64", name="message_sha256"),
    CheckConstraint(
        "(state <> 'drafted' OR message_id IS NULL) "
        "AND (state IN ('drafted', 'withdrawn') OR message_id IS NOT NULL) "
        "AND (message_id IS NULL) = (message_sha256 IS NULL)",
        name="message",
    ),
    CheckConstraint(
        "(state = 'sending') = (lease_owner IS NOT NULL) "
        "AND (state = 'sending') = (lease_until IS NOT NULL) "
        "AND (state = 'sending') = (stage IS NOT NULL)",
        name="lease",
    ),
    CheckConstraint(
        "(state IN ('queued', 'deferred')) = (next_attempt_at IS NOT NULL)",
        name="due",
    ),
    CheckConstraint("channel IN ('smtp', 'webform', 'outbox')", name="channel"),
    CheckConstraint("is_test IN (0, 1)", name="is_test"),
    Index(None, "state", "next_attempt_at"),
    Index(None, "envid"),
)

# of the last minute alone, for the limits that workers share
begun_deliveries = Table(
    "begun_deliveries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("domain", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    Index(None, "domain", "at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("number", Text, ForeignKey("deliveries.number"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("started_at", StoredMoment, nullable=False),
    Column("ended_at", StoredMoment, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("remote", Text, nullable=False),
    Column("tls", Text, nullable=False),
    Column("reply_code", Integer),
    Column("reply_enhanced", Text, nullable=False),
    Column("reply_text", Text, nullable=False),
    Column("note", Text, nullable=False),
    CheckConstraint(f"state IN ({_OF_ATTEMPTS})", name="state"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    Column("payload", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    # of version 2: the case whose chain it stands in; what else it is found by
    Column("case_id", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Index(None, "number", "seq"),
    Index(None, "case_id", "seq"),
    Index(None, "subject", "seq"),
    CheckConstraint("seq >= 0 AND length(leaf) = 32", name="leaf"),
)

# free texts and mailboxes beside the leaves, and the salts of their commitments
beside = Table(
    "beside",
    metadata,
    Column("seq", Integer, ForeignKey("events.seq"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    # where the octets of a document lie; empty: here
    Column("source", Text, nullable=False),
    Column("octets", LargeBinary),
    CheckConstraint(
        "length(salt) = 32 AND (source = '') = (octets IS NOT NULL)", name="salt"
    ),
)

# events that wait for their place in the ledger; see `events` and `placing`
unordered = Table(
    "unordered",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("number", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    Column("by", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("beside", Text, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("time_stamp", LargeBinary, nullable=False),
    Column("issued_at", StoredMoment, nullable=False),
    CheckConstraint("size >= 0 AND length(root) = 32", name="root"),
)

# mails that came in; their bytes are read only one by one
reports = Table(
    "reports",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("number", Text, ForeignKey("notices.number"), index=True),
    Column("kind", Text, nullable=False),
    Column("proves", Text),
    Column("waits", Integer, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("mailbox", Text, nullable=False),
    Column("received_at", StoredMoment, nullable=False),
    Column("facts", Text, nullable=False),
    Column("content", LargeBinary),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint(
        "proves IS NULL OR (number IS NOT NULL "
        "AND proves IN ('sent', 'delivered', 'bounced'))",
        name="proves",
    ),
    CheckConstraint("waits IN (0, 1)", name="waits"),
)

# which database this is, and where it lies; the newest row holds
identities = Table(
    "identities",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("identity", Text, nullable=False, unique=True),
    Column("place", Text, nullable=False),
    # entries of the ledger when it was given
    Column("size", Integer, nullable=False),
    Column("given_at", StoredMoment, nullable=False),
    CheckConstraint("ordinal >= 1", name="ordinal"),
)
