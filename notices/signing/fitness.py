"""Before signing: what is known about key and certificate, and the gate.

`certificate_findings` says everything; `require_usable` lets through or raises.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from notices.errors import CertificateNotUsable, ConfigError, RevocationUnavailable
from notices.messages import Text, listed
from notices.report import CLOCK_TOLERANCE
from notices.signing.certificate_checks import (
    JUDGES,
    CertificateCase,
    CertificateFinding,
    Level,
    passed,
    refused,
)
from notices.signing.keys.signing_key import SigningKey
from notices.signing.moment import Moment
from notices.signing.path import certificate_path
from notices.signing.revocation.judging import statuses, used_answers
from notices.signing.revocation.status import (
    ANY_ANSWER,
    NO_ANSWERS,
    AnswerPolicy,
    RevocationAnswers,
    Standing,
    Status,
)

RevocationPolicy = Literal["require", "prefer", "off"]

_OPEN = {Level.MISCONFIGURED: ConfigError, Level.TRY_LATER: RevocationUnavailable}
"""What is told first of what leaves it open."""

EXAMPLE_ORGANIZATION = "Example only, not for production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What came out, and what the signature will carry."""

    findings: tuple[CertificateFinding, ...]
    """In a fixed order."""
    path: tuple[x509.Certificate, ...] = ()
    """From the signer to the pinned root; empty if there is none."""
    answers: RevocationAnswers = NO_ANSWERS
    """The fresh answers for that path."""


def is_example(certificate: x509.Certificate) -> bool:
    """Whether it is of the example PKI, whose keys everybody has."""
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(name.value == EXAMPLE_ORGANIZATION for name in names)


def preflight(
    key: SigningKey,
    *,
    trust: Sequence[x509.Certificate],
    from_mailbox: str,
    now: datetime,
    revocation: RevocationAnswers = NO_ANSWERS,
    policy: RevocationPolicy = "require",
    tolerance: timedelta = CLOCK_TOLERANCE,
    answer_policy: AnswerPolicy = ANY_ANSWER,
    demanded: Mapping[x509.Certificate, str] | None = None,
) -> Preflight:
    """Judge key and certificate as of `now`, offline; other clocks may differ.

    `trust` are the pinned roots, `revocation` all answers at hand; those that are
    used come back in `answers`. demanded: of which certificate nobody said anything but
    that he wants a login, in his words.
    """
    moment = Moment(now, tolerance)
    case = CertificateCase(key=key, mailbox=from_mailbox, moment=moment)
    path = certificate_path(key.certificate, key.chain, trust, now)
    answered = statuses(path, revocation, moment, answer_policy)
    findings = [
        *(judge(case) for judge in JUDGES),
        _path_finding(path),
        *_revocation_findings(path, answered, policy, demanded or {}),
        *_weakness_findings(key),
    ]
    return Preflight(
        findings=tuple(findings),
        path=path,
        answers=used_answers(answered),
    )


def certificate_findings(
    key: SigningKey,
    *,
    trust: Sequence[x509.Certificate],
    from_mailbox: str,
    now: datetime,
    revocation: RevocationAnswers = NO_ANSWERS,
    policy: RevocationPolicy = "require",
) -> tuple[CertificateFinding, ...]:
    """The findings of `preflight`, for display."""
    return preflight(
        key,
        trust=trust,
        from_mailbox=from_mailbox,
        now=now,
        revocation=revocation,
        policy=policy,
    ).findings


def require_usable(findings: Iterable[CertificateFinding]) -> None:
    """CertificateNotUsable, ConfigError or RevocationUnavailable unless all is well."""
    bad = [finding for finding in findings if finding.level is Level.REFUSED]
    if bad:
        details = [finding.detail for finding in bad]
        said = listed(details, " ") if len(details) > 1 else details[0]
        raise CertificateNotUsable(said, hint=bad[0].hint)
    for level, kind in _OPEN.items():
        for finding in findings:
            if finding.level is level:
                raise kind(finding.detail, hint=finding.hint)


def _path_finding(path: tuple[x509.Certificate, ...]) -> CertificateFinding:
    if path:
        root = path[-1].subject.rfc4514_string()
        return passed(
            "path", Text("The path leads to the pinned root {root}.", root=root)
        )
    return refused(
        "path",
        "There is no path from the certificate to a pinned root.",
        "put the intermediate certificates into the key's file, and the root into"
        " signing.trust",
    )


def _revocation_findings(
    path: tuple[x509.Certificate, ...],
    answered: Iterable[Status],
    policy: RevocationPolicy,
    demanded: Mapping[x509.Certificate, str],
) -> Iterator[CertificateFinding]:
    if not path:
        return
    for status in answered:
        name = status.certificate.subject.rfc4514_string()
        if status.standing is Standing.REVOKED:
            yield refused(
                "revocation",
                Text(
                    "The certificate {name} is {detail}.",
                    name=name,
                    detail=status.detail,
                ),
                "use another certificate; find out why this one was revoked",
            )
        elif status.standing is Standing.GOOD:
            yield passed(
                "revocation",
                Text(
                    "{name} is not revoked, {detail}.", name=name, detail=status.detail
                ),
            )
        elif policy != "off":
            yield _unknown(status, demanded, is_required=policy == "require")


def _unknown(
    status: Status,
    demanded: Mapping[x509.Certificate, str],
    *,
    is_required: bool,
) -> CertificateFinding:
    """Nobody says so: for now, or as long as the configuration is what it is."""
    # one that has ended may be followed by a newer one
    refusal = "" if status.told_at else demanded.get(status.certificate, "")
    is_lasting = status.is_nowhere or bool(refusal)
    level = Level.MISCONFIGURED if is_lasting else Level.TRY_LATER
    detail = refusal or status.detail
    hint = "give fresh lists in signing.crls, or let them be fetched"
    if status.is_nowhere:
        detail = "there is no list of its issuer, and it names no place to ask"
        hint = "give fresh lists of its issuer in signing.crls"
    elif refusal:
        hint = (
            "give fresh lists in signing.crls; for a proxy (407) user and password in"
            " signing.proxy_username"
        )
    return CertificateFinding(
        id="revocation",
        level=level if is_required else Level.WARNING,
        detail=Text(
            "Whether {name} is revoked is not known: {detail}.",
            name=status.certificate.subject.rfc4514_string(),
            detail=detail,
        ),
        hint=hint,
    )


def _weakness_findings(key: SigningKey) -> Iterator[CertificateFinding]:
    for weakness in key.weaknesses:
        yield CertificateFinding(
            id="container",
            level=Level.WARNING,
            detail=Text("The key's file is weak: {weakness}.", weakness=weakness),
            hint="export it again with AES-256 and SHA-256",
        )
