"""The worker as a service: until it is told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import FrameType

from notices.config import metrics_address
from notices.errors import NoticesError
from notices.messages import Text
from notices.queue import WorkerEvent, WorkerEventKind, of_error
from notices.queue import watch as work_until
from notices.site.sending import Sender
from notices.site.service.metrics import Metrics
from notices.site.service.stopping import stopped_at_once
from notices.site.service.systemd import ServiceManager
from notices.store import Queries

_LOOK_AGAIN = 600.0
"""Seconds between two looks at what is overdue."""
_LOOK_FOR_HOLD = 10.0
"""Seconds between two looks whether everything is on hold."""


@dataclass(frozen=True, kw_only=True)
class WorkerService:
    """Works until it is told to stop; the service manager and metrics are told."""

    sender: Sender
    """Sets the worker up."""
    queries: Queries
    """Counts for the metrics."""
    metrics: str
    """`[worker] metrics`: where they are served; empty: nowhere."""
    certificate_end: Callable[[], datetime]
    """When the signer's certificate ends."""
    overdue: Callable[[], Mapping[str, int]]
    """What should have been done before today, as `notices due` counts it."""
    on_hold: Callable[[], str]
    """That everything is on hold, in words; empty: it is not."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def watch(
        self,
        listener: Callable[[WorkerEvent], None],
        *,
        signals: Iterable[signal.Signals] = (),
        was_told: Callable[[], bool] = lambda: False,
    ) -> None:
        """Work until one of `signals` comes; attempts under way are finished.

        was_told: whether one came before they were listened to here. At a second signal
        attempts are broken off: TryLater, and the next worker puts them in order. The
        service manager is told, and metrics are served if configured.
        """
        manager = ServiceManager.of()

        async def run(tell_all: Callable[[WorkerEvent], None]) -> None:
            stop, main = asyncio.Event(), asyncio.current_task()

            def on_signal() -> None:
                if stop.is_set() and main is not None:
                    main.cancel()
                stop.set()

            _hear(signals, asyncio.get_running_loop(), on_signal)
            if was_told():
                stop.set()
            setup_now = replace(self.sender.setup(), tell=tell_all)
            for trouble in self._troubles():
                tell_all(of_error("", "", trouble, self.clock()))
            async with self._telling(tell_all):
                await work_until(setup_now, stop=stop, beat=manager.alive)

        with _restored(signals), self._metrics() as count:
            try:
                asyncio.run(run(_telling(manager, count, listener)))
            except asyncio.CancelledError:
                raise stopped_at_once() from None

    @asynccontextmanager
    async def _telling(
        self, tell: Callable[[WorkerEvent], None]
    ) -> AsyncIterator[None]:
        looks = self._tell_overdue(tell), self._tell_hold(tell)
        looking = [asyncio.create_task(each) for each in looks]
        try:
            yield
        finally:
            for each in looking:
                each.cancel()

    async def _tell_overdue(self, tell: Callable[[WorkerEvent], None]) -> None:
        """Tell what is overdue, now and whenever it has changed."""
        told: Mapping[str, int] | None = None
        while True:
            with suppress(NoticesError):  # the worker tells of a store that is away
                counts = await asyncio.to_thread(self.overdue)
                if counts != told:
                    tell(self._overdue(counts))
                told = counts
            await asyncio.sleep(_LOOK_AGAIN)

    async def _tell_hold(self, tell: Callable[[WorkerEvent], None]) -> None:
        """Tell that everything is on hold, now and whenever that has changed."""
        told = ""
        while True:
            with suppress(NoticesError):  # as above
                words = await asyncio.to_thread(self.on_hold)
                if words != told:
                    kinds = WorkerEventKind.ON_HOLD, WorkerEventKind.RELEASED
                    kind = kinds[0] if words else kinds[1]
                    tell(WorkerEvent(kind=kind, at=self.clock(), note=words))
                told = words
            await asyncio.sleep(_LOOK_FOR_HOLD)

    def _overdue(self, counts: Mapping[str, int]) -> WorkerEvent:
        many = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        return WorkerEvent(
            kind=WorkerEventKind.OVERDUE,
            at=self.clock(),
            note=Text("overdue: {many}; see `notices due`", many=many or "0"),
            counts=counts,
        )

    def _troubles(self) -> Iterator[NoticesError]:
        """What is wrong beside the work, at its beginning."""
        found = self.sender.rollback.archive_look.trouble, self.sender.clock.trouble()
        yield from filter(None, found)

    @contextmanager
    def _metrics(self) -> Iterator[Callable[[WorkerEvent], None]]:
        """Serve metrics while this lasts; gives what takes the news."""
        address = metrics_address(self.metrics)
        if address is None:
            yield lambda _: None
            return
        metrics = Metrics(
            self.queries,
            self.clock,
            self.certificate_end,
        )
        metrics.serve(*address)
        try:
            yield metrics.take
        finally:
            metrics.close()


def _hear(
    signals: Iterable[signal.Signals],
    loop: asyncio.AbstractEventLoop,
    on_signal: Callable[[], None],
) -> None:
    """Have the loop told; once it is closed, all is done."""

    def hear(_number: int, _frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(on_signal)

    for each in signals:
        signal.signal(each, hear)


@contextmanager
def _restored(signals: Iterable[signal.Signals]) -> Iterator[None]:
    """Handlers as before; those of a loop leave the default, which kills at the end."""
    before = {each: signal.getsignal(each) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _is_worth_a_line(news: WorkerEvent) -> bool:
    """That nothing is overdue is for the metrics alone."""
    return news.kind is not WorkerEventKind.OVERDUE or any(news.counts.values())


def _telling(
    manager: ServiceManager,
    count: Callable[[WorkerEvent], None],
    listener: Callable[[WorkerEvent], None],
) -> Callable[[WorkerEvent], None]:
    """Tell metrics, the service manager and the listener."""

    def tell_all(news: WorkerEvent) -> None:
        count(news)
        if news.kind is WorkerEventKind.STARTED:
            manager.ready()
        if news.kind is WorkerEventKind.STOPPING:
            manager.stopping()
        if _is_worth_a_line(news):
            listener(news)

    return tell_all
