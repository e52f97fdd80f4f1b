"""A check of a signed message with `cryptography`, asn1crypto and the email parser.

Written apart from what signs and from the verifier, for machines without openssl.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes, policy

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from notices.errors import RefusedError
from notices.signing.path import certificate_path
from notices.signing.public_keys import is_signed_by, public_key

_SIGNED_DIGESTS = {
    "content_type",
    "message_digest",
    "signing_time",
    "signing_certificate_v2",
}


def own_check(
    message: bytes, *, trust: Sequence[x509.Certificate], now: datetime
) -> None:
    """RefusedError unless digest, signature and path of the message are right."""
    try:
        entity, signature = _parts(message)
        content = cms.ContentInfo.load(signature, strict=True)["content"]
        _check(content, entity, trust, now)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise _refused("it cannot be read") from error


def _refused(reason: str) -> RefusedError:
    return RefusedError(
        f"the signed mail does not pass its check: {reason}",
        hint="the mail was not queued; `notices doctor` looks at key and chain",
    )


def _parts(message: bytes) -> tuple[bytes, bytes]:
    parsed = message_from_bytes(message, policy=policy.compat32)
    boundary = parsed.get_boundary()
    parts = parsed.get_payload()
    if boundary is None or not isinstance(parts, list) or len(parts) != 2:  # noqa: PLR2004
        raise _refused("it has not two parts")
    delimiter = b"\r\n--" + boundary.encode("ascii")
    entity = message.split(delimiter)[1].removeprefix(b"\r\n")
    part = parts[1]
    signature = None if isinstance(part, str) else part.get_payload(decode=True)
    if not isinstance(signature, bytes):
        raise _refused("it has no signature")
    return entity, signature


def _check(
    content: cms.SignedData,
    entity: bytes,
    trust: Sequence[x509.Certificate],
    now: datetime,
) -> None:
    if len(content["signer_infos"]) != 1:
        raise _refused("it has not exactly one signature")
    signer = content["signer_infos"][0]
    attributes = dict(_attributes(signer))
    if not set(attributes) >= _SIGNED_DIGESTS:
        raise _refused("a signed attribute is missing")
    if attributes["message_digest"].native != hashlib.sha256(entity).digest():
        raise _refused("the digest is not that of the signed part")
    certificates = [
        x509.load_der_x509_certificate(choice.chosen.dump())
        for choice in content["certificates"]
    ]
    leaf = _signer_certificate(signer, attributes, certificates)
    # RFC 5652, 5.4: the signature is over the attributes as an explicit SET OF.
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    value = signer["signature"].native
    if not is_signed_by(public_key(leaf), value, signed, hashes.SHA256()):
        raise _refused("the signature value is wrong")
    if not certificate_path(leaf, certificates, trust, now):
        raise _refused("there is no path to a pinned root")
    if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
        raise _refused("the certificate is not valid now")


def _attributes(signer: cms.SignerInfo) -> Iterator[tuple[str, cms.Any]]:
    for attribute in signer["signed_attrs"]:
        if len(attribute["values"]) != 1:
            raise _refused("a signed attribute has not one value")
        yield attribute["type"].native, attribute["values"][0]


def _signer_certificate(
    signer: cms.SignerInfo,
    attributes: dict[str, cms.Any],
    certificates: list[x509.Certificate],
) -> x509.Certificate:
    serial = signer["sid"].chosen["serial_number"].native
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    for certificate in certificates:
        if (
            certificate.serial_number == serial
            and certificate.fingerprint(hashes.SHA256()) == named
        ):
            return certificate
    raise _refused("the signer's certificate is not inside")
