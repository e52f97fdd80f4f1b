"""Killed anywhere: nothing lost, nothing sent twice, nothing claimed that was not."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.delivery import Stage, State
from notices.store.store import Store
from tests.smtp.faulty import REFUSALS, FaultyServer
from tests.store.conftest import MESSAGE, add_notice
from tests.store.forked import fill_up, judge_doubts, kill_at, start_forked

ROOT = Path(__file__).parents[2]
STATEMENTS = 28
"""More than a delivery needs; a point beyond the last one kills nothing."""
SERVER_POINTS = ("greeting", "354", "mid-body", "before reply", "after reply")
POINTS = (
    [f"sql {number}" for number in range(1, STATEMENTS)]
    + [f"stage {stage}" for stage in Stage if stage not in ("starttls", "auth")]
    + [f"server {point}" for point in SERVER_POINTS]
)


class Killer(FaultyServer):
    """A server that can kill its client, at a moment that only a server sees."""

    point = ""
    victim = 0

    def strike(self, point):
        if self.point == f"server {point}":
            os.kill(self.victim, signal.SIGKILL)

    async def _say(self, writer, stage, normal):
        if stage == "connect":
            self.strike("greeting")
        if stage == "end_of_data":
            self.strike("before reply")
        await super()._say(writer, stage, normal)
        if stage == "data":
            self.strike("354")
        if stage == "end_of_data":
            self.strike("after reply")

    async def _take(self, reader, writer):
        if self.point == "server mid-body":
            await reader.readexactly(10)
            self.strike("mid-body")
            await reader.read()
            raise ConnectionAbortedError
        await super()._take(reader, writer)


class Chaos(FaultyServer):
    """Breaks 30% of the dots and 3% of what comes before, by seed."""

    def __init__(self, seed):
        super().__init__()
        self.rng = random.Random(seed)  # noqa: S311
        self.planned = {}

    def _draw(self, threshold):
        faults = ["4yz", "5yz", "close", "reset", "garbage"]
        return self.rng.choice(faults) if self.rng.random() < threshold else ""

    def _keeps(self):
        # connections take turns: what is planned for one is of no other
        fault = self.planned[asyncio.current_task()] = self._draw(0.3)
        return fault not in REFUSALS

    async def _say(self, writer, stage, normal):
        planned = self.planned.pop(asyncio.current_task(), "")
        fault = planned if stage == "end_of_data" else self._draw(0.03)
        if fault:
            await self._misbehave(writer, normal, fault)
        else:
            await self._write(writer, normal)


@contextmanager
def in_thread(server):
    """Run the server beside the test, which waits for processes."""
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def serve():
        async with server.running():
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def start_worker(url, server, point="none"):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.crashing", url, str(server.port), point],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def judge(store, accepted):
    """Compare our record with the server's. Each message carries its number."""
    copies = Counter(body.split(b"\r\n")[0].decode() for body in accepted)
    for row in store.list():
        taken = copies[f"X-Number: {row.number}"]
        assert taken <= 1, f"{row.number} was sent {taken} times"
        if row.state is State.SENT:
            assert taken == 1, f"{row.number} is claimed but was not sent"
        if taken:
            assert row.state in (State.SENT, State.IN_DOUBT, State.SENDING), row
    return copies


def queue_one(store, case_id):
    now = datetime.now(UTC)
    number = f"2026-{store.queries.count() + 1:05}"
    message = f"X-Number: {number}\r\n".encode() + MESSAGE
    assert add_notice(store, case_id, now=now, message=message) == number
    store.queue(number, now=now)
    return number


def check_point(url, point):
    """Kill there, put in order, let a second worker finish, and compare."""
    server = Killer()
    server.point = point
    with in_thread(server), Store.open(url) as store:
        number = queue_one(store, "HL-0001")
        process = start_worker(url, server, point)
        server.victim = process.pid
        _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL), errors.decode()
        judge(store, server.accepted)
        server.point = ""
        process = start_worker(url, server)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
        copies = judge(store, server.accepted)
        row = store.get(number)
        assert row.state in (State.SENT, State.IN_DOUBT)
        if row.state is State.SENT:
            assert copies[f"X-Number: {number}"] == 1
        store.ledger.events()
        return row.state


@pytest.mark.parametrize(
    "point",
    [
        "sql 12",
        "stage data",
        "stage end_of_data",
        "server mid-body",
        "server after reply",
    ],
)
def test_a_crash_loses_doubles_and_claims_nothing(url, point):
    """Some of the points; the torture test has them all."""
    check_point(url, point)


@pytest.mark.torture
@pytest.mark.parametrize("point", POINTS)
def test_every_crash_point(url, point):
    check_point(url, point)


def test_before_the_body_a_crash_leaves_no_doubt(url):
    """What was certainly not sent is sent by the next worker, not asked about."""
    assert check_point(url, "stage rcpt") is State.SENT


KILLS = 20
"""For each of 75 seeds: fifteen hundred, and as many on PostgreSQL."""


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(75))
def test_random_kills_with_a_faulty_server(url, seed, tmp_path):
    """Four deliveries at once, the worker killed at any moment of its work."""
    assert random_kills(url, seed, tmp_path / "heard")[State.SENT] > 0


def random_kills(url, seed, notes):
    """Kill until enough were killed; gives the number of notices in each state."""
    rng = random.Random(seed)  # noqa: S311
    server = Chaos(seed + 1)
    killed, rounds = set(), 0
    with in_thread(server), Store.open(url) as store:
        while len(killed) < KILLS:
            rounds += 1
            fill_up(store, queue_one, f"R{rounds:03}", 12)
            workers = start_forked(url, server, notes)
            killed |= kill_at(workers, server, rng.randrange(60), rng.random() * 0.02)
            judge(store, server.accepted)
        store.recover(datetime.now(UTC))
        judge(store, server.accepted)
        judge_doubts(store, notes, killed)
        states = Counter(row.state for row in store.list())
        assert states[State.SENDING] == 0
        assert states.total() == store.queries.count()
        assert states[State.SENT] > 0
        return states
