"""Steps that share a commit: each is told the truth, and only after the commit."""

import asyncio
import shutil
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from notices.delivery import Stage, State
from notices.errors import EvidenceBroken, RefusedError, StoreUnavailable, TryLater
from notices.queue.group_commit import AttemptCommits, GroupCommit
from notices.rules import Channel
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.rows import numbers_of
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice
from tests.store.test_store import SENT

HOUR = timedelta(hours=1)


def queued(store, count):
    numbers = [add_notice(store, f"HL-{index:04}") for index in range(count)]
    for number in numbers:
        store.queue(number, now=NOW)
    return numbers


def claims(numbers):
    return [Claim(number=number, now=NOW) for number in numbers]


def states(store):
    return [row.state for row in store.list()]


def raw(url):
    return closing(sqlite3.connect(url.removeprefix("sqlite:///")))


def alone():
    """How many are under way."""
    return 1


async def take(together, number):
    return await together.make(Claim(number=number, now=NOW))


class Held:
    """Lets a first group begin its commit and holds it there."""

    def __init__(self, store):
        self._store = store
        self.groups = []
        self.has_begun, self.go_on = threading.Event(), threading.Event()

    def perform(self, steps):
        self.groups.append([step.number for step in steps])
        self.has_begun.set()
        self.go_on.wait(10)
        return self._store.perform(steps)


def test_what_waits_together_is_committed_once(store):
    numbers, held = queued(store, 7), Held(store)

    async def work():
        together = GroupCommit(held.perform, alone)
        first = asyncio.create_task(take(together, numbers[0]))
        await asyncio.to_thread(held.has_begun.wait, 10)
        others = [asyncio.create_task(take(together, each)) for each in numbers[1:]]
        await asyncio.sleep(0)
        held.go_on.set()
        return await asyncio.gather(first, *others)

    taken = asyncio.run(work())
    assert [row.number for row, _ in taken] == numbers
    assert held.groups == [numbers[:1], numbers[1:]]
    assert set(states(store)) == {State.SENDING}


def performing(store, groups):
    def perform(steps):
        groups.append([step.number for step in steps])
        return store.perform(steps)

    return perform


