"""Lists and OCSP answers of any kind, by `cryptography`; also weak ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponderEncoding

from tests.verifying.genuine import raw_signature
from tests.verifying.pki import DAY, SIGNED_AT, Party

FRESH = SIGNED_AT - timedelta(hours=3)
DER = serialization.Encoding.DER
Extension = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True)
class Entry:
    """One revoked certificate on a list."""

    party: Party
    at: datetime = SIGNED_AT - DAY
    reason: x509.ReasonFlags | None = None
    invalid_since: datetime | None = None
    issuer: x509.Name | None = None
    odd: bool = False

    def build(self) -> x509.RevokedCertificate:
        builder = (
            x509.RevokedCertificateBuilder()
            .serial_number(self.party.certificate.serial_number)
            .revocation_date(self.at)
        )
        for extension, critical in self.extensions():
            builder = builder.add_extension(extension, critical=critical)
        return builder.build()

    def extensions(self) -> Sequence[Extension]:
        made: list[Extension] = []
        if self.reason:
            made.append((x509.CRLReason(self.reason), False))
        if self.invalid_since:
            since = self.invalid_since.replace(tzinfo=None)
            made.append((x509.InvalidityDate(since), False))
        if self.issuer:
            names = [x509.DirectoryName(self.issuer)]
            made.append((x509.CertificateIssuer(names), True))
        if self.odd:
            name = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
            made.append((x509.UnrecognizedExtension(name, b"\x05\x00"), True))
        return made


def a_list(
    by: Party,
    *entries: Entry,
    extensions: Sequence[Extension] = (),
    name: x509.Name | None = None,
    start: datetime = FRESH,
    days: int = 30,
    digest: str = "sha256",
) -> bytes:
    """A list that `by` signs; the name is its own unless another is given."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name or by.certificate.subject)
        .last_update(start)
        .next_update(start + days * DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for entry in entries:
        builder = builder.add_revoked_certificate(entry.build())
    made = builder.sign(by.key, hashes.SHA256()).public_bytes(DER)
    return made if digest == "sha256" else _signed_again(made, by, digest)


def _signed_again(encoded: bytes, by: Party, digest: str) -> bytes:
    """With a digest that `cryptography` signs no lists with."""
    made = asn1_crl.CertificateList.load(encoded)
    name = {"algorithm": f"{digest}_{_kind(by)}"}
    made["tbs_cert_list"]["signature"] = name
    made["signature_algorithm"] = name
    content = made["tbs_cert_list"].dump(force=True)
    made["signature"] = raw_signature(by, content, digest)
    return bytes(made.dump())


def _kind(party: Party) -> str:
    return "ecdsa" if isinstance(party.key, ec.EllipticCurvePrivateKey) else "rsa"


def certificate_signed_again(party: Party, by: Party, digest: str) -> Party:
    """The same certificate, signed with another digest."""
    made = asn1_x509.Certificate.load(party.der)
    name = {"algorithm": f"{digest}_{_kind(by)}"}
    made["tbs_certificate"]["signature"] = name
    made["signature_algorithm"] = name
    content = made["tbs_certificate"].dump(force=True)
    made["signature_value"] = raw_signature(by, content, digest)
    certificate = x509.load_der_x509_certificate(made.dump())
    return Party(party.key, certificate, party.issuer)


def scope(**more: object) -> Extension:
    """An issuingDistributionPoint."""
    fields = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**fields, **more}), True


def an_answer(
    about: Party,
    status: OCSPCertStatus = OCSPCertStatus.GOOD,
    *,
    by: Party | None = None,
    issuer: Party | None = None,
    start: datetime = FRESH,
    days: int | None = 7,
    revoked_at: datetime = SIGNED_AT - DAY,
    reason: x509.ReasonFlags | None = None,
    digest: str = "sha256",
) -> bytes:
    """An OCSP answer; by a delegate if `by` is not who issued the certificate."""
    above = issuer or about.issuer
    assert above
    signer = by or above
    is_revoked = status is OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=above.certificate,
        algorithm=hashes.SHA256(),
        cert_status=status,
        this_update=start,
        next_update=None if days is None else start + days * DAY,
        revocation_time=revoked_at if is_revoked else None,
        revocation_reason=reason,
    )
    builder = builder.responder_id(OCSPResponderEncoding.HASH, signer.certificate)
    if signer is not above:
        builder = builder.certificates([signer.certificate])
    made = builder.sign(signer.key, hashes.SHA256()).public_bytes(DER)
    return made if digest == "sha256" else _answered_again(made, signer, digest)


def _answered_again(encoded: bytes, by: Party, digest: str) -> bytes:
    made = asn1_ocsp.OCSPResponse.load(encoded)
    basic = made["response_bytes"]["response"].parsed
    content = basic["tbs_response_data"].dump()
    basic["signature_algorithm"] = {"algorithm": f"{digest}_{_kind(by)}"}
    basic["signature"] = raw_signature(by, content, digest)
    made["response_bytes"]["response"] = basic
    return bytes(made.dump(force=True))
