"""Signing keys: what they are, and loading them from PKCS#12 or PEM.

A key is loaded once and kept: checking an RSA-3072 key on loading takes 160 ms,
signing with it 3 ms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)

from notices.credentials import Secret, read_private_file, refuse_exposed
from notices.errors import ConfigError, KeyUnavailable
from notices.signing.containers import weaknesses
from notices.signing.public_keys import PublicKey


class PrivateOperation(Protocol):
    """The one thing that is done with a private key, wherever it is."""

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 (RSA) or DER ECDSA (EC) over SHA-256 of `data`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SoftwareKey:
    """A private key in this process."""

    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    """The key, loaded."""

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 (RSA) or DER ECDSA (EC) over SHA-256 of `data`."""
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private_key.sign(data, ec.ECDSA(hashes.SHA256()))

    def __repr__(self) -> str:
        return "SoftwareKey(***)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SigningKey:
    """A private key with its certificate; never shows the key."""

    operation: PrivateOperation
    """Signs."""
    certificate: x509.Certificate
    """The signer's certificate."""
    chain: tuple[x509.Certificate, ...] = ()
    """The authorities between signer and root, without the root."""
    weaknesses: tuple[str, ...] = ()
    """What is weak about the file that it came from."""

    @property
    def public_key(self) -> PublicKey:
        """The certificate's key; KeyUnavailable for other kinds than RSA and EC."""
        key = self.certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            return key
        raise KeyUnavailable(
            "the certificate has a key that is neither RSA nor elliptic-curve",
            hint="use RSA-2048 to RSA-4096, P-256 or P-384",
        )

    def __repr__(self) -> str:
        subject = self.certificate.subject.rfc4514_string()
        return f"SigningKey(***, subject={subject!r})"


def load_pkcs12(content: bytes, passphrase: Secret | None) -> SigningKey:
    """Key, certificate and chain of a PKCS#12 file.

    KeyUnavailable for a wrong passphrase, a damaged file, or one without a key.
    """
    password = passphrase.reveal().encode() if passphrase else None
    try:
        store = pkcs12.load_pkcs12(content, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable(
            "the PKCS#12 file does not open: wrong passphrase, or no PKCS#12 file",
            hint="check signing.key and signing.passphrase_file",
        ) from error
    if store.key is None or store.cert is None:
        raise KeyUnavailable(
            "the PKCS#12 file has no private key with a certificate",
            hint="export the key together with its certificate and chain",
        )
    others = [entry.certificate for entry in store.additional_certs]
    return signing_key(
        store.key, store.cert.certificate, others, weaknesses=weaknesses(content)
    )


def load_pem(
    key: bytes, certificates: bytes, passphrase: Secret | None = None
) -> SigningKey:
    """A key in PEM (PKCS#8 or older), its certificate first, then the chain.

    KeyUnavailable for a wrong passphrase or what is no key.
    """
    password = passphrase.reveal().encode() if passphrase else None
    try:
        private_key = load_pem_private_key(key, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable(
            "the PEM key does not open: wrong or missing passphrase, or no key",
            hint="check signing.key and signing.passphrase_file",
        ) from error
    leaf, *others = load_certificates(certificates)
    return signing_key(private_key, leaf, others)


def signing_key(
    private_key: object,
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    *,
    weaknesses: tuple[str, ...] = (),
) -> SigningKey:
    """A key that is in this process; KeyUnavailable for other kinds than RSA and EC."""
    if not isinstance(private_key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyUnavailable(
            "the private key is neither RSA nor elliptic-curve",
            hint="use RSA-2048 to RSA-4096, P-256 or P-384",
        )
    return SigningKey(
        operation=SoftwareKey(private_key),
        certificate=certificate,
        chain=order_chain(certificate, others),
        weaknesses=weaknesses,
    )


def order_chain(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """The authorities above `certificate`, nearest first, without the root."""
    pool, chain, current = list(others), [], certificate
    while current.issuer != current.subject:
        found = next((one for one in pool if one.subject == current.issuer), None)
        if found is None or found.issuer == found.subject:
            break
        pool.remove(found)
        chain.append(found)
        current = found
    return tuple(chain)


def load_certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, or the one of a DER file. ConfigError if none."""
    try:
        if content.lstrip().startswith(b"-----"):
            return tuple(x509.load_pem_x509_certificates(content))
        return (x509.load_der_x509_certificate(content),)
    except ValueError as error:
        raise ConfigError(
            "no certificate could be read",
            hint="give a file with certificates in PEM, or one in DER",
        ) from error


def certificate_der(certificate: x509.Certificate) -> bytes:
    """The certificate's DER."""
    return certificate.public_bytes(Encoding.DER)


def public_key_der(key: object) -> bytes:
    """SubjectPublicKeyInfo, to compare keys by."""
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b""


def open_key_file(path: Path, *, may_be_exposed: bool = False) -> bytes:
    """The bytes of a key file that only its owner may read.

    `may_be_exposed` is for the example PKI alone, as git keeps no file modes.
    KeyUnavailable for a link, a file of another user, or one that others may read.
    """
    file = read_private_file(path)
    if not may_be_exposed:
        refuse_exposed(path, file)
    return file.content


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySources:
    """What opening a key URI needs besides the URI; the site supplies it."""

    resolve: Callable[[str], Path]
    """Turns a path of the configuration into one of this machine."""
    passphrase: Callable[[], Secret | None]
    """Asked only when it is needed; PIN of a token, passphrase of a file."""
    certificate: bytes = b""
    """PEM of the signer's certificate and chain, for `pem:` and `pkcs11:`."""
    may_be_exposed: bool = False
    """True for the example PKI alone."""


def load_key(uri: str, sources: KeySources) -> SigningKey:
    """The key that a URI names.

    `pkcs12:PATH` or a bare path, `pem:PATH`, `pkcs11:...` (RFC 7512).
    KeyUnavailable with what to do; ConfigError for another scheme.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme not in {"pkcs12", "pem", "pkcs11"}:
        scheme, rest = "pkcs12", uri
    if scheme == "pkcs11":
        from notices.signing.tokens import load_token_key  # noqa: PLC0415 - an extra

        return load_token_key(uri, sources.passphrase(), sources.certificate)
    content = open_key_file(
        sources.resolve(rest), may_be_exposed=sources.may_be_exposed
    )
    if scheme == "pkcs12":
        return load_pkcs12(content, sources.passphrase())
    passphrase = sources.passphrase() if b"ENCRYPTED" in content else None
    return load_pem(content, sources.certificate or content, passphrase)
