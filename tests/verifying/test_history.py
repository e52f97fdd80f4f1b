"""The moves, times and links of a bundle's history, each fault by its own sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from notices.ledger import Head, Link, Told, read_entry, write_leaf
from notices.verifying.bundle.history import (
    History,
    check_times,
    final_state,
    missing,
)
from notices.verifying.checks import Refusal

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
NUMBER, CASE = "R8-1-000001", "IHC-2026-004217"
OUTCOME = {"attempt": 1, "stage": "end_of_data", "remote": "relay.example:25"}
SENT = (
    ("numbered", {}),
    ("prepared", {}),
    ("queued", {}),
    ("attempted", {"attempt": 1}),
    ("armed", {"attempt": 1}),
    ("outcome", {**OUTCOME, "state": "sent"}),
    ("evidence", {"state": "delivered"}),
    ("exported", {"redacted": False}),
)


def chain(told, *, first=3, step=timedelta(seconds=1)):
    """Events as a log of ours would have them, each linked to the one before."""
    head, events = None, []
    for place, (kind, facts) in enumerate(told):
        heads = {"notice": head}
        if kind in ("numbered", "drafted", "prepared"):
            heads["case"] = None
        if kind in ("queued", "drafted"):
            heads["policy"] = None
        one = Told(
            kind=kind,
            at=AT + place * step,
            number=NUMBER,
            case_id=CASE if "case" in heads else None,
            facts=facts,
        )
        octets = write_leaf(one, seq=first + place, heads=heads, nonce=f"{place:032x}")
        event = read_entry(octets)
        events.append(event)
        link = Link(seq=event.seq, leaf=event.hash.hex())
        # a forger writes what he likes: times are those that were told
        head = Head(link=link, at=AT - timedelta(days=9))
    return History(number=NUMBER, events=events)


def with_step(place, kind, **facts):
    told = list(SENT)
    told[place] = (kind, facts or dict(told[place][1]))
    return told


def test_a_delivery_as_it_should_be():
    history = chain(SENT)
    assert final_state(history) == "delivered"
    assert list(missing(history)) == []
    assert check_times(history, until=None, sealed=None, tolerance=timedelta(0))


ILLEGAL = {
    "sent without an attempt": [*SENT[:3], SENT[5]],
    "queued before it was prepared": [SENT[0], SENT[2]],
    "queued twice": [*SENT[:3], SENT[2]],
    "armed twice": [*SENT[:5], SENT[4]],
    "armed before the attempt": [*SENT[:3], SENT[4]],
    "an attempt of another number": with_step(3, "attempted", attempt=2),
    "armed in another attempt": with_step(4, "armed", attempt=2),
    "an outcome that is none": with_step(5, "outcome", **OUTCOME, state="rejected"),
    "delivered by an outcome": with_step(5, "outcome", **OUTCOME, state="delivered"),
    "withdrawn after it was sent": [*SENT[:6], ("withdrawn", {})],
    "resolved without a doubt": [*SENT[:6], ("resolved", {"decision": "resend"})],
    "resolved as nothing known": [
        *SENT[:5],
        ("outcome", {**OUTCOME, "state": "in_doubt"}),
        ("resolved", {"decision": "lost"}),
    ],
    "queued again after the first byte": [
        *SENT[:5],
        ("recovered", {**OUTCOME, "state": "queued"}),
    ],
    "evidence before an attempt": [*SENT[:3], SENT[6]],
    "bounced after it was delivered": [*SENT[:7], ("evidence", {"state": "bounced"})],
    "prepared twice": [*SENT[:2], SENT[1]],
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_a_step_that_a_delivery_cannot_make(name):
    with pytest.raises(Refusal):
        final_state(chain(ILLEGAL[name]))


LEGAL = {
    "lost and resent": (
        [
            *SENT[:5],
            ("recovered", {**OUTCOME, "state": "in_doubt"}),
            ("resolved", {"decision": "resend"}),
            ("attempted", {"attempt": 2}),
            ("outcome", {**OUTCOME, "attempt": 2, "state": "deferred"}),
            ("attempted", {"attempt": 3}),
            ("recovered", {**OUTCOME, "attempt": 3, "state": "queued"}),
            ("withdrawn", {}),
        ],
        "withdrawn",
    ),
    "a reply changes nothing": ([*SENT[:6], ("evidence", {"state": "sent"})], "sent"),
    "a draft": ([SENT[0], ("drafted", {}), *SENT[1:3]], "queued"),
    "what this version does not know": (
        [*SENT[:6], ("polished", {"state": "failed"})],
        "sent",
    ),
}


@pytest.mark.parametrize("name", LEGAL)
def test_steps_that_it_can_make(name):
    told, end = LEGAL[name]
    assert final_state(chain(told)) == end


@pytest.mark.parametrize("place", range(1, len(SENT)))
def test_each_event_that_is_left_out_is_missed(place):
    whole = chain(SENT)
    events = [*whole.events[:place], *whole.events[place + 1 :]]
    assert list(missing(History(number=NUMBER, events=events)))


def test_a_beginning_that_is_left_out_is_missed():
    events = chain(SENT).events[1:]
    assert "entry 3" in " ".join(missing(History(number=NUMBER, events=events)))


def test_a_link_to_another_event_of_that_place_contradicts():
    one, other = chain(SENT), chain(with_step(4, "armed", attempt=1, x=1))
    events = [*one.events[:4], other.events[4], *one.events[5:]]
    with pytest.raises(Refusal, match="not the one before"):
        list(missing(History(number=NUMBER, events=events)))


def test_times_that_run_backwards_are_refused():
    with pytest.raises(Refusal, match="before entry"):
        check_times(
            chain(SENT, step=timedelta(seconds=-1)),
            until=None,
            sealed=None,
            tolerance=timedelta(0),
        )


def test_an_event_after_the_time_stamp_over_it_is_refused():
    history = chain(SENT)
    end = history.events[-1].at
    tolerance = timedelta(seconds=60)
    assert check_times(history, until=end - tolerance, sealed=None, tolerance=tolerance)
    early = end - tolerance - timedelta(microseconds=1)
    with pytest.raises(Refusal, match="after the checkpoint"):
        check_times(history, until=early, sealed=None, tolerance=tolerance)


def test_an_event_after_the_bundle_was_signed_is_refused():
    history = chain(SENT)
    end = history.events[-1].at
    tolerance = timedelta(seconds=60)
    sealed = end - tolerance
    assert check_times(history, until=None, sealed=sealed, tolerance=tolerance)
    early = sealed - timedelta(microseconds=1)
    with pytest.raises(Refusal, match="entry"):
        check_times(history, until=None, sealed=early, tolerance=tolerance)
