"""The high-water mark as a value: against another Merkle library, and cut anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from notices.errors import InputError
from notices.ledger import (
    ArmedAttempt,
    HighWaterMark,
    Reached,
    judge,
    leaf_hash,
    parse_mark,
)

LEAVES = [f"entry {index}".encode() for index in range(70)]
HASHES = [leaf_hash(each) for each in LEAVES]
REAL = ("", 2026)


def mark_of(size, serials=None):
    blank = HighWaterMark(identity="a")
    return blank.grown(HASHES[:size], serials or {}, identity="a")


def shown(size, *, identity="a", leaves=HASHES, of=None, **more):
    """What a database with these leaves shows to a mark."""
    end = of.size if of else size
    head = leaves[end - 1] if 0 < end <= size else None
    values = {"serials": of.serials if of else {}, "head": head, **more}
    return Reached(identity=identity, size=size, **values)


@given(st.integers(0, 70), st.integers(0, 70))
def test_it_grows_to_the_root_of_another_library(first, more):
    """In two steps, as a site writes it; never from the beginning."""
    other = InmemoryTree(algorithm="sha256")
    size = min(first + more, len(LEAVES))
    for leaf in LEAVES[:size]:
        other.append_entry(leaf)
    mark = mark_of(min(first, size)).grown(HASHES[first:size], {}, identity="a")
    assert mark.size == size
    if size:
        assert (mark.root, mark.head) == (other.get_root(), HASHES[size - 1])


def test_it_is_read_as_it_was_written():
    mark = mark_of(21, {REAL: 4, ("test", 2027): 9})
    assert parse_mark(mark.text()) == mark


@pytest.mark.parametrize("size", [0, 1, 21])
def test_cut_anywhere_it_is_no_mark(size):
    """A file that was cut in half must not be taken for a lower one."""
    text = mark_of(size, {REAL: 4}).text()
    for end in range(len(text) - 1):
        with pytest.raises(InputError):
            parse_mark(text[:end])


@pytest.mark.parametrize(
    "change",
    [
        {"size": 20},
        {"root": "00" * 32},
        {"peaks": []},
        {"format": 2},
        {"head": 5},
        {"serials": {"": 1}},
        {"size": "many"},
        {"size": -5},
        {"size": 21.9},
        {"size": 10**30},
        {"identity": 5},
        {"identity": "\ud800"},
        {"head": None},
        {"head": "00"},
        {"serials": [{"series": "", "year": 2026, "serial": -1}]},
        {"serials": [{"series": "", "year": 10**30, "serial": 1}]},
        {"serials": [{"series": "\ud800", "year": 2026, "serial": True}]},
    ],
)
def test_what_does_not_fit_together_is_no_mark(change):
    document = {**json.loads(mark_of(21).text()), **change}
    with pytest.raises(InputError):
        parse_mark(json.dumps(document))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "5", '"x"', "{}", "\0" * 200, "[" * 100_000]
)
def test_another_file_is_no_mark(text):
    with pytest.raises(InputError):
        parse_mark(text)


MARK = mark_of(21, {REAL: 4})
FORK = [*HASHES[:15], *reversed(HASHES[15:])]
IN_ORDER = [
    shown(21, of=MARK),
    shown(60, of=MARK, serials={REAL: 9}),
    shown(21, of=MARK, identity=""),
    shown(3, of=MARK, identity="b", superseded={"a"}),
]
ON_HOLD = [
    (shown(20, of=MARK), "21 entries, and the database has 20"),
    (shown(21, of=MARK, leaves=FORK), "entry 20 of the ledger is not the one"),
    (shown(60, of=MARK, leaves=FORK), "entry 20 of the ledger is not the one"),
    (shown(0, of=MARK, identity=""), "the database is empty"),
    (shown(60, of=MARK, identity="b"), "that of another database"),
    (shown(60, of=MARK, serials={REAL: 3}), "up to 4, and it knows 3"),
    (shown(60, of=MARK, serials={}), "up to 4, and it knows 0"),
    (shown(60, of=MARK, copied_from="/srv/a"), "is a copy: it was used as /srv/a"),
    (
        shown(3, of=MARK, identity="b", superseded={"a"}, serials={REAL: 3}),
        "up to 4, and it knows 3",
    ),
]


@pytest.mark.parametrize("standing", IN_ORDER)
def test_a_database_that_reaches_it_is_in_order(standing):
    """Ahead of it, not named yet, or compared since."""
    assert judge(MARK, standing) == ()


@pytest.mark.parametrize(("standing", "words"), ON_HOLD)
def test_a_database_that_does_not_reach_it_is_told_why(standing, words):
    assert any(words in reason for reason in judge(MARK, standing))


def test_nothing_is_lost_where_nothing_was():
    """A site that was made and not used; its database may be thrown away."""
    assert judge(mark_of(0), shown(0, identity="")) == ()
    assert judge(None, shown(0, identity="")) == ()


ARMED = [
    ArmedAttempt(number=f"R8-1-00000{serial}", attempt=serial, message_sha256="ab" * 32)
    for serial in (1, 2)
]


def test_lines_below_are_attempts_and_a_torn_one_is_none():
    """Who wrote half a line was never told that it was written."""
    whole, end = mark_of(21).text() + ARMED[0].line(), ARMED[1].line()
    assert parse_mark(whole + end).armed == tuple(ARMED)
    for length in range(len(end)):
        assert parse_mark(whole + end[:length]).armed == (ARMED[0],)
    assert parse_mark(whole + "\0" * 90).armed == (ARMED[0],)


@pytest.mark.parametrize(
    "below", ["x", "{}\n", "x\n", '{"armed": 5}\n', ARMED[0].line()[:40] + "\n", "\n"]
)
def test_what_else_stands_below_is_no_mark(below):
    with pytest.raises(InputError):
        parse_mark(mark_of(21).text() + below)


def test_an_attempt_that_the_database_does_not_know_is_a_reason():
    mark = parse_mark(MARK.text() + ARMED[0].line())
    assert judge(mark, shown(21, of=mark, armed={ARMED[0]})) == ()
    [reason] = judge(mark, shown(60, of=mark, armed={ARMED[1]}))
    assert "attempt 1 to send R8-1-000001 was begun" in reason
    assert judge(mark, shown(3, of=mark, identity="b", superseded={"a"})) == ()


def test_a_grown_mark_holds_what_was_armed_among_its_entries():
    mark = parse_mark(mark_of(20).text() + ARMED[0].line())
    assert mark.grown(HASHES[20:21], {}, identity="a") == mark_of(21)
