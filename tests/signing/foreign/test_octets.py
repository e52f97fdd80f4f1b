"""What any server may answer: octets that nearly are a list, an answer or a stamp.

`cryptography` reads lazily, and raises UnsupportedAlgorithm, InvalidVersion and more
besides ValueError: one answer over plain HTTP ended `send` as a fault of the program,
where the next place was to be asked.
"""

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12

from notices.errors import ConfigError, KeyUnavailable, NoticesError
from notices.signing import (
    NO_ANSWERS,
    HttpTransport,
    RevocationAnswers,
    TimestampClient,
    load_pkcs12,
    timestamp_evidence,
)
from notices.signing.keys.signing_key import load_certificates
from notices.signing.moment import Moment
from notices.signing.revocation.crls import read_crl
from notices.signing.revocation.judging import statuses
from notices.signing.revocation.status import Standing
from notices.signing.timestamps.client import BadAnswer, read_answer, timestamp_query
from tests.signing.authority import NOW, Authority
from tests.signing.test_answers import (
    LIST,
    OTHER_LIST,
    RESPONDER,
    TOLERANCE,
    fetched,
)
from tests.signing.test_answers import authority as small_authority

MUTANTS = 300
DIGEST = hashlib.sha256(b"a signature").digest()
NONCE = 77
ECDSA, UNKNOWN = (
    b"\x2a\x86\x48\xce\x3d\x04\x03\x02",
    b"\x2a\x86\x48\xce\x3d\x04\x03\x19",
)
"""ecdsa-with-SHA256, and a neighbour of it that nobody has."""
KEY_USAGE, BROKEN = b"\x06\x03\x55\x1d\x25", b"\x06\x03\x55\x1d\x0f"
"""extendedKeyUsage, and keyUsage in its place: then it stands twice."""


def seeded() -> random.Random:
    return random.Random(12)  # noqa: S311 - mutants, the same each time


def mutants(octets: bytes, chance: random.Random) -> Iterator[bytes]:
    """The same with up to three octets changed, left out or added."""
    for _ in range(MUTANTS):
        made = bytearray(octets)
        for _ in range(chance.choice((1, 1, 2, 3))):
            place = chance.randrange(len(made))
            end = place + chance.choice((0, 1, 1, 1, 4))
            made[place:end] = chance.randbytes(chance.choice((0, 1, 1, 1, 3)))
        yield bytes(made)


def test_an_unknown_algorithm_makes_an_answer_none_and_the_next_place_is_asked() -> (
    None
):
    pki = small_authority()
    strange = pki.crl().replace(ECDSA, UNKNOWN)
    status, asked = fetched(pki, {LIST: strange, OTHER_LIST: pki.crl()})
    assert (status.standing, asked) == (Standing.GOOD, [LIST, OTHER_LIST])
    answer = pki.ocsp().replace(ECDSA, UNKNOWN)
    status, _ = fetched(pki, {RESPONDER: answer})
    assert status.standing is Standing.UNKNOWN


@pytest.mark.filterwarnings("ignore")
def test_no_mutant_of_a_list_or_an_answer_is_a_fault_of_the_program() -> None:
    pki, chance = small_authority(), seeded()
    moment, refused, told = Moment(NOW, TOLERANCE), 0, set()
    for octets in mutants(pki.crl(revoked=True), chance):
        found = statuses(pki.path, RevocationAnswers(crls=(octets,)), moment)
        told |= {each.standing for each in found}
        try:
            read_crl(octets)
        except ConfigError:
            refused += 1
    assert Standing.GOOD not in told
    assert refused > 0
    for octets in mutants(pki.ocsp(), chance):
        found = statuses(pki.path, RevocationAnswers(ocsp=(octets,)), moment)
        told |= {each.standing for each in found}
    assert Standing.UNKNOWN in told


def stamped(authority: Authority) -> bytes:
    query = timestamp_query(DIGEST, NONCE)
    return HttpTransport().fetch(
        authority.tsa_url, body=query, media_type="application/timestamp-query"
    )


@pytest.mark.filterwarnings("ignore")
def test_no_mutant_of_a_stamp_is_a_fault_of_the_program(authority: Authority) -> None:
    octets_of_authority, refused = stamped(authority), 0
    for octets in mutants(octets_of_authority, seeded()):
        try:
            stamp = read_answer(octets, DIGEST, NONCE, "tsa.example")
            timestamp_evidence(
                stamp.token,
                trust=authority.roots,
                chain=(),
                answers=NO_ANSWERS,
                transport=None,
                clock=lambda: authority.now,
                tolerance=timedelta(days=1),
                required=False,
            )
        except (BadAnswer, NoticesError):
            refused += 1
    # what still passes differs where nobody signed
    assert refused > MUTANTS // 2


def test_an_authority_that_cannot_be_read_is_passed_over(authority: Authority) -> None:
    """An extension that stands twice is found only when the extensions are read."""
    answer = stamped(authority).replace(KEY_USAGE, BROKEN)
    with pytest.raises(BadAnswer, match="does not carry"):
        read_answer(answer, DIGEST, NONCE, "tsa.example")
    client = TimestampClient(urls=(authority.tsa_url,), nonce=lambda: NONCE)
    authority.spoil = lambda content: content.replace(KEY_USAGE, BROKEN)
    try:
        with pytest.raises(NoticesError) as caught:
            client.stamp(DIGEST)
    finally:
        authority.spoil = None
    assert caught.value.exit_code == 75


def test_a_certificate_of_which_a_part_cannot_be_read_is_refused_when_it_is_loaded(
    authority: Authority,
) -> None:
    """It was a fault of the program later, when its usage was asked for."""
    certificate = authority.certificate("p256")
    octets = certificate.public_bytes(Encoding.DER)
    strange = x509.load_der_x509_certificate(octets.replace(KEY_USAGE, BROKEN))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_certificates(strange.public_bytes(Encoding.PEM))
    store = pkcs12.serialize_key_and_certificates(
        b"a", authority.keys["p256"], strange, authority.chain, NoEncryption()
    )
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        load_pkcs12(store, None)
