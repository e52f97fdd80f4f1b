"""Limits per domain that all workers of a database keep to together."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from itertools import chain

import pytest

from notices.delivery import State
from notices.queue.limits import DeliveryLimits
from notices.queue.worker import work_once
from notices.store.attempt_steps import Claim
from notices.store.shared_limits import AtLimit, SharedLimits
from notices.store.store import Store
from tests.queue.test_rounds import queue, run, shift_for
from tests.smtp.servers import LaterFaultyServer
from tests.store.conftest import NOW


@pytest.fixture
def others(url, store):
    """Two more workers of the same database."""
    with ExitStack() as opened:
        yield [opened.enter_context(Store.open(url)) for _ in range(2)]


def claim(store, number, limits, now=NOW):
    """True: claimed; else until when there is no room."""
    try:
        taken = store.make(Claim(number=number, now=now, limits=limits))
    except AtLimit as full:
        return full.until
    return taken is not None


def test_workers_share_the_room_of_a_domain(store, others):
    numbers = queue(store, 4, "board.example") + queue(store, 1, "other.example")
    limits = SharedLimits(per_domain=2)
    workers = [store, *others]
    taken = [claim(workers[n % 3], number, limits) for n, number in enumerate(numbers)]
    soon = NOW + timedelta(seconds=1)
    assert taken == [True, True, soon, soon, True]
    # what was refused is as it was, and no attempt of it is on record
    assert store.get(numbers[2]).state is State.QUEUED
    assert store.get(numbers[2]).attempts == 0


def test_each_for_itself_is_what_it_was(store, others):
    numbers = queue(store, 3, "board.example")
    assert all(claim(others[n % 2], one, None) for n, one in enumerate(numbers))


def test_a_minute_is_shared_and_passes(store, others):
    numbers = queue(store, 6, "board.example")
    limits = SharedLimits(per_domain_per_minute=2)
    moments = [NOW + timedelta(seconds=10 * n) for n in range(3)]
    told = [
        claim([store, *others][n], numbers[n], limits, moment)
        for n, moment in enumerate(moments)
    ]
    assert told == [True, True, NOW + timedelta(minutes=1)]
    later = NOW + timedelta(minutes=1)
    assert claim(others[0], numbers[3], limits, later) is True
    until = claim(store, numbers[4], limits, later)
    assert until == NOW + timedelta(seconds=70)
    assert claim(store, numbers[4], limits, until) is True


def test_many_in_one_commit_are_counted_one_by_one(store):
    numbers = queue(store, 5, "board.example")
    limits = SharedLimits(per_domain=3, per_domain_per_minute=2)
    steps = [Claim(number=one, now=NOW, limits=limits) for one in numbers]
    outcomes = store.perform(steps)
    assert [isinstance(one, AtLimit) for one in outcomes] == [False] * 2 + [True] * 3


def test_a_worker_that_is_gone_takes_no_room_for_ever(store, others):
    """Its lease ends, whoever puts its attempt in order later."""
    first, second = queue(store, 2, "board.example")
    limits = SharedLimits(per_domain=1)
    assert claim(others[0], first, limits) is True
    assert claim(store, second, limits) == NOW + timedelta(seconds=1)
    assert claim(store, second, limits, NOW + timedelta(minutes=21)) is True


def test_domains_are_counted_whatever_their_case(store, others):
    numbers = queue(store, 1, "board.example") + queue(
        store, 1, "BOARD.example", start=9
    )
    limits = SharedLimits(per_domain=1)
    assert claim(store, numbers[0], limits) is True
    assert claim(others[0], numbers[1], limits) == NOW + timedelta(seconds=1)


def test_workers_that_race_never_pass_the_limit(store, others):
    numbers = queue(store, 30, "board.example")
    limits = SharedLimits(per_domain=3)
    workers = [store, *others]

    def all_of(n):
        return [claim(workers[n], one, limits) for one in numbers[n::3]]

    with ThreadPoolExecutor(3) as pool:
        taken = list(chain.from_iterable(pool.map(all_of, range(3))))
    assert 1 <= taken.count(True) <= 3
    rest = [claim(store, one, limits) for one in numbers]
    assert taken.count(True) + rest.count(True) == 3


def test_a_round_of_two_workers_sends_all_and_never_too_much_at_once(
    store, others, clock
):
    server = LaterFaultyServer()
    numbers = queue(store, 12, "board.example")
    limits = DeliveryLimits(concurrency=8, per_domain=2, is_shared=True)
    seen = []

    def look(event):
        del event
        states = [store.get(one).state for one in numbers]
        seen.append(states.count(State.SENDING))

    async def work():
        while store.queries.waiting(clock.now):
            clock.advance(seconds=2)
            await asyncio.gather(
                *(
                    work_once(shift_for(one, server, clock, limits=limits, tell=look))
                    for one in others
                )
            )

    run(server, work)
    assert {store.get(one).state for one in numbers} == {State.SENT}
    assert len(server.accepted) == 12
    assert 1 <= max(seen) <= 2


def test_what_is_over_the_limit_is_left_and_is_no_error(store, others, clock):
    server = LaterFaultyServer()
    numbers = queue(store, 5, "board.example")
    queue(store, 1, "other.example")
    limits = DeliveryLimits(per_domain_per_minute=2, is_shared=True)
    assert claim(others[0], numbers[0], limits.shared) is True

    async def work():
        return await work_once(shift_for(store, server, clock, limits=limits))

    summary = run(server, work)
    assert (len(summary.attempts), summary.left, summary.errors) == (2, 3, {})
