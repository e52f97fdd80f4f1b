"""Is a certificate of a path revoked? Choosing and judging the answers.

A certificate without a fresh answer is not usable where one is required: fail
closed (RFC 5280, 6.3; RFC 6960, 3.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509

from notices.messages import Text
from notices.signing.moment import Moment
from notices.signing.revocation.crls import crl_urls, statuses_by_crl
from notices.signing.revocation.ocsp import ocsp_urls, statuses_by_ocsp
from notices.signing.revocation.status import (
    ANY_ANSWER,
    NEWER_AFTER,
    NO_ANSWERS,
    AnswerPolicy,
    RevocationAnswers,
    Standing,
    Status,
)


def statuses(
    path: Sequence[x509.Certificate],
    answers: RevocationAnswers,
    moment: Moment,
    policy: AnswerPolicy = ANY_ANSWER,
) -> tuple[Status, ...]:
    """The standing of each certificate of a path but its root.

    `path` goes from the signer to the root. An answer counts if the issuer signed
    it and it is fresh at that moment.
    """
    return tuple(
        status_of(certificate, issuer, answers, moment, policy, is_first=not index)
        for index, (certificate, issuer) in enumerate(pairwise(path))
    )


def used_answers(found: Iterable[Status]) -> RevocationAnswers:
    """The answers that the statuses rest on: what a signature carries along."""
    total = NO_ANSWERS
    for status in found:
        total |= status.answer
    return total


def status_of(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    answers: RevocationAnswers,
    moment: Moment,
    policy: AnswerPolicy,
    *,
    is_first: bool,
) -> Status:
    """The standing of one certificate by all answers at hand.

    Revoked in one answer is revoked, but what was on hold is good if a newer answer
    says so. Among good ones count first those that need no excuse, then small ones,
    then the newest.
    """
    told = [
        *statuses_by_crl(certificate, issuer, answers.crls, moment),
        *statuses_by_ocsp(certificate, issuer, answers.ocsp, moment),
    ]
    if is_first and policy.max_age is not None:
        told = [_aged(one, moment, policy.max_age) for one in told]
    told.sort(key=_age)  # the newest first
    good = [one for one in told if one.standing is Standing.GOOD]
    for status in told:
        if status.standing is Standing.REVOKED and not _is_released(status, good):
            return status
    good.sort(key=lambda one: (one.is_excused, one.octets > policy.max_list))
    rest = [one for one in told if one.standing is Standing.UNKNOWN]
    for status in (*good, *rest):
        return status
    return Status(
        certificate=certificate,
        standing=Standing.UNKNOWN,
        detail="there is no answer of its issuer",
        is_nowhere=not (crl_urls(certificate) or ocsp_urls(certificate)),
    )


def is_wanting(status: Status, moment: Moment, policy: AnswerPolicy) -> bool:
    """Whether somebody is to be asked: none holds, or a better one may be had."""
    if status.standing is Standing.REVOKED:
        return False
    if status.standing is Standing.UNKNOWN or status.is_excused:
        return True
    is_old = status.told_at is not None and moment.now - status.told_at > NEWER_AFTER
    is_poor = is_old or not suffices(status, policy)
    return is_poor and policy.may_ask_again(status.certificate)


def suffices(status: Status, policy: AnswerPolicy) -> bool:
    """Whether an answer that has come is good enough to ask nobody else."""
    if status.standing is Standing.REVOKED:
        return True
    is_large = status.octets > policy.max_list and bool(ocsp_urls(status.certificate))
    is_good = status.standing is Standing.GOOD
    return is_good and not status.is_excused and not is_large


def _age(status: Status) -> float:
    return -status.told_at.timestamp() if status.told_at else 0.0


def _is_released(revoked: Status, good: Iterable[Status]) -> bool:
    """Whether it was on hold, and a newer answer says that it is good."""
    return revoked.is_on_hold and any(_age(one) < _age(revoked) for one in good)


def _aged(status: Status, moment: Moment, max_age: timedelta) -> Status:
    """The same, or unknown where the answer is older than policy allows."""
    if status.standing is not Standing.GOOD or status.told_at is None:
        return status
    age = moment.now - status.told_at
    if age <= max_age + moment.tolerance:
        return status
    return replace(
        status,
        standing=Standing.UNKNOWN,
        answer=NO_ANSWERS,
        detail=Text(
            "the newest answer is {age} hours old, signing.max_age_hours is {limit}",
            age=int(age / _HOUR),
            limit=int(max_age / _HOUR),
        ),
    )


_HOUR = timedelta(hours=1)


def strict_moment(
    path: Sequence[x509.Certificate], answers: RevocationAnswers, moment: Moment
) -> datetime:
    """The time nearest to `moment` at which the path and the signer's lists hold.

    For judges that know no tolerance. No further off than the tolerance: beyond it
    the clock itself, so that they refuse what is too early or too late.
    """
    lists = map(x509.load_der_x509_crl, answers.crls)
    spoken = [one for one in lists if one.issuer == path[0].issuer]
    starts = [
        *(one.not_valid_before_utc for one in path),
        *(one.last_update_utc for one in spoken),
    ]
    ends = [
        path[0].not_valid_after_utc,
        *(one.next_update_utc for one in spoken if one.next_update_utc),
    ]
    nearest = min(max(moment.now, *starts), *ends)
    is_near = abs(nearest - moment.now) <= moment.tolerance
    return nearest if is_near else moment.now
