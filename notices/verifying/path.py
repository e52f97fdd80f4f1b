"""The certificate path to a trusted root at one time, with revocation required.

pyhanko-certvalidator walks the path (RFC 5280, 6) and reads CRLs and OCSP answers,
never the network. Its exceptions become the sub-indications of EN 319 102-1.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from notices.report import CLOCK_TOLERANCE, SubIndication
from notices.verifying import path_memory
from notices.verifying.certificates import same_name
from notices.verifying.outcome import Refusal
from notices.verifying.policy import NO_ANSWERS, Revocation

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Certificates and revocation answers that a path may be made of."""

    anchors: tuple[x509.Certificate, ...]
    """Trusted roots."""
    certificates: tuple[x509.Certificate, ...] = ()
    """Intermediates that came along."""
    revocation: Revocation = NO_ANSWERS
    """From the file and from the auditor."""
    clock_tolerance: timedelta = CLOCK_TOLERANCE
    """How far the clocks of those who issued all that may differ, both ways."""


def context(
    material: Material,
    moment: datetime,
    rules: RevocationCheckingPolicy = REQUIRE_REVINFO,
) -> ValidationContext:
    """Revocation `require`, no fetching, at one moment.

    The tolerance is for lists and answers that ended just before, and certificates
    that begin just after; `check_ends` and the date of a revocation know none.
    Later answers count for an earlier moment: a newer CRL says at which time a
    certificate was revoked, so it knows more about the past, not less.
    """
    return ValidationContext(
        trust_roots=list(material.anchors),
        other_certs=list(material.certificates),
        moment=moment,
        allow_fetching=False,
        crls=[one.parsed for one in material.revocation.crls],
        ocsps=[one.parsed for one in material.revocation.ocsps],
        revinfo_policy=CertRevTrustPolicy(rules, retroactive_revinfo=True),
        time_tolerance=material.clock_tolerance,
    )


def find(
    certificate: x509.Certificate, material: Material, moment: datetime
) -> tuple[x509.Certificate, ...]:
    """The certificates from the signer to the root, good at `moment`.

    Raises Refusal with the sub-indication of what was not good.
    """
    if moment + material.clock_tolerance < certificate.not_valid_before:
        # Signed before the certificate was issued: `moment` bounds it from above.
        raise Refusal(
            SubIndication.NOT_YET_VALID,
            f"valid from {certificate.not_valid_before:%Y-%m-%d}, "
            f"judged at {moment:%Y-%m-%d %H:%M:%S%z}",
        )
    check_ends([certificate], moment)
    return _validate(_Question(certificate, material, moment))


def check_ends(certificates: Iterable[x509.Certificate], moment: datetime) -> None:
    """A certificate's end is its end: no tolerance between clocks moves it. Refusal."""
    for certificate in certificates:
        if moment > certificate.not_valid_after:
            raise Refusal(
                SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
                if certificate.ca
                else SubIndication.OUT_OF_BOUNDS_NO_POE,
                f"expired on {certificate.not_valid_after:%Y-%m-%d}, "
                f"judged at {moment:%Y-%m-%d %H:%M:%S%z}",
            )


@dataclass(frozen=True, slots=True)
class _Question:
    """What a path is asked for."""

    certificate: x509.Certificate
    material: Material
    moment: datetime

    def digest(self) -> bytes:
        """Equal for questions that differ in nothing but the moment."""
        given = self.material
        answers = (given.revocation.crls, given.revocation.ocsps)
        parts = ((self.certificate,), given.anchors, given.certificates, *answers)
        digests = [[one.sha256 for one in part] for part in parts]
        tolerance = str(given.clock_tolerance).encode()
        return path_memory.digest([*digests, [tolerance]])


def _validate(question: _Question) -> tuple[x509.Certificate, ...]:
    # The letter in a mail, and the next mail of an archive, mostly ask the same.
    memory = path_memory.memory_of(question.digest())
    known = memory.recall(question.moment)
    if known is not None:
        return known
    given = question.material
    path = find_anew(question.certificate, given, question.moment)
    certificates = (question.certificate, *given.anchors, *given.certificates)
    memory.keep(
        path,
        question.moment,
        lambda: path_memory.instants(
            certificates, given.revocation, given.clock_tolerance
        ),
    )
    return path


