"""Mutants of a genuine mail, letter and bundle: the second verifier never passes one
that the program does not pass."""

import base64
import random
from datetime import datetime
from pathlib import Path

import pytest

from notices.errors import NotJudgeable
from notices.verifying import verify
from tests.verifying.mutants import mutants

VECTORS = Path(__file__).parents[1] / "vectors/v2/files"
WHICH = ("mails/delivered.eml", "letters/withdrawn.pdf", "bundles/whole.asice")
GIVEN = {
    "trust": [(VECTORS / "roots.pem").read_bytes()],
    "at": datetime.fromisoformat("2026-11-23T03:00:00+00:00"),
    "log_keys": [(VECTORS / "ledger/log.pub").read_text("ascii").strip()],
}


def check(second, which: str, seed: int, count: int) -> int:
    """How many of them passed both."""
    passed = 0
    original = (VECTORS / which).read_bytes()
    odd = mutants(original, seed, count)
    if which.endswith(".eml"):
        pairs = zip(odd, structured(original, seed), strict=False)
        odd = (one for pair in pairs for one in pair)
    for mutant in odd:
        told = second.judge(mutant, **GIVEN)
        if told["kind"] and told["verdict"] == "TOTAL-PASSED":
            passed += 1
            assert verify(mutant, **GIVEN).verdict == "TOTAL-PASSED"
    return passed


def structured(mail: bytes, seed: int):
    """Mutants of the signature's octets, which a change in base64 seldom reaches."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    before, head, body = mail.rpartition(b'filename="smime.p7s"')
    digits, _, after = body.partition(b"\r\n--")
    der = base64.b64decode(digits)
    while True:
        octets = bytearray(der)
        for _ in range(chance.randint(1, 3)):
            octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
        made = base64.b64encode(octets)
        lines = b"\r\n".join(made[at : at + 76] for at in range(0, len(made), 76))
        yield before + head + b"\r\n\r\n" + lines + b"\r\n--" + after


@pytest.mark.parametrize("which", WHICH)
def test_no_mutant_passes_the_second_verifier_alone(second, which):
    assert check(second, which, 1, 60) < 60


# 5,000 in all
@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2, 42))
@pytest.mark.parametrize(("which", "count"), [*zip(WHICH, (25, 50, 25), strict=True)])
def test_no_mutant_of_many_passes_the_second_verifier_alone(second, which, count, seed):
    try:
        check(second, which, seed, count)
    except NotJudgeable as error:
        raise AssertionError from error
