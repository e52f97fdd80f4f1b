"""Mutants of genuine files: none is accepted with other content, none breaks us.

Every mutant gets a report, or NotJudgeable for what is no mail or PDF any more.
Accepted may be only what differs outside the signed bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from time import thread_time

import pytest

from notices import mail
from notices.errors import NotJudgeable
from notices.report import Verdict
from notices.verifying import Limits, verify
from tests.verifying.forged_pdf import GAP, RANGE
from tests.verifying.genuine import (
    Mail,
    assemble,
    genuine_letter,
    notice_json,
    stamp_with,
)
from tests.verifying.mutants import mutants
from tests.verifying.pki import JUDGED_AT, world

NORMAL = 100
SEEDS = range(2, 130)
TAG = re.compile(r"^\[[^\]]*\]")


def signed_part(data: bytes, kind: str) -> bytes | tuple[object, ...]:
    """What an accepted mutant must have in common with the genuine file."""
    if kind == "mail":
        found = mail.split(data)
        # a relay may write the same address and the same words in other signs, tag the
        # subject and tell the same moment in another zone (M23)
        shown = [
            [(name, with_small_host(address)) for name, address in getaddresses(told)]
            for told in (found.values("From"), found.values("To"))
        ]
        subjects = [
            TAG.sub("", "".join(str(make_header(decode_header(one))).split()))
            for one in found.values("Subject")
        ]
        moments = [parsedate_to_datetime(one) for one in found.values("Date")]
        return (found.entity, *shown, subjects, moments)
    # the validation data of B-LT follow the signed range, and are not signed
    gap, numbers = GAP.search(data), RANGE.search(data)
    assert gap
    assert numbers
    *_, start, length = (int(one) for one in re.findall(rb"\d+", numbers[0]))
    return data[: gap.start(1)] + data[gap.end(1) : start + length]


def with_small_host(address: str) -> str:
    """A host's name is the same in capitals (RFC 5321, 2.4); a mailbox is not."""
    local, _, host = address.rpartition("@")
    return f"{local}@{host.lower()}"


def genuine(which: str) -> bytes:
    if which.startswith("B-"):
        return genuine_letter(world(), world().signer, notice_json(), which)
    if which == "signature":
        return Mail(world()).build()
    stamp = stamp_with(world().tsa)
    return Mail(world(), cms=lambda made: replace(made, stamp=stamp)).build()


def checked_verdict(original: bytes, mutant: bytes, kind: str) -> Verdict | None:
    evidence = world().crls if kind == "pdf" else ()
    began = thread_time()
    try:
        report = verify(
            mutant, trust=[world().root.pem], at=JUDGED_AT, evidence=evidence
        )
    except NotJudgeable:
        return None
    finally:
        assert thread_time() - began < Limits().cpu_seconds
    if report.verdict is Verdict.TOTAL_PASSED:
        assert signed_part(mutant, kind) == signed_part(original, kind)
    return report.verdict


def check_mutants(which: str, seed: int, count: int) -> None:
    kind = "mail" if which == "mail" else "pdf"
    original = genuine(which)
    verdicts = [
        checked_verdict(original, one, kind) for one in mutants(original, seed, count)
    ]
    assert checked_verdict(original, original, kind) is Verdict.TOTAL_PASSED
    assert verdicts.count(Verdict.TOTAL_FAILED) > count // 2


@pytest.mark.parametrize("which", ["mail", "B-B", "B-LT"])
def test_no_mutant_is_accepted_with_other_content(which: str) -> None:
    check_mutants(which, 1, NORMAL)


def test_no_mutant_of_the_signature_alone_is_accepted_with_other_content() -> None:
    """Mutations before base64, where a text mutation seldom leaves valid DER."""
    accepted = 0
    original = genuine("signature")
    for mutant in signature_mutants(1, NORMAL):
        accepted += checked_verdict(original, mutant, "mail") is Verdict.TOTAL_PASSED
    assert accepted < NORMAL // 2


def signature_mutants(seed: int, count: int) -> Iterator[bytes]:
    made = Mail(world())
    entity = made.entity()
    signature = made.signature(entity)
    for mutant in mutants(signature, seed, count):
        yield assemble(made.headers(), entity, mutant)


# 409,600 in all. Each seed is a piece so small that `make torture`, which takes twelve,
# still has about 38,000, and some of every kind.
@pytest.mark.torture
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("which", "count"), [("mail", 1_750), ("B-B", 150), ("B-LT", 50)]
)
def test_no_mutant_of_many_is_accepted_with_other_content(
    which: str, count: int, seed: int
) -> None:
    check_mutants(which, seed, count)


@pytest.mark.torture
@pytest.mark.parametrize("seed", SEEDS)
def test_no_mutant_of_many_signatures_is_accepted(seed: int) -> None:
    original = genuine("signature")
    for mutant in signature_mutants(seed, 1_250):
        checked_verdict(original, mutant, "mail")
