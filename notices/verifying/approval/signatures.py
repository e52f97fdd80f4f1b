"""The signature of a person over a statement: a CMS value, or a passkey's assertion."""

import hashlib
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.object_identifiers import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.verifying.approval import assertion as passkeys
from notices.verifying.approval.assertion import read_assertion
from notices.verifying.approval.statement import SignatureKind, SignedStatement
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import malformed
from notices.verifying.cms import certificates, signature, signer

_REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2)
_P384 = "secp384r1"


_read = lru_cache(maxsize=8)(signer.read)
"""One signature is looked at for its key, its value, its digest, one after another."""
_check_encoding = bounded_cache(entries=8, octets=1 << 16)(signature.check_encoding)


def check_statement_value(signed: SignedStatement) -> str:
    """Value and strictness of the signature, by the key that it brings along."""
    if signed.kind is SignatureKind.ASSERTION:
        found = read_assertion(signed.signature)
        return passkeys.check_value(found)
    return _check_cms(signed)


def _check_cms(signed: SignedStatement) -> str:
    _check_encoding(signed.signature)
    found = _read(signed.signature)
    told = signature.check_algorithms(found)
    key = certificates.public_key(found.certificate)
    is_p384 = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == _P384
    if found.digest != ("sha384" if is_p384 else "sha256"):
        raise malformed(Text("digest {digest}", digest=found.digest))
    signature.check_attributes(found, _REQUIRED)
    signature.check_value(found)
    return told


def check_statement_digest(signed: SignedStatement) -> str:
    """What was signed is the statement: by its digest, or as the challenge."""
    if signed.kind is SignatureKind.ASSERTION:
        found = read_assertion(signed.signature)
        return passkeys.check_challenge(found, bytes.fromhex(signed.sha256))
    return signature.check_digest(
        _read(signed.signature), signed.prefix + signed.octets
    )


def signing_time_of(signed: SignedStatement) -> datetime | None:
    """When its CMS says that it was made; None for an assertion, which tells none."""
    if signed.kind is SignatureKind.ASSERTION:
        return None
    return _read(signed.signature).signing_time


def key_sha256_of(signed: SignedStatement) -> str:
    """SHA-256 of the key that the signature brings along, as it is enrolled."""
    if signed.kind is SignatureKind.ASSERTION:
        return hashlib.sha256(read_assertion(signed.signature).public_key).hexdigest()
    _check_encoding(signed.signature)
    certificate = _read(signed.signature).certificate
    spki = encoding_of(certificate["tbs_certificate"]["subject_public_key_info"])
    return hashlib.sha256(spki).hexdigest()
