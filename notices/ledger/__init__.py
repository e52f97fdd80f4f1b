"""The ledger: RFC 9162 Merkle hashes and proofs over what happened."""

from notices.ledger.beside import DOCUMENT as BESIDE_DOCUMENT
from notices.ledger.beside import SALT_BYTES, Beside, Opening, beside_commitment
from notices.ledger.canonical import NotCanonical, Oddity, read_json, require_canonical
from notices.ledger.chains import named_chains, own_chains
from notices.ledger.checkpoint import Checkpoint, parse_checkpoint
from notices.ledger.commitments import PREFIX as COMMITMENT_PREFIX
from notices.ledger.commitments import SECRET_BYTES, commitment, document_salt
from notices.ledger.cosignature import (
    MAX_PROOF,
    Cosignature,
    cosigned_text,
    moment_of,
    parse_witness_key,
    split_cosignature,
)
from notices.ledger.entry import RecordedEvent, read_entry
from notices.ledger.event import Event, EventKind, FactValue, canonical_json, utc
from notices.ledger.export import (
    ExportedLedger,
    ExportReader,
    read_export,
    write_export,
)
from notices.ledger.following import ChainFollower
from notices.ledger.high_water import (
    ArmedAttempt,
    Counted,
    HighWaterMark,
    Reached,
    judge,
    parse_mark,
    unknown_attempts,
)
from notices.ledger.leaf import VERSION as LEAF_VERSION
from notices.ledger.leaf import (
    Leaf,
    Link,
    MalformedLeaf,
    Reason,
    fact_leaf,
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
    parse_signature_lines,
    parse_verifier_key,
    private_key_text,
)
from notices.ledger.proving import check_events
from notices.ledger.quick_leaf import QuickLeaf
from notices.ledger.tree import Proving, Tree
from notices.ledger.writing import (
    PROGRAM,
    Head,
    Told,
    head_of,
    split_facts,
    version_began,
    write_leaf,
    written_leaf,
)

__all__ = [
    "BESIDE_DOCUMENT",
    "COMMITMENT_PREFIX",
    "EMPTY_ROOT",
    "LEAF_VERSION",
    "MAX_PROOF",
    "PROGRAM",
    "SALT_BYTES",
    "SECRET_BYTES",
    "ArmedAttempt",
    "Beside",
    "ChainFollower",
    "Checkpoint",
    "Cosignature",
    "Counted",
    "Event",
    "EventKind",
    "ExportReader",
    "ExportedLedger",
    "FactValue",
    "Hash",
    "Head",
    "HighWaterMark",
    "Leaf",
    "Link",
    "MalformedLeaf",
    "NotCanonical",
    "Note",
    "NoteSignature",
    "Oddity",
    "Opening",
    "Proving",
    "QuickLeaf",
    "Reached",
    "Reason",
    "RecordedEvent",
    "Told",
    "Tree",
    "VerifierKey",
    "beside_commitment",
    "canonical_json",
    "check_events",
    "commitment",
    "consistency_proof",
    "cosigned_text",
    "document_salt",
    "fact_leaf",
    "head_of",
    "inclusion_proof",
    "judge",
    "leaf_hash",
    "leaf_version",
    "moment_of",
    "named_chains",
    "node_hash",
    "own_chains",
    "parse_checkpoint",
    "parse_leaf",
    "parse_mark",
    "parse_note",
    "parse_private_key",
    "parse_signature_lines",
    "parse_verifier_key",
    "parse_witness_key",
    "private_key_text",
    "read_entry",
    "read_export",
    "read_json",
    "require_canonical",
    "root",
    "split_cosignature",
    "split_facts",
    "unknown_attempts",
    "utc",
    "verify_consistency",
    "verify_inclusion",
    "version_began",
    "write_export",
    "write_leaf",
    "written_leaf",
]