def find_anew(
    certificate: x509.Certificate, material: Material, moment: datetime
) -> tuple[x509.Certificate, ...]:
    """The path without what is remembered; Refusal as from `find`."""
    usable = replace(material, revocation=_said_in_time(certificate, material))
    question = _Question(certificate, usable, moment)
    try:
        path = _walk(question, REQUIRE_REVINFO)
        if usable.revocation.ocsps:
            _refuse_if_listed(question)
    except (errors.ValidationError, errors.PathError) as error:
        raise Refusal(sub_indication(error), _tell(error)) from error
    check_ends(path.iter_certs(include_root=False), moment)
    # pyhanko-certvalidator lists the root first
    return tuple(path.iter_certs(include_root=True))[::-1]


def _walk(question: _Question, rules: RevocationCheckingPolicy) -> ValidationPath:
    validator = CertificateValidator(
        question.certificate,
        validation_context=context(question.material, question.moment, rules),
    )
    return complete(validator.async_validate_path())


def _refuse_if_listed(question: _Question) -> None:
    """RevokedError if a list says so, though an OCSP answer was good.

    pyhanko-certvalidator looks at no list after a good answer; the list may be newer.
    """
    for rules in _LISTS_ONLY:
        try:
            _walk(question, rules)
        except errors.RevokedError:
            raise
        except (errors.ValidationError, errors.PathError):
            continue  # no list at all: the answer stands


_LISTS_ONLY = (
    RevocationCheckingPolicy(
        RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK
    ),
    RevocationCheckingPolicy(
        RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.CRL_REQUIRED
    ),
)
"""For the signer, and for the authorities above it."""


def _said_in_time(certificate: x509.Certificate, material: Material) -> Revocation:
    """Without the answers that may have forgotten the certificate as expired.

    RFC 5280, 3.3: an entry may leave the list after the certificate's end, and a
    responder need not keep it either (RFC 6960, 4.4.4). After that only an answer
    that still says `revoked` says something.
    """
    end = certificate.not_valid_after
    crls = [
        one
        for one in material.revocation.crls
        if not same_name(one.parsed.issuer, certificate.issuer)
        or one.parsed["tbs_cert_list"]["this_update"].native <= end
        or certificate.serial_number in _revoked_serials(one.parsed)
    ]
    ocsps = [
        one
        for one in material.revocation.ocsps
        if _produced_at(one.parsed) <= end or "revoked" in _statuses(one.parsed)
    ]
    return Revocation(crls=tuple(crls), ocsps=tuple(ocsps))


def _revoked_serials(one: crl.CertificateList) -> Iterable[int]:
    entries = one["tbs_cert_list"]["revoked_certificates"] or ()
    return {entry["user_certificate"].native for entry in entries}


def _produced_at(one: ocsp.OCSPResponse) -> datetime:
    moment: datetime = one.response_data["produced_at"].native
    return moment


def _statuses(one: ocsp.OCSPResponse) -> Iterable[str]:
    return {single["cert_status"].name for single in one.response_data["responses"]}


_BY_ERROR: tuple[tuple[type[Exception], SubIndication], ...] = (
    (errors.InvalidCertificateError, SubIndication.CHAIN_CONSTRAINTS_FAILURE),
    (errors.InsufficientRevinfoError, SubIndication.TRY_LATER),
    (errors.DisallowedAlgorithmError, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    (errors.PathBuildingError, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
)
"""In this order: some of the classes inherit from others."""


def sub_indication(error: Exception) -> SubIndication:
    """EN 319 102-1, 5.2.6.4: what the path validation's failure is called."""
    for kind, indication in _BY_ERROR:
        if isinstance(error, kind):
            return indication
    is_signer = getattr(error, "is_ee_cert", False)
    is_signer = is_signer and not getattr(error, "is_side_validation", False)
    if isinstance(error, errors.RevokedError):
        return (
            SubIndication.REVOKED_NO_POE
            if is_signer
            else SubIndication.REVOKED_CA_NO_POE
        )
    if isinstance(error, errors.ExpiredError) and is_signer:
        return SubIndication.OUT_OF_BOUNDS_NO_POE
    return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def _tell(error: Exception) -> str:
    if isinstance(error, errors.InsufficientRevinfoError):
        return f"no fresh revocation answer ({error}); hand one over as evidence"
    return str(error)


def complete(task: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, also where an event loop is running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(task)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, task).result()
