"""What our own verifier says of a bundle or a time stamp before it is handed out.

Fail closed: what cannot be proven today with what is inside will not be proven later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices.asn1_values import CertificateAsRead
from notices.errors import NotProvable, RefusedError
from notices.messages import Text
from notices.report import Report, SubIndication, Verdict
from notices.signing import RevocationAnswers
from notices.verifying import verify
from notices.verifying.checks import Refusal
from notices.verifying.cms import timestamp
from notices.verifying.cms.path import Material
from notices.verifying.policy import read_policy

_OF_CLOCKS = (SubIndication.NOT_YET_VALID, SubIndication.TIMESTAMP_ORDER_FAILURE)
"""What a bundle looks like to a clock that is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultJudge:
    """How a result is judged before it is handed out."""

    trust: Sequence[bytes]
    """Pinned roots."""
    tolerance: timedelta
    """How far the authorities' clocks may differ."""
    trust_tsa: Sequence[bytes] = ()
    """Roots for stamps alone; empty: `trust` serves both."""
    signers: Sequence[str] = ()
    """Who must have signed; empty: any that a root vouches for."""
    log_keys: Sequence[str] = ()
    """The log's key; empty: any."""
    may_lack_answers: bool = False
    """True where the site signs without fresh revocation answers."""

    def judge(self, bundle: bytes, at: datetime) -> Report:
        """What the verifier says, offline."""
        return verify(
            bundle,
            trust=self.trust,
            trust_tsa=self.trust_tsa,
            at=at,
            signers=self.signers,
            log_keys=self.log_keys,
            clock_tolerance=self.tolerance,
        )

    def doubt(self, bundle: bytes, at: datetime) -> str:
        """Why the bundle is not proven; empty if it is."""
        report = self.judge(bundle, at)
        is_open = self.may_lack_answers and report.lacks_answers_alone
        if report.verdict is Verdict.TOTAL_PASSED or is_open:
            return ""
        return f"{report.verdict}: {'; '.join(_reasons(report))}"


def _reasons(report: Report) -> Iterator[str]:
    for finding in report.findings:
        if finding.sub_indication:
            yield f"{finding.id} {finding.name}: {finding.detail}"


def require_genuine(bundle: bytes, judge: ResultJudge, at: datetime) -> None:
    """RefusedError for a bundle that is false: no time stamp makes it true."""
    report = judge.judge(bundle, at)
    if report.verdict is Verdict.TOTAL_FAILED:
        raise RefusedError(
            Text(
                "the bundle is not genuine and was not renewed: {why}",
                why="; ".join(_reasons(report)),
            ),
            hint="set this machine's clock, or see `notices verify`"
            if report.sub_indication in _OF_CLOCKS
            else "see `notices verify`; look for an older copy",
        )


def require_proven(bundle: bytes, judge: ResultJudge, at: datetime) -> None:
    """NotProvable unless a renewed bundle is proven; then the old one is kept."""
    if why := judge.doubt(bundle, at):
        raise NotProvable(
            Text("the renewed bundle would not be proven: {why}", why=why),
            hint="the bundle was left as it was; give fresh lists in signing.crls, or "
            "name another authority in signing.timestamp_urls",
        )


def require_stamp(
    token: bytes,
    imprinted: bytes,
    *,
    judge: ResultJudge,
    answers: RevocationAnswers,
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """NotProvable unless the verifier takes the token as a stamp over these bytes."""
    policy = read_policy(
        trust=judge.trust_tsa or judge.trust,
        at=at,
        evidence=(*answers.crls, *answers.ocsp),
        clock_tolerance=judge.tolerance,
    )
    material = Material(
        anchors=policy.anchors,
        certificates=tuple(_parsed(one) for one in chain),
        revocation=policy.revocation,
        clock_tolerance=policy.clock_tolerance,
    )
    try:
        timestamp.prove(timestamp.read_token(token), imprinted, material, at)
    except Refusal as error:
        raise NotProvable(
            Text("the time stamp would not be proven: {why}", why=error.detail),
            hint="nothing was issued; name another authority in signing.timestamp_urls",
        ) from error


def _parsed(certificate: x509.Certificate) -> asn1.Certificate:
    return CertificateAsRead.load(certificate.public_bytes(Encoding.DER))
