"""A time stamp of any kind that RFC 3161 allows, its signature judged by pyHanko."""

import hashlib

from asn1crypto import cms, core, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.certification.signatures import Sealed, weakness
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import certificates
from notices.verifying.cms.certificates import same_name
from notices.verifying.cms.signature import DIGESTS
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.timestamp_rules import TokenSigner

MAX_CERTIFICATES = 10


def read(token: cms.SignedData, parts: SignedData) -> TokenSigner:
    """Who signed the token, after digest and signature held. Refusal."""
    info = token["signer_infos"][0]
    _check_version(info)
    certificate, others = _find(info["sid"], parts)
    attributes = _attributes(info["signed_attrs"])
    digest = info["digest_algorithm"]["algorithm"].native
    _check_strength(info, certificate, digest)
    _check_signature(info, certificate, hashlib.new(digest, parts.content or b""))
    return TokenSigner(
        certificate=certificate, others=others, attributes=attributes, digest=digest
    )


def _check_version(info: cms.SignerInfo) -> None:
    """RFC 5652, 5.3: it follows from how the signer is named, and nobody signed it."""
    wanted = "v1" if info["sid"].name == "issuer_and_serial_number" else "v3"
    if info["version"].native != wanted:
        raise malformed("the time stamp's signer is of another version")


def _find(
    named: cms.SignerIdentifier, parts: SignedData
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    if len(parts.certificates) > MAX_CERTIFICATES:
        raise malformed("more than 10 certificates in the time stamp")
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
        return bool(certificate.key_identifier == chosen.native)
    return chosen["serial_number"].native == certificate.serial_number and same_name(
        chosen["issuer"], certificate.issuer
    )


def _attributes(listed: cms.CMSAttributes | core.Void) -> dict[str, bytes]:
    if isinstance(listed, core.Void):
        raise malformed("the time stamp has no signed attributes")
    attributes: dict[str, bytes] = {}
    for attribute in listed:
        name = attribute["type"].dotted
        if name in attributes or len(attribute["values"]) != 1:
            raise malformed("a signed attribute of the time stamp has not one value")
        attributes[name] = attribute["values"][0].dump()
    return attributes


def _check_strength(
    info: cms.SignerInfo, certificate: x509.Certificate, digest: str
) -> None:
    algorithm = info["signature_algorithm"].dump()
    name = info["signature_algorithm"]["algorithm"].native
    if digest not in DIGESTS:
        raise _weak(Text("time stamp signed with {digest}", digest=digest))
    # of plain `rsaEncryption` the digest is the one that was named apart
    if name != "rsassa_pkcs1v15" and (
        found := weakness(Sealed(b"", algorithm, b""), certificate)
    ):
        raise _weak(Text("time stamp signed with {found}", found=found))


def _weak(what: str) -> Refusal:
    return Refusal(
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        Text("{what}: not accepted", what=what),
    )


def _check_signature(
    info: cms.SignerInfo, certificate: x509.Certificate, content: "hashlib._Hash"
) -> None:
    try:
        intact, valid = validate_sig_integrity(
            info, certificate, "tst_info", content.digest()
        )
    except SignatureValidationError as error:
        name = getattr(error.ades_subindication, "standard_name", "")
        known = SubIndication.__members__.get(name, SubIndication.FORMAT_FAILURE)
        said = Text("the time stamp: {error}", error=error.failure_message)
        raise Refusal(known, said) from error
    if not intact:
        raise Refusal(
            SubIndication.HASH_FAILURE, "the time stamp is about something else"
        )
    if not valid:
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE, "the time stamp's signature is broken"
        )
