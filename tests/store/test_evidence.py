"""What a report may move: a proof of arrival also after `failed`, and nothing before
an octet of the message can have left."""

import pytest

from notices.delivery import Attempt, Decision, Stage, State
from notices.errors import RefusedError
from notices.inbox.matching import follows
from notices.store.attempt_steps import Arm, Claim, Finish
from tests.store.conftest import NOW, add_notice


def attempted(store, state, *, is_armed, case_id="E-1"):
    """One attempt that came to this state, before or after the 354."""
    number = add_notice(store, case_id)
    store.queue(number, now=NOW)
    attempt_again(store, number, state, is_armed=is_armed)
    return number


def attempt_again(store, number, state, *, is_armed):
    store.make(Claim(number=number, now=NOW, ignore_backoff=True))
    if is_armed:
        store.make(Arm(number=number, now=NOW))
    stage = Stage.END_OF_DATA if is_armed else Stage.RCPT
    attempt = Attempt(
        started_at=NOW, ended_at=NOW, state=state, stage=stage, remote="127.0.0.1:25"
    )
    due = NOW if state is State.DEFERRED else None
    store.make(Finish(number=number, attempt=attempt, next_attempt_at=due, now=NOW))


@pytest.mark.parametrize("proof", [State.SENT, State.DELIVERED])
def test_a_proof_of_arrival_counts_after_failed(store, proof):
    """In doubt, sent again by an operator, refused then: the first one had arrived."""
    number = attempted(store, State.IN_DOUBT, is_armed=True)
    store.resolve(number, Decision.RESEND, reason="no answer", now=NOW)
    attempt_again(store, number, State.FAILED, is_armed=False)
    assert follows(State.FAILED, proof) is proof
    store.record_evidence(number, proof, {"report": "archive_copy"}, now=NOW)
    assert store.get(number).state is proof
    told = store.ledger.told(number)[-1]
    assert (told["event"], told["state"]) == ("evidence", str(proof))


def test_a_bounce_after_failed_changes_nothing():
    assert follows(State.FAILED, State.BOUNCED) is None


def test_a_bounce_after_delivered_changes_nothing_and_is_on_record():
    """Told as evidence that leads nowhere, and seen by `list --attention`."""
    assert follows(State.DELIVERED, State.BOUNCED) is None


@pytest.mark.parametrize("state", [State.DEFERRED, State.FAILED])
@pytest.mark.parametrize("proof", [State.SENT, State.DELIVERED, State.BOUNCED])
def test_before_data_no_evidence_changes_anything(store, state, proof):
    """It was refused at RCPT: whatever came, it is not of this delivery."""
    number = attempted(store, state, is_armed=False)
    before = store.get(number), store.ledger.size()
    with pytest.raises(RefusedError, match="cannot change"):
        store.record_evidence(number, proof, {}, now=NOW)
    assert before == (store.get(number), store.ledger.size())
