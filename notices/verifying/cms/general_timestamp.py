"""A time stamp of any kind that RFC 3161 allows.

Judged in the order of EN 319 102-1: who signed it (5.2.3), before whether the signature
holds (5.2.7).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

from asn1crypto import cms, x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.object_identifiers import MESSAGE_DIGEST
from notices.report import SubIndication
from notices.verifying.certification import signatures
from notices.verifying.certification.signatures import Sealed
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import certificates, der, signed_data, timestamp_rules
from notices.verifying.cms.certificates import same_name
from notices.verifying.cms.signature import (
    check_algorithm_protection,
    has_plain_parameters,
)
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.signer import by_kind, digest_name
from notices.verifying.cms.timestamp_rules import TokenSigner

MAX_CERTIFICATES = 10
_SIGNER = re.compile(rb"\x02[\x30\x80]\x30\xa0?\x30\x04\xa1?")
_ALGORITHM = re.compile(rb"\x06.?", re.DOTALL)
"""Tags of a SignerInfo, and of an AlgorithmIdentifier: parameters are judged later."""


class _Info(NamedTuple):
    """5.3 of RFC 5652: a SignerInfo with signed attributes."""

    named: cms.SignerIdentifier
    """By issuer and serial number, or by key identifier."""
    digest_algorithm: bytes
    """AlgorithmIdentifier."""
    attributes: bytes
    """As they are hashed: the explicit SET OF, in the order in which they came."""
    algorithm: bytes
    """AlgorithmIdentifier of the signature."""
    value: bytes
    """The signature."""

    @property
    def digest(self) -> str:
        """Name of the digest."""
        return digest_name(self.digest_algorithm)


def read(token: cms.SignedData, parts: SignedData) -> TokenSigner:
    """Who signed the token, after digest and signature held. Refusal."""
    info = _read_info(token["signer_infos"][0], parts.signers[0])
    members = signed_data.members(info.attributes)
    if not members:
        raise malformed("the time stamp has no signed attributes")
    attributes = by_kind(members)
    certificate, others = _find(info.named, parts)
    signer = TokenSigner(
        certificate=certificate,
        others=others,
        attributes=attributes,
        digest=info.digest,
    )
    timestamp_rules.check_attributes(signer)
    check_algorithm_protection(attributes, info.digest_algorithm, info.algorithm)
    _check_strength(info, certificate)
    _check_digest(info, attributes, parts.content or b"")
    _check_value(info, certificate)
    return signer


def _read_info(told: cms.SignerInfo, encoded: bytes) -> _Info:
    """The octets as they came, not out of a parser's re-encoding."""
    _check_version(told)
    der.check_tags(encoded, _SIGNER)
    fields = signed_data.read_fields(encoded)
    if fields[3][0] != signed_data.TAG_0:
        raise malformed("the time stamp has no signed attributes")
    _, _, digest_algorithm, attributes, algorithm, value = fields[:6]
    der.check_tags(digest_algorithm, _ALGORITHM)
    der.check_tags(algorithm, _ALGORITHM)
    return _Info(
        named=told["sid"],
        digest_algorithm=digest_algorithm,
        attributes=b"\x31" + attributes[1:],
        algorithm=algorithm,
        value=signed_data.octets(value),
    )


def _check_version(info: cms.SignerInfo) -> None:
    """RFC 5652, 5.3: it follows from how the signer is named, and nobody signed it."""
    wanted = "v1" if info["sid"].name == "issuer_and_serial_number" else "v3"
    if info["version"].native != wanted:
        raise malformed("the time stamp's signer is of another version")


def _find(
    named: cms.SignerIdentifier, parts: SignedData
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    count = len(parts.certificates)
    if count > MAX_CERTIFICATES:
        raise malformed(
            Text(
                "{count} certificates, at most {max_certificates}",
                count=count,
                max_certificates=MAX_CERTIFICATES,
            )
        )
    carried = [certificates.parse(one) for one in parts.certificates]
    own = [one for one in carried if _is_named(one, named)]
    if len(own) != 1:
        raise Refusal(
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            Text(
                "{count} certificates for the time stamp's signer, must be one",
                count=len(own),
            ),
        )
    return own[0], tuple(one for one in carried if one is not own[0])


def _is_named(certificate: x509.Certificate, named: cms.SignerIdentifier) -> bool:
    chosen = named.chosen
    if named.name == "subject_key_identifier":
        return bool(certificates.key_identifier(certificate) == chosen.native)
    certificates.check_name(encoding_of(chosen["issuer"].chosen))
    return chosen["serial_number"].native == certificate.serial_number and same_name(
        chosen["issuer"], certificate.issuer
    )


def _check_strength(info: _Info, certificate: x509.Certificate) -> None:
    """Algorithm and key are strong, and nothing beside them means anything else."""
    name = signed_data.algorithm_oid(info.algorithm)
    if name != signatures.RSA and (found := signatures.weak_algorithm(info.algorithm)):
        raise _weak(Text("time stamp signed with {found}", found=found))
    if found := signatures.weak_key(certificate):
        raise _weak(Text("time stamp by {found}", found=found))
    if not has_plain_parameters(info.digest_algorithm) or not (
        name == signatures.PSS or has_plain_parameters(info.algorithm)
    ):
        raise malformed("the time stamp has an algorithm with parameters")
    if signatures.digest_of(info.algorithm) not in (info.digest, ""):
        raise malformed("the time stamp's digest is not that of its signature")


def _weak(what: str) -> Refusal:
    return Refusal(
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        Text("{what}: not accepted", what=what),
    )


def _check_digest(info: _Info, attributes: Mapping[str, bytes], content: bytes) -> None:
    claimed = attributes.get(MESSAGE_DIGEST)
    if claimed is None:
        raise malformed(Text("no signed attribute {names}", names="messageDigest"))
    made = hashlib.new(info.digest, content).digest()
    if not hmac.compare_digest(made, signed_data.octets(claimed)):
        raise Refusal(
            SubIndication.HASH_FAILURE,
            "the time stamp's digest is not that of what it says",
        )


def _check_value(info: _Info, certificate: x509.Certificate) -> None:
    algorithm = signatures.with_digest(info.algorithm, info.digest)
    sealed = Sealed(info.attributes, algorithm, info.value)
    if not signatures.is_signed_by(sealed, certificate):
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE, "the time stamp's signature is broken"
        )
