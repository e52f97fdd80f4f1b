"""What each move leaves: the delivery's times, and its entry in the ledger, whole.

Most rows were mutants (`make mutants`) that no other test caught.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from notices.delivery import Decision, IllegalTransition, Stage, State
from notices.errors import RefusedError
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.database.engine import writing
from notices.store.database.schema import attempts, deliveries
from notices.store.performing import LEASE, LEASE_OF_BODY
from tests.store.conftest import NOW, add_notice
from tests.store.test_store import SENT, bring_to

HOUR = timedelta(hours=1)
PLACE = {"number", "at", "event", "seq", "by"}


def newest(store, number):
    """The last entry of a notice: its event, and the facts."""
    told = store.ledger.told(number)[-1]
    facts = {key: fact for key, fact in told.items() if key not in PLACE}
    return told["event"], facts


def test_a_withdrawal_is_on_record_with_its_reason(store):
    number = add_notice(store)
    store.withdraw(number, reason="an error of ours", now=NOW)
    assert newest(store, number) == ("withdrawn", {"reason": "an error of ours"})


@pytest.mark.parametrize("decision", list(Decision))
def test_a_settled_doubt_is_on_record_and_its_time_begins_anew(store, decision):
    """The time from which a delivery may grow too old: the operator's decision."""
    number = add_notice(store)
    bring_to(store, number, State.IN_DOUBT)
    with pytest.raises(RefusedError) as refused:
        store.resolve(number, decision, reason=" \t", now=NOW)
    assert refused.value.message == "a decision about a doubt needs its reason"
    later = NOW + 30 * HOUR
    row = store.resolve(number, decision, reason="they say so", now=later)
    facts = {"decision": str(decision), "reason": "they say so"}
    assert newest(store, number) == ("resolved", facts)
    is_again = decision is Decision.RESEND
    assert row.next_attempt_at == (later if is_again else None)
    assert row.queued_at == (later if is_again else NOW)


@pytest.mark.parametrize(
    ("is_armed", "state", "stage", "note"),
    [
        (False, "queued", "connect", "the worker died before DATA"),
        (
            True,
            "in_doubt",
            "data",
            "the worker died after the first body byte may have been sent",
        ),
    ],
)
def test_a_dead_worker_is_on_record(store, is_armed, state, stage, note):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    if is_armed:
        store.make(Arm(number=number, now=NOW))
    later = NOW + LEASE_OF_BODY
    assert store.recover(later) == {number: state}
    event, facts = newest(store, number)
    assert event == "recovered"
    told = {key: facts[key] for key in ("attempt", "state", "stage", "remote", "note")}
    assert told == {
        "attempt": 1,
        "state": state,
        "stage": stage,
        "remote": "",
        "note": note,
    }
    (attempt,) = store.attempts(number)
    assert (attempt.state, attempt.stage, attempt.note) == (state, stage, note)
    assert (attempt.started_at, attempt.ended_at) == (NOW, later)


def test_a_lease_ends_with_its_last_moment(store):
    """From that moment on the worker may not send, so the next one may.

    It counts where nobody can tell whether the worker lives, as on another machine.
    """
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    with writing(store.engine) as connection:
        connection.execute(update(deliveries).values(lease_owner="another-machine"))
    assert store.recover(NOW + LEASE - timedelta(microseconds=1)) == {}
    assert store.recover(NOW + LEASE) == {number: State.QUEUED}


def test_no_report_moves_what_was_never_attempted(store):
    """Queued, and evidence may change that, but not before the first attempt."""
    number = add_notice(store)
    store.queue(number, now=NOW)
    with pytest.raises(RefusedError, match="cannot change"):
        store.record_evidence(number, State.DELIVERED, {}, now=NOW)
    store.make(Claim(number=number, now=NOW))
    with pytest.raises(RefusedError, match="is sending: a report cannot change"):
        store.record_evidence(number, State.DELIVERED, {}, now=NOW)
    store.make(Arm(number=number, now=NOW))
    store.make(Finish(number=number, attempt=SENT, next_attempt_at=None, now=NOW))
    store.record_evidence(number, State.DELIVERED, {"report": "x"}, now=NOW)
    facts = {"report": "x", "state": "delivered"}
    assert newest(store, number) == ("evidence", facts)
    with pytest.raises((RefusedError, IllegalTransition)):
        store.record_evidence(number, State.BOUNCED, {}, now=NOW)


def test_a_notice_is_queued_once_and_nobody_approved_where_nobody_must(store):
    """The refusal names the notice and its state; the entry names no approver."""
    number = add_notice(store)
    store.queue(number, now=NOW)
    assert newest(store, number) == ("queued", {})
    with pytest.raises(IllegalTransition) as refused:
        store.queue(number, now=NOW)
    assert refused.value.message == f"{number} is queued: it is queued only once"


def test_what_may_be_on_its_way_is_not_taken_back(store):
    number = add_notice(store)
    bring_to(store, number, State.IN_DOUBT)
    with pytest.raises(RefusedError) as refused:
        store.withdraw(number, reason="no", now=NOW)
    told = f"{number} may have been sent already: it cannot be taken back"
    assert refused.value.message == told


def test_an_attempt_without_a_reply_has_none_on_record(store):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    nothing = replace(SENT, state=State.DEFERRED, stage=Stage.CONNECT, reply=None)
    finish = Finish(number=number, attempt=nothing, next_attempt_at=NOW + HOUR, now=NOW)
    store.make(finish)
    assert [attempt.reply for attempt in store.attempts(number)] == [None]
    with store.engine.connect() as connection:
        row = connection.execute(select(attempts)).one()
    assert (row.reply_code, row.reply_enhanced, row.reply_text) == (None, "", "")
