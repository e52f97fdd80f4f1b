"""What OCSP answers say (RFC 6960).

An answer is authentic if the issuer's key made it, or a key to which the issuer gave
the purpose OCSPSigning. Where a certificate says that answers are had is not asked.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import core, ocsp, x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.verifying.certification import profile
from notices.verifying.certification.signatures import (
    Sealed,
    is_signed_by,
    sealed,
    weakness,
)
from notices.verifying.cms.certificates import same_name
from notices.verifying.revocation.answers import RevocationAnswer
from notices.verifying.revocation.statements import RevocationStatement, Said, Subject

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
MAX_RESPONDERS = 8
"""Certificates in one answer that are tried."""
_NIST = "2.16.840.1.101.3.4.2"
_NAMING = {
    "1.3.14.3.2.26": "sha1",
    f"{_NIST}.4": "sha224",
    f"{_NIST}.1": "sha256",
    f"{_NIST}.2": "sha384",
    f"{_NIST}.3": "sha512",
    f"{_NIST}.7": "sha3_224",
    f"{_NIST}.8": "sha3_256",
    f"{_NIST}.9": "sha3_384",
    f"{_NIST}.10": "sha3_512",
}
"""Digests by which an answer names an issuer; they only say which one."""
_SINGLE = {"crl_reason", "invalidity_date", "archive_cutoff", "crl"}
Answer = RevocationAnswer[ocsp.OCSPResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Who signed an answer."""

    certificate: x509.Certificate
    """The issuer itself, or whom it gave the purpose OCSPSigning."""
    is_issuer: bool
    """Its own key."""


def statements(
    subject: Subject, answers: Sequence[Answer]
) -> Iterator[tuple[RevocationStatement, Responder]]:
    """What the authentic ones among the answers say, and by whom."""
    for answer in answers:
        singles = [
            one
            for one in answer.parsed.response_data["responses"]
            if _is_about(one["cert_id"], subject)
        ]
        if not singles:
            continue
        parts = _sealed(answer)
        responder = _responder(subject, answer, parts)
        if responder is not None:
            for single in singles:
                yield _statement(subject, answer, single, responder), responder


def _is_about(named: ocsp.CertId, subject: Subject) -> bool:
    """By serial number, and by the issuer's name and key, both."""
    if named["serial_number"].native != subject.certificate.serial_number:
        return False
    digest = _digest(named)
    if digest is None:
        # whoever signs it says whose it is: the issuer's key, or one that it named
        return True
    key = bytes(subject.issuer.public_key["public_key"])
    names = map(encoding_of, (subject.certificate.issuer, subject.issuer.subject))
    return named["issuer_key_hash"].native == hashlib.new(digest, key).digest() and any(
        named["issuer_name_hash"].native == hashlib.new(digest, name).digest()
        for name in names
    )


def _digest(named: ocsp.CertId) -> str | None:
    """By what the issuer is named; None: by something that nobody here knows."""
    return _NAMING.get(named["hash_algorithm"]["algorithm"].dotted)


def _sealed(answer: Answer) -> Sealed:
    basic = answer.parsed["response_bytes"]["response"].contents
    return sealed(basic)


def _responder(subject: Subject, answer: Answer, parts: Sealed) -> Responder | None:
    if is_signed_by(parts, subject.issuer):
        return Responder(certificate=subject.issuer, is_issuer=True)
    carried = answer.parsed.basic_ocsp_response["certs"]
    found = () if isinstance(carried, core.Void) else tuple(carried)
    for responder in (*found[:MAX_RESPONDERS], *subject.others):
        if OCSP_SIGNING not in _purposes(responder):
            continue
        is_named = same_name(responder.issuer, subject.issuer.subject)
        is_issued = is_named and is_signed_by(
            sealed(encoding_of(responder)), subject.issuer
        )
        if is_issued and is_signed_by(parts, responder):
            return Responder(certificate=responder, is_issuer=False)
    return None


def _purposes(certificate: x509.Certificate) -> frozenset[str]:
    said = certificate.extended_key_usage_value or ()
    return frozenset(one.dotted for one in said)


def _statement(
    subject: Subject,
    answer: Answer,
    single: ocsp.SingleResponse,
    responder: Responder,
) -> RevocationStatement:
    produced_at = answer.parsed.response_data["produced_at"].native
    status = single["cert_status"]
    revoked = status.chosen if status.name == "revoked" else None
    since = single.invalidity_date_value
    return RevocationStatement(
        source=Text(
            "the OCSP answer of {produced_at:%Y-%m-%d %H:%M}", produced_at=produced_at
        ),
        said=Said(status.name),
        this_update=single["this_update"].native,
        next_update=single["next_update"].native,
        produced_at=produced_at,
        unfit=_unfit(subject, answer, responder) or _unfit_single(single),
        revoked_at=revoked["revocation_time"].native if revoked else None,
        invalid_since=since.native if revoked and since else None,
        reason=revoked["revocation_reason"].native if revoked else None,
    )


def _unfit(subject: Subject, answer: Answer, responder: Responder) -> str:
    """Too weak, or with more in it than anybody here knows."""
    if found := weakness(_sealed(answer), responder.certificate):
        return Text("it is signed with {found}", found=found)
    listed = answer.parsed.response_data["response_extensions"]
    for one in () if isinstance(listed, core.Void) else listed:
        if one["critical"].native and one["extn_id"].native != "nonce":
            return "it has a critical extension that nobody here knows"
    return "" if responder.is_issuer else _unfit_delegate(subject, answer, responder)


def _unfit_delegate(subject: Subject, answer: Answer, responder: Responder) -> str:
    """Not allowed to answer for the issuer at that time."""
    signer = responder.certificate
    if found := weakness(sealed(encoding_of(signer)), subject.issuer):
        return Text("its responder's certificate is signed with {found}", found=found)
    produced_at = answer.parsed.response_data["produced_at"].native
    if not signer.not_valid_before <= produced_at <= signer.not_valid_after:
        return "its responder's certificate was not valid then"
    usage = signer.key_usage_value
    if signer.ca or (usage is not None and "digital_signature" not in usage.native):
        return "its responder may not sign answers"
    return ""


def _unfit_single(single: ocsp.SingleResponse) -> str:
    if _digest(single["cert_id"]) is None:
        return "it names the issuer by a digest that nobody here knows"
    is_strange = bool(single.critical_extensions - _SINGLE)
    return "it has a critical extension that nobody here knows" if is_strange else ""


def is_excused(responder: Responder) -> bool:
    """Whether nobody has to vouch for the responder (4.2.2.2.1)."""
    return responder.is_issuer or any(
        one["extn_id"].dotted == profile.NO_CHECK
        for one in responder.certificate["tbs_certificate"]["extensions"]
    )
