"""The ledger: RFC 9162 Merkle hashes and proofs over what happened."""

from notices.ledger.canonical import NotCanonical, Oddity, read_json, require_canonical
from notices.ledger.checkpoint import Checkpoint, parse_checkpoint
from notices.ledger.commitments import PREFIX as COMMITMENT_PREFIX
from notices.ledger.commitments import SECRET_BYTES, commitment, document_salt
from notices.ledger.event import Event, EventKind, FactValue, canonical_json, utc
from notices.ledger.high_water import (
    ArmedAttempt,
    Counted,
    HighWaterMark,
    Reached,
    judge,
    parse_mark,
    unknown_attempts,
)
from notices.ledger.leaf import (
    Leaf,
    Link,
    MalformedLeaf,
    Reason,
    leaf_version,
    parse_leaf,
)
from notices.ledger.merkle import (
    EMPTY_ROOT,
    Hash,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from notices.ledger.note import (
    Note,
    NoteSignature,
    VerifierKey,
    parse_note,
    parse_private_key,
    parse_verifier_key,
    private_key_text,
)
from notices.ledger.proving import check_events
from notices.ledger.tree import Tree

__all__ = [
    "COMMITMENT_PREFIX",
    "EMPTY_ROOT",
    "SECRET_BYTES",
    "ArmedAttempt",
    "Checkpoint",
    "Counted",
    "Event",
    "EventKind",
    "FactValue",
    "Hash",
    "HighWaterMark",
    "Leaf",
    "Link",
    "MalformedLeaf",
    "NotCanonical",
    "Note",
    "NoteSignature",
    "Oddity",
    "Reached",
    "Reason",
    "Tree",
    "VerifierKey",
    "canonical_json",
    "check_events",
    "commitment",
    "consistency_proof",
    "document_salt",
    "inclusion_proof",
    "judge",
    "leaf_hash",
    "leaf_version",
    "node_hash",
    "parse_checkpoint",
    "parse_leaf",
    "parse_mark",
    "parse_note",
    "parse_private_key",
    "parse_verifier_key",
    "private_key_text",
    "read_json",
    "require_canonical",
    "root",
    "unknown_attempts",
    "utc",
    "verify_consistency",
    "verify_inclusion",
]
