"""Signing checkpoints of the ledger: C2SP signed notes with Ed25519 (RFC 8032)."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notices.errors import KeyUnavailable
from notices.ledger import (
    Note,
    NoteSignature,
    VerifierKey,
    parse_private_key,
    private_key_text,
)
from notices.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """The log's key, ready to sign; it never shows its private part."""

    public: VerifierKey
    """What auditors pin."""
    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"LogKey({self.public})"

    def sign(self, text: str) -> Note:
        """Sign a text that ends with a line feed. Ed25519 gives the same each time."""
        signature = NoteSignature(
            name=self.public.name,
            key_hash=self.public.key_hash,
            signature=self._private.sign(text.encode()),
        )
        return Note(text=text, signatures=(signature,))


def load_log_key(text: str) -> LogKey:
    """Read `PRIVATE+KEY+NAME+HASH+BASE64`; KeyUnavailable if its parts do not fit."""
    name, key_hash, seed = parse_private_key(text)
    key = _log_key(name, seed)
    if key.public.key_hash != key_hash:
        raise KeyUnavailable(
            Text("the hash in the key of {name} does not fit the key", name=name),
            hint="restore the file of [ledger] signing_key from a backup",
        )
    return key


def new_log_key_text(name: str, seed: bytes) -> str:
    """Write a new key file's text, from 32 random bytes; secret."""
    return private_key_text(_log_key(name, seed).public, seed)


def _log_key(name: str, seed: bytes) -> LogKey:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    octets = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return LogKey(public=VerifierKey(name=name, key=octets), _private=private)
