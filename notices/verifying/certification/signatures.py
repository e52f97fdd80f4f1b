"""Who signed a certificate, a list or an answer: by the key, never by the name.

A signature that is too weak to prove anything good is still read: what it says to the
disadvantage of a certificate counts.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from asn1crypto import algos, keys, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.verifying.cms import certificates, der, signed_data

MIN_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
RSA = "1.2.840.113549.1.1.1"
"""rsaEncryption: the digest is named elsewhere (RFC 3370, 3.2)."""
PSS = "1.2.840.113549.1.1.10"
EDWARDS = ("1.3.101.112", "1.3.101.113")
"""Ed25519 and Ed448 (RFC 8410)."""
_RSA, _ECDSA, _NIST = "1.2.840.113549.1.1", "1.2.840.10045.4", "2.16.840.1.101.3.4.3"
USUAL_SIZE = 16_384
"""Octets of what is signed; of longer ones the answer is not remembered."""

_ALGORITHMS: Mapping[str, tuple[str, hashes.HashAlgorithm]] = {
    f"{_RSA}.4": ("RSA", hashes.MD5()),  # noqa: S303 - to say that it is weak
    f"{_RSA}.5": ("RSA", hashes.SHA1()),  # noqa: S303 - as above
    f"{_RSA}.14": ("RSA", hashes.SHA224()),
    f"{_RSA}.11": ("RSA", hashes.SHA256()),
    f"{_RSA}.12": ("RSA", hashes.SHA384()),
    f"{_RSA}.13": ("RSA", hashes.SHA512()),
    f"{_NIST}.14": ("RSA", hashes.SHA3_256()),
    f"{_NIST}.15": ("RSA", hashes.SHA3_384()),
    f"{_NIST}.16": ("RSA", hashes.SHA3_512()),
    f"{_ECDSA}.1": ("ECDSA", hashes.SHA1()),  # noqa: S303 - as above
    f"{_ECDSA}.3.1": ("ECDSA", hashes.SHA224()),
    f"{_ECDSA}.3.2": ("ECDSA", hashes.SHA256()),
    f"{_ECDSA}.3.3": ("ECDSA", hashes.SHA384()),
    f"{_ECDSA}.3.4": ("ECDSA", hashes.SHA512()),
    f"{_NIST}.10": ("ECDSA", hashes.SHA3_256()),
    f"{_NIST}.11": ("ECDSA", hashes.SHA3_384()),
    f"{_NIST}.12": ("ECDSA", hashes.SHA3_512()),
}
"""RFC 8017, RFC 5758, and NIST's registration of SHA-3."""
_PSS_DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the default of RFC 4055, and weak
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
STRONG = frozenset(("sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"))
"""Digests that nobody can find two contents for."""


class Sealed(NamedTuple):
    """What SIGNED{} of RFC 5280 is made of: a certificate, a list, an OCSP answer."""

    content: bytes
    """What is signed, DER."""
    algorithm: bytes
    """AlgorithmIdentifier, DER."""
    value: bytes
    """The signature."""


def sealed(encoded: bytes) -> Sealed:
    """The parts of a signed value in strict DER. NotDER if it is none."""
    content, algorithm, value = der.children(encoded)[:3]
    bits = signed_data.contents(value)
    if value[0] != 0x03 or bits[:1] != b"\x00":  # noqa: PLR2004 - BIT STRING
        raise der.NotDER("the signature is no BIT STRING of whole octets")
    return Sealed(content, algorithm, bits[1:])


def is_signed_by(encoded: Sealed, certificate: x509.Certificate) -> bool:
    """Whether the key in `certificate` made this signature."""
    key = certificates.key_octets(certificate)
    known = len(encoded.content) <= USUAL_SIZE
    return (_verified if known else _verify)(encoded, key)


def weakness(encoded: Sealed, certificate: x509.Certificate) -> str:
    """What is too weak in a signature by that certificate's key; empty if nothing."""
    return weak_algorithm(encoded.algorithm) or weak_key(certificate)


def weak_key(certificate: x509.Certificate) -> str:
    """What is too weak in the key; empty if nothing."""
    return _weak_key(certificates.key_octets(certificate))


