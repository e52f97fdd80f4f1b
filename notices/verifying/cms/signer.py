"""The one signer of a CMS value, read strictly.

RFC 5652 allows far more than what we send. Accepted is a SignedData with one signer
named by issuer and serial, whose certificate is there once, and with signed
attributes. What is compared with what follows in `signature`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, core, x509

from notices.messages import Text
from notices.object_identifiers import (
    DATA,
    SIGNING_TIME,
)
from notices.report import SubIndication
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import certificates, signed_data
from notices.verifying.cms.carried import read_choices, read_values
from notices.verifying.cms.signed_data import SignedData, SignerInfo
from notices.verifying.revocation.answers import Revocation

MAX_CERTIFICATES = 10
MAX_ATTRIBUTES = 64
"""Signed and unsigned ones each; usual are six."""

UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
VERSION_1 = b"\x02\x01\x01"
"""The signer is named by issuer and serial number (RFC 5652, 5.3)."""
SHORT = 64
"""Octets; identifiers of the algorithms that count here have a few dozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signer's signature, as parsed from strict DER."""

    signer: SignerInfo
    """The only SignerInfo, as octets."""
    digest: str
    """Name of the digest algorithm, such as `sha256`."""
    certificate: x509.Certificate
    """The certificate that the signer identifier names."""
    others: tuple[x509.Certificate, ...]
    """The other certificates that came along."""
    signed_octets: bytes
    """The signed attributes as they are hashed (RFC 5652, 5.4)."""
    attributes: Mapping[str, bytes]
    """Value of each signed attribute by its object identifier; DER."""
    signing_time: datetime | None
    """The claimed signing time; None without that attribute."""
    revocation: Revocation
    """The answers in SignedData.crls and in the attribute revocation-values."""

    @property
    def value(self) -> bytes:
        """The signature value."""
        return self.signer.signature


def read(data: bytes) -> Signature:
    """The one detached signature in `data`; Refusal for any other shape."""
    found = signed_data.read(data)
    _check_detached(found)
    return read_signer(found)


def read_signer(signed_data_read: SignedData) -> Signature:
    """The one signature in a SignedData, whatever it encloses; Refusal as `read`."""
    signer = _only_signer(signed_data_read)
    _check_attributes(signer)
    certificate, others = _find_certificate(signed_data_read, signer)
    if not signer.signed_attributes:
        # RFC 5652 permits none. Then what was signed as content could be passed off
        # as signed attributes, and the reverse; so they are required.
        raise malformed("no signed attributes")
    attributes = _read_attributes(signer.signed_attributes)
    return Signature(
        signer=signer,
        digest=digest_name(signer.digest_algorithm),
        certificate=certificate,
        others=others,
        signed_octets=signer.signed_attributes,
        attributes=attributes,
        signing_time=_read_time(attributes.get(SIGNING_TIME)),
        revocation=read_choices(signed_data_read.answers)
        + read_values(signer.unsigned_attributes),
    )


def _check_attributes(signer: SignerInfo) -> None:
    signed = signed_data.members(signer.signed_attributes or _NO_ATTRIBUTES)
    count = max(len(signed), len(signer.unsigned_attributes))
    if count > MAX_ATTRIBUTES:
        raise malformed(
            Text("{count} attributes, at most {most}", count=count, most=MAX_ATTRIBUTES)
        )


_NO_ATTRIBUTES = b"\x31\x00"


@bounded_cache(entries=64, octets=SHORT)
def digest_name(algorithm: bytes) -> str:
    """Name of the digest that an AlgorithmIdentifier stands for."""
    identifier = algos.DigestAlgorithm.load(algorithm, strict=True)
    return str(identifier["algorithm"].native)


def _check_detached(enclosed: SignedData) -> None:
    if enclosed.content_type != DATA:
        raise malformed(
            Text(
                "encapsulated content type {content_type}",
                content_type=enclosed.content_type,
            )
        )
    # RFC 8551, 3.5.3.1: the content stands in the other part, never in here too.
    if enclosed.content is not None:
        raise malformed("the detached signature has content embedded in it")


def _only_signer(enclosed: SignedData) -> SignerInfo:
    count = len(enclosed.signers)
    if count != 1:
        raise malformed(Text("{count} signers, must be exactly one", count=count))
    if signed_data.version(enclosed.signers[0]) != VERSION_1:
        raise malformed("the signer is not named by issuer and serial number")
    signer = signed_data.read_signer(enclosed.signers[0])
    declared = [digest_name(one) for one in enclosed.digest_algorithms]
    if declared != [digest_name(signer.digest_algorithm)]:
        raise malformed("digestAlgorithms do not match the signer's")
    return signer


def _find_certificate(
    found: SignedData, signer: SignerInfo
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    choices = found.certificates
    if any(choice[0] != signed_data.SEQUENCE for choice in choices):
        raise malformed("something besides X.509 certificates among them")
    return pick(choices, signer.issuer, signer.serial)


def pick(
    choices: Sequence[bytes], issuer: bytes, serial: bytes
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The only one of that issuer and serial number (DER), and the others. Refusal."""
    if len(choices) > MAX_CERTIFICATES:
        raise malformed(
            Text(
                "{count} certificates, at most {max_certificates}",
                count=len(choices),
                max_certificates=MAX_CERTIFICATES,
            )
        )
    named: list[x509.Certificate] = []
    others: list[x509.Certificate] = []
    for choice in choices:
        is_named = certificates.is_named(choice, issuer, serial)
        (named if is_named else others).append(certificates.parse(choice))
    if len(named) != 1:
        raise Refusal(
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            Text(
                "{count} certificates for the signer identifier, must be one",
                count=len(named),
            ),
        )
    _require_extensions(named[0])
    return named[0], tuple(others)


def _require_extensions(certificate: x509.Certificate) -> None:
    """They are read when somebody needs them: of the signer, that is everybody."""
    try:
        certificate.critical_extensions  # noqa: B018 - reads them all
    except ValueError as error:
        raise malformed(
            "the signer's certificate has an extension that cannot be read"
        ) from error


def _read_attributes(signed_octets: bytes) -> Mapping[str, bytes]:
    encoded = signed_data.members(signed_octets)
    if encoded != sorted(encoded):
        raise malformed("signed attributes are not a DER SET OF")
    return by_kind(encoded)


def by_kind(attributes: Iterable[bytes]) -> Mapping[str, bytes]:
    """Signed attributes by object identifier: each once, with one value."""
    found: dict[str, bytes] = {}
    for attribute in attributes:
        name, values = signed_data.read_attribute(attribute)
        if name in found:
            raise malformed(Text("signed attribute {name} twice", name=name))
        if len(values) != 1:
            raise malformed(
                Text("signed attribute {name} has not one value", name=name)
            )
        found[name] = values[0]
    return found


def _read_time(claimed: bytes | None) -> datetime | None:
    if claimed is None:
        return None
    kinds = {UTC_TIME: core.UTCTime, GENERALIZED_TIME: core.GeneralizedTime}
    kind = kinds.get(claimed[0])
    moment = kind.load(claimed, strict=True).native if kind else None
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise malformed(Text("signingTime is no time: {moment!r}", moment=moment))
    return moment
