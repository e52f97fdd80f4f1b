"""The worker's floor: so much at once, nobody held up by somebody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notices.codec import load_calendar
from notices.delivery import Envelope, RetrySchedule, State
from notices.errors import ConfigError, StoreUnavailable, TryLater
from notices.queue.limits import DeliveryLimits, Hours
from notices.queue.worker import WorkerSetup, watch, work_once
from notices.queue.worker_events import WorkerEventKind
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.store.attempt_steps import Claim
from tests.smtp.servers import LaterFaultyServer, TarpitServer
from tests.store.conftest import NOW, add_notice, due

PATIENT = Timeouts(command=20, reset=5, quit=0.2)
NIGHT = Hours(quiet_from=time(20), quiet_to=time(8))


def shift_for(store, server, clock, **changes):
    relay = Relay(
        host="127.0.0.1", port=server.port, security=Security.NONE, timeouts=PATIENT
    )
    courier = SmtpCourier(relay)
    return WorkerSetup(
        store=store, courier=courier, clock=clock, jitter=lambda: 0.0, **changes
    )


def queue(store, count, domain, *, start=0, now=NOW):
    numbers = []
    for index in range(start, start + count):
        envelope = Envelope(
            reverse_path="request@hotline.example", forward_path=f"abuse@{domain}"
        )
        case_id = f"HL-{domain.split('.')[0].upper()}-{index}"
        number = add_notice(store, case_id, envelope=envelope)
        store.queue(number, now=now)
        numbers.append(number)
    return numbers


def run(server, work):
    async def running():
        async with server.running():
            return await work()

    return asyncio.run(running())


def test_a_tarpit_domain_holds_up_nobody_else(store, clock):
    """Five for the tarpit wait in front; all others are sent while it hangs."""
    server = TarpitServer()
    stuck = queue(store, 5, "tarpit.example")
    others = queue(store, 6, "board.example")

    async def work():
        limits = DeliveryLimits(concurrency=3, per_domain=2)
        setup = shift_for(store, server, clock, limits=limits)
        working = asyncio.create_task(work_once(setup))
        async with asyncio.timeout(10):
            while len(server.accepted) < len(others):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        seen = {number: store.get(number).state for number in others + stuck}
        assert server.stuck == 2
        server.release.set()
        return seen, await working

    seen, summary = run(server, work)
    sent = [number for number in others if seen[number] is not State.SENDING]
    assert {seen[number] for number in sent} == {State.SENT}
    assert not any(seen[number] is State.SENT for number in stuck)
    assert {a.state for a in summary.attempts.values()} == {State.SENT}
    assert set(summary.attempts) == set(stuck + others)
    assert server.most_stuck == 2


def test_a_limit_per_minute_leaves_the_rest_for_the_next_minute(store, clock):
    server = LaterFaultyServer()
    queue(store, 5, "board.example")
    queue(store, 1, "other.example")
    limits = DeliveryLimits(per_domain_per_minute=2)

    async def work():
        return await work_once(shift_for(store, server, clock, limits=limits))

    summary = run(server, work)
    assert (len(summary.attempts), summary.left) == (3, 3)
    assert store.get(due(store, clock.now)[0]).state is State.QUEUED


def test_connections_are_shared_by_all_mails_of_a_round(store, clock):
    server = LaterFaultyServer()
    queue(store, 12, "board.example")

    async def work():
        limits = DeliveryLimits(concurrency=2)
        return await work_once(shift_for(store, server, clock, limits=limits))

    assert len(run(server, work).attempts) == 12
    assert server.connections <= 2
    assert len(server.accepted) == 12


def test_nothing_goes_out_in_quiet_hours_unless_somebody_says_now(store, clock):
    server = LaterFaultyServer()
    clock.now = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)  # 22:00 in Japan
    queue(store, 1, "board.example", now=clock.now)

    async def work(**how):
        return await work_once(shift_for(store, server, clock, hours=NIGHT), **how)

    summary = run(server, work)
    assert summary.attempts == {}
    assert summary.opens_at == datetime(2026, 3, 5, 23, 0, tzinfo=UTC)
    assert server.connections == 0
    assert len(run(server, lambda: work(ignore_backoff=True)).attempts) == 1


def test_a_weekend_does_not_make_a_notice_too_old(store, clock):
    """Deferred on Friday evening, tried on Monday: 2 open hours old, not 62."""
    server = LaterFaultyServer(stage="rcpt", fault="4yz", after=0)
    clock.now = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)  # Friday 19:00 in Japan
    [number] = queue(store, 1, "board.example", now=clock.now)
    hours = replace(NIGHT, calendar=load_calendar())
    schedule = RetrySchedule(max_age=timedelta(hours=3), spread=0)

    async def work():
        for moment in ("2026-03-06T10:00", "2026-03-08T23:30", "2026-03-09T01:00"):
            clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            setup = shift_for(store, server, clock, hours=hours, schedule=schedule)
            await work_once(setup)
            yield store.get(number).state

    async def all_states():
        return [state async for state in work()]

    assert run(server, all_states) == [State.DEFERRED, State.DEFERRED, State.FAILED]


def test_a_day_that_the_calendar_does_not_know_stops_the_worker_and_says_so(
    store, clock
):
    server = LaterFaultyServer()
    clock.now = datetime(2028, 1, 5, tzinfo=UTC)
    queue(store, 1, "board.example", now=clock.now)
    hours = Hours(calendar=load_calendar())

    async def work():
        return await work_once(shift_for(store, server, clock, hours=hours))

    with pytest.raises(ConfigError, match="2006 to 2027"):
        run(server, work)
    assert server.connections == 0


def test_a_day_that_the_calendar_does_not_know_lets_what_is_under_way_end(store, clock):
    """The year turns while one is with the server: it is sent, not in doubt."""
    server = TarpitServer()
    clock.now = datetime(2027, 12, 31, 14, 59, tzinfo=UTC)  # 23:59 in Japan
    [slow] = queue(store, 1, "tarpit.example", now=clock.now)
    quick = queue(store, 2, "board.example", now=clock.now)

    async def new_year(number):
        if number == quick[0]:
            await server.is_stuck.wait()
            clock.now += timedelta(minutes=1)
            asyncio.get_running_loop().call_later(0.3, server.release.set)

    async def work():
        setup = shift_for(
            store,
            server,
            clock,
            hours=Hours(calendar=load_calendar(year_end=False)),
            limits=DeliveryLimits(per_domain=1),
            before_attempt=new_year,
        )
        return await work_once(setup)

    with pytest.raises(ConfigError, match="2006 to 2027"):
        run(server, work)
    states = {number: store.get(number).state for number in (slow, *quick)}
    assert states == {slow: "sent", quick[0]: "sent", quick[1]: "queued"}


def test_a_fault_of_the_program_in_one_notice_stops_no_other(store, clock):
    server = LaterFaultyServer()
    numbers = queue(store, 4, "board.example")

    def before_attempt(number):
        if number == numbers[1]:
            raise ZeroDivisionError("a mistake of ours")

    async def work():
        setup = shift_for(store, server, clock, before_attempt=before_attempt)
        return await work_once(setup)

    summary = run(server, work)
    assert set(summary.attempts) == set(numbers) - {numbers[1]}
    told = summary.errors[numbers[1]].message
    assert "ZeroDivisionError at notices.queue" in told
    assert store.get(numbers[1]).state is State.SENDING


def test_a_store_that_is_away_is_waited_for(store, clock):
    """Told once for each look, and the work goes on when it is back."""
    server, told, sent = LaterFaultyServer(), [], asyncio.Event()
    queue(store, 1, "board.example")

    class Away:
        def __init__(self):
            self.looks = 0

        def __getattr__(self, name):
            return getattr(store, name)

        def recover(self, now):
            self.looks += 1
            if self.looks < 3:
                raise StoreUnavailable("the outbox cannot be used")
            return store.recover(now)

    def tell(news):
        told.append(news.kind)
        if news.kind is WorkerEventKind.SENT:
            sent.set()

    async def work():
        stop = asyncio.Event()
        setup = shift_for(Away(), server, clock, tell=tell)
        watching = asyncio.create_task(watch(setup, stop=stop, interval=0.01))
        await asyncio.wait_for(sent.wait(), 10)
        stop.set()
        await watching

    run(server, work)
    assert told.count(WorkerEventKind.TROUBLE) == 2


def test_a_watch_that_is_broken_off_leaves_the_truth_to_the_next_worker(
    store, url, clock
):
    """Cancelled while RCPT hangs: no byte was sent, so it is queued again."""
    server = TarpitServer()
    [number] = queue(store, 1, "tarpit.example")

    async def work():
        setup = shift_for(store, server, clock)
        watching = asyncio.create_task(
            watch(setup, stop=asyncio.Event(), interval=0.01)
        )
        await asyncio.wait_for(server.is_stuck.wait(), 10)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    run(server, work)
    assert store.get(number).state is State.SENDING
    assert store.recover(clock.now + timedelta(hours=1)) == {number: State.QUEUED}
    assert server.accepted == []


def test_a_stop_lets_what_is_under_way_end_and_tells_all_of_it(store, clock):
    server, told = TarpitServer(), []
    [number] = queue(store, 1, "tarpit.example")

    async def work():
        stop = asyncio.Event()
        setup = shift_for(store, server, clock, tell=told.append)
        watching = asyncio.create_task(watch(setup, stop=stop, interval=0.01))
        await asyncio.wait_for(server.is_stuck.wait(), 10)
        late = queue(store, 1, "board.example")
        stop.set()
        await asyncio.sleep(0.1)
        assert not watching.done()
        server.release.set()
        await asyncio.wait_for(watching, 10)
        return late

    [late] = run(server, work)
    kinds = [news.kind for news in told]
    assert kinds == [
        WorkerEventKind.STARTED,
        WorkerEventKind.ATTEMPT,
        WorkerEventKind.STOPPING,
        WorkerEventKind.SENT,
        WorkerEventKind.STOPPED,
    ]
    outcome = told[3]
    assert (outcome.number, outcome.case_id) == (number, "HL-TARPIT-0")
    assert (outcome.reply, outcome.stage) == ("250 2.0.0 queued as F1", "end_of_data")
    assert store.get(late).state is State.QUEUED


def test_another_workers_delivery_is_no_error(store, clock):
    server = LaterFaultyServer()
    [number] = queue(store, 1, "board.example")
    told = []

    class Stolen:
        def __getattr__(self, name):
            return getattr(store, name)

        def perform(self, steps):
            [step] = steps
            store.make(Claim(number=step.number, now=step.now))
            return store.perform(steps)

    async def work():
        setup = shift_for(Stolen(), server, clock, tell=told.append)
        return await work_once(setup)

    summary = run(server, work)
    assert isinstance(summary.errors[number], TryLater)
    assert told == []
