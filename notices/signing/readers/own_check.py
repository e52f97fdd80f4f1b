"""Checks of a signed message with `cryptography`, asn1crypto and the email parser.

Written apart from what signs and from the verifier: one for machines without openssl,
and one as readers see the mail that know PKCS #7 only.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes, policy

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import pkcs7

from notices.asn1_values import encoding_of
from notices.errors import RefusedError
from notices.messages import Text
from notices.signing.path import certificate_path
from notices.signing.public_keys import DIGESTS, is_signed_by, public_key

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


def require_version_1(message: bytes) -> None:
    """RefusedError unless readers of version 1 find a signature in the message.

    Thunderbird, GnuPG and many more know PKCS #7 and nothing newer: to them a mail of
    a later version is not signed. OpenSSL's reader of PKCS #7 is asked as well.
    """
    try:
        _, signature = _parts(message)
        content = cms.ContentInfo.load(signature, strict=True)["content"]
        for reason in _beyond_version_1(content):
            raise _refused(reason)
        pkcs7.load_der_pkcs7_certificates(signature)
    except (
        *(ValueError, TypeError, KeyError, AttributeError, IndexError),
        UnsupportedAlgorithm,
    ) as error:
        raise _refused("readers of PKCS #7 cannot read it") from error


def _beyond_version_1(content: cms.SignedData) -> Iterator[str]:
    """RFC 5652, 5.1 and 5.3: what a later version is for."""
    if content["version"].native != "v1":
        yield Text("it is of version {native}", native=content["version"].native)
    if content["encap_content_info"]["content_type"].native != "data":
        yield "what is signed is no id-data"
    if any(one["version"].native != "v1" for one in content["signer_infos"]):
        yield "the signer is not named by issuer and serial number"
    if any(one.name != "certificate" for one in content["certificates"] or ()):
        yield "it carries something besides X.509 certificates"
    if any(one.name != "crl" for one in content["crls"] or ()):
        yield "it carries something besides revocation lists in SignedData.crls"


def _refused(reason: str) -> RefusedError:
    return RefusedError(
        Text("the signed mail does not pass its check: {reason}", reason=reason),
        hint="the mail was not queued; `notices doctor` looks at key and chain",
    )


def _parts(message: bytes) -> tuple[bytes, bytes]:
    """The octets that are signed, and the signature."""
    head = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0]
    boundary = message_from_bytes(head, policy=policy.compat32).get_boundary()
    if boundary is None:
        raise _refused("it has no boundary")
    # what is before the first delimiter, two parts, what is after the last
    pieces = message.split(b"\n--" + boundary.encode("ascii"))
    if len(pieces) != 4:  # noqa: PLR2004
        raise _refused("it has not two parts")
    entity = pieces[1].removeprefix(b"\r\n").removesuffix(b"\r")
    part = message_from_bytes(pieces[2].lstrip(b"\r\n"), policy=policy.compat32)
    signature = part.get_payload(decode=True)
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
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in DIGESTS:
        raise _refused("the digest is neither SHA-256 nor SHA-384")
    if attributes["message_digest"].native != hashlib.new(name, entity).digest():
        raise _refused("the digest is not that of the signed part")
    certificates = [
        x509.load_der_x509_certificate(encoding_of(choice.chosen))
        for choice in content["certificates"]
    ]
    leaf = _signer_certificate(signer, attributes, certificates)
    # RFC 5652, 5.4: the signature is over the attributes as an explicit SET OF.
    signed = b"\x31" + encoding_of(signer["signed_attrs"])[1:]
    value = signer["signature"].native
    if not is_signed_by(public_key(leaf), value, signed, DIGESTS[name]):
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
