"""A person's signature over a statement: detached CMS, as `openssl cms` reads it."""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notices.signing import cms
from notices.signing.keys.signing_key import SigningKey


def sign_statement(
    prefix: bytes, octets: bytes, key: SigningKey, *, signing_time: datetime
) -> bytes:
    """Sign prefix and file (docs/formats.md, 5.3); gives DER.

    KeyUnavailable of a card that does not answer.
    """
    digest = hashlib.new(key.digest, prefix + octets).digest()
    attributes = cms.signed_attributes(digest, key, (cms.signing_time(signing_time),))
    return cms.signed_data(cms.sign(attributes, key), key)


def public_key_of(key: SigningKey) -> bytes:
    """The key's public half as SubjectPublicKeyInfo in DER."""
    return key.certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
