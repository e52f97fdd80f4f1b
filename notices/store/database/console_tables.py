"""The tables of the console: links for passkeys, holds, changes of templates, mails."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text

from notices.store.database.schema import StoredMoment, metadata

# a link for one person and one use; kept by the hash of its secret
passkey_links = Table(
    "passkey_links",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", StoredMoment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", StoredMoment, nullable=False),
    # what the person's browser made, once; then an administrator enrols it
    Column("used_at", StoredMoment),
    Column("public_key", LargeBinary),
    Column("credential_id", LargeBinary),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

# while one of these is open, nothing goes out
holds = Table(
    "holds",
    metadata,
    Column("hold_id", Text, primary_key=True),
    Column("held_at", StoredMoment, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("released_at", StoredMoment),
    Column("released_by", Text),
    CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),
)

# a change of one template's text; another person decides on it
template_proposals = Table(
    "template_proposals",
    metadata,
    Column("proposal_id", Text, primary_key=True),
    # such as `form1/letter.ja.j2`
    Column("file", Text, nullable=False),
    # of the file that it changes
    Column("before_sha256", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_at", StoredMoment, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_at", StoredMoment),
    Column("decided_by", Text),
    # `accepted`, `rejected`, `withdrawn`; empty: nobody has decided
    Column("decision", Text, nullable=False),
    CheckConstraint("(decided_at IS NULL) = (decision = '')", name="decided"),
)

# a mail about none of our notices that somebody has dealt with
settled_mails = Table(
    "settled_mails",
    metadata,
    Column("sha256", Text, ForeignKey("reports.sha256"), primary_key=True),
    Column("settled_at", StoredMoment, nullable=False),
    Column("settled_by", Text, nullable=False),
    # a word: `advertising`, `not_about_us`, `dealt_with`, `recorded`
    Column("decision", Text, nullable=False),
)
