"""From a file to the key that a person is enrolled with."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from cryptography.x509.oid import NameOID

from notices.approval import KeyKind, Role
from notices.errors import ConfigError, InputError
from notices.messages import Text
from notices.signing.keys.signing_key import load_certificates
from notices.site.approval.people_desk import Candidate
from notices.store import NewKey

MIN_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1)


def candidate_of(
    person: str,
    name: str,
    roles: tuple[Role, ...],
    content: bytes,
    credential_id: str,
    *,
    now: datetime,
) -> Candidate:
    """Who is to be enrolled, by his certificate or by a passkey's public key.

    name: empty: the common name of the certificate. now: the certificate must be valid
    then; afterwards its key counts, until it is revoked. InputError for a file or a key
    that is not used here.
    """
    if credential_id:
        return passkey_candidate(person, name, roles, content, credential_id)
    try:
        certificate = load_certificates(content)[0]
    except ConfigError as error:
        raise InputError(
            "the file holds no certificate",
            hint="give PEM or DER; of a passkey the public key, with --credential-id",
        ) from error
    key = certificate.public_key()
    _require_usable(key)
    _require_valid(certificate, now)
    return Candidate(
        person=person,
        name=name or _common_name(certificate),
        roles=roles,
        key_kind=KeyKind.CERTIFICATE,
        key=NewKey(public_key=_der(key)),
    )


def passkey_candidate(
    person: str, name: str, roles: tuple[Role, ...], content: bytes, credential_id: str
) -> Candidate:
    """Who is to be enrolled by a passkey's public key; InputError as above."""
    if not name:
        raise InputError("a passkey bears no name", hint="--name NAME")
    try:
        is_pem = content.lstrip().startswith(b"-----")
        key = load_pem_public_key(content) if is_pem else load_der_public_key(content)
        told = bytes.fromhex(credential_id)
    except ValueError as error:
        raise InputError(
            "the file holds no public key, or the credential id is not hexadecimal",
            hint="give the SubjectPublicKeyInfo of the passkey, PEM or DER",
        ) from error
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(
        key.curve, ec.SECP256R1
    )
    if not is_p256 and not isinstance(key, ed25519.Ed25519PublicKey):
        raise InputError("the passkey is neither ES256 nor EdDSA")
    return Candidate(
        person=person,
        name=name,
        roles=roles,
        key_kind=KeyKind.PASSKEY,
        key=NewKey(public_key=_der(key), credential_id=told),
    )


def _require_usable(key: object) -> None:
    """RSA from 2048 bits, P-256, P-384: what signs a mail."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return
    raise InputError(
        Text(
            "the key must be RSA of at least {bits} bits, P-256 or P-384",
            bits=MIN_RSA_BITS,
        )
    )


def _require_valid(certificate: x509.Certificate, now: datetime) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= now <= last:
        raise InputError(
            Text(
                "the certificate is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, "
                "not now",
                first=first,
                last=last,
            ),
            hint="is it the right file? the key may have a new certificate",
        )


def _common_name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not found or not str(found[0].value).strip():
        raise InputError("the certificate names nobody", hint="--name NAME")
    return str(found[0].value)


def _der(key: object) -> bytes:
    made: bytes = key.public_bytes(  # type: ignore[attr-defined]
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return made
