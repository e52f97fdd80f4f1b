"""The signature of a person over a statement: a CMS value, or a passkey's assertion."""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from notices.approval import BadSignature, OtherKey
from notices.errors import NoticesError
from notices.messages import Text
from notices.object_identifiers import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.verifying.approval import assertion as passkeys
from notices.verifying.approval.assertion import read_assertion
from notices.verifying.approval.statement import (
    RelyingParty,
    SignatureKind,
    SignedStatement,
)
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import certificates, signature, signer
from notices.verifying.cms.der import NotDER

_REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2)
_P384 = "secp384r1"


_read = lru_cache(maxsize=8)(signer.read)
"""One signature is looked at for its key, its value, its digest, one after another."""


def check_statement_value(signed: SignedStatement) -> str:
    """Value and strictness of the signature, by the key that it brings along."""
    if signed.kind is SignatureKind.ASSERTION:
        found = read_assertion(signed.signature)
        return passkeys.check_value(found)
    return _check_cms(signed)


def _check_cms(signed: SignedStatement) -> str:
    signature.check_encoding(signed.signature)
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
    signature.check_encoding(signed.signature)
    certificate = _read(signed.signature).certificate
    spki = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    return hashlib.sha256(spki).hexdigest()


def require_signed(
    signed: SignedStatement, key_sha256: str, party: RelyingParty | None
) -> None:
    """OtherKey or BadSignature unless that key signed exactly this statement.

    party: for passkeys; None: there are none here.
    """
    require_value(signed, key_sha256)
    try:
        _require_party(signed, party)
    except Exception as error:
        raise _unreadable(error) from error


@lru_cache(maxsize=256)
def require_value(signed: SignedStatement, key_sha256: str) -> None:
    """The same, wherever a passkey was used.

    What held once holds for ever, so it is remembered; who may sign is asked of the
    ledger each time.
    """
    try:
        told = key_sha256_of(signed)
    except Exception as error:
        raise _unreadable(error) from error
    if told != key_sha256:
        raise OtherKey(
            Text(
                "signed with the key {told}, enrolled was {enrolled}",
                told=told[:16],
                enrolled=key_sha256[:16],
            ),
            hint="sign with the key that was enrolled; notices people list tells it",
        )
    try:
        check_statement_value(signed)
        check_statement_digest(signed)
        if signed.kind is SignatureKind.ASSERTION:
            passkeys.check_user_verified(read_assertion(signed.signature))
    except Exception as error:
        raise _unreadable(error) from error


def _require_party(signed: SignedStatement, party: RelyingParty | None) -> None:
    """Of a passkey: it was used on our own page."""
    if signed.kind is not SignatureKind.ASSERTION:
        return
    if party is None:
        raise malformed("no passkeys are used here")
    passkeys.check_party(read_assertion(signed.signature), party)


def _unreadable(error: Exception) -> BadSignature:
    return BadSignature(
        Text("the signature does not hold: {why}", why=_why(error)),
        hint="sign what `approval_request` gave, octet by octet",
    )


def _why(error: Exception) -> str:
    if isinstance(error, Refusal):
        return error.detail
    if isinstance(error, NoticesError):
        return error.message
    if isinstance(error, NotDER):
        return Text("the signature is not strict DER: {error}", error=error)
    return Text("it cannot be read ({error})", error=type(error).__name__)
