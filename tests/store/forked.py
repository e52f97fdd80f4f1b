"""Workers to be killed by the thousand: forked from a process that has all imported.

A worker that is started anew spends a second on its imports, and a kill of it tells no
more than the kill of a forked one. What each heard is noted outside the database, so
that a doubt which a known reply could have settled is seen.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from notices.delivery import State
from tests.store.crashing import KilledAtStage, main

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["tests.store.crashing", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)
BEGUN = "begun"


class NotingCourier(KilledAtStage):
    """Notes each attempt when it begins, and what was heard before it is recorded."""

    notes = Path()

    async def deliver(self, envelope, message, *, on_stage, clock):
        number = message.split(b"\r\n")[0].removeprefix(b"X-Number: ").decode()
        self._note(number, BEGUN)
        attempt = await super().deliver(
            envelope, message, on_stage=on_stage, clock=clock
        )
        self._note(number, attempt.state)
        return attempt

    def _note(self, number, word):
        # one write of a short line is whole, whoever else writes and dies
        to = os.open(self.notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(to, f"{os.getpid()} {number} {word}\n".encode())
        os.close(to)


def _work(url, port, notes, sender, go):
    NotingCourier.notes = notes

    def wait_for_the_others():
        sender.send(None)
        assert go.wait(60)

    main(
        *(url, port, "any"),
        courier_class=NotingCourier,
        is_ready=wait_for_the_others,
    )


def start_forked(url, server, notes, *, count=1):
    """Start some on several deliveries at once; they begin together, now."""
    go, workers = _CONTEXT.Event(), []
    for _ in range(count):
        receiver, sender = _CONTEXT.Pipe(duplex=False)
        given = (url, server.port, notes, sender, go)
        worker = _CONTEXT.Process(target=_work, args=given)
        worker.start()
        sender.close()
        workers.append((worker, receiver))
    for _, receiver in workers:
        assert receiver.poll(60), "the worker did not begin"
        receiver.recv()
        receiver.close()
    go.set()
    return [worker for worker, _ in workers]


def kill_at(workers, server, lines, seconds):
    """Kill them so long after the server has heard so many lines more.

    A moment counted in lines is as likely to be in the middle of the work on a slow
    machine as on a fast one. Gives the ids of those killed.
    """
    before, end = len(server.lines), time.monotonic() + 60
    while (
        len(server.lines) < before + lines
        and any(worker.is_alive() for worker in workers)
        and time.monotonic() < end
    ):
        time.sleep(0.001)
    time.sleep(seconds)
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.join()
        assert worker.exitcode in (0, -signal.SIGKILL)
    return {worker.pid for worker in workers if worker.exitcode}


def fill_up(store, queue, prefix, most):
    """Queue so many that as many wait."""
    states = store.queries.counts()
    for index in range(most - states[State.QUEUED] - states[State.DEFERRED]):
        queue(store, f"{prefix}-{index:03}")


def judge_doubts(store, notes: Path, killed: Iterable[int]):
    """A doubt is right only if whoever heard the reply, if anybody did, was killed."""
    last = dict(_notes_of(notes))
    killed = set(killed)
    doubts = [row.number for row in store.list() if row.state is State.IN_DOUBT]
    for number in doubts:
        pid, word = last[number]
        is_known = word not in (BEGUN, State.IN_DOUBT) and pid not in killed
        assert not is_known, f"{number} is in doubt, and {pid} heard {word}"
    return doubts


def _notes_of(notes):
    for line in notes.read_text().splitlines():
        pid, number, word = line.split(" ")
        yield number, (int(pid), word)
