"""The checks on the CMS signature of a mail or a PDF.

Accepted are SHA-2, and RSA PKCS #1 v1.5 or ECDSA. Each function checks one thing and
returns what it compared.
"""

import hashlib
from collections.abc import Mapping

from asn1crypto import algos, cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from notices.messages import Text
from notices.object_identifiers import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.report import SubIndication
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import certificates, der, signed_data
from notices.verifying.cms.signer import SHORT, Signature, digest_name

__all__ = [
    "CONTENT_TYPE",
    "MESSAGE_DIGEST",
    "SIGNING_CERTIFICATE_V2",
    "SIGNING_TIME",
    "check_algorithms",
    "check_attributes",
    "check_digest",
    "check_encoding",
    "check_signing_certificate",
    "check_value",
]

DIGESTS = ("sha256", "sha384", "sha512")
MIN_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_NAMES = {
    CONTENT_TYPE: "contentType",
    MESSAGE_DIGEST: "messageDigest",
    SIGNING_TIME: "signingTime",
    SIGNING_CERTIFICATE_V2: "signingCertificateV2",
}


def check_encoding(data: bytes) -> str:
    """One strict DER value, and that is a SignedData (X.690; RFC 5652, 3)."""
    try:
        der.check(data)
    except der.NotDER as error:
        raise malformed(
            Text("the signature is not strict DER: {error}", error=error)
        ) from error
    kind = signed_data.content_type(data)
    if kind != SIGNED_DATA:
        raise malformed(Text("content type {kind}, not SignedData", kind=kind))
    return Text("strict DER, {count} bytes", count=len(data))


def check_attributes(signature: Signature, required: tuple[str, ...]) -> str:
    """The required attributes are there, and they say what they must."""
    for name in required:
        if name not in signature.attributes:
            raise malformed(Text("no signed attribute {names}", names=_NAMES[name]))
    if signed_data.dotted(signature.attributes[CONTENT_TYPE]) != DATA:
        raise malformed("signed attribute contentType is not id-data")
    check_signing_certificate(signature)
    check_algorithm_protection(
        signature.attributes,
        signature.signer.digest_algorithm,
        signature.signer.signature_algorithm,
    )
    return ", ".join(_NAMES[name] for name in required)


def check_signing_certificate(signature: Signature) -> None:
    """RFC 5035: without it, another certificate of the same key can be put in."""
    named = signed_data.read_named(signature.attributes[SIGNING_CERTIFICATE_V2])
    algorithm = digest_name(named.algorithm) if named.algorithm else "sha256"
    if algorithm not in DIGESTS:
        raise malformed(
            Text("signingCertificateV2 uses {algorithm}", algorithm=algorithm)
        )
    if named.digest != certificates.digest(signature.certificate, algorithm):
        raise malformed("signingCertificateV2 names another certificate")
    if named.serial not in (b"", signature.signer.serial):
        raise malformed("signingCertificateV2 names another serial number")
    if named.issuers and not certificates.is_issuer(
        signature.certificate, named.issuers
    ):
        raise malformed("signingCertificateV2 names another issuer")


def check_algorithm_protection(
    attributes: Mapping[str, bytes], digest_algorithm: bytes, algorithm: bytes
) -> None:
    """RFC 6211: where it is present, it must repeat the algorithms."""
    encoded = attributes.get(ALGORITHM_PROTECTION)
    if encoded is None:
        return
    claimed = cms.CMSAlgorithmProtection.load(encoded, strict=True)
    used = algos.SignedDigestAlgorithm.load(algorithm)
    digest = algos.DigestAlgorithm.load(digest_algorithm)
    if (
        claimed["digest_algorithm"]["algorithm"].native != digest["algorithm"].native
        or claimed["signature_algorithm"].native != used.native
    ):
        raise malformed("cmsAlgorithmProtection differs from the algorithms used")


def _key(signature: Signature) -> PublicKeyTypes:
    """Of the signer's certificate; Refusal for none, such as a point off the curve."""
    try:
        return certificates.public_key(signature.certificate)
    except ValueError as error:
        raise malformed("a key of no known kind") from error


def check_algorithms(signature: Signature) -> str:
    """Digest, key and signature algorithm are strong, and they fit together."""
    algorithm = _algorithm_name(signature.signer.signature_algorithm)
    if signature.digest not in DIGESTS:
        raise _weak(Text("digest {digest}", digest=signature.digest))
    key = _key(signature)
    if isinstance(key, rsa.RSAPublicKey):
        allowed = {"rsassa_pkcs1v15", f"{signature.digest}_rsa"}
        if key.key_size < MIN_RSA_BITS:
            raise _weak(
                Text(
                    "RSA key of {key_size} bits, at least {min_rsa_bits}",
                    key_size=key.key_size,
                    min_rsa_bits=MIN_RSA_BITS,
                )
            )
        name = f"RSA {key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        allowed, name = {f"{signature.digest}_ecdsa"}, key.curve.name
        if name not in CURVES:
            raise _weak(Text("curve {name}", name=name))
    else:
        raise _weak("a key that is neither RSA nor ECDSA")
    if algorithm not in allowed:
        raise malformed(
            Text(
                "{algorithm} with {digest} and {name}",
                algorithm=algorithm,
                digest=signature.digest,
                name=name,
            )
        )
    _check_parameters(signature)
    return f"{name}, {signature.digest}"


NULL = b"\x05\x00"


def _check_parameters(signature: Signature) -> None:
    """NULL or nothing (RFC 5754, 2 and 3): no octet there may mean anything else.

    They are not signed, so whoever carries the mail could write there.
    """
    signer = signature.signer
    for name, identifier in (
        ("signature", signer.signature_algorithm),
        ("digest", signer.digest_algorithm),
    ):
        if not has_plain_parameters(identifier):
            raise malformed(Text("{name} algorithm with parameters", name=name))


def has_plain_parameters(identifier: bytes) -> bool:
    """Whether an AlgorithmIdentifier has NULL or nothing as parameters."""
    return signed_data.read_fields(identifier)[1:] in ([], [NULL])


@bounded_cache(entries=64, octets=SHORT)
def _algorithm_name(identifier: bytes) -> str:
    parsed = algos.SignedDigestAlgorithm.load(identifier, strict=True)
    return str(parsed["algorithm"].native)


def _weak(what: str) -> Refusal:
    return Refusal(
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        Text("{what}: not accepted", what=what),
    )


def check_digest(signature: Signature, content: bytes) -> str:
    """`messageDigest` is the digest of what was signed (RFC 5652, 11.2)."""
    digest = hashlib.new(signature.digest, content).digest()
    claimed = signed_data.octets(signature.attributes[MESSAGE_DIGEST])
    if digest != claimed:
        raise Refusal(
            SubIndication.HASH_FAILURE,
            Text(
                "the content has {digest}, the signature says {claimed}",
                digest=digest.hex(),
                claimed=claimed.hex(),
            ),
        )
    return f"{signature.digest} {digest.hex()}"


def check_value(signature: Signature) -> str:
    """The signature value belongs to the attributes and the certificate's key."""
    key = certificates.public_key(signature.certificate)
    signed = signature.signed_octets
    algorithm = _HASHES[signature.digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature.value, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature.value, signed, ec.ECDSA(algorithm))
        else:
            raise _weak("a key that is neither RSA nor ECDSA")
    except InvalidSignature as error:
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE,
            "the signature value does not belong to this certificate's key",
        ) from error
    return "signature value holds"
