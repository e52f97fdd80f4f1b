"""A time stamp of the usual kind, judged without the general validator.

The token has one signer named by issuer and serial, signingCertificate, SHA-2 with
PKCS #1 or ECDSA, and an authority's certificate for nothing but time stamping. The
path is the same question for every stamp of an authority, and is asked once. What is
not so, or does not hold, is left to pyHanko, which also says why it is refused: so a
stamp is accepted here only if it would be accepted there.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from asn1crypto import tsp, x509

from notices.object_identifiers import (
    CONTENT_TYPE,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    TIME_STAMPING,
    TST_INFO,
)
from notices.verifying.checks import malformed, readable
from notices.verifying.cms import path, signature, signed_data
from notices.verifying.cms.path import Material
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.signer import Signature as Token
from notices.verifying.cms.signer import digest_name, read_signer

"""RFC 5035, 5.4.1.1; the second version names its digest algorithm."""


def holds(
    parts: SignedData, imprinted: bytes, material: Material, moment: datetime
) -> bool:
    """Whether the token is plain, about `imprinted`, and its authority good then."""
    # None if it was refused, or could not even be read: the general validator says why
    return readable(lambda: _check(parts, imprinted, material, moment)) is True


def _check(
    parts: SignedData, imprinted: bytes, material: Material, moment: datetime
) -> bool:
    token = read_signer(parts)
    if parts.content_type != TST_INFO or parts.content is None:
        return False
    _check_imprint(parts.content, imprinted)
    _check_signature(token, parts.content)
    _check_usage(token.certificate)
    known = replace(material, certificates=(*material.certificates, *token.others))
    path.find(token.certificate, known, moment)
    return True


def _check_imprint(info: bytes, imprinted: bytes) -> None:
    identifier, claimed = signed_data.read_imprint(info)
    algorithm = digest_name(identifier)
    _require(algorithm in signature.DIGESTS)
    _require(claimed == hashlib.new(algorithm, imprinted).digest())


def _check_signature(token: Token, content: bytes) -> None:
    """RFC 3161, 2.4.2: attributes as in any signature, the certificate named."""
    signature.check_algorithms(token)
    _require(signed_data.dotted(token.attributes[CONTENT_TYPE]) == TST_INFO)
    if SIGNING_CERTIFICATE_V2 in token.attributes:
        signature.check_signing_certificate(token)
    else:
        _check_first_version(token)
    signature.check_digest(token, content)
    signature.check_value(token)


def _check_first_version(token: Token) -> None:
    """ESSCertID, as authorities still write it: its SHA-1 only says which one."""
    named = tsp.SigningCertificate.load(
        token.attributes[SIGNING_CERTIFICATE], strict=True
    )["certs"][0]
    digest = hashlib.sha1(token.certificate.dump()).digest()  # noqa: S324 - the format
    _require(named["cert_hash"].native == digest)


def _check_usage(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: extendedKeyUsage is critical and for time stamping only."""
    purposes = certificate.extended_key_usage_value or ()
    _require([one.dotted for one in purposes] == [TIME_STAMPING])
    _require("extended_key_usage" in certificate.critical_extensions)
    _require(not certificate.ca)
    bits = certificate.key_usage_value
    _require(bits is None or bool(bits.native & {"digital_signature"}))


def _require(holds: bool) -> None:
    if not holds:
        raise malformed("the time stamp is not of the usual kind")
