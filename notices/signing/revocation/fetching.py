"""Getting revocation answers from where the certificates say they are."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cryptography import x509

from notices.errors import ConfigError
from notices.signing.revocation.crls import crl_urls, read_crl
from notices.signing.revocation.ocsp import ocsp_request, ocsp_urls
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.revocation.transport import Transport, TransportError


def fetch_answers(
    path: Sequence[x509.Certificate], transport: Transport
) -> RevocationAnswers:
    """CRLs, else OCSP answers, from where the certificates say they are.

    What cannot be had is left out: `statuses` then finds no fresh answer.
    """
    total = NO_ANSWERS
    for certificate, issuer in pairwise(path):
        total |= _first(_crls_online(certificate, transport)) or _first(
            _ocsp_online(certificate, issuer, transport)
        )
    return total


def _first(answers: Iterator[RevocationAnswers]) -> RevocationAnswers:
    return next(answers, NO_ANSWERS)


def _crls_online(
    certificate: x509.Certificate, transport: Transport
) -> Iterator[RevocationAnswers]:
    for url in crl_urls(certificate):
        try:
            yield RevocationAnswers(crls=(read_crl(transport.fetch(url)),))
        except (TransportError, ConfigError):
            continue


def _ocsp_online(
    certificate: x509.Certificate, issuer: x509.Certificate, transport: Transport
) -> Iterator[RevocationAnswers]:
    request = ocsp_request(certificate, issuer)
    for url in ocsp_urls(certificate):
        try:
            answer = transport.fetch(
                url, body=request, media_type="application/ocsp-request"
            )
            yield RevocationAnswers(ocsp=(answer,))
        except TransportError:
            continue
