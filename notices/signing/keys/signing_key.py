"""Signing keys: what they are, and loading them from PKCS#12 or PEM.

A key is loaded once and kept: checking an RSA-3072 key on loading takes 160 ms,
signing with it 3 ms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    pkcs12,
)

from notices.credentials import Secret
from notices.errors import ConfigError, KeyUnavailable
from notices.signing.keys.pkcs12 import is_pkcs12, weaknesses
from notices.signing.public_keys import DIGESTS, PublicKey, digest_for
from notices.signing.unreadable import UNREADABLE, is_readable


class PrivateOperation(Protocol):
    """The one thing that is done with a private key, wherever it is."""

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 (RSA) or DER ECDSA (EC) over the digest of `data`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SoftwareKey:
    """A private key in this process."""

    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    """The key, loaded."""

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 (RSA) or DER ECDSA (EC) over the digest of `data`."""
        digest = DIGESTS[digest_for(self.private_key.public_key())]
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(data, padding.PKCS1v15(), digest)
        return self.private_key.sign(data, ec.ECDSA(digest))

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
    def digest(self) -> str:
        """With which digest it signs: `sha256`, or `sha384` with P-384."""
        return digest_for(self.public_key)

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
        if not is_pkcs12(content):
            raise KeyUnavailable(
                "the key's file is no PKCS#12 file",
                hint="name the .p12 file in signing.key, or use pem:FILE",
            ) from error
        raise KeyUnavailable(
            "the PKCS#12 file does not open: wrong passphrase"
            if password
            else "the PKCS#12 file does not open: it needs a passphrase",
            hint="check signing.passphrase_file",
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
    require_readable(certificate)
    return SigningKey(
        operation=SoftwareKey(private_key),
        certificate=certificate,
        chain=order_chain(certificate, others),
        weaknesses=weaknesses,
    )


def require_readable(certificate: x509.Certificate) -> None:
    """KeyUnavailable for a certificate of which a part cannot be read."""
    if not is_readable(certificate):
        raise KeyUnavailable(
            "the key's certificate has a part that cannot be read",
            hint="`openssl x509 -text` shows it; ask its authority for another one",
        )


def order_chain(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """The authorities above `certificate`, nearest first, without the root.

    An authority is known by its key, not its name: of two of one name that did not
    issue the certificate is left out, and two that both did (cross-certified) stay.
    """
    pool, level = list(filter(is_readable, dict.fromkeys(others))), [certificate]
    chain: list[x509.Certificate] = []
    while level:
        above = [
            one
            for one in pool
            if one.issuer != one.subject
            and any(_is_issued_by(below, one) for below in level)
        ]
        pool = [one for one in pool if one not in above]
        chain += above
        level = above
    return tuple(chain)


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except UNREADABLE:
        return False
    return True


def load_certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, or the one of a DER file.

    ConfigError if there is none, or one that cannot be read to its end.
    """
    try:
        if content.lstrip().startswith(b"-----"):
            found = tuple(x509.load_pem_x509_certificates(content))
        else:
            found = (x509.load_der_x509_certificate(content),)
    except UNREADABLE as error:
        raise ConfigError(
            "no certificate could be read",
            hint="give a file with certificates in PEM, or one in DER",
        ) from error
    if not all(map(is_readable, found)):
        raise ConfigError(
            "a certificate has a part that cannot be read",
            hint="`openssl x509 -text` shows it; ask its authority for another one",
        )
    return found


def certificate_der(certificate: x509.Certificate) -> bytes:
    """The certificate's DER."""
    return certificate.public_bytes(Encoding.DER)
