"""Salted commitments: the ledger names a document without telling what it says.

A plain hash of a short text can be found by guessing. So the leaf holds
SHA-256 over a salt and the document. The salts of a notice come from one secret of
32 bytes; showing the salt of one document tells nothing about the others.
"""

import hmac
from hashlib import sha256

PREFIX = "commitment:"
"""Facts of an event that are commitments are named so, with the document's name."""
SECRET_BYTES = 32


def document_salt(secret: bytes, name: str) -> bytes:
    """Derive the salt of the document called `name`: 32 bytes (RFC 2104)."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes, needs {SECRET_BYTES}")
    return hmac.digest(secret, name.encode(), "sha256")


def commitment(salt: bytes, document: bytes) -> str:
    """Commit to a document: lower-case hexadecimal."""
    return sha256(salt + document).hexdigest()
