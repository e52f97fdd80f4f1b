"""The second signer: endesive, for those who want it (`notices[endesive]`).

Only `endesive.signer.sign()` is used, with our signed attributes. Its e-mail, PDF and
verifying parts are not: they cannot be imported everywhere, change CRLF to CR CR LF,
and accept forged time stamps. RSA only: it labels an ECDSA signature as RSA.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import Any

from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from notices.asn1_values import encoding_of
from notices.errors import ConfigError
from notices.signing import cms, der
from notices.signing.keys.signing_key import SigningKey, certificate_der
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.smime import mail_attributes
from notices.signing.timestamps.client import Timestamper

_SIGNED_DATA = ("version", "digest_algorithms", "encap_content_info", "certificates")
_SIGNER_INFO = (
    *("version", "sid", "digest_algorithm", "signed_attrs"),
    *("signature_algorithm", "signature"),
)
"""What endesive writes, in the order of RFC 5652, 5.1 and 5.3."""


@dataclass(frozen=True, slots=True)
class _Hsm:
    """How endesive is given a key that it does not see."""

    key: SigningKey

    def certificate(self) -> tuple[None, x509.Certificate]:
        return None, self.key.certificate

    def sign(self, _key: None, data: bytes, _digest: str) -> bytes:
        return self.key.operation.sign(data)


def sign_entity_with_endesive(
    entity: bytes,
    key: SigningKey,
    *,
    signing_time: datetime,
    revocation: RevocationAnswers = NO_ANSWERS,
    timestamper: Timestamper | None = None,
) -> bytes:
    """The same as `sign_entity`, put together by endesive. DER.

    ConfigError without endesive, or for a key that is not RSA.
    """
    signed = require_endesive(key)(
        entity,
        None,
        certificate_der(key.certificate),
        [certificate_der(one) for one in key.chain],
        "sha256",
        attrs=_attributes(mail_attributes(entity, key, signing_time)),
        hsm=_Hsm(key),
    )
    data = asn1.ContentInfo.load(signed)["content"]
    token = b""
    if timestamper is not None:
        value = data["signer_infos"][0]["signature"].native
        stamp = timestamper.stamp(sha256(value).digest())
        token, revocation = stamp.token, revocation | stamp.answers
    return _with(data, revocation, token)


def require_endesive(key: SigningKey) -> Callable[..., bytes]:
    """The function that signs; ConfigError without it, or if it cannot use the key."""
    if not isinstance(key.public_key, rsa.RSAPublicKey):
        raise ConfigError(
            "endesive labels an ECDSA signature as RSA: no mail program accepts it",
            hint='use an RSA key, or leave signing.backend at "pyhanko"',
        )
    try:
        function: Callable[..., bytes] = import_module("endesive.signer").sign
    except ImportError as error:
        raise ConfigError(
            'signing.backend is "endesive", but endesive is not installed',
            hint="pip install 'notices[endesive]'",
        ) from error
    return function


def _attributes(encoded: tuple[bytes, ...]) -> Callable[[bytes], list[Any]]:
    # endesive asks for a plain function of the digest; ours hold it already.
    def attributes(_digest: bytes) -> list[Any]:
        return [asn1.CMSAttribute.load(one) for one in encoded]

    return attributes


def _with(
    data: asn1.SignedData, answers: RevocationAnswers, time_stamp: bytes
) -> bytes:
    """It and what is not signed: where our own signer has it, and as it has it."""
    unsigned = cms.unsigned_attributes(answers.ocsp, time_stamp)
    signer = data["signer_infos"][0]
    info = der.sequence(
        *(encoding_of(signer[name]) for name in _SIGNER_INFO),
        der.set_of(unsigned, 0xA1) if unsigned else b"",
    )
    whole = der.sequence(
        *(encoding_of(data[name]) for name in _SIGNED_DATA),
        der.set_of(answers.crls, 0xA1) if answers.crls else b"",
        der.set_of([info]),
    )
    return der.sequence(cms.SIGNED_DATA, der.explicit(0, whole))
