"""The one signer of a CMS value, read strictly.

RFC 5652 allows far more than what we send. Accepted is a SignedData with one signer
named by issuer and serial, whose certificate is there once, and with signed
attributes. What is compared with what follows in `signature`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, x509

from notices.report import SubIndication
from notices.verifying import certificates, der
from notices.verifying.outcome import Refusal, malformed
from notices.verifying.policy import Revocation, read_carried

MAX_CERTIFICATES = 10

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
ID_DATA = "1.2.840.113549.1.7.1"
SIGNED_ATTRS_TAG = 0xA0
"""[0] IMPLICIT in SignerInfo (RFC 5652, 5.3)."""


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


def read(data: bytes) -> Signature:
    """The one detached signature in `data`; Refusal for any other shape."""
    signed_data = cms.ContentInfo.load(data, strict=True)["content"]
    _check_detached(signed_data)
    return read_signer(signed_data)


def read_signer(signed_data: cms.SignedData) -> Signature:
    """The one signature in a SignedData, whatever it encloses; Refusal as `read`."""
    signer_info = _only_signer(signed_data)
    certificate, others = _find_certificate(signed_data, signer_info)
    signed_octets = _find_signed_octets(signed_data.untag().dump())
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
        certificate = certificates.parse(choice.chosen.dump())
        is_named = certificate.serial_number == sid[
            "serial_number"
        ].native and certificates.same_name(certificate.issuer, sid["issuer"])
        (named if is_named else others).append(certificate)
    if len(named) != 1:
        raise Refusal(
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            f"{len(named)} certificates for the signer identifier, must be one",
        )
    return named[0], tuple(others)


def _find_signed_octets(signed_data: bytes) -> bytes:
    """The signed attributes out of the bytes, not out of a parser's re-encoding."""
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
