"""One file that proves a notice: everything about it, in an ASiC-E container."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices import media_types
from notices.evidence.container import write_container
from notices.evidence.readme import README
from notices.evidence.record_2 import Shown, write_record
from notices.ledger import Tree, VerifierKey
from notices.signing import RevocationAnswers
from notices.store import Issued, Lying
from notices.verifying.bundle import members as names
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
class NoticeHistory:
    """What the store knows about a notice."""

    number: str
    """整理番号."""
    documents: Mapping[str, bytes]
    """Judgment, message and every artifact, by name."""
    events: Sequence[bytes]
    """Its leaves in the ledger; the last one is that of the export."""
    others: Sequence[bytes]
    """The leaves of policy and people that these name."""
    beside: Mapping[int, Mapping[str, Lying]]
    """What opens the commitments of its leaves: place, then name."""
    secret: bytes
    """Behind the commitments of version 1; empty: it has none."""
    received: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Delivery reports and replies, by name."""
    approval: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """`approval.json` and the signature over it, by name; empty: there is none."""


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
    history: NoticeHistory,
    ledger: Ledger,
    *,
    certificates: Sequence[x509.Certificate],
    answers: RevocationAnswers,
    redact: bool,
) -> dict[str, bytes]:
    """What goes into a bundle, before it is signed: member to content.

    redact: leave out judgment, letter, message, notice.json and what was received:
    their commitments stay in the ledger's leaves, no salt and no text beside them is
    shown.
    """
    shown = {} if redact else dict(history.documents)
    content_of = {"README.txt": README.encode()}
    content_of |= {names.DOCUMENTS + name: content for name, content in shown.items()}
    if not redact:
        content_of |= {
            names.APPROVALS + name: each for name, each in history.approval.items()
        }
        content_of |= {
            names.RECEIVED + name: each for name, each in history.received.items()
        }
    content_of[names.RECORD] = write_record(
        history.number,
        size=ledger.issued.size,
        tree=ledger.tree,
        shown=Shown(
            events=history.events,
            others=history.others,
            beside={} if redact else history.beside,
            secret=b"" if redact else history.secret,
            redacted=history.documents.keys() if redact else (),
        ),
    )
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
