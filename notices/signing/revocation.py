"""Is a certificate of a path revoked? Choosing and judging the answers.

A certificate without a fresh answer is not usable where one is required: fail
closed (RFC 5280, 6.3; RFC 6960, 3.2).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509

from notices.signing.answers import NO_ANSWERS, RevocationAnswers, Standing, Status
from notices.signing.crls import statuses_by_crl
from notices.signing.ocsp import statuses_by_ocsp


def statuses(
    path: Sequence[x509.Certificate], answers: RevocationAnswers, now: datetime
) -> tuple[Status, ...]:
    """The standing of each certificate of a path but its root.

    `path` goes from the signer to the root. An answer counts if the issuer signed
    it and it is fresh at `now`.
    """
    return tuple(
        _status(certificate, issuer, answers, now)
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
    now: datetime,
) -> Status:
    found = [
        *statuses_by_crl(certificate, issuer, answers.crls, now),
        *statuses_by_ocsp(certificate, issuer, answers.ocsp, now),
    ]
    # Revoked in one answer is revoked; among the good ones the first will do.
    for standing in (Standing.REVOKED, Standing.GOOD, Standing.UNKNOWN):
        for status in found:
            if status.standing is standing:
                return status
    return Status(
        certificate=certificate,
        standing=Standing.UNKNOWN,
        detail="there is no answer of its issuer",
    )
