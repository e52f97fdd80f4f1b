"""What lies beside a leaf, and how the leaf commits to it.

A plain hash of a short text can be found by guessing. So each text, mailbox, document
has 32 random octets of its own, and the leaf holds an HMAC under them
(`docs/formats.md`, 4.4). Without its salt a commitment is a random number: to remove
the row beside is to remove the text. Version 1 derives its salts from one secret of 32
bytes for each notice; showing one of them tells nothing about the others.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

SALT_BYTES = 32
DOCUMENT = "document/"
"""Names of documents begin so; what follows is the file's name."""
COMMITMENT_PREFIX = "commitment:"
"""Facts of version 1 that are commitments are named so, then the document's name."""
SECRET_BYTES = 32
_PREFIX = b"notices/beside/v2\n"
_WORD = re.compile(r"(?!.*://)[\x20-\x3f\x41-\x7e]{0,255}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens one commitment."""

    salt: bytes
    """32 random octets of this name of this leaf."""
    octets: bytes
    """The text in UTF-8, or the document."""

    def commitment(self, name: str) -> str:
        """Give what the leaf holds under this name."""
        return beside_commitment(self.salt, name, self.octets)

    @property
    def text(self) -> str:
        """The octets as text; not for documents."""
        return self.octets.decode("utf-8")


Beside = Mapping[int, Mapping[str, Opening]]
"""Place in the ledger to what lies beside that leaf, by name."""


def beside_commitment(salt: bytes, name: str, octets: bytes) -> str:
    """Commit to what lies beside: HMAC-SHA-256, lower-case hexadecimal."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"the salt has {len(salt)} octets, needs {SALT_BYTES}")
    return hmac.digest(salt, _PREFIX + name.encode() + b"\n" + octets, "sha256").hex()


def is_word(text: str) -> bool:
    """Tell whether a leaf may hold this text: no free text, mailbox or URL."""
    return _WORD.fullmatch(text) is not None


def document_salt(secret: bytes, name: str) -> bytes:
    """Derive the salt of the document called `name`: 32 bytes (RFC 2104)."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes, needs {SECRET_BYTES}")
    return hmac.digest(secret, name.encode(), "sha256")


def commitment(salt: bytes, document: bytes) -> str:
    """Commit to a document: lower-case hexadecimal."""
    return sha256(salt + document).hexdigest()
