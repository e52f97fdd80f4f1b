"""The ledger: RFC 9162 Merkle hashes and proofs over what happened."""

from notices.ledger.checkpoint import Checkpoint, parse_checkpoint
from notices.ledger.event import Event, EventKind, Fact, canonical_json, utc
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

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "Event",
    "EventKind",
    "Fact",
    "Hash",
    "canonical_json",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "parse_checkpoint",
    "root",
    "utc",
    "verify_consistency",
    "verify_inclusion",
]
