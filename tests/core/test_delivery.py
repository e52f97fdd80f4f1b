"""The rules of delivery: what may follow what, what a reply means, when to retry."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.delivery import (
    LEGAL,
    IllegalTransition,
    Reply,
    RetrySchedule,
    Stage,
    State,
    classify,
    is_final,
    next_attempt_at,
    transition,
)
from tests.store.conftest import NOW

FINAL = {State.FAILED, State.DELIVERED, State.BOUNCED, State.WITHDRAWN}


@pytest.mark.parametrize(("current", "to"), list(itertools.product(State, State)))
def test_a_transition_is_made_or_refused(current, to):
    if to in LEGAL[current]:
        assert transition(current, to) is to
    else:
        with pytest.raises(IllegalTransition, match=f"{current} cannot become {to}"):
            transition(current, to)


def test_final_states_are_final_and_the_others_lead_to_them():
    assert {state for state in State if is_final(state)} == FINAL
    for start in set(State) - FINAL:
        reached, todo = set(), [start]
        while todo:
            for state in LEGAL[todo.pop()] - reached:
                reached.add(state)
                todo.append(state)
        assert reached & FINAL


def test_nothing_is_claimed_without_an_attempt():
    """`sent` comes from `sending`, or by evidence of an earlier attempt."""
    before = {to: {state for state in State if to in LEGAL[state]} for to in State}
    waiting = {State.HELD, State.QUEUED, State.DEFERRED, State.FAILED}
    assert before[State.SENT] == {State.SENDING, State.IN_DOUBT} | waiting
    assert before[State.SENDING] == {State.QUEUED, State.DEFERRED}
    assert before[State.IN_DOUBT] == {State.SENDING}
    # signed from a draft, or held again as its approval is good no more
    assert before[State.HELD] == {State.DRAFTED, State.SENDING}
    assert before[State.DRAFTED] == set()


@given(st.integers(0, 999), st.sampled_from(list(Stage)))
def test_every_reply_at_every_stage_is_classified(code, stage):
    state = classify(Reply(code=code), stage)
    if stage is Stage.END_OF_DATA:
        expected = {2: State.SENT, 4: State.DEFERRED, 5: State.FAILED}
        assert state is expected.get(code // 100, State.IN_DOUBT)
    else:
        assert state in (State.DEFERRED, State.FAILED)
        of_the_message = stage in (Stage.MAIL, Stage.RCPT, Stage.DATA)
        of_the_message = of_the_message and code not in (530, 538)
        assert (state is State.FAILED) == (code // 100 == 5 and of_the_message)


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_log_in_first_is_about_our_settings_and_not_about_the_notice(stage):
    reply = Reply(code=530, enhanced_status="5.7.0", text="Authentication required")
    assert classify(reply, stage) is State.DEFERRED


def test_the_waits_grow_and_stop():
    waits = []
    at = NOW
    for attempts in itertools.count(1):
        due = next_attempt_at(attempts, at, queued_at=NOW, jitter=0)
        if due is None:
            break
        waits.append((due - at) / timedelta(minutes=1))
        at = due
    assert waits[:5] == [5, 15, 30, 60, 60]
    assert NOW + timedelta(hours=47) <= at <= NOW + timedelta(hours=48)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_jitter_only_lengthens_and_never_by_more_than_the_spread(attempts, jitter):
    schedule = RetrySchedule()
    due = next_attempt_at(attempts, NOW, queued_at=NOW, jitter=jitter)
    wait = schedule.waits[min(attempts, 4) - 1]
    assert NOW + wait <= due <= NOW + wait * (1 + schedule.spread)


@pytest.mark.parametrize(("attempts", "jitter"), [(0, 0), (1, 1), (1, -0.1)])
def test_impossible_arguments_are_refused(attempts, jitter):
    with pytest.raises(ValueError):
        next_attempt_at(attempts, NOW, queued_at=NOW, jitter=jitter)
