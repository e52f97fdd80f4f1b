"""What proves a time stamp later: its authority's path and revocation answers."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from notices.errors import (
    RevocationUnavailable,
    StamperNotUsable,
    TimestampUnavailable,
)
from notices.messages import Text
from notices.report import CLOCK_TOLERANCE
from notices.signing.moment import Clock, Moment
from notices.signing.path import certificate_path
from notices.signing.revocation.fetching import fetch_answers
from notices.signing.revocation.judging import statuses, used_answers
from notices.signing.revocation.status import (
    ANY_ANSWER,
    AnswerPolicy,
    RevocationAnswers,
    Standing,
    Status,
)
from notices.signing.revocation.transport import Transport
from notices.signing.timestamps.client import token_signer


def timestamp_evidence(
    token: bytes,
    *,
    trust: Sequence[x509.Certificate],
    chain: Sequence[x509.Certificate],
    answers: RevocationAnswers,
    transport: Transport | None,
    clock: Clock,
    tolerance: timedelta = CLOCK_TOLERANCE,
    required: bool = True,
    policy: AnswerPolicy = ANY_ANSWER,
) -> tuple[tuple[x509.Certificate, ...], RevocationAnswers]:
    """The authority's path to its root, and fresh answers on it.

    `chain` are more intermediates, as many tokens carry only the authority's own
    certificate. What is fetched is judged by `clock` after it came.
    StamperNotUsable if the path leads to no root in `trust`, a certificate of it is
    revoked or names no place to ask, or it is for something else; TimestampUnavailable
    if it is not valid now; RevocationUnavailable if a fresh answer is missing.
    """
    authority, others = token_signer(token)
    _require_purpose(authority)
    pool = (*others, *chain)
    path = _living_path(authority, pool, trust, Moment(clock(), tolerance))
    if transport:
        answers |= fetch_answers(
            path,
            transport,
            clock=clock,
            known=answers,
            tolerance=tolerance,
            policy=policy,
        )
        # the authority may have ended while it was asked about
        path = _living_path(authority, pool, trust, Moment(clock(), tolerance))
    answered = statuses(path, answers, Moment(clock(), tolerance), policy)
    _require_good(answered, required=required)
    return path, used_answers(answered)


def _living_path(
    authority: x509.Certificate,
    pool: Sequence[x509.Certificate],
    trust: Sequence[x509.Certificate],
    moment: Moment,
) -> tuple[x509.Certificate, ...]:
    """The path of an authority that is valid at that moment."""
    _require_alive(authority, moment)
    path = certificate_path(authority, pool, trust, moment.now)
    if not path:
        raise StamperNotUsable(
            "the time-stamp authority's certificate leads to no pinned root",
            hint="put the authority's root into signing.trust",
        )
    return path


def _require_good(found: Iterable[Status], *, required: bool) -> None:
    for status in found:
        name = status.certificate.subject.rfc4514_string()
        if status.standing is Standing.REVOKED:
            raise StamperNotUsable(
                Text(
                    "the time-stamp authority {name} is {detail}",
                    name=name,
                    detail=status.detail,
                ),
                hint="use another authority in signing.timestamp_urls",
            )
        if status.standing is Standing.UNKNOWN and required:
            kind = StamperNotUsable if status.is_nowhere else RevocationUnavailable
            raise kind(
                Text(
                    "whether {name} is revoked is not known: {detail}",
                    name=name,
                    detail=status.detail,
                ),
                hint="give the authority's lists in signing.crls as well",
            )


def _require_purpose(authority: x509.Certificate) -> None:
    """RFC 3161, 2.3: extendedKeyUsage critical, and time stamping alone."""
    name = authority.subject.rfc4514_string()
    try:
        usage = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        usage = None
    only = [ExtendedKeyUsageOID.TIME_STAMPING]
    if usage is None or not usage.critical or list(usage.value) != only:
        raise StamperNotUsable(
            Text("the certificate {name} is not one for time stamps", name=name),
            hint="use another authority in signing.timestamp_urls",
        )


def _require_alive(authority: x509.Certificate, moment: Moment) -> None:
    name = authority.subject.rfc4514_string()
    start, end = authority.not_valid_before_utc, authority.not_valid_after_utc
    if not moment.is_alive(authority):
        raise TimestampUnavailable(
            Text(
                "the time-stamp authority's certificate {name} is valid from {start:%F}"
                " to {end:%F}",
                name=name,
                start=start,
                end=end,
            ),
            hint="check this machine's clock; use another authority",
        )
