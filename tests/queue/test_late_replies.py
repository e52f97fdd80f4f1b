"""What a server said is never thrown away, whatever became of the worker meanwhile."""

import asyncio
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from notices.delivery import Decision, State
from notices.errors import StoreUnavailable
from notices.queue.worker import deliver_one, watch, work_once
from notices.queue.worker_events import WorkerEventKind
from notices.smtp import SmtpCourier
from notices.store.attempt_steps import Arm, Claim
from notices.store.store import Store
from tests.queue.test_worker import UNHURRIED, queued, run, shift_for
from tests.smtp.faulty import FaultyServer
from tests.store.conftest import MESSAGE, NOW


class Before(FaultyServer):
    """Does something before it answers the final dot, or the RCPT."""

    act, at = None, "end_of_data"

    async def _say(self, writer, stage, normal):
        if stage == self.at and self.act:
            act, self.act = self.act, None
            await asyncio.to_thread(act)
        await super()._say(writer, stage, normal)


def taken_for_dead(url):
    """Another process puts in order what the living worker has: its file is gone."""
    folder = Path(url.removeprefix("sqlite:///") + "-workers")
    for path in folder.iterdir():
        path.unlink()
    with Store.open(url) as other:
        return other.recover(NOW)


def events(store, number):
    return store.ledger.told(number)


@pytest.mark.parametrize(
    ("fault", "state"),
    [("", State.SENT), ("4yz", State.DEFERRED), ("5yz", State.FAILED)],
)
def test_a_reply_settles_the_doubt_of_one_taken_for_dead(
    store, url, clock, fault, state
):
    """Before, the 250 was thrown away, and an operator was asked about it."""
    server = Before(stage="end_of_data" if fault else "", fault=fault)
    number = queued(store)
    server.act = lambda: taken_for_dead(url)
    attempt = run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    row = store.get(number)
    assert (attempt.state, row.state, row.attempts) == (state, state, 1)
    assert len(server.accepted) == (state is State.SENT)
    recovered, late = events(store, number)[-2:]
    assert (recovered["event"], recovered["state"]) == ("recovered", "in_doubt")
    assert (late["event"], late["report"]) == ("evidence", "late_reply")
    assert late["state"] == state
    assert late["reply"].startswith({"": "250", "4yz": "451", "5yz": "554"}[fault])
    assert (row.next_attempt_at is not None) == (state is State.DEFERRED)


def test_a_lost_connection_stays_a_doubt(store, url, clock):
    server = Before(stage="end_of_data", fault="close")
    number = queued(store)
    server.act = lambda: taken_for_dead(url)
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert store.get(number).state is State.IN_DOUBT


def test_taken_for_dead_before_data_it_sends_nothing(store, url, clock):
    server = Before()
    server.at = "rcpt"
    number = queued(store)
    server.act = lambda: taken_for_dead(url)
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert server.accepted == []
    assert store.get(number).state is State.QUEUED
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert (store.get(number).state, len(server.accepted)) == (State.SENT, 1)


def test_while_the_next_attempt_is_under_way_it_waits(store, url, clock):
    """An operator had it sent again; what the first one heard is on record at once."""
    server = Before()
    number = queued(store)
    with Store.open(url) as other:

        def again():
            taken_for_dead(url)
            other.resolve(number, Decision.RESEND, reason="no answer", now=NOW)
            other.make(Claim(number=number, now=NOW))

        def goes_on():
            while events(store, number)[-1]["event"] != "evidence":
                threading.Event().wait(0.01)
            other.close()
            store.recover(NOW)

        server.act = again
        helper = threading.Thread(target=goes_on)
        helper.start()
        run(server, lambda: deliver_one(shift_for(store, server, clock), number))
        helper.join()
    assert store.get(number).state is State.SENT
    told = [each for each in events(store, number) if each["event"] == "evidence"]
    assert [each["state"] for each in told] == ["sending", "sent"]
    assert len(server.accepted) == 1


def locking(url, seconds):
    """Somebody holds the database: nothing can be recorded for so long."""

    def act():
        path = url.removeprefix("sqlite:///")
        blocker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        blocker.execute("BEGIN IMMEDIATE")
        threading.Timer(
            seconds, lambda: (blocker.execute("ROLLBACK"), blocker.close())
        ).start()

    return act


def test_a_disk_that_is_away_for_a_moment_leaves_no_doubt(url, clock):
    """Before, the outcome was lost and the delivery stayed `sending`."""
    server, told = Before(), []
    server.act = locking(url, 0.6)
    with Store.open(url, busy_timeout=0.05) as store:
        number = queued(store)
        summary = run(
            server,
            lambda: work_once(shift_for(store, server, clock, tell=told.append)),
        )
        assert summary.errors == {}
        assert store.get(number).state is State.SENT
        assert [each["event"] for each in events(store, number)][-1] == "outcome"
    [trouble] = [each for each in told if each.kind is WorkerEventKind.ERROR]
    assert "250 2.0.0 queued as F1: that could not be recorded" in trouble.note
    assert told[-1].kind is WorkerEventKind.SENT


def test_what_cannot_be_recorded_at_all_is_told_with_the_answer(url, clock):
    server = Before()
    server.act = locking(url, 1.5)
    with Store.open(url, busy_timeout=0.05) as store:
        number = queued(store)

        def deliver():
            return deliver_one(shift_for(store, server, clock, patience=0.3), number)

        with pytest.raises(StoreUnavailable, match="queued as F1") as wrong:
            run(server, deliver)
        assert "resolve" in wrong.value.hint


