"""The tables beside the ledger: hashes of subtrees, cosignatures, stamps, refusals.

All are only added to. `subtrees` follows from `events`: `notices ledger verify`
compares them.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from notices.store.database.schema import StoredMoment, metadata

# of complete subtrees of 256^level leaves; those of level 0 are `events.leaf`
subtrees = Table(
    "subtrees",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("level >= 1 AND place >= 0 AND length(hash) = 32", name="hash"),
)

# of checkpoints, by witnesses (C2SP tlog-cosignature)
cosignatures = Table(
    "cosignatures",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    # the verifier key of the witness
    Column("witness", Text, primary_key=True),
    # the signature line of the note, with its line feed
    Column("line", Text, nullable=False),
    Column("cosigned_at", StoredMoment, nullable=False),
)

# of checkpoints that were issued before an authority was configured
late_stamps = Table(
    "late_stamps",
    metadata,
    Column("size", Integer, ForeignKey("checkpoints.size"), primary_key=True),
    # RFC 3161, over the note as it was issued
    Column("time_stamp", LargeBinary, nullable=False),
    Column("stamped_at", StoredMoment, nullable=False),
)

# checkpoints that a witness refused though our proof holds: it has seen another history
forks = Table(
    "forks",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("witness", Text, nullable=False),
    # the id of this database then; another one means that it was compared since
    Column("identity", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("note", Text, nullable=False),
    # the newest note of ours that this witness cosigned, as far as it is here
    Column("other", Text, nullable=False),
    Column("at", StoredMoment, nullable=False),
)
