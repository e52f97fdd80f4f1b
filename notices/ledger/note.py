"""Signed notes and verifier keys as text (C2SP signed-note); no cryptography here.

A note is text that ends with a line feed, an empty line, and signature lines:

    — NAME BASE64(4 bytes of key hash, then the signature)

A verifier key is `NAME+HASH+BASE64(algorithm byte, then the public key)`.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256

from notices.errors import InputError
from notices.messages import Text

ED25519 = 1
"""The algorithm byte of Ed25519."""
PRIVATE_PREFIX = "PRIVATE+KEY+"
MAX_NOTE = 1 << 16
"""Characters; ours have some three hundred."""
MAX_SIGNATURES = 100
"""signed-note: more than a reader needs to accept."""

_KEY_BYTES = 32
_HASH_BYTES = 4
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— (\S+) (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line."""

    name: str
    """Name of the key that claims it."""
    key_hash: bytes
    """4 bytes that tell which key of that name."""
    signature: bytes
    """What the key made; 64 bytes for Ed25519."""

    def __str__(self) -> str:
        return f"— {self.name} {_base64(self.key_hash + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signatures, not verified."""

    text: str
    """What is signed, in UTF-8; ends with a line feed."""
    signatures: tuple[NoteSignature, ...]
    """One or more."""

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """The public key of a log, under its name."""

    name: str
    """For a checkpoint the log's origin; no blank, no plus sign."""
    key: bytes
    """Ed25519, 32 bytes."""
    algorithm: int = ED25519
    """The byte that says what it signs: a note's text, or for witnesses more."""

    @property
    def key_hash(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, line feed, algorithm and key."""
        named = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key
        return sha256(named).digest()[:_HASH_BYTES]

    def __str__(self) -> str:
        return _key_text(self.name, self.key_hash, self.key, self.algorithm)


def private_key_text(public: VerifierKey, seed: bytes) -> str:
    """Write the signer's key: `PRIVATE+KEY+NAME+HASH+BASE64`."""
    return PRIVATE_PREFIX + _key_text(public.name, public.key_hash, seed)


def parse_private_key(text: str) -> tuple[str, bytes, bytes]:
    """Read a signer's key: name, key hash, 32 bytes of seed; else InputError."""
    if not text.startswith(PRIVATE_PREFIX):
        raise InputError(
            Text(
                "this is no key that signs: it lacks {private_prefix}",
                private_prefix=PRIVATE_PREFIX,
            )
        )
    return _parse_key(text.removeprefix(PRIVATE_PREFIX).strip())


def parse_verifier_key(text: str, *, algorithm: int = ED25519) -> VerifierKey:
    """Read a verifier key; InputError if it is none or its hash does not fit.

    algorithm: the byte that the key must have; another one signs other things.
    """
    name, key_hash, key = _parse_key(text.strip(), algorithm)
    verifier_key = VerifierKey(name=name, key=key, algorithm=algorithm)
    if verifier_key.key_hash != key_hash:
        raise InputError(
            Text("the hash of the verifier key {name} does not fit it", name=name)
        )
    return verifier_key


def parse_note(text: str) -> Note:
    """Split a note into text and signatures; InputError if it is none."""
    body, gap, tail = text.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or len(text) > MAX_NOTE:
        raise InputError("a note is text, an empty line and signature lines")
    if any(ord(char) < ord(" ") and char != "\n" for char in text):
        raise InputError("a note has no control characters")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise InputError(
            Text(
                "a note has at most {max_signatures} signatures",
                max_signatures=MAX_SIGNATURES,
            )
        )
    return Note(text=body + "\n", signatures=tuple(map(_parse_line, lines)))


def _parse_line(line: str) -> NoteSignature:
    fields = _LINE.fullmatch(line)
    octets = _octets(fields[2]) if fields else b""
    if not fields or "+" in fields[1] or len(octets) <= _HASH_BYTES:
        raise InputError(
            Text("this is no signature line of a note: {line!r}", line=line[:80])
        )
    return NoteSignature(
        name=fields[1],
        key_hash=octets[:_HASH_BYTES],
        signature=octets[_HASH_BYTES:],
    )


def parse_signature_lines(text: str) -> tuple[NoteSignature, ...]:
    """Read lines of signatures alone, each with its line feed; InputError else."""
    if not text.endswith("\n") or len(text) > MAX_NOTE:
        raise InputError("signature lines end with a line feed")
    return tuple(map(_parse_line, text[:-1].split("\n")))


def _parse_key(text: str, algorithm: int = ED25519) -> tuple[str, bytes, bytes]:
    # the base64 may hold plus signs itself, the name and the hash may not
    name, _, rest = text.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    octets = _octets(encoded)
    if (
        not _NAME.fullmatch(name)
        or not re.fullmatch(r"[0-9a-f]{8}", hexadecimal)
        or len(octets) != 1 + _KEY_BYTES
        or octets[0] != algorithm
    ):
        what = "a log" if algorithm == ED25519 else "a witness (cosignature/v1)"
        raise InputError(
            Text("this is no Ed25519 key of {what}", what=Text(what)),
            hint="NAME+HASH+BASE64, on one line",
        )
    return name, bytes.fromhex(hexadecimal), octets[1:]


def _key_text(name: str, key_hash: bytes, key: bytes, algorithm: int = ED25519) -> str:
    if not _NAME.fullmatch(name) or len(key) != _KEY_BYTES:
        raise InputError(
            Text("{name!r} cannot name a log's key", name=name),
            hint="no blanks, no plus signs",
        )
    return f"{name}+{key_hash.hex()}+{_base64(bytes([algorithm]) + key)}"


def _octets(encoded: str) -> bytes:
    try:
        octets = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        return b""
    return octets if _base64(octets) == encoded else b""


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
