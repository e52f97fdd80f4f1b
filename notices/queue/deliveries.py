"""One round of work: deliveries in line, those under way, and what they came to."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from notices.delivery import Attempt, State
from notices.errors import NoticesError, TryLater
from notices.files.own_faults import own_fault
from notices.messages import Text
from notices.queue import worker_events
from notices.queue.attempt import NotWaiting, deliver
from notices.queue.fair_queue import FairQueue, in_shares
from notices.queue.group_commit import AttemptCommits
from notices.queue.limits import Traffic, domain_of
from notices.queue.worker_events import WorkerEvent, WorkerEventKind
from notices.queue.worker_setup import WorkerSetup
from notices.store.queries import Waiting
from notices.store.shared_limits import AtLimit
from notices.store.workers.liveness import WorkerShare

_AVOIDED = 300.0
"""Seconds for which what could not even be attempted is left alone."""
_KEPT = 5.0
"""Seconds between two moments at which a long round keeps what was reached."""


@dataclass(slots=True, kw_only=True)
class Summary:
    """What one round of work did."""

    recovered: dict[str, State] = field(default_factory=dict)
    """Attempts of dead workers that were put in order: number to state."""
    attempts: dict[str, Attempt] = field(default_factory=dict)
    """Attempts made: number to outcome."""
    errors: dict[str, NoticesError] = field(default_factory=dict)
    """What could not be attempted or recorded, and why."""
    left: int = 0
    """What is due and was left for later: limits, or a stop."""
    opens_at: datetime | None = None
    """Set in quiet hours: when mail may go again."""


class Deliveries:
    """Deliveries under way, and those in line by domain."""

    def __init__(self, setup: WorkerSetup, *, ignore_backoff: bool) -> None:
        self._setup = setup
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._commits = AttemptCommits(
            setup.store.perform, setup.note, lambda: len(self._under_way)
        )
        self._ignore_backoff = ignore_backoff
        self._traffic = Traffic(setup.limits)
        self._queue = FairQueue()
        self._avoided: dict[str, float] = {}
        self._is_dropping = False
        self._kept_at = 0.0
        self._has_sent = False
        self._told = ""
        self.summary = Summary()

    async def look(self) -> None:
        """Put dead workers' attempts in order, and see what is due."""
        setup, now = self._setup, self._setup.clock()
        self._queue.replace(())
        await self.keep()
        recovered = await asyncio.to_thread(setup.store.recover, now)
        self.summary.recovered.update(recovered)
        for number, state in recovered.items():
            note = "the worker that had it is gone"
            self._tell(WorkerEventKind.RECOVERED, number=number, state=state, note=note)
        queries = setup.store.queries
        due = await asyncio.to_thread(
            queries.waiting,
            now,
            ignore_backoff=self._ignore_backoff,
            is_test=setup.is_test,
        )
        self._fill_queue(due, await asyncio.to_thread(setup.store.share))

    def fill(self) -> bool:
        """Begin what may begin; tell whether anything is under way."""
        while delivery := self._next():
            self._begin(delivery)
        self.summary.left = len(self._queue)
        return bool(self._under_way)

    async def one_ends(self) -> None:
        """Wait until one of those under way has ended."""
        await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        if asyncio.get_running_loop().time() > self._kept_at + _KEPT:
            await self.keep()

    async def keep(self) -> None:
        """Let the caller keep what was reached; an error of his ends the work."""
        if self._setup.keep:
            await asyncio.to_thread(self._setup.keep)
        self._kept_at = asyncio.get_running_loop().time()

    async def checkpoint(self, *, is_over: bool) -> None:
        """Let the caller seal what was reached, once a round is over or by the hour."""
        if self._setup.checkpoint is None:
            return
        is_round_over = is_over or not (self._under_way or self._queue)
        has_sent = self._has_sent and is_round_over
        try:
            done = await asyncio.to_thread(self._setup.checkpoint, has_sent, is_over)
            self._told = ""
        except NoticesError as error:
            done = True  # until something is sent again, or an hour is over
            if self._told != error.message:
                at = self._setup.clock()
                self._setup.tell(worker_events.of_error("", "", error, at))
            self._told = error.message
        if has_sent and done:
            self._has_sent = False

    async def work_for(self, seconds: float, stopping: asyncio.Task[bool]) -> None:
        """Go through the line for so long, or until it is stopped."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not stopping.done() and (left := end - loop.time()) > 0:
            self.fill()
            awaited = {stopping, *self._under_way}
            await asyncio.wait(
                awaited, timeout=left, return_when=asyncio.FIRST_COMPLETED
            )

    async def finish(self) -> None:
        """Let what is under way come to its end; nothing new begins."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def leave(self) -> None:
        """Close connections; what is still under way is broken off."""
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._setup.courier.aclose()

    def forget(self) -> None:
        """Keep nothing that only grows: a watch may last for months."""
        self.summary = Summary(opens_at=self.summary.opens_at)
        now = asyncio.get_running_loop().time()
        self._avoided = {each: at for each, at in self._avoided.items() if at > now}

    def _is_open(self, now: datetime) -> bool:
        opens_at = self._setup.hours.opens_at(now)
        was_open = self.summary.opens_at is None
        self.summary.opens_at = None if opens_at <= now else opens_at
        if self.summary.opens_at and was_open:
            told = opens_at.isoformat(timespec="minutes")
            self._tell(
                WorkerEventKind.QUIET,
                note=Text("nothing goes out before {told}", told=told),
            )
        return self.summary.opens_at is None

    def _fill_queue(self, due: Sequence[Waiting], share: WorkerShare) -> None:
        now = asyncio.get_running_loop().time()
        if self._setup.store.queries.is_shared:
            due = in_shares(due, share, self._setup.jitter)
        busy = set(self._under_way.values())
        self._queue.replace(
            delivery
            for delivery in due
            if delivery.number not in busy
            and self._avoided.get(delivery.number, now) <= now
        )

    async def _drop_taken(self) -> None:
        """Look which of the next in line other workers have taken, and leave those."""
        window = self._queue.window()
        queries = self._setup.store.queries
        self._queue.drop(
            window - await asyncio.to_thread(queries.still_waiting, window)
        )

    def _next(self) -> Waiting | None:
        """Take the longest waiting one that may begin out of the line."""
        now = self._setup.clock()
        if not self._queue or not self._traffic.has_room:
            return None
        if not self._ignore_backoff and not self._is_open(now):
            return None
        return self._queue.next(lambda domain: self._traffic.admits(domain, now))

    def _begin(self, delivery: Waiting) -> None:
        domain = domain_of(delivery.mailbox)
        self._traffic.begin(domain, self._setup.clock())
        task = asyncio.create_task(self._deliver(delivery))
        self._under_way[task] = delivery.number

        def ended(done: asyncio.Task[None]) -> None:
            self._traffic.end(domain)
            del self._under_way[done]

        task.add_done_callback(ended)

    async def _deliver(self, delivery: Waiting) -> None:
        """Attempt one; whatever goes wrong with it stops no other."""
        try:
            attempt = await deliver(
                self._setup,
                self._commits,
                delivery.number,
                ignore_backoff=self._ignore_backoff,
            )
            self.summary.attempts[delivery.number] = attempt
            self._has_sent = self._has_sent or attempt.state is State.SENT
        except NotWaiting as error:
            self.summary.errors[delivery.number] = error  # another worker was quicker
            if self._queue and not self._is_dropping:
                self._is_dropping = True
                with suppress(TryLater):
                    await self._drop_taken()
                self._is_dropping = False
        except AtLimit as full:
            self._traffic.close(full.domain, full.until)
            self._queue.put_back(delivery)
        except NoticesError as error:
            self._failed(delivery, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one delivery
            self._failed(delivery, NoticesError(own_fault(error)))

    def _failed(self, delivery: Waiting, error: NoticesError) -> None:
        self.summary.errors[delivery.number] = error
        self._avoided[delivery.number] = asyncio.get_running_loop().time() + _AVOIDED
        at = self._setup.clock()
        self._setup.tell(
            worker_events.of_error(delivery.number, delivery.case_id, error, at)
        )

    def _tell(
        self,
        kind: WorkerEventKind,
        *,
        number: str = "",
        state: State | None = None,
        note: str = "",
    ) -> None:
        at = self._setup.clock()
        self._setup.tell(
            WorkerEvent(kind=kind, at=at, number=number, state=state, note=note)
        )
