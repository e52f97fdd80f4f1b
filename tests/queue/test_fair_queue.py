"""The order in which deliveries begin: by age, by limits, by shares."""

import random

from hypothesis import given
from hypothesis import strategies as st

from notices.queue.fair_queue import FairQueue, in_shares
from notices.store.queries import Waiting
from notices.store.workers.liveness import WorkerShare

DOMAINS = st.sampled_from(["a.example", "b.example", "c.example"])
SEEDS = st.integers(0, 1000)


def waiting(domains):
    return [
        Waiting(number=f"2026-{place:05}", case_id=f"C-{place}", mailbox=f"x@{domain}")
        for place, domain in enumerate(domains)
    ]


@given(st.lists(DOMAINS, max_size=40), st.sets(DOMAINS))
def test_the_first_one_whose_domain_is_admitted_is_next(domains, full):
    found, line = waiting(domains), FairQueue()
    line.replace(found)
    taken = []
    while one := line.next(lambda domain: domain not in full):
        taken.append(one)
    expected = [each for each in found if each.mailbox.removeprefix("x@") not in full]
    assert taken == expected
    assert len(line) == len(found) - len(taken)


@given(st.lists(DOMAINS, max_size=40), st.sets(st.integers(0, 39)))
def test_who_is_sent_away_is_not_next(domains, places):
    found, line = waiting(domains), FairQueue()
    line.replace(found)
    gone = {f"2026-{place:05}" for place in places}
    line.drop(gone)
    left = [each for each in found if each.number not in gone]
    assert [line.next(lambda _: True) for _ in left] == left
    assert line.next(lambda _: True) is None


def test_those_in_front_are_the_longest_waiting_whatever_their_domain():
    found, line = waiting(["a.example", "b.example", "c.example"] * 100), FairQueue()
    line.replace(found)
    assert line.window() == {each.number for each in found[:200]}


@given(st.integers(0, 450), st.integers(1, 5), SEEDS)
def test_a_shared_line_has_everyone_once_and_nobody_far_from_his_place(
    count, workers, seed
):
    found = waiting(["a.example"] * count)
    draw = random.Random(seed).random  # noqa: S311
    ordered = in_shares(found, WorkerShare(seed % workers, workers), draw)
    assert sorted(ordered, key=lambda each: each.number) == found
    for place, each in enumerate(ordered):
        assert place // 200 == int(each.number[5:]) // 200


@given(st.integers(2, 5), SEEDS)
def test_two_workers_begin_with_different_halves(workers, seed):
    """As long as both have something of their own, they never want the same."""
    found = waiting(["a.example"] * 200)
    draw = random.Random(seed).random  # noqa: S311
    shares = [WorkerShare(place, workers) for place in range(workers)]
    fronts = []
    for share in shares:
        own = sum(share.has(each.number) for each in found)
        front = in_shares(found, share, draw)[:own]
        assert all(share.has(each.number) for each in front)
        fronts += front
    assert sorted(each.number for each in fronts) == [each.number for each in found]


def test_alone_and_without_lots_the_line_is_as_it_was():
    found = waiting(["a.example"] * 450)
    assert in_shares(found, WorkerShare(0, 1), lambda: 0.0) == found
