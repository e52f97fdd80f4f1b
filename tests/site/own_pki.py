"""A throw-away PKI of a centre of its own: root, signer, CRL; for `own_key`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START = datetime.now(UTC) - timedelta(days=1)
SIGNING_USAGE = {"digital_signature"}
AUTHORITY_USAGE = {"key_cert_sign", "crl_sign"}


def usage(names: set[str]) -> x509.KeyUsage:
    bits = (
        "digital_signature content_commitment key_encipherment data_encipherment"
        " key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: bit in names for bit in bits.split()})


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


MAILBOX = "notice@hotline.example.jp"


def certificate(
    subject,
    public_key,
    issuer,
    issuer_key,
    *,
    is_authority,
    days=300,
    crl_url="",
    mailbox=MAILBOX,
):
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(
        issuer_key.public_key()
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
        .add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=None), critical=True
        )
        .add_extension(
            usage(AUTHORITY_USAGE if is_authority else SIGNING_USAGE), critical=True
        )
        .add_extension(identifier, critical=False)
        .add_extension(authority, critical=False)
    )
    if crl_url:
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(crl_url)], None, None, None
        )
        builder = builder.add_extension(
            x509.CRLDistributionPoints([point]), critical=False
        )
    if not is_authority:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        ).add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(mailbox)]),
            critical=False,
        )
    return builder.sign(issuer_key, hashes.SHA256())


def give_own_key(
    desk, *, days: int = 300, crl_url: str = "", mailbox: str = MAILBOX
) -> Path:
    """Put a key, its root and its CRL into the site, and configure them."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate(
        "Own root", root_key.public_key(), "Own root", root_key, is_authority=True
    )
    leaf = certificate(
        "Own centre",
        key.public_key(),
        "Own root",
        root_key,
        is_authority=False,
        days=days,
        crl_url=crl_url,
        mailbox=mailbox,
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(named("Own root"))
        .last_update(START)
        .next_update(START + timedelta(days=30))
        .sign(root_key, hashes.SHA256())
    )
    home = desk.home
    (home / "own-root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (home / "own.crl").write_bytes(crl.public_bytes(Encoding.DER))
    path = home / "own.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"own", key, leaf, None, BestAvailableEncryption(b"own passphrase")
        )
    )
    (home / "own.passphrase").write_text("own passphrase\n")
    for name in ("own.p12", "own.passphrase"):
        (home / name).chmod(0o600)
    desk.set("key", '"own.p12"', section="signing")
    desk.set("passphrase_file", '"own.passphrase"')
    desk.set("trust", '["own-root.pem"]')
    desk.set("crls", '["own.crl"]')
    return path
