"""The certificate path to a trusted root at one time, with revocation required.

What a path is, and what authorities answered about those on it, is judged in
`certification` and `revocation`; never the network. Among several paths one that holds
is enough, but a revocation that is known is told before any other reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509

from notices.messages import Text
from notices.report import CLOCK_TOLERANCE, REVOCATION_AGE, SubIndication
from notices.signs import plain
from notices.verifying.certification import validation
from notices.verifying.certification.building import Builder
from notices.verifying.certification.validation import check_ends
from notices.verifying.checks import Refusal
from notices.verifying.cms import path_cache
from notices.verifying.cms.certificates import end_of, rfc4514, same_name, start_of
from notices.verifying.cms.path_cache import Path
from notices.verifying.policy import Policy
from notices.verifying.revocation import judging
from notices.verifying.revocation.answers import NO_ANSWERS, Revocation
from notices.verifying.revocation.statements import Answers, Rules

__all__ = ["Material", "check_ends", "find", "find_anew", "material_of", "no_path"]

REVOKED = (SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE)
ANY_PURPOSE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Certificates and revocation answers that a path may be made of."""

    anchors: tuple[x509.Certificate, ...]
    """Trusted roots."""
    stamp_anchors: tuple[x509.Certificate, ...] = ()
    """Roots that time-stamp authorities lead to; empty: the same."""
    certificates: tuple[x509.Certificate, ...] = ()
    """Intermediates that came along."""
    revocation: Revocation = NO_ANSWERS
    """From the file and from the auditor."""
    clock_tolerance: timedelta = CLOCK_TOLERANCE
    """How far the clocks of those who issued all that may differ, both ways."""
    revocation_age: timedelta = REVOCATION_AGE
    """How much older than the proven time an answer about a signer may be."""
    judged_at: datetime | None = None
    """The verifier's clock, which no answer that proves something is ahead of."""

    @property
    def rules(self) -> Rules:
        """What an answer must be."""
        return Rules(
            tolerance=self.clock_tolerance,
            oldest=self.revocation_age,
            judged_at=self.judged_at,
        )

    @property
    def answers(self) -> Answers:
        """What was answered."""
        return Answers(
            revocation=self.revocation,
            certificates=self.certificates,
            anchors=self.anchors,
        )


def material_of(
    policy: Policy,
    *,
    certificates: tuple[x509.Certificate, ...] = (),
    revocation: Revocation = NO_ANSWERS,
) -> Material:
    """What the auditor trusts and knows, with what a file carries."""
    return Material(
        anchors=policy.anchors,
        stamp_anchors=policy.stamp_anchors,
        certificates=(*certificates, *policy.intermediates),
        revocation=revocation + policy.revocation,
        clock_tolerance=policy.clock_tolerance,
        revocation_age=policy.revocation_age,
        judged_at=policy.at,
    )


def find(
    certificate: x509.Certificate,
    material: Material,
    moment: datetime,
    purposes: frozenset[str] = ANY_PURPOSE,
) -> Path:
    """The certificates from the signer to the root, good at `moment`.

    purposes: extended key usages of which the signer and every authority that names
    its own must share one. Raises Refusal with the sub-indication of what was not good.
    """
    check_began(certificate, material, moment)
    check_ends([certificate], moment)
    # The letter in a mail, and the next mail of an archive, mostly ask the same.
    memory = path_cache.memory_of(_digest(certificate, material, purposes))
    known = memory.recall(moment)
    if known is not None:
        return known
    path = find_anew(certificate, material, moment, purposes)
    memory.keep(path, moment, lambda: _instants(path, material))
    return path


def check_began(
    certificate: x509.Certificate, material: Material, moment: datetime
) -> None:
    """Signed before the certificate was issued: `moment` bounds it from above."""
    start = start_of(certificate)
    if moment + material.clock_tolerance < start:
        raise Refusal(
            SubIndication.NOT_YET_VALID,
            Text(
                "valid from {start:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
                start=start,
                at=moment,
            ),
        )


def find_anew(
    certificate: x509.Certificate,
    material: Material,
    moment: datetime,
    purposes: frozenset[str] = ANY_PURPOSE,
    stamped: datetime | None = None,
) -> Path:
    """The path without what is remembered; Refusal as from `find`.

    stamped: what the token of a time-stamp authority says; see `judging.check`.
    """
    check_ends([certificate], moment)
    refusals: list[Refusal] = []
    builder = Builder(material.anchors, material.certificates)
    for path in builder.paths_from(certificate):
        try:
            validation.check(path, moment, material.clock_tolerance, purposes)
            judging.check(path, material.answers, moment, material.rules, stamped)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return path
    raise _worst(refusals) or no_path(certificate, material)


def _worst(refusals: list[Refusal]) -> Refusal | None:
    revoked = [one for one in refusals if one.sub_indication in REVOKED]
    return next(iter([*revoked, *refusals]), None)


def no_path(certificate: x509.Certificate, material: Material) -> Refusal:
    """The refusal of a certificate that no path leads from, with what lacks."""
    if same_name(certificate.subject, certificate.issuer):
        return Refusal(
            SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            "the certificate is signed by itself, and nobody trusts it",
        )
    builder = Builder(material.anchors, material.certificates)
    last = builder.end_of(certificate)
    issuer = plain(rfc4514(last.issuer), 80)
    if builder.has_issuer_named(last):
        return Refusal(
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            Text(
                # not whom it names: on a page for everybody that is a claim
                "no path to a trusted root: {issuer} is named as issuer, and its key "
                "did not sign the certificate",
                issuer=issuer,
            ),
        )
    return Refusal(
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        Text(
            "no path to a trusted root: {issuer} issued it, whose certificate is "
            "neither trusted nor included",
            issuer=issuer,
        ),
    )


def _digest(
    certificate: x509.Certificate, material: Material, purposes: frozenset[str]
) -> bytes:
    """Equal for questions that differ in nothing but the moment."""
    given = material
    answers = (given.revocation.crls, given.revocation.ocsps)
    parts = ((certificate,), given.anchors, given.certificates, *answers)
    digests = [[one.sha256 for one in part] for part in parts]
    is_ahead = given.rules.is_ahead
    ahead = [one.sha256 for kind in answers for one in kind if is_ahead(one.as_of)]
    policy = [str(given.clock_tolerance), str(given.revocation_age), *sorted(purposes)]
    return path_cache.digest([*digests, ahead, [" ".join(policy).encode()]])


def _instants(path: Path, material: Material) -> list[datetime]:
    """Every time that the answer may turn on."""
    moments = set(judging.turns(path, material.answers, material.rules))
    for one in path:
        moments |= {start_of(one), end_of(one)}
    return path_cache.instants(moments, material.clock_tolerance)
