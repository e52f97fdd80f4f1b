"""Certificates and keys, each parsed once: an archive names the same few throughout.

Equal octets are one parsed value, which nothing here ever changes. Only what is of a
usual size is kept, so that hostile files cannot fill the memory.
"""

from functools import lru_cache

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

USUAL_SIZE = 8_192
"""Octets; certificates have one to three thousand."""


def parse(encoded: bytes) -> x509.Certificate:
    """The certificate in DER; ValueError if it is none."""
    return (_parse_once if len(encoded) <= USUAL_SIZE else _parse)(encoded)


def _parse(encoded: bytes) -> x509.Certificate:
    return x509.Certificate.load(encoded, strict=True)


_parse_once = lru_cache(maxsize=128)(_parse)


def public_key(certificate: x509.Certificate) -> PublicKeyTypes:
    """The certificate's key; ValueError if it cannot be read."""
    encoded = certificate.public_key.dump()
    return (_key_once if len(encoded) <= USUAL_SIZE else load_der_public_key)(encoded)


_key_once = lru_cache(maxsize=128)(load_der_public_key)


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """Equal as RFC 5280, 7.1 compares names; mostly they are so to the octet."""
    return bool(one.dump() == other.dump() or one == other)
