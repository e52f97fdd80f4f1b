"""`verify --online`: fresh revocation answers for what a file carries.

Addresses are taken only from certificates that lead to a root which the caller trusts:
a file from a stranger makes nobody fetch anything. The file itself is read in the
limited process. What cannot be had is left out; the verifier then says TRY_LATER.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from cryptography import x509

from notices.signing import (
    Clock,
    HttpTransport,
    RevocationAnswers,
    Transport,
    certificate_path,
    fetch_answers,
    load_certificates,
)
from notices.signing.unreadable import UNREADABLE, is_readable
from notices.verifying import IsolatedVerifier


def fresh_answers(
    files: Iterable[bytes],
    trust: Sequence[bytes],
    at: datetime,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> list[bytes]:
    """CRLs and OCSP answers (DER) for the certificates in `files`, each fetched once.

    trust: root certificates, PEM or DER. clock: what is fetched is judged by it, and
    the next place asked if it does not hold; None: by `at`. Raises ConfigError for
    what is no root.
    """
    roots = [one for content in trust for one in load_certificates(content)]
    answers = RevocationAnswers()
    asked: set[x509.Certificate] = set()
    with IsolatedVerifier() as reader:
        found = (one for data in files for one in _certificates(data, reader))
        for path in (each for group in found for each in _paths(group, roots, at)):
            if path[0] not in asked:
                asked.add(path[0])
                answers |= fetch_answers(
                    path,
                    transport or HttpTransport(),
                    clock=clock or (lambda: at),
                    known=answers,
                )
    return [*answers.crls, *answers.ocsp]


def _paths(
    certificates: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> Iterator[tuple[x509.Certificate, ...]]:
    """Each certificate's path to a trusted root, where it has one."""
    for certificate in certificates:
        others = [one for one in certificates if one != certificate]
        if path := certificate_path(certificate, others, roots, at):
            yield path


def _certificates(
    data: bytes, reader: IsolatedVerifier
) -> Iterator[tuple[x509.Certificate, ...]]:
    for group in reader.certificates_in(data):
        yield tuple(_readable(group))


def _readable(group: Iterable[bytes]) -> Iterator[x509.Certificate]:
    for encoded in group:
        with suppress(*UNREADABLE):
            read = x509.load_der_x509_certificate(encoded)
            if is_readable(read):
                yield read
