"""Is a certificate of a path revoked? Choosing and judging the answers.

A certificate without a fresh answer is not usable where one is required: fail
closed (RFC 5280, 6.3; RFC 6960, 3.2).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509

from notices.signing.moment import Moment
from notices.signing.revocation.crls import statuses_by_crl
from notices.signing.revocation.ocsp import statuses_by_ocsp
from notices.signing.revocation.status import (
    NO_ANSWERS,
    RevocationAnswers,
    Standing,
    Status,
)


def statuses(
    path: Sequence[x509.Certificate], answers: RevocationAnswers, moment: Moment
) -> tuple[Status, ...]:
    """The standing of each certificate of a path but its root.

    `path` goes from the signer to the root. An answer counts if the issuer signed
    it and it is fresh at that moment.
    """
    return tuple(
        _status(certificate, issuer, answers, moment)
        for certificate, issuer in pairwise(path)
    )


def used_answers(found: Iterable[Status]) -> RevocationAnswers:
    """The answers that the statuses rest on: what a signature carries along."""
    total = NO_ANSWERS
    for status in found:
        total |= status.answer
    return total


def _status(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    answers: RevocationAnswers,
    moment: Moment,
) -> Status:
    told = [
        *statuses_by_crl(certificate, issuer, answers.crls, moment),
        *statuses_by_ocsp(certificate, issuer, answers.ocsp, moment),
    ]
    # Revoked in one answer is revoked; among the good ones the first will do, and
    # before all one that needs no excuse.
    told.sort(key=lambda status: status.is_excused)
    for standing in (Standing.REVOKED, Standing.GOOD, Standing.UNKNOWN):
        for status in told:
            if status.standing is standing:
                return status
    return Status(
        certificate=certificate,
        standing=Standing.UNKNOWN,
        detail="there is no answer of its issuer",
    )


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
