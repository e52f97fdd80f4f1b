"""Broken time stamps and OCSP answers: both verifiers say the same, as EN 319 102-1 has it.

Mutants showed that one said INDETERMINATE, the other TOTAL-FAILED, of about one in five
stamps: a library judged in another order. Each vector is a mail whose stamp or answer,
which nobody signed together with it, has one place made otherwise; they have numbers.
"""

from dataclasses import dataclass, replace

import pytest

from notices.verifying import verify
from tests.verifier_js.agreement import differences
from tests.verifying.genuine import Mail, stamp_with
from tests.verifying.odd_der import (
    Change,
    becomes,
    changed,
    encoded,
    flipped,
    gone,
    twice,
)
from tests.verifying.pki import JUDGED_AT, World, ocsp, world

NOBODY = "NO_SIGNING_CERTIFICATE_FOUND"
FORMAT, HASH, VALUE, WEAK = (
    "FORMAT_FAILURE",
    "HASH_FAILURE",
    "SIG_CRYPTO_FAILURE",
    "CRYPTO_CONSTRAINTS_FAILURE",
)
SIGNED = (1, 0)
"""SignedData in a ContentInfo."""
TOKEN = (*SIGNED, -1, 0, -1, 0, 1, 0)
"""The stamp among the unsigned attributes of a mail's signature."""
SIGNER = (*SIGNED, -1, 0)
CONTENT = (*SIGNED, 2, 1, 0)
OWN = (*SIGNED, 3, -1)
"""A certificate in the token: that of the authority itself, as it is put in here."""


@dataclass(frozen=True)
class Vector:
    number: int
    why: str
    place: tuple[int, ...]
    change: Change
    said: str
    """The sub-indication of M11 (stamps) or M05 (answers)."""


STAMPS = (
    Vector(1, "the signature's value is another", (*SIGNER, 5), flipped, VALUE),
    Vector(2, "its content is another", CONTENT, flipped, HASH),
    Vector(3, "the authority's certificate is another", OWN, flipped, NOBODY),
    Vector(4, "its certificate is not there", OWN, gone, NOBODY),
    Vector(5, "its certificate is there twice", OWN, twice, NOBODY),
    Vector(6, "signed by two", SIGNER, twice, FORMAT),
    Vector(
        7,
        "the signer is of another version",
        (*SIGNER, 0),
        becomes(b"\x02\x01\x03"),
        FORMAT,
    ),
    Vector(8, "the serial number is another", (*SIGNER, 1, 1), flipped, NOBODY),
    Vector(
        9,
        "a field too many in the signer's name",
        (*SIGNER, 1, 0, 0, 0, 1),
        twice,
        FORMAT,
    ),
    Vector(10, "no signed attributes", (*SIGNER, 3), gone, FORMAT),
    Vector(11, "an attribute twice", (*SIGNER, 3, 0), twice, FORMAT),
    Vector(12, "it names another certificate", (*SIGNER, 3, -1, 1, 0), flipped, NOBODY),
    Vector(
        13,
        "a signature algorithm that nobody knows",
        (*SIGNER, 4, 0),
        becomes(bytes.fromhex("06032a0304")),
        WEAK,
    ),
    Vector(
        14,
        "signed with SHA-1, it says",
        (*SIGNER, 2, 0),
        becomes(bytes.fromhex("06052b0e03021a")),
        WEAK,
    ),
    Vector(
        15,
        "its digest is of another kind",
        (*SIGNER, 2, 0),
        becomes(bytes.fromhex("0609608648016503040202")),
        HASH,
    ),
    Vector(
        16,
        "an algorithm with parameters",
        (*SIGNER, 4),
        lambda one: encoded(one[0], one[2:13] + b"\x04\x01x"),
        FORMAT,
    ),
    Vector(17, "a second version in its certificate", (*OWN, 0, 0, 0), twice, FORMAT),
    Vector(18, "a field too many in its certificate", (*OWN, 2), twice, FORMAT),
)
ANSWERS = (
    Vector(31, "the responder gave no answer", (0,), becomes(b"\x0a\x01\x03"), FORMAT),
    Vector(32, "no status at all", (0,), becomes(b"\x0a\x00"), FORMAT),
    Vector(33, "nothing in it", (1,), gone, FORMAT),
    Vector(34, "of another type than a basic one", (1, 0, 0), flipped, FORMAT),
    Vector(35, "a field too many around it", (1, 0, 1), twice, FORMAT),
    Vector(36, "cut off", (1, 0, 1), lambda one: encoded(4, one[4:-9]), FORMAT),
)


def stamped(made: World, vector: Vector) -> bytes:
    def broken(signature: bytes) -> bytes:
        certificates = (*TOKEN, *SIGNED, 3)
        ordered = changed(signature, *certificates, change=own_last(made))
        return changed(ordered, *TOKEN, *vector.place, change=vector.change)

    # in the finished octets: to encode it again might mend it
    mail = Mail(made, cms=lambda cms: replace(cms, stamp=stamp_with(made.tsa)))
    return replace(mail, change_signature=broken).build()


def own_last(made: World) -> Change:
    """The certificates in a known order: a SET OF has none that is asked."""

    def ordered(certificates: bytes) -> bytes:
        own = made.tsa.der
        others = [one.der for one in made.tsa.chain]
        assert own in certificates
        return encoded(certificates[0], b"".join([*others, own]))

    return ordered


def answered(made: World, vector: Vector) -> bytes:
    mail = Mail(made, signer=made.answered, crls=(made.root.crl(),))
    odd = changed(ocsp(made.answered), *vector.place, change=vector.change)
    return mail.but(cms=lambda cms: replace(cms, ocsps=(odd,))).build()


def check(second, vector: Vector, data: bytes, number: str) -> None:
    given = {"trust": [world().root.pem], "at": JUDGED_AT}
    report, told = verify(data, **given), second.judge(data, **given)
    assert differences(report, told) == []
    (found,) = (one for one in report.findings if one.id == number)
    assert found.sub_indication == vector.said, found.detail


@pytest.mark.parametrize("vector", STAMPS, ids=lambda one: f"{one.number} {one.why}")
def test_a_broken_stamp_says_the_same_to_both(second, vector):
    check(second, vector, stamped(world(), vector), "M11")


@pytest.mark.parametrize("vector", ANSWERS, ids=lambda one: f"{one.number} {one.why}")
def test_a_broken_answer_says_the_same_to_both(second, vector):
    check(second, vector, answered(world(), vector), "M05")