def test_a_commit_waits_for_all_that_are_under_way(store):
    """A sync for each of them costs more than the wait."""
    numbers, groups = queued(store, 3), []

    async def later(together, number, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        return await take(together, number)

    async def work():
        together = GroupCommit(performing(store, groups), lambda: 3)
        tasks = [later(together, each, 5 * at) for at, each in enumerate(numbers)]
        return await asyncio.gather(*tasks)

    taken = asyncio.run(asyncio.wait_for(work(), 10))
    assert [row.number for row, _ in taken] == numbers
    assert groups == [numbers]


def test_a_commit_does_not_wait_for_one_whose_server_is_slow(store):
    numbers, groups = queued(store, 2), []

    async def work():
        together = GroupCommit(performing(store, groups), lambda: 3)
        first = await take(together, numbers[0])
        return first, await take(together, numbers[1])

    first, second = asyncio.run(asyncio.wait_for(work(), 10))
    assert [first[0].number, second[0].number] == numbers
    assert groups == [numbers[:1], numbers[1:]]


def test_who_left_before_the_commit_has_begun_nothing(store):
    numbers, held = queued(store, 3), Held(store)

    async def work():
        together = GroupCommit(held.perform, alone)
        first = asyncio.create_task(take(together, numbers[0]))
        await asyncio.to_thread(held.has_begun.wait, 10)
        left = asyncio.create_task(take(together, numbers[1]))
        last = asyncio.create_task(take(together, numbers[2]))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.sleep(0)
        held.go_on.set()
        return await asyncio.gather(first, left, last, return_exceptions=True)

    first, left, last = asyncio.run(work())
    assert isinstance(left, asyncio.CancelledError)
    assert first[0].number == numbers[0]
    assert last[0].number == numbers[2]
    assert states(store) == [State.SENDING, State.QUEUED, State.SENDING]


def test_two_steps_of_one_delivery_are_made_one_after_the_other(store):
    [number] = queued(store, 1)

    async def work():
        together = GroupCommit(store.perform, alone)
        return await asyncio.gather(*(take(together, number) for _ in range(2)))

    first, second = asyncio.run(work())
    assert first[0].attempts == 1
    assert second is None
    assert store.get(number).attempts == 1


def test_if_no_thread_is_to_be_had_all_are_told_and_the_next_may_try(store):
    [number] = queued(store, 1)
    troubles = [RuntimeError("can't start new thread")]

    def perform(steps):
        if troubles:
            raise troubles.pop()
        return store.perform(steps)

    async def work():
        together = GroupCommit(perform, alone)
        with pytest.raises(RuntimeError, match="thread"):
            await take(together, number)
        return await take(together, number)

    assert asyncio.run(asyncio.wait_for(work(), 10))[0].number == number


def test_broken_bytes_stop_no_other_and_begin_no_attempt(store, url):
    numbers = queued(store, 3)
    with raw(url) as connection:
        connection.execute("DROP TRIGGER artifacts_update")
        connection.execute(
            "UPDATE artifacts SET content = x'58' WHERE number = ? AND name LIKE '%eml'",
            (numbers[1],),
        )
        connection.commit()
    first, broken, last = store.perform(claims(numbers))
    assert isinstance(broken, EvidenceBroken)
    assert [first[0].number, last[0].number] == [numbers[0], numbers[2]]
    assert states(store) == [State.SENDING, State.QUEUED, State.SENDING]
    assert store.get(numbers[1]).attempts == 0


def test_one_that_the_database_refuses_stops_no_other(store, url):
    """The statement is refused for all of them, so each is made alone."""
    numbers = queued(store, 3)
    with raw(url) as connection:
        connection.execute(
            "CREATE TRIGGER odd BEFORE UPDATE ON deliveries"
            f" WHEN NEW.number = '{numbers[1]}'"
            " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    first, refused, last = store.perform(claims(numbers))
    assert isinstance(refused, RefusedError)
    assert (first[0].state, last[0].state) == (State.SENDING, State.SENDING)
    assert states(store) == [State.SENDING, State.QUEUED, State.SENDING]


def test_if_the_commit_fails_all_have_failed(store):
    """Nobody may send a byte because a neighbour's write looked well."""
    numbers = queued(store, 3)

    def full(_):
        raise StoreUnavailable("the disk is full")

    event.listen(store.engine, "commit", full)
    outcomes = store.perform(claims(numbers))
    event.remove(store.engine, "commit", full)
    assert all(isinstance(each, StoreUnavailable) for each in outcomes), outcomes
    assert set(states(store)) == {State.QUEUED}


def test_an_outbox_that_is_away_fails_all_of_them_at_once(store, url):
    """It is waited for once, not once for each."""
    numbers = queued(store, 8)
    with Store.open(url, busy_timeout=2) as impatient, raw(url) as blocker:
        impatient._liveness.enter()
        blocker.isolation_level = None
        blocker.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        outcomes = impatient.perform(claims(numbers))
        assert time.monotonic() - started < 8 * 2
        blocker.execute("ROLLBACK")
    assert all(isinstance(each, StoreUnavailable) for each in outcomes), outcomes


def test_the_latest_clock_decides_for_all(store):
    """Armed beside one whose clock is later, a lease is too short, never too long."""
    first, second = queued(store, 2)
    store.perform(claims([first, second]))
    late = NOW + HOUR
    outcomes = store.perform([Arm(number=first, now=NOW), Arm(number=second, now=late)])
    assert all(isinstance(each, TryLater) for each in outcomes)


@pytest.mark.parametrize("count", range(1, 20))
def test_a_list_of_numbers_is_filled_up_with_its_own(count):
    numbers = [f"2026-{index:05}" for index in range(count)]
    filled = numbers_of(numbers)["numbers"]
    assert set(filled) == set(numbers)
    assert len(filled).bit_count() == 1
    assert len(filled) < 2 * count


ALL = range(6)
READY = st.lists(
    st.sampled_from(["held", "queued", "claimed", "armed", "sent", "deferred"]),
    min_size=len(ALL),
    max_size=len(ALL),
)
KINDS = st.lists(
    st.sampled_from(
        ["claim", "impatient", "webform", "arm", "sent", "deferred", "given up"]
    ),
    min_size=len(ALL),
    max_size=len(ALL),
)


def step_of(kind, number):
    if kind in ("claim", "impatient", "webform"):
        channel = Channel.WEBFORM if kind == "webform" else Channel.SMTP
        impatient = kind == "impatient"
        return Claim(number=number, now=NOW, ignore_backoff=impatient, channel=channel)
    if kind == "arm":
        return Arm(number=number, now=NOW)
    attempt = SENT if kind == "sent" else replace(SENT, state=State.DEFERRED)
    due = NOW + HOUR if kind == "deferred" else None
    return Finish(number=number, now=NOW, attempt=attempt, next_attempt_at=due)


def bring(store, number, ready):
    way = ["queued", "claimed", "armed", ready]
    steps = way[: way.index(ready) + 1] if ready != "held" else []
    for step in steps:
        if step == "queued":
            store.queue(number, now=NOW)
        elif step == "claimed":
            store.make(Claim(number=number, now=NOW))
        elif step == "armed":
            store.make(Arm(number=number, now=NOW))
        else:
            store.perform([step_of(step, number)])


def told(outcome):
    """What must be the same; a random owner is in none of it."""
    return str(outcome) if isinstance(outcome, Exception) else outcome


def after(empty, ready, kinds, *, at_once):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty, Path(folder) / "outbox.db")
        with Store.open(f"sqlite:///{folder}/outbox.db") as store:
            numbers = [add_notice(store, f"HL-{index:04}") for index in ALL]
            for number, each in zip(numbers, ready, strict=True):
                bring(store, number, each)
            steps = [step_of(*each) for each in zip(kinds, numbers, strict=True)]
            groups = [steps] if at_once else [[step] for step in steps]
            outcomes = [told(one) for each in groups for one in store.perform(each)]
            # places differ, and what is drawn for each of them
            events = [
                [{**entry, "seq": None} for entry in store.ledger.told(number)]
                for number in numbers
            ]
            return outcomes, store.list(), events, list(map(store.attempts, numbers))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(READY, KINDS)
def test_together_is_as_one_by_one(empty_database, ready, kinds):
    """Whatever the steps and wherever the deliveries stand."""
    together = after(empty_database, ready, kinds, at_once=True)
    assert together == after(empty_database, ready, kinds, at_once=False)


def armed_together(store, count, note):
    """What became of arms that came up at the same moment, each for itself."""
    numbers = queued(store, count)
    store.perform(claims(numbers))

    async def work():
        commits = AttemptCommits(store.perform, note, alone)
        arms = [commits.arm(Arm(number=each, now=NOW)) for each in numbers]
        return await asyncio.gather(*arms, return_exceptions=True)

    return numbers, asyncio.run(asyncio.wait_for(work(), 10))


def test_what_is_armed_together_is_noted_once_and_after_its_commit(store):
    """Else what is noted could be ahead of the database."""
    noted = []

    def note(attempts):
        stages = {store.get(each.number).stage for each in attempts}
        noted.append(([each.number for each in attempts], stages))

    numbers, outcomes = armed_together(store, 5, note)
    assert noted == [(numbers, {Stage.DATA})]
    assert outcomes == [None] * 5


def test_what_is_not_noted_is_not_known_as_armed_to_who_waits(store):
    def note(_):
        raise StoreUnavailable("the mark's disk is full")

    _, outcomes = armed_together(store, 3, note)
    assert all(isinstance(each, StoreUnavailable) for each in outcomes), outcomes


def test_an_arm_that_was_not_made_is_not_noted(store):
    noted = []
    numbers = queued(store, 2)
    store.perform(claims(numbers[:1]))

    async def work():
        commits = AttemptCommits(store.perform, noted.extend, alone)
        arms = [commits.arm(Arm(number=each, now=NOW)) for each in numbers]
        return await asyncio.gather(*arms, return_exceptions=True)

    first, second = asyncio.run(work())
    assert (first, type(second)) == (None, TryLater)
    assert [each.number for each in noted] == numbers[:1]
