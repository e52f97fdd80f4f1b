"""CMS SignedData (RFC 5652) with one signer, put together by the byte.

The same structure serves the mail (RFC 8551) and the PDF (EN 319 142-1): SHA-256,
signed attributes, the signer's certificate and the intermediates without the root.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa

from notices import object_identifiers as oids
from notices.signing import der
from notices.signing.keys.signing_key import SigningKey, certificate_der
from notices.signing.revocation.ocsp import basic_response
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers

DATA = der.oid(oids.DATA)
SIGNED_DATA = der.oid(oids.SIGNED_DATA)
CONTENT_TYPE = der.oid(oids.CONTENT_TYPE)
MESSAGE_DIGEST = der.oid(oids.MESSAGE_DIGEST)
SIGNING_TIME = der.oid(oids.SIGNING_TIME)
SMIME_CAPABILITIES = der.oid(oids.SMIME_CAPABILITIES)
SIGNING_CERTIFICATE_V2 = der.oid(oids.SIGNING_CERTIFICATE_V2)
TIME_STAMP_TOKEN = der.oid(oids.TIME_STAMP_TOKEN)
REVOCATION_VALUES = der.oid(oids.REVOCATION_VALUES)

# RFC 5754, 2: without parameters. 3.2: RSA with NULL. 3.3: ECDSA without.
SHA_256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
SHA_384 = der.sequence(der.oid("2.16.840.1.101.3.4.2.2"))
SHA_256_WITH_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.tlv(der.NULL))
ECDSA_WITH_SHA_256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
ECDSA_WITH_SHA_384 = der.sequence(der.oid("1.2.840.10045.4.3.3"))


@dataclass(frozen=True, slots=True)
class _Identity:
    """What of a signature depends on the key alone."""

    certificates: bytes
    """[0] IMPLICIT CertificateSet."""
    issuer_and_serial: bytes
    """The signer's certificate by issuer and serial number."""
    signing_certificate: bytes
    """The attribute signingCertificateV2, whole."""
    digest: bytes
    """digestAlgorithm."""
    algorithm: bytes
    """signatureAlgorithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureParts:
    """The parts of a signature before they are put together."""

    signed_attributes: bytes
    """SET OF Attribute, as it was signed."""
    value: bytes
    """What the private key made."""


def attribute(kind: bytes, *values: bytes) -> bytes:
    """One Attribute (RFC 5652, 5.3)."""
    return der.sequence(kind, der.set_of(values))


def signing_time(when: datetime) -> bytes:
    """The attribute signingTime (RFC 5652, 11.3)."""
    return attribute(SIGNING_TIME, der.time(when))


def signed_attributes(
    digest: bytes, key: SigningKey, extra: Iterable[bytes] = ()
) -> tuple[bytes, ...]:
    """The attributes that every signature has, and the `extra` ones, each DER.

    `digest` is that of the content, by the key's digest algorithm.
    """
    return (
        attribute(CONTENT_TYPE, DATA),
        attribute(MESSAGE_DIGEST, der.octet_string(digest)),
        _identity(key).signing_certificate,
        *extra,
    )


def sign(attributes: Iterable[bytes], key: SigningKey) -> SignatureParts:
    """Sign these attributes."""
    # RFC 5652, 5.4: signed as SET OF, stored below under [0].
    encoded = der.set_of(attributes)
    return SignatureParts(signed_attributes=encoded, value=key.operation.sign(encoded))


def signed_data(
    signature: SignatureParts,
    key: SigningKey,
    *,
    revocation: RevocationAnswers = NO_ANSWERS,
    time_stamp: bytes = b"",
) -> bytes:
    """ContentInfo with SignedData, detached, of version 1 (RFC 5652, 5.1).

    The lists of `revocation` go into `crls`, its OCSP answers into an unsigned
    attribute. `time_stamp` is a token over the signature value, DER.
    """
    identity = _identity(key)
    unsigned = unsigned_attributes(revocation.ocsp, time_stamp)
    return der.sequence(
        SIGNED_DATA,
        der.explicit(
            0,
            der.sequence(
                # A mail of version 5, as an answer of another format in `crls`
                # makes it, is to PKCS #7 readers no signed mail.
                der.integer(1),
                der.set_of([identity.digest]),
                der.sequence(DATA),
                identity.certificates,
                der.set_of(revocation.crls, 0xA1) if revocation.crls else b"",
                der.set_of([_signer_info(signature, identity, unsigned)]),
            ),
        ),
    )


def unsigned_attributes(
    ocsp: Iterable[bytes], time_stamp: bytes = b""
) -> tuple[bytes, ...]:
    """The time stamp token, and `revocation-values` with OCSPResponses; each DER."""
    answers = [basic_response(response) for response in ocsp]
    return (
        *([attribute(TIME_STAMP_TOKEN, time_stamp)] if time_stamp else []),
        *([_revocation_values(answers)] if answers else []),
    )


def _revocation_values(answers: Iterable[bytes]) -> bytes:
    # RFC 5126, 6.3.4 (ETSI EN 319 122-1): ocspVals [1], tags are explicit.
    values = der.explicit(1, der.sequence(*answers))
    return attribute(REVOCATION_VALUES, der.sequence(values))


def _signer_info(
    signature: SignatureParts, identity: _Identity, unsigned: tuple[bytes, ...]
) -> bytes:
    return der.sequence(
        der.integer(1),
        identity.issuer_and_serial,
        identity.digest,
        b"\xa0" + signature.signed_attributes[1:],
        identity.algorithm,
        der.octet_string(signature.value),
        der.set_of(unsigned, 0xA1) if unsigned else b"",
    )


@lru_cache(maxsize=32)
def _identity(key: SigningKey) -> _Identity:
    certificate = key.certificate
    encoded = certificate_der(certificate)
    issuer = certificate.issuer.public_bytes()
    serial = der.integer(certificate.serial_number)
    # RFC 5035, 3: SHA-256 is the default and so not written.
    identifier = der.sequence(
        der.octet_string(hashlib.sha256(encoded).digest()),
        der.sequence(der.sequence(der.explicit(4, issuer)), serial),
    )
    is_rsa = isinstance(key.public_key, rsa.RSAPublicKey)
    is_longer = key.digest == "sha384"
    ecdsa = ECDSA_WITH_SHA_384 if is_longer else ECDSA_WITH_SHA_256
    return _Identity(
        certificates=der.set_of([encoded, *map(certificate_der, key.chain)], 0xA0),
        issuer_and_serial=der.sequence(issuer, serial),
        signing_certificate=attribute(
            SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(identifier))
        ),
        digest=SHA_384 if is_longer else SHA_256,
        algorithm=SHA_256_WITH_RSA if is_rsa else ecdsa,
    )
