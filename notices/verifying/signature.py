"""The CMS signature of a mail or a PDF, read strictly, and the checks on it.

RFC 5652 allows far more than what we send. Accepted is one detached SignedData with
one signer named by issuer and serial, signed attributes, SHA-2, and RSA PKCS #1 v1.5
or ECDSA. Each function checks one thing and returns what it compared.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from notices.report import SubIndication
from notices.verifying import der
from notices.verifying.outcome import Refusal, malformed
from notices.verifying.policy import Revocation, read_carried

DIGESTS = ("sha256", "sha384", "sha512")
MIN_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
MAX_CERTIFICATES = 10

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signer's detached signature, as parsed from strict DER."""

    signed_data: cms.SignedData
    """SignedData (RFC 5652, 5.1)."""
    signer_info: cms.SignerInfo
    """The only SignerInfo (5.3)."""
    certificate: x509.Certificate
    """The certificate that the signer identifier names."""
    others: tuple[x509.Certificate, ...]
    """The other certificates that came along."""
    signed_octets: bytes
    """The signed attributes as they are hashed (RFC 5652, 5.4)."""
    attributes: Mapping[str, core.Asn1Value]
    """Value of each signed attribute by its object identifier."""
    signing_time: datetime | None
    """The claimed signing time; None without that attribute."""
    revocation: Revocation
    """The revocation answers in SignedData.crls."""

    @property
    def digest(self) -> str:
        """Name of the digest algorithm, such as `sha256`."""
        return str(self.signer_info["digest_algorithm"]["algorithm"].native)

    @property
    def value(self) -> bytes:
        """The signature value."""
        return bytes(self.signer_info["signature"].native)


CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
ID_DATA = "1.2.840.113549.1.7.1"
SIGNED_ATTRS_TAG = 0xA0
"""[0] IMPLICIT in SignerInfo (RFC 5652, 5.3)."""

_NAMES = {
    CONTENT_TYPE: "contentType",
    MESSAGE_DIGEST: "messageDigest",
    SIGNING_TIME: "signingTime",
    SIGNING_CERTIFICATE_V2: "signingCertificateV2",
}


def check_encoding(data: bytes) -> str:
    """One strict DER value, and that is a SignedData (X.690; RFC 5652, 3)."""
    try:
        der.check(data)
    except der.NotDER as error:
        raise malformed(f"the signature is not strict DER: {error}") from error
    kind = cms.ContentInfo.load(data, strict=True)["content_type"].native
    if kind != "signed_data":
        raise malformed(f"content type {kind}, not SignedData")
    return f"strict DER, {len(data)} bytes"


def read(data: bytes) -> Signature:
    """The one detached signature in `data`; Refusal for any other shape."""
    signed_data = cms.ContentInfo.load(data, strict=True)["content"]
    _check_detached(signed_data)
    signer_info = _only_signer(signed_data)
    certificate, others = _find_certificate(signed_data, signer_info)
    signed_octets = _find_signed_octets(data)
    attributes = _read_attributes(signed_octets)
    return Signature(
        signed_data=signed_data,
        signer_info=signer_info,
        certificate=certificate,
        others=others,
        signed_octets=signed_octets,
        attributes=attributes,
        signing_time=_read_time(attributes.get(SIGNING_TIME)),
        revocation=read_carried(signed_data["crls"]),
    )


def _check_detached(signed_data: cms.SignedData) -> None:
    content = signed_data["encap_content_info"]
    if content["content_type"].dotted != ID_DATA:
        raise malformed(f"encapsulated content type {content['content_type'].native}")
    # RFC 8551, 3.5.3.1: the content stands in the other part, never in here too.
    if content.native.get("content") is not None:
        raise malformed("the detached signature has content embedded in it")


def _only_signer(signed_data: cms.SignedData) -> cms.SignerInfo:
    count = len(signed_data["signer_infos"])
    if count != 1:
        raise malformed(f"{count} signers, must be exactly one")
    signer_info = signed_data["signer_infos"][0]
    if signer_info["version"].native != "v1":
        raise malformed("the signer is not named by issuer and serial number")
    declared = [one["algorithm"].native for one in signed_data["digest_algorithms"]]
    if declared != [signer_info["digest_algorithm"]["algorithm"].native]:
        raise malformed("digestAlgorithms do not match the signer's")
    return signer_info


