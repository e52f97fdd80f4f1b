"""The worker: durable step by step, one bad notice stalls no other."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from notices.delivery import RetrySchedule, Stage, State
from notices.errors import (
    CertificateNotUsable,
    EvidenceBroken,
    RevocationUnavailable,
    StoreUnavailable,
    TryLater,
)
from notices.queue.worker import WorkerSetup, deliver_one, watch, work_once
from notices.queue.worker_events import WorkerEventKind
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.store.store import Store
from tests.smtp.faulty import FaultyServer
from tests.store.conftest import MESSAGE, NOW, add_notice, due
from tests.store.test_store import overwrite

QUICK = Timeouts(
    connect=3, command=1.5, before_data=8, body=1.5, end_of_data=1.5, quit=0.2
)


UNHURRIED = replace(QUICK, body=60, end_of_data=60)
"""Where the server looks into the database meanwhile, on a busy machine."""


def shift_for(store, server, clock, *, timeouts=QUICK, **changes):
    courier = SmtpCourier(
        Relay(
            host="127.0.0.1",
            port=server.port,
            security=Security.NONE,
            timeouts=timeouts,
        )
    )
    return WorkerSetup(
        store=store, courier=courier, clock=clock, jitter=lambda: 0.0, **changes
    )


def queued(store, case_id="HL-0001", **changes):
    number = add_notice(store, case_id, **changes)
    store.queue(number, now=NOW)
    return number


def run(server, work):
    async def running():
        async with server.running():
            return await work()

    return asyncio.run(running())


def test_one_attempt_sends_once_and_is_recorded(store, clock):
    server, number = FaultyServer(), queued(store)
    attempt = run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert attempt.state is State.SENT
    assert store.get(number).state is State.SENT
    assert store.attempts(number) == (attempt,)
    assert server.accepted == [MESSAGE]
    with pytest.raises(TryLater, match="is sent"):
        run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert len(server.accepted) == 1


def test_the_data_stage_is_on_disk_before_the_first_body_byte(store, url, clock):
    """Another process sees `sending` and stage `data` while the body is stuck.

    The message is larger than what sockets buffer: the client cannot be ahead.
    """
    message = MESSAGE + (b"x" * 70 + b"\r\n") * 250_000
    number, seen = queued(store, message=message), []

    class Looking(FaultyServer):
        async def _take(self, reader, writer):
            first = await reader.readexactly(1)
            with Store.open(url) as other:
                seen.append((other.get(number).state, other.get(number).stage))
            reader._buffer[:0] = first
            await super()._take(reader, writer)

    server = Looking(extensions=())
    shift = partial(shift_for, store, server, clock, timeouts=UNHURRIED)
    run(server, lambda: deliver_one(shift(), number))
    assert seen == [(State.SENDING, Stage.DATA)]
    assert server.accepted == [message]


def test_a_deferred_delivery_comes_again_when_due_and_is_given_up_in_the_end(
    store, clock
):
    number, server = queued(store), FaultyServer(stage="rcpt", fault="4yz")

    async def work():
        setup = shift_for(store, server, clock)
        for _ in range(200):
            row = store.get(number)
            if row.state is not State.QUEUED and row.next_attempt_at is None:
                break
            clock.now = row.next_attempt_at
            await work_once(setup)

    run(server, work)
    attempts = store.attempts(number)
    assert {attempt.state for attempt in attempts[:-1]} == {State.DEFERRED}
    assert attempts[-1].state is State.FAILED
    assert attempts[-1].note == "given up: too old"
    assert clock.now - NOW <= timedelta(hours=48)
    assert attempts[1].started_at - NOW == timedelta(minutes=5)


def test_what_is_not_due_waits_unless_told_otherwise(store, clock):
    server, number = FaultyServer(stage="mail", fault="4yz"), queued(store)
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    server = FaultyServer()
    with pytest.raises(TryLater, match="due again at"):
        run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    summary = run(server, lambda: work_once(shift_for(store, server, clock)))
    assert summary.attempts == {}
    summary = run(
        server,
        lambda: work_once(shift_for(store, server, clock), ignore_backoff=True),
    )
    assert summary.attempts[number].state is State.SENT


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (CertificateNotUsable("the certificate has expired"), State.FAILED),
        (RevocationUnavailable("no CRL could be had"), State.DEFERRED),
    ],
)
def test_the_check_before_an_attempt_can_stop_it(store, clock, error, state):
    server, number = FaultyServer(), queued(store)

    def before_attempt(asked):
        assert asked == number
        raise error

    shift_changes = {"before_attempt": before_attempt}
    attempt = run(
        server,
        lambda: deliver_one(shift_for(store, server, clock, **shift_changes), number),
    )
    assert (attempt.state, attempt.note) == (state, error.message)
    assert store.get(number).state is state
    assert not server.lines


def test_the_check_may_be_asynchronous(store, clock):
    server, number, asked = FaultyServer(), queued(store), []

    async def before_attempt(which):
        asked.append(which)

    shift_changes = {"before_attempt": before_attempt}
    run(
        server,
        lambda: deliver_one(shift_for(store, server, clock, **shift_changes), number),
    )
    assert asked == [number]
    assert len(server.accepted) == 1


def test_one_bad_notice_stalls_no_other(store, url, clock):
    numbers = [queued(store, f"HL-000{index}") for index in range(6)]
    overwrite(
        url,
        f"UPDATE artifacts SET content = x'20' WHERE number = '{numbers[2]}'",  # noqa: S608
    )
    server = FaultyServer()
    summary = run(server, lambda: work_once(shift_for(store, server, clock)))
    assert isinstance(summary.errors[numbers[2]], EvidenceBroken)
    assert set(summary.attempts) == set(numbers) - {numbers[2]}
    assert len(server.accepted) == 5
    assert store.get(numbers[2]).state is State.QUEUED


def test_a_store_that_cannot_commit_keeps_the_message_back(url, clock):
    """The database is away between DATA and the body: no byte leaves."""
    blocker = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)

    class Blocking(FaultyServer):
        async def _answer(self, writer, verb, *, is_encrypted):
            if verb == b"DATA":
                blocker.execute("BEGIN IMMEDIATE")
            await super()._answer(writer, verb, is_encrypted=is_encrypted)

    server = Blocking()
    with closing(blocker), Store.open(url, busy_timeout=0.05) as store:
        number = queued(store)

        def deliver():
            # in the server's loop, which knows its port
            setup = replace(shift_for(store, server, clock), patience=0)
            return deliver_one(setup, number)

        with pytest.raises(StoreUnavailable, match="another process"):
            run(server, deliver)
        blocker.execute("ROLLBACK")
        assert server.lines[-1] == b"DATA\r\n"
        assert not server.accepted
        assert store.recover(NOW + timedelta(hours=1)) == {number: State.QUEUED}


def test_a_stop_finishes_what_began_and_begins_nothing_new(store, clock):
    numbers = [queued(store, f"HL-000{index}") for index in range(5)]

    class Stopping(FaultyServer):
        async def _take(self, reader, writer):
            stop.set()
            await super()._take(reader, writer)

    server, stop = Stopping(), asyncio.Event()
    summary = run(
        server,
        lambda: work_once(shift_for(store, server, clock), concurrency=1, stop=stop),
    )
    assert list(summary.attempts) == numbers[:1]
    assert summary.attempts[numbers[0]].state is State.SENT
    assert due(store, NOW) == tuple(numbers[1:])


def test_watching_takes_what_comes_and_stops_when_told(store, clock):
    server, told, sent = FaultyServer(), [], asyncio.Event()

    def tell(news):
        told.append((news.kind, news.number))
        if news.kind is WorkerEventKind.SENT:
            sent.set()

    async def work():
        stop = asyncio.Event()
        setup = shift_for(store, server, clock, tell=tell)
        watching = asyncio.create_task(watch(setup, stop=stop, interval=0.02))
        await asyncio.sleep(0.1)
        number = queued(store)
        await asyncio.wait_for(sent.wait(), 10)
        stop.set()
        await watching
        return number

    number = run(server, work)
    assert told == [
        (WorkerEventKind.STARTED, ""),
        (WorkerEventKind.ATTEMPT, number),
        (WorkerEventKind.SENT, number),
        (WorkerEventKind.STOPPING, ""),
        (WorkerEventKind.STOPPED, ""),
    ]


def test_two_workers_never_send_the_same(store, url, clock):
    numbers = {queued(store, f"HL-00{index:02}") for index in range(12)}
    server = FaultyServer()

    async def both():
        with Store.open(url) as other:
            return await asyncio.gather(
                work_once(shift_for(store, server, clock)),
                work_once(shift_for(other, server, clock)),
            )

    one, two = run(server, both)
    assert not {
        number: error
        for number, error in (one.errors | two.errors).items()
        if not isinstance(error, TryLater) or "nothing to send" not in error.message
    }
    assert set(one.attempts) | set(two.attempts) == numbers
    assert not set(one.attempts) & set(two.attempts)
    assert len(server.accepted) == 12


def test_a_shorter_schedule_is_followed(store, clock):
    server, number = FaultyServer(stage="mail", fault="4yz"), queued(store)
    schedule = RetrySchedule(waits=(timedelta(seconds=7),), spread=0)
    changes = {"schedule": schedule}
    run(server, lambda: deliver_one(shift_for(store, server, clock, **changes), number))
    assert store.get(number).next_attempt_at == NOW + timedelta(seconds=7)


CLAIM_AND_HANG = """
import sys, time
from datetime import datetime, UTC
from notices.store.attempt_steps import Arm, Claim
from notices.store.store import Store
store = Store.open(sys.argv[1])
now = datetime.fromisoformat(sys.argv[3])
store.make(Claim(number=sys.argv[2], now=now))
if sys.argv[4] == "armed":
    store.make(Arm(number=sys.argv[2], now=now))
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("how_far", "state"), [("claimed", State.QUEUED), ("armed", State.IN_DOUBT)]
)
def test_a_killed_worker_is_noticed_at_once_a_living_one_is_left_alone(
    store, url, how_far, state
):
    number = queued(store)
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_HANG, url, number, NOW.isoformat(), how_far],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        assert store.recover(NOW) == {}
    finally:
        process.kill()
        process.communicate()
    assert store.recover(NOW) == {number: state}
    event = store.ledger.told(number)[-1]
    assert (event["event"], event["state"]) == ("recovered", str(state))
    workers = Path(url.removeprefix("sqlite:///") + "-workers")
    assert list(workers.iterdir()) == []
