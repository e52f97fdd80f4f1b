"""The table of drafts: what was written and is not signed yet.

One row for each notice that began as a draft; it stays when the notice was signed.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from notices.store.database.schema import StoredMoment, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    # canonical JSON (docs/formats.md, 5.1) and its hash
    Column("draft", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    # what the mail will say besides its documents, as JSON
    Column("mail", Text, nullable=False),
    # hashes of what the draft was made of, as JSON
    Column("grounds", Text, nullable=False),
    Column("drafted_at", StoredMoment, nullable=False),
    # when somebody asked to send it; empty: nobody did
    Column("send_asked_at", StoredMoment),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)