def _find_certificate(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    choices = signed_data["certificates"] or ()
    if len(choices) > MAX_CERTIFICATES:
        raise malformed(f"{len(choices)} certificates, at most {MAX_CERTIFICATES}")
    if any(choice.name != "certificate" for choice in choices):
        raise malformed("something besides X.509 certificates among them")
    sid = signer_info["sid"].chosen
    named: list[x509.Certificate] = []
    others: list[x509.Certificate] = []
    for choice in choices:
        certificate = choice.chosen
        is_named = (
            certificate.serial_number == sid["serial_number"].native
            and certificate.issuer == sid["issuer"]
        )
        (named if is_named else others).append(certificate)
    if len(named) != 1:
        raise Refusal(
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            f"{len(named)} certificates for the signer identifier, must be one",
        )
    return named[0], tuple(others)


def _find_signed_octets(data: bytes) -> bytes:
    """The signed attributes out of the bytes, not out of a parser's re-encoding."""
    _, explicit = der.children(data)
    signed_data = der.children(explicit)[0]
    signer_info = der.children(der.children(signed_data)[-1])[0]
    for field in der.children(signer_info):
        if field[0] == SIGNED_ATTRS_TAG:
            # hashed as an explicit SET OF, not with the [0] of the wire
            return b"\x31" + field[1:]
    # RFC 5652 permits none. Then what was signed as content could be passed off as
    # signed attributes, and the reverse; so they are required.
    raise malformed("no signed attributes")


def _read_attributes(signed_octets: bytes) -> Mapping[str, core.Asn1Value]:
    encoded = der.children(signed_octets)
    if encoded != sorted(encoded):
        raise malformed("signed attributes are not a DER SET OF")
    found: dict[str, core.Asn1Value] = {}
    for attribute in map(cms.CMSAttribute.load, encoded):
        # one by one: `.native` of the whole set raises on unknown types
        name = attribute["type"].dotted
        if name in found:
            raise malformed(f"signed attribute {name} twice")
        if len(attribute["values"]) != 1:
            raise malformed(f"signed attribute {name} has not one value")
        found[name] = attribute["values"][0]
    return found


def _read_time(claimed: core.Asn1Value | None) -> datetime | None:
    if claimed is None:
        return None
    moment = claimed.native
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise malformed(f"signingTime is no time: {moment!r}")
    return moment


def check_attributes(signature: Signature, required: tuple[str, ...]) -> str:
    """The required attributes are there, and they say what they must."""
    for name in required:
        if name not in signature.attributes:
            raise malformed(f"no signed attribute {_NAMES[name]}")
    if signature.attributes[CONTENT_TYPE].dotted != ID_DATA:
        raise malformed("signed attribute contentType is not id-data")
    _check_signing_certificate(signature)
    _check_algorithm_protection(signature)
    return ", ".join(_NAMES[name] for name in required)


def _check_signing_certificate(signature: Signature) -> None:
    """RFC 5035: without it, another certificate of the same key can be put in."""
    named = signature.attributes[SIGNING_CERTIFICATE_V2]["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    if algorithm not in DIGESTS:
        raise malformed(f"signingCertificateV2 uses {algorithm}")
    digest = hashlib.new(algorithm, signature.certificate.dump()).digest()
    if named["cert_hash"].native != digest:
        raise malformed("signingCertificateV2 names another certificate")
    issuer_serial = named["issuer_serial"]
    if issuer_serial and (
        issuer_serial["serial_number"].native != signature.certificate.serial_number
    ):
        raise malformed("signingCertificateV2 names another serial number")


def _check_algorithm_protection(signature: Signature) -> None:
    """RFC 6211: where it is present, it must repeat the algorithms."""
    claimed = signature.attributes.get(ALGORITHM_PROTECTION)
    if claimed is None:
        return
    if (
        claimed["digest_algorithm"]["algorithm"].native != signature.digest
        or claimed["signature_algorithm"].native
        != signature.signer_info["signature_algorithm"].native
    ):
        raise malformed("cmsAlgorithmProtection differs from the algorithms used")


def check_algorithms(signature: Signature) -> str:
    """Digest, key and signature algorithm are strong, and they fit together."""
    algorithm = signature.signer_info["signature_algorithm"]["algorithm"].native
    if signature.digest not in DIGESTS:
        raise _weak(f"digest {signature.digest}")
    key = load_der_public_key(signature.certificate.public_key.dump())
    if isinstance(key, rsa.RSAPublicKey):
        allowed = {"rsassa_pkcs1v15", f"{signature.digest}_rsa"}
        if key.key_size < MIN_RSA_BITS:
            raise _weak(f"RSA key of {key.key_size} bits, at least {MIN_RSA_BITS}")
        name = f"RSA {key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        allowed, name = {f"{signature.digest}_ecdsa"}, key.curve.name
        if name not in CURVES:
            raise _weak(f"curve {name}")
    else:
        raise _weak("a key that is neither RSA nor ECDSA")
    if algorithm not in allowed:
        raise malformed(f"{algorithm} with {signature.digest} and {name}")
    return f"{name}, {signature.digest}"


def _weak(what: str) -> Refusal:
    return Refusal(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"{what}: not accepted")


def check_digest(signature: Signature, content: bytes) -> str:
    """`messageDigest` is the digest of what was signed (RFC 5652, 11.2)."""
    digest = hashlib.new(signature.digest, content).digest()
    claimed = signature.attributes[MESSAGE_DIGEST].native
    if digest != claimed:
        raise Refusal(
            SubIndication.HASH_FAILURE,
            f"the content has {digest.hex()}, the signature says {claimed.hex()}",
        )
    return f"{signature.digest} {digest.hex()}"


def check_value(signature: Signature) -> str:
    """The signature value belongs to the attributes and the certificate's key."""
    key = load_der_public_key(signature.certificate.public_key.dump())
    signed = signature.signed_octets
    algorithm = _HASHES[signature.digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature.value, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature.value, signed, ec.ECDSA(algorithm))
        else:
            raise _weak("a key that is neither RSA nor ECDSA")
    except InvalidSignature as error:
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE,
            "the signature value does not belong to this certificate's key",
        ) from error
    return "signature value holds"
