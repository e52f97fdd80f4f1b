"""The worker: takes what is due to the courier, so much at once and no more.

A delivery that keeps us waiting, fails or breaks the program holds up nobody else;
one that was begun is finished before the worker stops.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from notices.delivery import Attempt, State
from notices.errors import NoticesError, TryLater
from notices.outbox import news
from notices.outbox.delivering import BeforeAttempt, NotWaiting, Shift, deliver
from notices.outbox.line import Line, shared
from notices.outbox.news import News, NewsKind
from notices.outbox.overview import Waiting
from notices.outbox.pacing import Traffic, domain_of
from notices.outbox.presence import Share
from notices.outbox.together import Together

__all__ = [
    "BeforeAttempt",
    "Shift",
    "Summary",
    "deliver_one",
    "watch",
    "work_once",
]

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


async def deliver_one(
    shift: Shift, number: str, *, ignore_backoff: bool = False
) -> Attempt:
    """Make one attempt and record its outcome.

    Raises TryLater if the delivery is not waiting or not due, EvidenceBroken if its
    bytes have changed, StoreUnavailable if a step could not be committed. Then no
    byte of the message was sent, or the delivery stays visibly `sending`.
    """
    try:
        together = Together(shift.store.perform)
        return await deliver(shift, together, number, ignore_backoff=ignore_backoff)
    finally:
        await shift.courier.aclose()


async def work_once(
    shift: Shift,
    *,
    ignore_backoff: bool = False,
    concurrency: int | None = None,
    stop: asyncio.Event | None = None,
) -> Summary:
    """Attempt everything that is due once, as far as the limits let it.

    ignore_backoff: wait neither for the next try's time nor for quiet hours to end.
    stop: once set, no new attempt begins; those under way are finished.
    ConfigError if it is not known whether today is a business day.
    """
    if concurrency is not None:
        shift = replace(shift, limits=replace(shift.limits, concurrency=concurrency))
    floor = _Floor(shift, ignore_backoff=ignore_backoff)
    try:
        await floor.look()
        while not (stop and stop.is_set()) and floor.fill():
            await floor.one_ends()
        await floor.finish()
        await floor.keep()
    except NoticesError:
        await floor.finish()
        raise
    finally:
        await floor.leave()
    return floor.summary


async def watch(
    shift: Shift,
    *,
    stop: asyncio.Event,
    interval: float = 5.0,
    beat: Callable[[], None] | None = None,
) -> None:
    """Work until `stop` is set, looking every `interval` seconds for what is due.

    A store that is away for a while is waited for. beat: called at each look, as a
    sign of life. Cancelled, it stops at once: what was under way stays `sending`
    until the next worker puts it in order. ConfigError as in `work_once`.
    """
    floor = _Floor(shift, ignore_backoff=False)
    stopping = asyncio.create_task(stop.wait())
    shift.tell(News(kind=NewsKind.STARTED, at=shift.clock()))
    try:
        while not stop.is_set():
            try:
                await floor.look()
            except TryLater as error:
                shift.tell(news.of_error("", "", error, shift.clock()))
            if beat:
                beat()
            await floor.work_for(interval, stopping)
            floor.forget()
        shift.tell(News(kind=NewsKind.STOPPING, at=shift.clock()))
        await floor.finish()
        await floor.keep()
        shift.tell(News(kind=NewsKind.STOPPED, at=shift.clock()))
    except NoticesError:
        await floor.finish()
        raise
    finally:
        stopping.cancel()
        await floor.leave()


class _Floor:
    """Deliveries under way, and those in line by domain."""

    def __init__(self, shift: Shift, *, ignore_backoff: bool) -> None:
        self._shift = shift
        self._together = Together(shift.store.perform)
        self._ignore_backoff = ignore_backoff
        self._traffic = Traffic(shift.limits)
        self._line = Line()
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._avoided: dict[str, float] = {}
        self._is_dropping = False
        self._kept_at = 0.0
        self.summary = Summary()

    async def look(self) -> None:
        """Put dead workers' attempts in order, and see what is due."""
        shift, now = self._shift, self._shift.clock()
        self._line.stand(())
        await self.keep()
        recovered = await asyncio.to_thread(shift.store.recover, now)
        self.summary.recovered.update(recovered)
        for number, state in recovered.items():
            note = "the worker that had it is gone"
            self._tell(NewsKind.RECOVERED, number=number, state=state, note=note)
        overview = shift.store.overview
        found = await asyncio.to_thread(
            overview.waiting,
            now,
            ignore_backoff=self._ignore_backoff,
            is_test=shift.is_test,
        )
        self._line_up(found, await asyncio.to_thread(shift.store.share))

    def fill(self) -> bool:
        """Begin what may begin; tell whether anything is under way."""
        while one := self._next():
            self._begin(one)
        self.summary.left = len(self._line)
        return bool(self._under_way)

    async def one_ends(self) -> None:
        """Wait until one of those under way has ended."""
        await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        if asyncio.get_running_loop().time() > self._kept_at + _KEPT:
            await self.keep()

    async def keep(self) -> None:
        """Let the caller keep what was reached; an error of his ends the work."""
        if self._shift.keep:
            await asyncio.to_thread(self._shift.keep)
        self._kept_at = asyncio.get_running_loop().time()

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
        await self._shift.courier.aclose()

    def forget(self) -> None:
        """Keep nothing that only grows: a watch may last for months."""
        self.summary = Summary(opens_at=self.summary.opens_at)
        now = asyncio.get_running_loop().time()
        self._avoided = {each: at for each, at in self._avoided.items() if at > now}

    def _is_open(self, now: datetime) -> bool:
        opens_at = self._shift.hours.opens_at(now)
        was_open = self.summary.opens_at is None
        self.summary.opens_at = None if opens_at <= now else opens_at
        if self.summary.opens_at and was_open:
            told = opens_at.isoformat(timespec="minutes")
            self._tell(NewsKind.QUIET, note=f"nothing goes out before {told}")
        return self.summary.opens_at is None

    def _line_up(self, found: Sequence[Waiting], share: Share) -> None:
        now = asyncio.get_running_loop().time()
        if self._shift.store.overview.is_shared:
            found = shared(found, share, self._shift.jitter)
        busy = set(self._under_way.values())
        self._line.stand(
            each
            for each in found
            if each.number not in busy and self._avoided.get(each.number, now) <= now
        )

    async def _drop_taken(self) -> None:
        """Look which of the next in line other workers have taken, and leave those."""
        window = self._line.window()
        overview = self._shift.store.overview
        self._line.drop(
            window - await asyncio.to_thread(overview.still_waiting, window)
        )

    def _next(self) -> Waiting | None:
        """Take the longest waiting one that may begin out of the line."""
        now = self._shift.clock()
        if not self._line or not self._traffic.has_room:
            return None
        if not self._ignore_backoff and not self._is_open(now):
            return None
        return self._line.next(lambda domain: self._traffic.admits(domain, now))

    def _begin(self, one: Waiting) -> None:
        domain = domain_of(one.mailbox)
        self._traffic.begin(domain, self._shift.clock())
        task = asyncio.create_task(self._deliver(one))
        self._under_way[task] = one.number

        def ended(done: asyncio.Task[None]) -> None:
            self._traffic.end(domain)
            del self._under_way[done]

        task.add_done_callback(ended)

    async def _deliver(self, one: Waiting) -> None:
        """Attempt one; whatever goes wrong with it stops no other."""
        try:
            self.summary.attempts[one.number] = await deliver(
                self._shift,
                self._together,
                one.number,
                ignore_backoff=self._ignore_backoff,
            )
        except NotWaiting as error:
            self.summary.errors[one.number] = error  # another worker was quicker
            if self._line and not self._is_dropping:
                self._is_dropping = True
                with suppress(TryLater):
                    await self._drop_taken()
                self._is_dropping = False
        except NoticesError as error:
            self._failed(one, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one delivery
            wrong = f"a fault of the program ({type(error).__name__}: {error})"
            self._failed(one, NoticesError(wrong))

    def _failed(self, one: Waiting, error: NoticesError) -> None:
        self.summary.errors[one.number] = error
        self._avoided[one.number] = asyncio.get_running_loop().time() + _AVOIDED
        at = self._shift.clock()
        self._shift.tell(news.of_error(one.number, one.case_id, error, at))

    def _tell(
        self,
        kind: NewsKind,
        *,
        number: str = "",
        state: State | None = None,
        note: str = "",
    ) -> None:
        at = self._shift.clock()
        self._shift.tell(News(kind=kind, at=at, number=number, state=state, note=note))