@lru_cache(maxsize=256)
def _weak_key(encoded: bytes) -> str:
    try:
        key = certificates.load_key(encoded)
        parameters = keys.PublicKeyInfo.load(encoded)["algorithm"]["parameters"]
    except (ValueError, UnsupportedAlgorithm):
        return "a key of no known kind"
    # CVE-2020-0601: who writes the curve out may write another generator
    if isinstance(parameters, keys.ECDomainParameters) and parameters.name != "named":
        return "a curve that is not named"
    if isinstance(key, rsa.RSAPublicKey):
        is_short = key.key_size < MIN_RSA_BITS
        return (
            Text("an RSA key of {key_size} bits", key_size=key.key_size)
            if is_short
            else ""
        )
    if isinstance(key, ec.EllipticCurvePublicKey):
        return (
            ""
            if key.curve.name in CURVES
            else Text("curve {name}", name=key.curve.name)
        )
    is_edwards = isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)
    return "" if is_edwards else "a key that is neither RSA nor ECDSA nor EdDSA"


@lru_cache(maxsize=64)
def weak_algorithm(identifier: bytes) -> str:
    """What is too weak in a signature algorithm; empty if nothing."""
    name = signed_data.algorithm_oid(identifier)
    if name in EDWARDS:
        return ""
    try:
        digest = _pss(identifier)[1] if name == PSS else _ALGORITHMS[name][1]
    except (KeyError, ValueError):
        return Text("signature algorithm {name}", name=name)
    return (
        ""
        if digest.name in STRONG
        else Text("{upper} in the signature", upper=digest.name.upper())
    )


def digest_of(identifier: bytes) -> str:
    """Name of the digest that a strong signature algorithm has; empty for RSA's own."""
    name = signed_data.algorithm_oid(identifier)
    if name == RSA:
        return ""
    if name in EDWARDS:  # RFC 8419, 3
        return "sha512"
    return (_pss(identifier)[1] if name == PSS else _ALGORITHMS[name][1]).name


def with_digest(identifier: bytes, digest: str) -> bytes:
    """The algorithm with its digest where that is named elsewhere: DIGESTS of a CMS."""
    if signed_data.algorithm_oid(identifier) != RSA:
        return identifier
    named = algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    return encoding_of(named)


@lru_cache(maxsize=4_096)
def _verified(encoded: Sealed, key: bytes) -> bool:
    return _verify(encoded, key)


def _verify(encoded: Sealed, key: bytes) -> bool:
    try:
        _check(encoded, certificates.load_key(key))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _check(encoded: Sealed, key: PublicKeyTypes) -> None:
    name = signed_data.algorithm_oid(encoded.algorithm)
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        expected = EDWARDS[isinstance(key, ed448.Ed448PublicKey)]
        if name != expected:
            raise InvalidSignature
        key.verify(encoded.value, encoded.content)
    elif isinstance(key, rsa.RSAPublicKey) and name == PSS:
        scheme, digest = _pss(encoded.algorithm)
        key.verify(encoded.value, encoded.content, scheme, digest)
    else:
        kind, digest = _ALGORITHMS.get(name, ("", hashes.SHA256()))
        if isinstance(key, rsa.RSAPublicKey) and kind == "RSA":
            key.verify(encoded.value, encoded.content, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ECDSA":
            key.verify(encoded.value, encoded.content, ec.ECDSA(digest))
        else:
            raise InvalidSignature


def _pss(identifier: bytes) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """RFC 4055, 3.1: padding and digest; ValueError for what nobody uses."""
    said = algos.SignedDigestAlgorithm.load(identifier)["parameters"]
    digest = _PSS_DIGESTS.get(said["hash_algorithm"]["algorithm"].native)
    inner = said["mask_gen_algorithm"]["parameters"]["algorithm"].native
    mask = _PSS_DIGESTS.get(inner)
    if digest is None or mask is None:
        raise ValueError("RSASSA-PSS with an unknown digest")
    salt = int(said["salt_length"].native)
    return padding.PSS(padding.MGF1(mask), salt), digest
