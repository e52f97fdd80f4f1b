"""Leaves are canonical, checkpoints have one form."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.errors import InputError
from notices.ledger import (
    Checkpoint,
    Event,
    EventKind,
    canonical_json,
    leaf_hash,
    parse_checkpoint,
    root,
)

AT = datetime(2026, 3, 5, 18, 0, tzinfo=timezone(timedelta(hours=9)))
FACTS = st.dictionaries(
    st.text("abcdefghijklmnopqrstuvwxyz_:0123456789", min_size=1),
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
)


def test_a_leaf_is_this_line_for_ever():
    """Known answer: whoever changes the format breaks every proof ever given."""
    event = Event(
        seq=7,
        at=AT,
        number="2026-00001",
        kind=EventKind.OUTCOME,
        facts={"state": "sent", "reply": "250 2.0.0 受理", "attempt": 1},
    )
    assert event.payload().decode() == (
        '{"at":"2026-03-05T09:00:00.000000Z","attempt":1,"event":"outcome",'
        '"number":"2026-00001","reply":"250 2.0.0 受理","seq":7,"state":"sent"}'
    )
    assert event.leaf() == leaf_hash(event.payload())


@given(FACTS)
def test_canonical_json_has_one_form_and_reads_back(facts):
    text = canonical_json(facts)
    assert json.loads(text) == facts
    assert canonical_json(dict(reversed(facts.items()))) == text
    assert b"\n" not in text


@pytest.mark.parametrize(
    "facts", [{"a": 1.0}, {"a": 2**53}, {"é": 1}, {"a": "\ud800"}, {"a": [1]}]
)
def test_what_has_no_single_form_is_refused(facts):
    with pytest.raises(ValueError):
        canonical_json(facts)


def test_facts_cannot_overwrite_the_event():
    with pytest.raises(ValueError, match="seq"):
        Event(seq=0, at=AT, number="1", kind=EventKind.QUEUED, facts={"seq": 9})


def test_naive_time_is_refused():
    naive = AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        Event(seq=0, at=naive, number="1", kind=EventKind.QUEUED).payload()


def test_a_checkpoint_is_three_lines():
    checkpoint = Checkpoint(origin="hotline.example/log", size=0, root=root([]))
    assert checkpoint.text() == (
        "hotline.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    )
    assert parse_checkpoint(checkpoint.text()) == checkpoint
    assert parse_checkpoint(checkpoint.text() + "extension\n") == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n0\n",
        "log\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "log\n1\n47DEQpj8\n",
        "log\n1\n????\n",
        "log\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(InputError):
        parse_checkpoint(text)


def test_a_checkpoint_that_cannot_be_written_is_refused():
    for wrong in (
        Checkpoint(origin="a\nb", size=1, root=b"\0" * 32),
        Checkpoint(origin="a", size=-1, root=b"\0" * 32),
        Checkpoint(origin="a", size=1, root=b"\0"),
    ):
        with pytest.raises(ValueError):
            wrong.text()


def test_times_are_utc_whatever_the_zone():
    there = Event(seq=0, at=AT, number="1", kind=EventKind.QUEUED)
    here = Event(seq=0, at=AT.astimezone(UTC), number="1", kind=EventKind.QUEUED)
    assert there.payload() == here.payload()
