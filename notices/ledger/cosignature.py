"""Cosignatures of witnesses on a checkpoint (C2SP tlog-cosignature, cosignature/v1).

A witness says that, at a time, this was the largest tree of the log that it had seen,
and that it continues all that it had seen before. No cryptography here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from notices.errors import InputError
from notices.ledger.note import NoteSignature, VerifierKey, parse_verifier_key
from notices.messages import Text

ALGORITHM = 4
"""The algorithm byte of a witness's key: Ed25519 over a text with the time."""
MAX_PROOF = 63
"""tlog-witness: hashes that a consistency proof may have."""
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_LATEST = 253_402_300_799
"""Seconds; 31 December 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's line, and what it claims; verified by whoever made it."""

    witness: VerifierKey
    """The key of the witness."""
    at: datetime
    """When it was made, as the witness says; to the second."""
    line: NoteSignature
    """The line as it stands in the note."""


def parse_witness_key(text: str) -> VerifierKey:
    """Read a witness's verifier key; InputError if it is none."""
    return parse_verifier_key(text, algorithm=ALGORITHM)


def cosigned_text(text: str, seconds: int) -> bytes:
    """What a witness signs: the time, and the whole body of the note."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def split_cosignature(line: NoteSignature) -> tuple[int, bytes]:
    """Seconds since 1970 and the signature of a line; InputError if it has none."""
    if len(line.signature) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise InputError(
            Text("the line of {name} is no cosignature", name=line.name),
            hint="8 octets of time and 64 of signature are needed",
        )
    seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if seconds > _LATEST:
        raise InputError(
            Text("the cosignature of {name} is of no time", name=line.name)
        )
    return seconds, line.signature[_TIME_BYTES:]


def moment_of(seconds: int) -> datetime:
    """The time of a cosignature."""
    return datetime.fromtimestamp(seconds, UTC)
