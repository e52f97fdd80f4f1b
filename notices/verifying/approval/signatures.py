"""The signature of a person over a statement: a CMS value, or a passkey's assertion."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from notices.approval import (
    KeyKind,
    OtherKind,
    statement_sha256,
)
from notices.messages import Text
from notices.object_identifiers import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.verifying.approval import assertion as passkeys
from notices.verifying.approval.assertion import read_assertion
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import malformed
from notices.verifying.cms import certificates, signature, signer

_REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2)
_P384 = "secp384r1"


class SignatureKind(StrEnum):
    """In which of two ways a statement is signed."""

    CMS = "cms"
    """Detached CMS SignedData, by the key of a certificate."""
    ASSERTION = "assertion"
    """A WebAuthn assertion, by a passkey."""


FILE_NAMES = {
    SignatureKind.CMS: "approval.p7s",
    SignatureKind.ASSERTION: "assertion.json",
}
"""What the signature is called in a bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A statement and the signature over it."""

    prefix: bytes
    """What stands before the file where it is hashed and signed."""
    octets: bytes
    """The file: `approval.json`, `enrolment.json`."""
    kind: SignatureKind
    """How it is signed."""
    signature: bytes
    """CMS in DER, or `assertion.json`."""

    @property
    def sha256(self) -> str:
        """Hash over prefix and file."""
        return statement_sha256(self.prefix, self.octets)


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


def key_sha256_of(signed: SignedStatement) -> str:
    """SHA-256 of the key that the signature brings along, as it is enrolled."""
    if signed.kind is SignatureKind.ASSERTION:
        return hashlib.sha256(read_assertion(signed.signature).public_key).hexdigest()
    _check_encoding(signed.signature)
    certificate = _read(signed.signature).certificate
    spki = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    return hashlib.sha256(spki).hexdigest()


KINDS = {
    KeyKind.CERTIFICATE: SignatureKind.CMS,
    KeyKind.PASSKEY: SignatureKind.ASSERTION,
}
"""How each kind of key signs: a file that calls itself a passkey is none."""


def require_kind(signed: SignedStatement, key_kind: KeyKind) -> None:
    """OtherKind unless it is signed in the way of the key that was enrolled."""
    if signed.kind is not KINDS[key_kind]:
        raise OtherKind(
            Text("a {key} does not sign as {told}", key=key_kind, told=signed.kind),
            hint="sign with what was enrolled; notices people list tells it",
        )
