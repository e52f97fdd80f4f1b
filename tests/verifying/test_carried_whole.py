"""What a signature carries and nobody signed is read to its end by both verifiers.

A bit of a list that no certificate of the mail needs: one verifier stumbled over the name
in it and said TOTAL-FAILED, the other passed the mail; of other parts it was the reverse.
"""

import base64
from datetime import datetime
from pathlib import Path

import pytest

from notices.report import Verdict
from tests.verifier_js.agreement import both

FILES = Path(__file__).parents[1] / "vectors/v2/files"
MAIL = (FILES / "mails/delivered.eml").read_bytes()
AT = datetime.fromisoformat("2026-11-23T03:00:00Z")
# place in the signature, octet there, another one
CASES = {
    "1 a name that is no UTF-8, in a list": (1907, 0xF4),
    "2 a field of another kind for nextUpdate": (1606, 0x08),
    "3 an algorithm that is a SET": (1213, 0x31),
    "8 an algorithm without a name": (1215, 0x86),
    "9 an extension whose value is of another kind": (2018, 0x84),
    "4 an algorithm of a class of its own": (1524, 0xB0),
    "5 extensions under another tag": (1650, 0xB0),
    "6 a signer of a stamp in version 17": (3440, 0x11),
    "7 the same of another type": (3438, 0x12),
    # TOTAL-FAILED there and INDETERMINATE here, as if another key had signed
    "10 a key of an authority that is no BIT STRING": (247, 0x04),
    "12 an extension of a list that ends behind its value": (1676, 0x36),
    "11 the same of the stamp's signer": (3092, 0x04),
}


def with_octet(at: int, octet: int) -> bytes:
    before, head, body = MAIL.rpartition(b'filename="smime.p7s"')
    digits, _, after = body.partition(b"\r\n--")
    der = bytearray(base64.b64decode(digits))
    assert der[at] != octet
    der[at] = octet
    made = base64.b64encode(der)
    lines = b"\r\n".join(made[one : one + 76] for one in range(0, len(made), 76))
    return before + head + b"\r\n\r\n" + lines + b"\r\n--" + after


def judged(mail: bytes) -> Verdict:
    return both(mail, trust=[(FILES / "roots.pem").read_bytes()], at=AT).verdict


def test_the_mail_itself_passes() -> None:
    assert judged(MAIL) is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("name", CASES)
def test_a_part_that_is_broken_is_refused_by_both(name: str) -> None:
    assert judged(with_octet(*CASES[name])) is Verdict.TOTAL_FAILED
