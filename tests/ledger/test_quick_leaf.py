"""What is read in one pass is what is read slowly, and nothing else is taken."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.errors import InputError
from notices.ledger import leaf as slowly
from notices.ledger import parse_leaf
from notices.ledger.quick_leaf import quick_leaf

FILES = Path(__file__).parents[1] / "vectors" / "v2"
LEAVES = [
    line
    for line in (FILES / "export.jsonl").read_bytes().splitlines()
    if b'"v":2' in line
]


def read_slowly(octets):
    """By the rules one after the other, which name what they refuse."""
    value = slowly._object(octets)
    slowly._version(value)
    if len(octets) > slowly.MAX_LEAF:
        return None
    try:
        slowly.require_canonical(value, octets)
    except InputError:
        return None
    if value.keys() - {"number", "case_id"} != slowly._MEMBERS:
        return None
    if not all(
        good(value[name]) for name, good in slowly._GOOD.items() if name in value
    ):
        return None
    try:
        slowly._check_links(value)
        slowly._check_told(value["facts"], value["at"])
    except InputError:
        return None
    return slowly._leaf(**value)


def readings(octets):
    """What each reader makes of a leaf, and whether it has a time; None: it does not."""
    try:
        wanted = read_slowly(octets)
    except InputError:
        wanted = None
    found = quick_leaf(octets)
    return (
        found and (slowly._of_quick(found), found.told_at is not None),
        wanted and (wanted, wanted.facts.get("at") is not None),
    )


def same(octets):
    """Whether the quick reader reads it; then both must say the same."""
    quick, slow = readings(octets)
    assert quick in (None, slow), octets
    return quick is not None


def test_the_leaves_of_the_page_are_read_in_one_pass():
    assert len(LEAVES) > 15
    # but for those with a Message-ID or with documents
    slow = [octets for octets in LEAVES if not same(octets)]
    assert all(b"@" in octets or b"document/" in octets for octets in slow)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"at":', b'"at": '),
        (b'"seq":7', b'"seq":07'),
        (b'"seq":7', b'"seq":-0'),
        (b'"seq":7', b'"seq":7.0'),
        (b'"v":2', b'"v":3'),
        (b'"by":"tanaka-i"', b'"by":"tanaka i"'),
        (b'"at":"2026-11-23', b'"at":"2027-11-23'),
        (b'"at":"2026-11-23', b'"at":"2026-11-31'),
        (b'"at":"2026-11-24', b'"at":"2026-11-31'),
        (b'"by":"tanaka-i"', b'"a":1,"by":"tanaka-i"'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","by":"tanaka-i"'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":"x@y"'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":"x://y"'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":-1'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":-0'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":9007199254740993'),
        (b'"by":"tanaka-i"', b'"by":"tanaka-i","c":null,"d":true'),
        (b'"seq":6}', b'"seq":7}'),
        (b'"case_id":"IHC-2026-004217",', b""),
        (b'"previous":{"case"', b'"previous":{"a":null,"case"'),
        (b'"previous":{"case"', b'"previous":{"z":null,"case"'),
    ],
)
def test_each_alteration_is_judged_alike(old, new):
    [octets] = [one for one in LEAVES if b'"seq":7,' in one]
    assert old in octets
    for altered in (octets.replace(old, new, 1), octets.replace(old, new)):
        same(altered)


@settings(max_examples=400)
@given(data=st.data())
def test_octets_altered_anywhere_are_judged_alike(data):
    octets = bytearray(data.draw(st.sampled_from(LEAVES)))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        piece = data.draw(
            st.sampled_from(
                [b"", b'"', b"0", b",", b"}", b"{", b"-", b" ", b"a", b"\\", b"@"]
            )
        )
        octets[place : place + data.draw(st.integers(0, 2))] = piece
    quick, slow = readings(bytes(octets))
    assert quick in (None, slow)


def test_members_in_another_order_are_refused():
    for octets in LEAVES:
        value = json.loads(octets)
        turned = json.dumps(dict(reversed(value.items())), separators=(",", ":"))
        assert quick_leaf(turned.encode()) is None
        with pytest.raises(InputError):
            parse_leaf(turned.encode())
