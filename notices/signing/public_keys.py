"""Checking a signature with a public key, for RSA (PKCS#1 v1.5) and ECDSA."""

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from notices.signing.unreadable import UNREADABLE

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def public_key(certificate: x509.Certificate) -> PublicKey | None:
    """The certificate's key; None for other kinds than RSA and EC."""
    try:
        key = certificate.public_key()
    except UNREADABLE:  # such as a curve of no name
        return None
    return (
        key if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else None
    )


def names_its_curve(certificate: x509.Certificate) -> bool:
    """False for a curve that is written out, which no verifier takes (RFC 5480)."""
    encoded = certificate.public_bytes(Encoding.DER)
    algorithm = asn1_x509.Certificate.load(encoded).public_key["algorithm"]
    is_curve = algorithm["algorithm"].native == "ec"
    return not is_curve or algorithm["parameters"].name == "named"


P384_BITS = 384
DIGESTS: dict[str, hashes.SHA256 | hashes.SHA384] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
}
"""Those that we sign with."""
MIN_RSA_BITS = 2048
"""Below it what a key signed is not believed (RFC 8550, 4.3)."""
_WEAK = (hashes.SHA1, hashes.MD5)


def digest_for(key: PublicKey | None) -> str:
    """With which digest a key signs: P-384 with SHA-384, all else with SHA-256.

    gpgsm wants it so. RFC 5753, 2.1.1 and 8: of the strength of the curve.
    """
    is_p384 = isinstance(key, ec.EllipticCurvePublicKey) and key.key_size == P384_BITS
    return "sha384" if is_p384 else "sha256"


def is_strong(key: PublicKey | None, algorithm: hashes.HashAlgorithm | None) -> bool:
    """Whether a signature of that key and digest may be believed."""
    if key is None or algorithm is None or isinstance(algorithm, _WEAK):
        return False
    return not isinstance(key, rsa.RSAPublicKey) or key.key_size >= MIN_RSA_BITS


def is_signed_by(
    key: PublicKey | None,
    signature: bytes,
    data: bytes,
    algorithm: hashes.HashAlgorithm | None,
    *,
    may_be_weak: bool = False,
) -> bool:
    """Whether `signature` over `data` was made with the private half of `key`.

    may_be_weak: also for SHA-1 and MD5, where the answer can only do harm.
    """
    if algorithm is None or (isinstance(algorithm, _WEAK) and not may_be_weak):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif key is not None:
            key.verify(signature, data, ec.ECDSA(algorithm))
    except UNREADABLE:
        return False
    return key is not None
