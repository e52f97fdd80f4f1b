"""The signer of a mail that is signed already, as its certificate alone tells it.

Whoever delivers signs nothing: a machine that has no private key judges what it sends
by the certificates in the mail.
"""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs7

from notices.errors import EvidenceBroken
from notices.mail import MalformedMessage, split
from notices.messages import Text
from notices.signing import SigningKey


class NoPrivateKey:
    """Stands where a private key would; it signs nothing."""

    def sign(self, data: bytes) -> bytes:
        """Give no signature."""
        del data
        return b""


def public_half(message: bytes, certificate_sha256: str) -> SigningKey:
    """Read certificate and chain out of a stored mail; EvidenceBroken without it."""
    for certificate in (certificates := _certificates(message)):
        if certificate.fingerprint(SHA256()).hex() == certificate_sha256:
            others = tuple(one for one in certificates if one != certificate)
            return SigningKey(
                operation=NoPrivateKey(), certificate=certificate, chain=others
            )
    raise EvidenceBroken(
        Text(
            "the mail does not hold the certificate {sha256}... that it was signed "
            "with",
            sha256=certificate_sha256[:16],
        )
    )


def _certificates(message: bytes) -> list[x509.Certificate]:
    try:
        return pkcs7.load_der_pkcs7_certificates(split(message).signature)
    except (MalformedMessage, ValueError):
        return []
