"""The store against a model: whatever operators and workers do, in any order."""

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from notices.delivery import Attempt, Decision, Stage, State
from notices.errors import NoticesError
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice, due

HOUR = timedelta(hours=1)
OUTCOMES = st.sampled_from([State.SENT, State.DEFERRED, State.FAILED, State.IN_DOUBT])


@dataclass
class Expected:
    """What a reader of the design would say about one delivery."""

    state: State = State.HELD
    armed: bool = False
    was_armed: bool = False
    doubted: bool = False
    attempts: int = 0
    finished: list[State] = field(default_factory=list)


class Outbox(RuleBasedStateMachine):
    """Each rule tries one thing; the model says whether it must work."""

    template: Path
    lived = 0
    """Lives that came to their end."""
    numbers = Bundle("numbers")

    @initialize()
    def open_store(self):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "outbox.db")
        self.store = Store.open(f"sqlite:///{self.folder}/outbox.db")
        self.model = {}
        self.now = NOW

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)
            type(self).lived += 1

    def move(self, number, lawful, to, action):
        """Do it; it works exactly if it is lawful, and else changes nothing."""
        before = self.store.get(number), self.store.ledger.events(number)
        try:
            action()
        except NoticesError:
            assert not lawful
            assert before == (self.store.get(number), self.store.ledger.events(number))
        else:
            assert lawful
            self.model[number].state = to

    @rule(target=numbers)
    def prepare(self):
        number = add_notice(self.store, f"HL-{len(self.model):04}", now=self.now)
        self.model[number] = Expected()
        return number

    @rule(number=numbers)
    def queue(self, number):
        lawful = self.model[number].state is State.HELD
        self.move(
            number,
            lawful,
            State.QUEUED,
            lambda: self.store.queue(number, now=self.now),
        )

    @rule(number=numbers)
    def withdraw(self, number):
        model = self.model[number]
        waiting = model.state in (State.HELD, State.QUEUED, State.DEFERRED)
        self.move(
            number,
            waiting and not model.doubted,
            State.WITHDRAWN,
            lambda: self.store.withdraw(number, reason="x", now=self.now),
        )

    @rule(number=numbers, impatient=st.booleans())
    def claim(self, number, impatient):
        model = self.model[number]
        row = self.store.get(number)
        waiting = model.state in (State.QUEUED, State.DEFERRED)
        is_due = waiting and (impatient or row.next_attempt_at <= self.now)
        claimed = self.store.make(
            Claim(number=number, now=self.now, ignore_backoff=impatient)
        )
        assert (claimed is not None) == is_due
        if claimed:
            model.state, model.armed = State.SENDING, False
            model.attempts += 1

    @rule(number=numbers)
    def arm(self, number):
        model = self.model[number]
        row = self.store.get(number)
        alive = model.state is State.SENDING and row.lease_until > self.now
        self.move(
            number,
            alive and not model.armed,
            model.state,
            lambda: self.store.make(Arm(number=number, now=self.now)),
        )
        model.armed = model.armed or alive
        model.was_armed = model.was_armed or alive

    @rule(number=numbers, state=OUTCOMES, gives_up=st.booleans())
    def finish(self, number, state, gives_up):
        model = self.model[number]
        lawful = model.state is State.SENDING
        attempt = Attempt(
            started_at=self.now,
            ended_at=self.now,
            state=state,
            stage=Stage.END_OF_DATA,
            remote="127.0.0.1:25",
        )
        if state is State.DEFERRED and gives_up:
            state = State.FAILED
        due = self.now + HOUR if state is State.DEFERRED else None
        self.move(
            number,
            lawful,
            state,
            lambda: self.store.make(
                Finish(
                    number=number, attempt=attempt, next_attempt_at=due, now=self.now
                )
            ),
        )
        if lawful:
            model.finished.append(state)
            model.doubted = model.doubted or state is State.IN_DOUBT

    @rule(hours=st.integers(0, 3))
    def time_passes(self, hours):
        self.now += hours * HOUR

    @rule()
    def recover(self):
        stale = {  # this process has it, and is not at it
            number
            for number, model in self.model.items()
            if model.state is State.SENDING
        }
        expected = {
            number: State.IN_DOUBT if self.model[number].armed else State.QUEUED
            for number in stale
        }
        assert self.store.recover(self.now) == expected
        for number, state in expected.items():
            model = self.model[number]
            model.state = state
            model.finished.append(state)
            model.doubted = model.doubted or model.armed

    @rule(number=numbers, decision=st.sampled_from(Decision))
    def resolve(self, number, decision):
        to = {Decision.SENT: State.SENT, Decision.RESEND: State.QUEUED}[decision]
        self.move(
            number,
            self.model[number].state is State.IN_DOUBT,
            to,
            lambda: self.store.resolve(number, decision, reason="x", now=self.now),
        )

    @rule(
        number=numbers,
        state=st.sampled_from([State.SENT, State.DELIVERED, State.BOUNCED]),
    )
    def report(self, number, state):
        model = self.model[number]
        # before the next attempt evidence of an earlier one stops it
        open_ = (State.HELD, State.QUEUED, State.DEFERRED, State.IN_DOUBT)
        lawful = model.state in open_
        lawful |= model.state is State.SENT and state is not State.SENT
        lawful |= model.state is State.FAILED and state is not State.BOUNCED
        self.move(
            number,
            # nothing can prove that what never left has arrived
            lawful and model.was_armed,
            state,
            lambda: self.store.record_evidence(number, state, {}, now=self.now),
        )

    @invariant()
    def the_store_says_what_the_model_says(self):
        if not hasattr(self, "store"):
            return
        rows = {row.number: row for row in self.store.list()}
        assert set(rows) == set(self.model)
        for number, model in self.model.items():
            assert rows[number].state is model.state
            assert rows[number].attempts == model.attempts
            past = self.store.attempts(number)
            assert [attempt.state for attempt in past] == model.finished
        shown = set(due(self.store, self.now, ignore_backoff=True))
        waiting = (State.QUEUED, State.DEFERRED)
        assert shown == {n for n, m in self.model.items() if m.state in waiting}

    @invariant()
    def the_ledger_has_no_gap(self):
        if not hasattr(self, "store"):
            return
        events = [json.loads(payload) for payload in self.store.ledger.events()]
        assert [event["seq"] for event in events] == list(range(len(events)))


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(40))
def test_the_store_behaves_like_the_model_in_many_lives(
    empty_database, seed, laws_seed
):
    machine = hypothesis.seed(laws_seed + seed)(type("Lives", (Outbox,), {}))
    run_lives(machine, empty_database, examples=10, steps=60)
    assert machine.lived >= 10


def test_the_store_behaves_like_the_model(empty_database):
    machine = type("Lives", (Outbox,), {})
    run_lives(machine, empty_database, examples=12, steps=25)
    assert machine.lived >= 12


def run_lives(machine, empty_database, examples, steps):
    """The invariants and rules assert; the first that breaks is raised."""
    machine.template = empty_database
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
