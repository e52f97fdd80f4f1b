"""One file that proves a notice: everything about it, in an ASiC-E container."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices import media_types
from notices.delivery import Attempt
from notices.evidence.container import write_container
from notices.evidence.readme import README
from notices.evidence.recording import record
from notices.ledger import Tree, VerifierKey, document_salt
from notices.signing import RevocationAnswers
from notices.store import Issued, StoredNotice, attempt_facts
from notices.verifying.bundle import record as names
from notices.verifying.bundle.manifest import Manifest
from notices.verifying.zip_reader import MANIFEST, SIGNATURE

MEDIA_TYPES = {
    ".json": media_types.JSON,
    ".eml": "message/rfc822",
    ".pdf": media_types.PDF,
    ".txt": media_types.TEXT,
    ".pub": media_types.TEXT,
    ".docx": media_types.DOCX,
    ".pem": "application/x-pem-file",
    ".crl": "application/pkix-crl",
    ".ocsp": "application/ocsp-response",
    ".tst": media_types.TIME_STAMP_TOKEN,
    ".xml": "text/xml",
    ".p7s": media_types.SIGNATURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the store knows about a notice."""

    stored: StoredNotice
    """The notice and how its delivery stands."""
    documents: Mapping[str, bytes]
    """Judgment, message and every artifact, by name."""
    attempts: Sequence[Attempt]
    """The first one first."""
    events: Sequence[bytes]
    """Its leaves in the ledger."""
    secret: bytes
    """Behind the commitments of its documents."""
    received: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Delivery reports and replies, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The log that the events are proven in."""

    tree: Tree
    """All of it."""
    issued: Issued
    """The checkpoint that the proofs lead to."""
    key: VerifierKey
    """Its public key."""


def members(
    history: History,
    ledger: Ledger,
    *,
    certificates: Sequence[x509.Certificate],
    answers: RevocationAnswers,
    redact: bool,
) -> dict[str, bytes]:
    """What goes into a bundle, before it is signed: member to content.

    redact: leave out judgment, letter, message, notice.json and what was received:
    their commitments stay in the ledger's leaf, their salts are not shown.
    """
    shown = {} if redact else dict(history.documents)
    content_of = {"README.txt": README.encode()}
    content_of |= {names.DOCUMENTS + name: content for name, content in shown.items()}
    if not redact:
        content_of |= {
            names.RECEIVED + name: each for name, each in history.received.items()
        }
    content_of[names.DELIVERY] = _json(_delivery(history))
    content_of[names.RECORD] = _json(_record(history, ledger, shown))
    content_of[names.CHECKPOINT] = ledger.issued.note.encode()
    if ledger.issued.time_stamp:
        content_of[names.CHECKPOINT_STAMP] = ledger.issued.time_stamp
    content_of[names.LOG_KEY] = f"{ledger.key}\n".encode()
    return content_of | evidence_members(certificates, answers, names.EVIDENCE)


def evidence_members(
    certificates: Sequence[x509.Certificate], answers: RevocationAnswers, prefix: str
) -> dict[str, bytes]:
    """Certificates and revocation answers; member names begin with `prefix`."""
    pem = [one.public_bytes(Encoding.PEM) for one in dict.fromkeys(certificates)]
    crls = {f"{prefix}{index:02}.crl": one for index, one in enumerate(answers.crls, 1)}
    ocsp = {
        f"{prefix}{index:02}.ocsp": one for index, one in enumerate(answers.ocsp, 1)
    }
    named = {f"{prefix}certificates.pem": b"".join(pem)} if pem else {}
    return named | crls | ocsp


def seal(content: Mapping[str, bytes], sign: Callable[[bytes], bytes]) -> bytes:
    """The container; `sign` gives the CAdES signature over the manifest."""
    manifest = write_manifest(content, SIGNATURE, media_types.SIGNATURE)
    return write_container({**content, MANIFEST: manifest, SIGNATURE: sign(manifest)})


def write_manifest(
    content: Mapping[str, bytes], signed_by: str, signature_type: str
) -> bytes:
    """ASiCManifest over these members (EN 319 162-1, A.4)."""
    manifest = Manifest(
        signed_by=signed_by,
        digests={name: sha256(each).digest() for name, each in content.items()},
    )
    types = {
        name: MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        for name in content
    }
    return manifest.to_xml(types, signature_type)


def _record(
    history: History, ledger: Ledger, shown: Mapping[str, bytes]
) -> dict[str, Any]:
    salts = {name: document_salt(history.secret, name).hex() for name in shown}
    return {
        "schema": names.RECORD_SCHEMA,
        **record(
            history.stored,
            artifacts={name: sha256(each).hexdigest() for name, each in shown.items()},
            events=history.events,
            tree=ledger.tree,
            size=ledger.issued.size,
        ),
        "salts": salts,
        "redacted": sorted(history.documents.keys() - shown.keys()),
    }


def _delivery(history: History) -> dict[str, Any]:
    envelope = history.stored.envelope
    return {
        "state": history.stored.state.value,
        "reverse_path": envelope.reverse_path,
        "forward_path": envelope.forward_path,
        "archive_path": envelope.archive_path,
        "envid": envelope.envid,
        "attempts": [
            attempt_facts(ordinal, attempt)
            for ordinal, attempt in enumerate(history.attempts, 1)
        ],
    }


def _json(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()