def test_a_commit_that_was_not_heard_of_is_recorded_once(store, url, clock):
    """The database had it, and the connection broke before it said so."""
    number = queued(store)
    server, perform = FaultyServer(), store.perform

    class Deaf(Store):
        def perform(self, steps):
            outcomes = perform(steps)
            if any(type(step).__name__ == "Finish" for step in steps) and not heard:
                heard.append(1)
                return [StoreUnavailable("the connection was lost")] * len(steps)
            return outcomes

    heard = []
    store.__class__ = Deaf
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert heard
    assert store.get(number).state is State.SENT
    assert [each["event"] for each in events(store, number)].count("outcome") == 1
    assert events(store, number)[-1]["event"] == "outcome"


def test_one_file_by_two_paths_has_one_folder_of_the_living(store, url, tmp_path):
    """Before, a worker by one path was dead to one that came by the other."""
    number = queued(store)
    store.make(Claim(number=number, now=NOW))
    store.make(Arm(number=number, now=NOW))
    link = tmp_path / "by-another-name.db"
    link.symlink_to(url.removeprefix("sqlite:///"))
    with Store.open(f"sqlite:///{link}") as other:
        assert other.recover(NOW) == {}
    assert store.get(number).state is State.SENDING


def test_whoever_lives_is_not_made_dead_by_a_clock(store, url):
    """Three days ahead; his lock is held, and his lease was over long ago."""
    number = queued(store)
    store.make(Claim(number=number, now=NOW))
    store.make(Arm(number=number, now=NOW))
    with Store.open(url) as other:
        assert other.recover(NOW.replace(day=8)) == {}
        store._liveness.leave()
        assert other.recover(NOW) == {number: State.IN_DOUBT}


def test_a_worker_whose_clock_jumps_does_not_make_itself_dead(store, clock):
    server = Before()
    number = queued(store)

    def jump():
        clock.advance(days=3)
        assert store.recover(clock.now) == {}

    server.act = jump
    run(server, lambda: deliver_one(shift_for(store, server, clock), number))
    assert (store.get(number).state, len(server.accepted)) == (State.SENT, 1)


def test_a_watch_survives_everything_but_its_configuration(store, url, clock):
    """A fault of the program in the look itself is told, and looked again."""
    server, told, faults = (
        FaultyServer(),
        [],
        [RuntimeError("odd"), StoreUnavailable("x")],
    )
    number = queued(store)
    stop = asyncio.Event()

    class Faulty(Store):
        def recover(self, now):
            if faults:
                raise faults.pop()
            return super().recover(now)

    store.__class__ = Faulty

    def tell(event):
        told.append(event)
        if event.kind is WorkerEventKind.SENT:
            stop.set()

    run(
        server,
        lambda: watch(
            shift_for(store, server, clock, tell=tell), stop=stop, interval=0.05
        ),
    )
    assert store.get(number).state is State.SENT
    notes = [each.note for each in told if each.kind is WorkerEventKind.TROUBLE]
    assert len(notes) == 2
    assert "RuntimeError at notices.queue" in notes[1]


def test_a_listener_that_breaks_stops_no_delivery(store, clock):
    """A dead log pipe: before, all of them stayed `sending`."""
    server = FaultyServer()
    numbers = [queued(store, f"L-{index}", message=MESSAGE) for index in range(3)]

    def tell(event):
        raise BrokenPipeError(32, "Broken pipe")

    summary = run(server, lambda: work_once(shift_for(store, server, clock, tell=tell)))
    assert summary.errors == {}
    assert {store.get(number).state for number in numbers} == {State.SENT}


class BrokenOff(SmtpCourier):
    """Somebody breaks the attempt off at the moment at which the reply was read."""

    async def deliver(self, envelope, message, *, on_stage, clock):
        attempt = await super().deliver(
            envelope, message, on_stage=on_stage, clock=clock
        )
        asyncio.current_task().cancel()
        return attempt


def test_a_reply_that_was_read_is_recorded_though_it_is_broken_off_then(store, clock):
    """The step that was to record it had not begun, and was left out: `sending`."""
    server, number = FaultyServer(), queued(store)

    async def work():
        setup = shift_for(store, server, clock)
        courier = BrokenOff(setup.courier._relay)
        with pytest.raises(asyncio.CancelledError):
            await deliver_one(replace(setup, courier=courier), number)

    run(server, work)
    assert len(server.accepted) == 1
    assert store.get(number).state is State.SENT
    assert [each.state for each in store.attempts(number)] == [State.SENT]


@pytest.mark.parametrize(
    ("at", "state"), [("rcpt", State.QUEUED), ("end_of_data", State.IN_DOUBT)]
)
def test_what_was_broken_off_here_waits_for_no_clock(store, url, clock, at, state):
    """This process lives, so no other one takes what it has; it waited for the end of
    the lease itself, half an hour."""
    server, number = FaultyServer(stage=at, fault="stall"), queued(store)
    timeouts = replace(UNHURRIED, command=60, before_data=60)

    async def work():
        setup = shift_for(store, server, clock, timeouts=timeouts)
        attempt = asyncio.create_task(deliver_one(setup, number))
        await server.faulted.wait()
        assert store.recover(NOW) == {}, "while it is under way"
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt

    run(server, work)
    with Store.open(url) as other:
        assert other.recover(NOW) == {}, "whose worker lives"
    assert store.recover(NOW) == {number: state}
