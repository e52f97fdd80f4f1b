"""Leaves of version 2: the genuine ones are read, all others refused by name."""

import json
import random

import pytest

from notices.errors import LaterVersion
from notices.ledger import (
    MalformedLeaf,
    NotCanonical,
    Oddity,
    Reason,
    leaf_version,
    parse_leaf,
)
from tests.vectors import specification as page
from tests.vectors.places import V1, V2

LEAVES = (V2 / "export.jsonl").read_bytes().split(b"\n")[:-1]
OF_VERSION_2 = [leaf for leaf in LEAVES if b'"v":2' in leaf]
REFUSED = json.loads((V2 / "refused.json").read_bytes())


@pytest.mark.parametrize(
    "octets",
    OF_VERSION_2,
    ids=lambda leaf: page.parse(leaf)["event"] + str(page.parse(leaf)["seq"]),
)
def test_a_genuine_leaf_is_read_whole(octets):
    leaf, told = parse_leaf(octets), json.loads(octets)
    assert leaf_version(octets) == 2
    assert (leaf.seq, leaf.event, leaf.by) == (told["seq"], told["event"], told["by"])
    assert leaf.at.isoformat(timespec="microseconds") == told["at"].replace(
        "Z", "+00:00"
    )
    assert (leaf.number, leaf.case_id) == (told.get("number"), told.get("case_id"))
    assert leaf.facts == told["facts"]
    assert leaf.beside == told["beside"]
    assert leaf.nonce == told["nonce"]
    for name, link in told["previous"].items():
        found = leaf.previous[name]
        assert (found and {"seq": found.seq, "leaf": found.leaf}) == link


@pytest.mark.parametrize(
    "case", REFUSED, ids=lambda case: f"{case['reason']}: {case['why']}"
)
def test_every_refusal_has_its_name(case):
    octets = case["octets"].encode("latin-1")
    if case["reason"] == "later-version":
        with pytest.raises(LaterVersion) as later:
            parse_leaf(octets)
        assert later.value.exit_code == 3
        return
    with pytest.raises((MalformedLeaf, NotCanonical)) as refused:
        parse_leaf(octets)
    assert refused.value.reason == case["reason"]


@pytest.mark.parametrize(
    "case", REFUSED, ids=lambda case: f"{case['reason']}: {case['why']}"
)
def test_the_reader_made_from_the_page_refuses_the_same(case):
    """It tells no names: a ValueError of its own, or what it stumbles over."""
    with pytest.raises((ValueError, TypeError, LookupError, RecursionError)):
        page.leaf_2(case["octets"].encode("latin-1"))


EDGES = {
    "happened as it was written down": {"facts": {"at": "2026-11-24T02:01:00.000000Z"}},
    "happened years before": {"facts": {"at": "2000-02-29T23:59:59.999999Z"}},
    "not told": {"facts": {"at": None, "by": None}},
    "who did it, 40 characters": {"facts": {"by": "-._" + "a" * 37}},
    "64 facts": {"facts": {f"x{n}": n for n in range(64)}},
    "64 beside": {"beside": {f"x{n}": "0" * 64 for n in range(64)}},
    "64 chains": {"previous": {"case": None, **{f"c{n}": None for n in range(63)}}},
    "a chain of 40 letters": {"previous": {"case": None, "a" * 40: None}},
    "the largest number": {"facts": {"a": 2**53 - 1, "b": 1 - 2**53}},
}


@pytest.mark.parametrize("why", EDGES)
def test_what_the_page_just_allows_is_read_by_both(why):
    octets = page.canonical({**page.parse(LEAVES[7]), **EDGES[why]})
    assert page.leaf_2(octets)
    assert parse_leaf(octets)


def test_every_reason_has_its_vector():
    assert {case["reason"] for case in REFUSED} == {*Reason, *Oddity, "later-version"}


def test_version_1_is_told_apart():
    for octets in (V1 / "ledger/leaves.jsonl").read_bytes().split(b"\n")[:-1]:
        assert leaf_version(octets) == 1
        with pytest.raises(MalformedLeaf):
            parse_leaf(octets)


def test_what_is_read_is_what_the_second_reader_reads():
    """One octet of a genuine leaf changed, put in or taken out, 5,000 times."""
    dice = random.Random(20261127)  # noqa: S311
    accepted = 0
    for _ in range(5_000):
        octets = bytearray(dice.choice(OF_VERSION_2))
        place, octet = dice.randrange(len(octets)), dice.randrange(256)
        octets[place : place + dice.randrange(2)] = dice.choice((b"", bytes([octet])))
        try:
            parse_leaf(bytes(octets))
        except (MalformedLeaf, NotCanonical, LaterVersion):
            continue
        accepted += 1
        assert page.canonical(page.leaf_2(bytes(octets))) == octets
    assert accepted > 30  # a digit of a hash, a letter of a word
