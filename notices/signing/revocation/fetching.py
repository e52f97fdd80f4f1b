"""Getting revocation answers from where the certificates say they are.

Each answer is judged when it has come: one that is stale, foreign, of another scope or
needlessly large is no answer, and the next place is asked.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

from cryptography import x509

from notices.errors import ConfigError
from notices.report import CLOCK_TOLERANCE
from notices.signing.moment import Clock, Moment
from notices.signing.revocation.crls import crl_urls, read_crl
from notices.signing.revocation.judging import is_wanting, status_of, suffices
from notices.signing.revocation.ocsp import ocsp_request, ocsp_urls
from notices.signing.revocation.status import (
    ANY_ANSWER,
    NO_ANSWERS,
    AnswerPolicy,
    RevocationAnswers,
    Status,
)
from notices.signing.revocation.transport import (
    LoginDemanded,
    Transport,
    TransportError,
    within,
)

PATIENCE = 30.0
"""Seconds for all answers about one path together."""
NEWER_PATIENCE = 5.0
"""Seconds for a newer answer than one that holds."""


def fetch_answers(
    path: Sequence[x509.Certificate],
    transport: Transport,
    *,
    clock: Clock,
    known: RevocationAnswers = NO_ANSWERS,
    tolerance: timedelta = CLOCK_TOLERANCE,
    policy: AnswerPolicy = ANY_ANSWER,
    on_demand: Callable[[x509.Certificate, str], None] = lambda _, __: None,
) -> RevocationAnswers:
    """Lists and OCSP answers until each certificate of the path has one that holds.

    known: what is at hand; of a certificate for which it suffices nobody is asked.
    clock: read after each answer. on_demand: told of a certificate where everybody who
    was asked wants a login. What cannot be had is left out: `statuses` then
    finds no fresh answer.
    """
    limited = within(transport, PATIENCE)
    total = NO_ANSWERS
    for index, (certificate, issuer) in enumerate(pairwise(path)):
        judge = partial(
            _judge, certificate, issuer, policy, clock, tolerance, is_first=not index
        )
        status, moment = judge(known)
        if not is_wanting(status, moment, policy):
            continue
        # one that holds is at hand: where nobody can be reached it is used, and soon
        hurried = within(limited, NEWER_PATIENCE)
        asked = hurried if suffices(status, policy) else limited
        refusals: list[TransportError] = []
        for answer in _online(certificate, issuer, asked, refusals):
            total |= answer
            if suffices(judge(total)[0], policy):
                break
        else:
            if refusals and all(isinstance(one, LoginDemanded) for one in refusals):
                on_demand(certificate, str(refusals[0]))
    return total


def _judge(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    policy: AnswerPolicy,
    clock: Clock,
    tolerance: timedelta,
    answers: RevocationAnswers,
    *,
    is_first: bool,
) -> tuple[Status, Moment]:
    """What the answers say by the clock as it is now."""
    moment = Moment(clock(), tolerance)
    status = status_of(certificate, issuer, answers, moment, policy, is_first=is_first)
    return status, moment


def answers_of_each_place(
    certificate: x509.Certificate, issuer: x509.Certificate, transport: Transport
) -> Iterator[tuple[str, RevocationAnswers | TransportError]]:
    """Every place that the certificate names with its answer, or why there is none."""
    for url in (*crl_urls(certificate), *ocsp_urls(certificate)):
        limited = within(transport, PATIENCE)
        try:
            yield url, _of_place(url, certificate, issuer, limited)
        except TransportError as error:
            yield url, error
        except ConfigError as error:
            yield url, TransportError(error.message)


def _of_place(
    url: str,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    transport: Transport,
) -> RevocationAnswers:
    if url in crl_urls(certificate):
        return RevocationAnswers(crls=(read_crl(transport.fetch(url)),))
    request = ocsp_request(certificate, issuer)
    answer = transport.fetch(url, body=request, media_type="application/ocsp-request")
    return RevocationAnswers(ocsp=(answer,))


def _online(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    transport: Transport,
    refusals: list[TransportError],
) -> Iterator[RevocationAnswers]:
    """What the places that the certificate names answer, one after the other.

    refusals: gets why there was no answer.
    """
    for url in (*crl_urls(certificate), *ocsp_urls(certificate)):
        try:
            yield _of_place(url, certificate, issuer, transport)
        except TransportError as error:
            refusals.append(error)
        except ConfigError as error:
            refusals.append(TransportError(error.message))
