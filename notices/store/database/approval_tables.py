"""The tables of people, approvals and the policy of approvals; all only added to."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from notices.store.database.schema import StoredMoment, metadata

approvals = Table(
    "approvals",
    metadata,
    # SHA-256 over prefix and file, as the ledger has it
    Column("sha256", Text, primary_key=True),
    Column("number", Text, ForeignKey("drafts.number"), nullable=False),
    # 1, 2, ... of the notice; the newest one counts
    Column("ordinal", Integer, nullable=False),
    Column("decision", Text, nullable=False),
    Column("approver", Text, nullable=False),
    # canonical JSON (docs/formats.md, 5.2), and the signature over it
    Column("statement", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("written_at", StoredMoment, nullable=False),
    CheckConstraint("decision IN ('approve', 'reject')", name="decision"),
    CheckConstraint("kind IN ('cms', 'assertion')", name="kind"),
    CheckConstraint("length(sha256) = 64 AND ordinal >= 1", name="sha256"),
    Index(None, "number", "ordinal", unique=True),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("act", Text, nullable=False),
    # canonical JSON (docs/formats.md, 5.5), and the signature over it
    Column("statement", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    # what the person signs with: the key in DER; of a passkey also its id
    Column("public_key", LargeBinary, nullable=False),
    Column("credential_id", LargeBinary, nullable=False),
    Column("written_at", StoredMoment, nullable=False),
    CheckConstraint("act IN ('enrol', 'revoke', 'recover')", name="act"),
    CheckConstraint("kind IN ('cms', 'assertion', 'none')", name="kind"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

# what `[approval]` wants, each time that it changed; the trigger looks here
policies = Table(
    "policies",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("required", Text, nullable=False),
    # every key of the section, as JSON
    Column("facts", Text, nullable=False),
    Column("written_at", StoredMoment, nullable=False),
    CheckConstraint("required IN ('none', 'checker')", name="required"),
    CheckConstraint("ordinal >= 1", name="ordinal"),
)
