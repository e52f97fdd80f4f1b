"""Certificates and keys, each parsed once: an archive names the same few throughout.

Equal octets are one parsed value, which nothing here ever changes. Only what is of a
usual size is kept, so that hostile files cannot fill the memory.
"""

import hashlib
from functools import lru_cache

from asn1crypto import core, x509
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


def is_named(encoded: bytes, issuer: bytes, serial: bytes) -> bool:
    """Whether a certificate is the one of that issuer and serial number (DER)."""
    known = _names_once if len(encoded) <= USUAL_SIZE else _names
    its_issuer, its_serial = known(encoded)
    return its_serial == serial and (
        its_issuer == issuer
        or x509.Name.load(its_issuer) == x509.Name.load(issuer, strict=True)
    )


def _names(encoded: bytes) -> tuple[bytes, bytes]:
    certificate = parse(encoded)
    return (
        certificate.issuer.dump(),
        core.Integer(certificate.serial_number).dump(),
    )


_names_once = lru_cache(maxsize=128)(_names)


def digest(certificate: x509.Certificate, algorithm: str) -> bytes:
    """The digest of its octets."""
    if algorithm == "sha256":
        return bytes(certificate.sha256)  # which it keeps
    return hashlib.new(algorithm, certificate.dump()).digest()


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """Equal as RFC 5280, 7.1 compares names; mostly they are so to the octet."""
    return bool(one.dump() == other.dump() or one == other)
