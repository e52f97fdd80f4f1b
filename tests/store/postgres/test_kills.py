"""Several workers on one PostgreSQL, killed at any moment, and a faulty server."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from notices.delivery import State
from notices.store.store import Store
from tests.store.forked import fill_up, judge_doubts, kill_at, start_forked
from tests.store.test_crash import (
    KILLS,
    Chaos,
    Killer,
    check_point,
    in_thread,
    judge,
    queue_one,
    start_worker,
)

# long: `make torture` runs some pieces of it, `make test` leaves it out
pytestmark = pytest.mark.torture


@pytest.mark.parametrize(
    "point",
    ["stage data", pytest.param("server mid-body", marks=pytest.mark.torture)],
)
def test_a_crash_loses_doubles_and_claims_nothing(url, point):
    check_point(url, point)


@pytest.mark.torture
@pytest.mark.parametrize("number", range(1, 30))
def test_every_statement_is_a_crash_point(url, number):
    check_point(url, f"sql {number}")


def test_workers_share_the_work_and_nothing_is_sent_twice(url):
    server = Killer()
    with in_thread(server), Store.open(url) as store:
        for index in range(24):
            queue_one(store, f"S-{index}")
        workers = [start_worker(url, server) for _ in range(3)]
        for worker in workers:
            _, errors = worker.communicate(timeout=60)
            assert worker.returncode == 0, errors.decode()
        judge(store, server.accepted)
        assert {row.state for row in store.list()} == {State.SENT}
        assert len(server.accepted) == 24
        assert store.ledger.size() == len(store.ledger.events()) == 1 + 24 * 6


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(75))
def test_random_kills_of_several_workers_with_a_faulty_server(url, seed, tmp_path):
    """Three workers at once, twenty notices a round, until twenty workers were killed."""
    assert random_kills(url, seed, tmp_path / "heard")[State.SENT] > 0


def random_kills(url, seed, notes):
    """Kill until enough were killed; gives the number of notices in each state."""
    rng = random.Random(20260306 + seed)  # noqa: S311
    server = Chaos(43 + seed)
    killed, rounds = set(), 0
    with in_thread(server), Store.open(url) as store:
        while len(killed) < KILLS:
            rounds += 1
            fill_up(store, queue_one, f"R{rounds:03}", 20)
            workers = start_forked(url, server, notes, count=3)
            killed |= kill_at(workers, server, rng.randrange(80), rng.random() * 0.02)
            judge(store, server.accepted)
        store.recover(datetime.now(UTC))
        judge(store, server.accepted)
        judge_doubts(store, notes, killed)
        states = Counter(row.state for row in store.list())
        assert states[State.SENDING] == 0
        assert states.total() == store.queries.count()
        assert states[State.SENT] > 0
        assert store.ledger.size() == len(store.ledger.events())
        return states
