"""Make the example PKI beside this file; run it to get fresh keys.

Everybody has these keys. They exist so that a demo and a first test run without a
certificate authority, and the program uses them with loopback hosts only.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

FOLDER = Path(__file__).parent
ORGANIZATION = "Example only, not for production"
MAILBOX = "notice@hotline.example.jp"
PASSPHRASE = "example only"  # noqa: S105 - everybody has it
PUBLISHED = "http://pki.hotline.example.jp"
CA_START = datetime(2024, 1, 1, tzinfo=UTC)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC)
EXPIRED = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
REVOKED_AT = datetime(2026, 3, 1, tzinfo=UTC)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
RSA_BITS = 3072


@dataclass(frozen=True)
class Pair:
    """A key and its certificate."""

    key: Key
    """P-256: every verifier tested takes it (RFC 8551, 2.2: MUST). One is RSA."""
    certificate: x509.Certificate
    """What was issued for the key."""


def name(common_name: str) -> x509.Name:
    """A subject that says what it is for."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def usage(*named: str) -> x509.KeyUsage:
    """A key usage extension with exactly the named bits."""
    bits = (
        "digital_signature content_commitment key_encipherment data_encipherment"
        " key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: bit in named for bit in bits.split()})


def start(
    subject: str,
    key: Key,
    issuer: Pair | None,
    *,
    life: tuple[datetime, datetime] = (START, END),
) -> x509.CertificateBuilder:
    """What every certificate has: names, dates, key identifiers, where its CRL is."""
    issuer_key = issuer.key.public_key() if issuer else key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer.certificate.subject if issuer else name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(life[0])
        .not_valid_after(life[1])
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key),
            critical=False,
        )
    )
    if issuer is None or issuer.certificate.subject == name("Example TLS root"):
        return builder
    is_root = issuer.certificate.issuer == issuer.certificate.subject
    where = f"{PUBLISHED}/{'root' if is_root else 'issuing-ca'}.crl"
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(where)], None, None, None
    )
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


def authority(subject: str, issuer: Pair | None, *, path_length: int) -> Pair:
    """A certificate authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        start(subject, key, issuer, life=(CA_START, END))
        .add_extension(
            x509.BasicConstraints(ca=True, path_length=path_length), critical=True
        )
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return Pair(key, builder.sign((issuer.key if issuer else key), hashes.SHA256()))


def signer(
    subject: str,
    issuer: Pair,
    life: tuple[datetime, datetime] = (START, END),
    key: Key | None = None,
) -> Pair:
    """A mail signer, close to the S/MIME Baseline Requirements, 7.1.2.3."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        start(subject, key, issuer, life=life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([Eku.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(MAILBOX)]), critical=False
        )
    )
    return Pair(key, builder.sign(issuer.key, hashes.SHA256()))


def time_stamper(issuer: Pair) -> Pair:
    """A time-stamp authority: its one usage, critical (RFC 3161, 2.3)."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        start("Example time-stamp authority", key, issuer)
        .add_extension(usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([Eku.TIME_STAMPING]), critical=True)
    )
    return Pair(key, builder.sign(issuer.key, hashes.SHA256()))


def tls_server(issuer: Pair) -> Pair:
    """A TLS server on this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    hosts = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    builder = (
        start("localhost", key, issuer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([Eku.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    )
    return Pair(key, builder.sign(issuer.key, hashes.SHA256()))


def revocation_list(issuer: Pair, number: int, *revoked: x509.Certificate) -> bytes:
    """A CRL in DER that stays fresh as long as the certificates live."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(REVOKED_AT)
        .next_update(END)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )
    for certificate in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(REVOKED_AT)
            .add_extension(
                x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False
            )
        )
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def write(file_name: str, content: bytes) -> None:
    """Write a file beside this script; secrets for the owner only."""
    path = FOLDER / file_name
    path.write_bytes(content)
    is_secret = path.suffix in {".p12", ".passphrase"} or file_name == "tls-key.pem"
    path.chmod(0o600 if is_secret else 0o644)


def write_pkcs12(file_name: str, pair: Pair, *chain: x509.Certificate) -> None:
    """Key, certificate and intermediates, AES-256 and HMAC-SHA-256."""
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(20_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(PASSPHRASE.encode())
    )
    content = pkcs12.serialize_key_and_certificates(
        b"example only", pair.key, pair.certificate, list(chain), protection
    )
    write(file_name, content)


def pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(Encoding.PEM)


def main() -> None:
    """Make everything anew."""
    root = authority("Example root CA", None, path_length=1)
    issuing = authority("Example issuing CA", root, path_length=0)
    people = {
        "signer": signer("Example Internet Hotline Center", issuing),
        # for endesive, which calls every signature RSA
        "signer-rsa": signer(
            "Example Internet Hotline Center",
            issuing,
            key=rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS),
        ),
        "expired": signer("Example expired signer", issuing, EXPIRED),
        "revoked": signer("Example revoked signer", issuing),
        "tsa": time_stamper(issuing),
    }
    tls_root = authority("Example TLS root", None, path_length=0)
    tls = tls_server(tls_root)
    for file_name, pair in people.items():
        write_pkcs12(f"{file_name}.p12", pair, issuing.certificate)
    write("signer.passphrase", PASSPHRASE.encode() + b"\n")
    write("root.pem", pem(root.certificate))
    write("issuing-ca.pem", pem(issuing.certificate))
    write("signer.pem", pem(people["signer"].certificate))
    write("root.crl", revocation_list(root, 1))
    revoked = people["revoked"].certificate
    write("issuing-ca.crl", revocation_list(issuing, 1, revoked))
    write("tls-root.pem", pem(tls_root.certificate))
    write("tls-cert.pem", pem(tls.certificate))
    key_format = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write("tls-key.pem", tls.key.private_bytes(*key_format))


if __name__ == "__main__":
    main()
