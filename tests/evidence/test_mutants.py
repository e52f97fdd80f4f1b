"""Mutants of a bundle: none passes with other content, nothing but a verdict comes."""

import base64
import json
import random

import pytest

from notices.evidence.container import write_container
from notices.report import Verdict
from tests.evidence.conftest import dumps, members_of


def canonical(value) -> bytes:
    """As a writer of the record would write it; also what has no canonical form."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


SIGNATURE = "META-INF/signature.p7s"
"""Its unsigned parts may differ without other content being accepted."""


def mutant(data: bytes, chance: random.Random) -> bytes:
    """One to three small changes anywhere."""
    octets = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(octets))
        match chance.randrange(4):
            case 0:
                octets[place] ^= 1 << chance.randrange(8)
            case 1:
                del octets[place : place + chance.randint(1, 9)]
            case 2:
                octets[place:place] = chance.randbytes(chance.randint(1, 9))
            case _:
                octets[place] = chance.randrange(256)
    return bytes(octets)


def odd_value(chance: random.Random):
    return chance.choice(
        [None, -1, 2**53, "", "x", [], {}, True, 1.5, "2020-01-01", ["{0}"]]
    )


def spoil(value, chance: random.Random):
    """One value somewhere in a JSON document becomes another."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        return {**value, key: spoil(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], spoil(value[place], chance), *value[place + 1 :]]
    return odd_value(chance)


def check_mutants(centre, bundle, count, seed):
    chance = random.Random(seed)  # noqa: S311
    good = members_of(bundle)
    for _ in range(count):
        whole = mutant(bundle, chance)
        if whole.startswith(b"PK\x03\x04"):
            report = centre.judge(whole, is_mutant=True)
            assert report.verdict is not Verdict.TOTAL_PASSED or whole == bundle
        name = chance.choice(list(good))
        changed = {**good, name: mutant(good[name], chance)}
        report = centre.judge(write_container(changed), is_mutant=True)
        if report.verdict is Verdict.TOTAL_PASSED:
            assert name in (SIGNATURE, "mimetype") or changed == good


def test_no_mutant_passes_with_other_content(centre, bundle):
    check_mutants(centre, bundle, 60, seed=20261122)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(4, 64))
def test_no_mutant_of_many_passes(centre, bundle, seed):
    check_mutants(centre, bundle, 50, seed)


def proven(report):
    return [each for each in report.story if each.source.startswith("ledger")]


def rewritten(record, chance):
    """An event told otherwise, in the octets of a leaf."""
    event = chance.choice(record["notice"])
    leaf = spoil(json.loads(base64.b64decode(event["leaf"])), chance)
    event["leaf"] = base64.b64encode(canonical(leaf)).decode()
    return record


@pytest.mark.parametrize(
    "name",
    [
        "ledger/record.json",
        "documents/notice.json",
        "documents/judgment.json",
    ],
)
def test_what_a_stranger_signs_never_breaks_the_reader(centre, bundle, reseal, name):
    """Whoever signs nonsense gets a verdict; a passed one tells what happened."""
    chance = random.Random(7)  # noqa: S311
    good = json.loads(members_of(bundle)[name])
    real = centre.judge(bundle)
    told = proven(real)
    for round_ in range(25):
        odd = spoil(good, chance)
        if name == "ledger/record.json" and round_ % 2:
            odd = rewritten(json.loads(dumps(good)), chance)
        octets = canonical(odd) if name.startswith("ledger") else dumps(odd)
        report = centre.judge(reseal(bundle, {name: octets}))
        if report.verdict is Verdict.TOTAL_PASSED:
            assert (proven(report), report.notice) == (told, real.notice), odd
