"""A throw-away PKI at fixed dates, whose private parts the tests may abuse.

Built with `cryptography`, so that it shares no code with what is judged.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.ocsp import (
    OCSPCertStatus,
    OCSPResponderEncoding,
    OCSPResponseBuilder,
)
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

SIGNED_AT = datetime(2026, 6, 15, 3, 0, 0, tzinfo=UTC)
"""When the genuine mail was signed: noon in Japan."""
JUDGED_AT = SIGNED_AT + timedelta(days=1)
FROM = "notices@hotline.example"
DAY = timedelta(days=1)
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


def new_rsa(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def new_ec(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


def named(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Hotline"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


@dataclass(eq=False)
class Party:
    """A key and its certificate, which may issue others."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: "Party | None" = None
    revoked: dict[int, datetime] = field(default_factory=dict)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def chain(self) -> list["Party"]:
        """The issuers, without the root."""
        above = self.issuer
        if above is None or above.issuer is None:
            return []
        return [above, *above.chain]

    def crl(
        self,
        *,
        this_update: datetime = SIGNED_AT - timedelta(hours=3),
        days: int = 30,
    ) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(this_update)
            .next_update(this_update + days * DAY)
        )
        for serial, moment in self.revoked.items():
            if moment <= this_update:
                entry = (
                    x509.RevokedCertificateBuilder()
                    .serial_number(serial)
                    .revocation_date(moment)
                    .build()
                )
                builder = builder.add_revoked_certificate(entry)
        signed = builder.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)


def ocsp(
    party: Party,
    status: OCSPCertStatus = OCSPCertStatus.GOOD,
    *,
    by: Party | None = None,
    this_update: datetime = SIGNED_AT - timedelta(hours=3),
) -> bytes:
    """The issuer's own answer on one certificate."""
    assert party.issuer
    signer = by or party.issuer
    is_revoked = status is OCSPCertStatus.REVOKED
    builder = OCSPResponseBuilder().add_response(
        cert=party.certificate,
        issuer=party.issuer.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303 - a name for the issuer, RFC 5019
        cert_status=status,
        this_update=this_update,
        next_update=this_update + 7 * DAY,
        revocation_time=SIGNED_AT - 2 * DAY if is_revoked else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(OCSPResponderEncoding.HASH, signer.certificate)
    signed = builder.sign(signer.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def issue(
    issuer: Party | None,
    common_name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    *,
    mailbox: str | None = FROM,
    usages: tuple[x509.ObjectIdentifier, ...] | None = (EMAIL,),
    is_ca: bool = False,
    start: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    end: datetime = datetime(2027, 12, 31, tzinfo=UTC),
    serial: int | None = None,
    signs: bool = True,
    algorithm: hashes.HashAlgorithm | None = None,
    ocsp_url: str = "",
) -> Party:
    key = key or new_ec()
    name = named(common_name)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs and not is_ca,
                content_commitment=False,
                key_encipherment=not signs,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_ca,
                crl_sign=is_ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    if mailbox and not is_ca:
        names = x509.SubjectAlternativeName([x509.RFC822Name(mailbox)])
        builder = builder.add_extension(names, critical=False)
    if usages and not is_ca:
        is_stamping = ExtendedKeyUsageOID.TIME_STAMPING in usages
        builder = builder.add_extension(
            x509.ExtendedKeyUsage(usages), critical=is_stamping
        )
    if ocsp_url:
        method = AuthorityInformationAccessOID.OCSP
        url = x509.UniformResourceIdentifier(ocsp_url)
        access = x509.AuthorityInformationAccess([x509.AccessDescription(method, url)])
        builder = builder.add_extension(access, critical=False)
    certificate = builder.sign(signer, algorithm or hashes.SHA256())
    return Party(key=key, certificate=certificate, issuer=issuer)


def new_root(common_name: str = "Example Root") -> Party:
    return issue(
        None,
        common_name,
        is_ca=True,
        start=datetime(2020, 1, 1, tzinfo=UTC),
        end=datetime(2050, 1, 1, tzinfo=UTC),
    )


def new_ca(root: Party, common_name: str = "Example Issuing CA") -> Party:
    return issue(
        root,
        common_name,
        is_ca=True,
        start=datetime(2021, 1, 1, tzinfo=UTC),
        end=datetime(2045, 1, 1, tzinfo=UTC),
    )


class World:
    """The genuine PKI, its enemies, and certificates that must not sign."""

    def __init__(self) -> None:
        self.root = new_root()
        self.ca = new_ca(self.root)
        self.signer = issue(self.ca, "Notices")
        self.answered = issue(self.ca, "Answered", ocsp_url="http://ocsp.example/")
        self.rsa_signer = issue(self.ca, "Notices RSA", new_rsa())
        self.other = issue(self.ca, "Somebody", mailbox="somebody@hotline.example")
        self.tsa = self.new_tsa(self.ca)
        self.revoked = issue(self.ca, "Revoked")
        self.ca.revoked[self.revoked.certificate.serial_number] = SIGNED_AT - 10 * DAY
        self.evil_root = new_root()
        self.evil_ca = new_ca(self.evil_root)
        self.evil = issue(self.evil_ca, "Notices")
        self.evil_tsa = self.new_tsa(self.evil_ca)

    def new_tsa(self, ca: Party) -> Party:
        return issue(
            ca,
            "Time Stamps",
            new_rsa(),
            mailbox=None,
            usages=(ExtendedKeyUsageOID.TIME_STAMPING,),
            end=datetime(2036, 12, 31, tzinfo=UTC),
        )

    @property
    def crls(self) -> list[bytes]:
        return [self.root.crl(), self.ca.crl()]

    @property
    def evil_crls(self) -> list[bytes]:
        return [self.evil_root.crl(), self.evil_ca.crl()]


@cache
def world() -> World:
    return World()
