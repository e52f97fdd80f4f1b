"""The tables of cases: every fact, and how each case stands.

`case_facts` is only added to. `cases` is computed from it, so that lists by state, day
and category ask an index; it can be made anew at any time.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from notices.store.database.schema import StoredMoment, metadata

case_facts = Table(
    "case_facts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    # empty: it is about no case of ours
    Column("case_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
    Column("number", Text, nullable=False),
    # the canonical line, and its SHA-256, which names the fact
    Column("line", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("written_at", StoredMoment, nullable=False),
    UniqueConstraint("sha256"),
    Index(None, "case_id", "id"),
    Index(None, "number"),
    # few: cases without a judgment are found by it, however many facts there are. It is
    # of those that retract alone, which its migration says
    Index("ix_case_facts_retracted_at", "at", "case_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("case_group", Text, nullable=False),
    Column("analysed_at", StoredMoment, nullable=False),
    # key of the directory's entry that was asked last; empty: none
    Column("provider", Text, nullable=False),
    # the first day on which something is due, if nothing more happens; empty: none
    Column("due_on", Text, nullable=False),
    Column("changed_at", StoredMoment, nullable=False),
    # times of its first and its last fact: what stood between them on a day gone by
    Column("told_since", StoredMoment, nullable=False, server_default=""),
    Column("told_until", StoredMoment, nullable=False, server_default=""),
    Index(None, "analysed_at", "case_id"),
    Index(None, "state", "analysed_at", "case_id"),
    Index(None, "category", "analysed_at", "case_id"),
    Index(None, "due_on", "case_id"),
    Index(None, "told_since", "told_until", "case_id"),
)
