"""What comes from elsewhere and cannot be read: lists, answers, tokens, certificates.

`cryptography` reads lazily: a certificate whose outside is in order fails only when its
name, its extensions or its key are asked for, each in a way of its own.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from notices.asn1_values import encoding_of

UNREADABLE: tuple[type[Exception], ...] = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError),
    *(UnsupportedAlgorithm, InvalidSignature, x509.ExtensionNotFound),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""All that the readers of DER raise over octets that are not what they should be."""
_PARTS: tuple[Callable[[x509.Certificate], object], ...] = (
    lambda one: one.subject,
    lambda one: one.issuer,
    lambda one: one.extensions,
    lambda one: one.not_valid_before_utc,
    lambda one: one.not_valid_after_utc,
    lambda one: one.signature_hash_algorithm,
    lambda one: one.public_key(),
)
"""All that is asked of a certificate later."""


def is_readable(certificate: x509.Certificate) -> bool:
    """Whether each part of it can be read."""
    try:
        for part in _PARTS:
            part(certificate)
    except UNREADABLE:
        return False
    return True


def readable_certificates(
    choices: Iterable[cms.CertificateChoices],
) -> Iterable[x509.Certificate]:
    """Those of a SignedData that can be read; others are as if they were not there."""
    for choice in choices:
        with suppress(*UNREADABLE):
            if choice.name == "certificate":
                read = x509.load_der_x509_certificate(encoding_of(choice.chosen))
                if is_readable(read):
                    yield read
