"""The worker as a service: until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from notices.config import metrics_address
from notices.errors import NoticesError
from notices.queue import WorkerEvent, WorkerEventKind, of_error
from notices.queue import watch as work_until
from notices.site.sending import Sender
from notices.site.service.metrics import Metrics
from notices.site.service.stopping import stopped_at_once
from notices.site.service.systemd import ServiceManager
from notices.store import Queries


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
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def watch(
        self,
        listener: Callable[[WorkerEvent], None],
        *,
        signals: Iterable[signal.Signals] = (),
    ) -> None:
        """Work until one of `signals` comes; attempts under way are finished.

        At a second signal they are broken off: TryLater, and the next worker puts them
        in order. The service manager is told, and metrics are served if configured.
        """
        manager = ServiceManager.of()

        async def run(tell_all: Callable[[WorkerEvent], None]) -> None:
            stop, main = asyncio.Event(), asyncio.current_task()

            def on_signal() -> None:
                if stop.is_set() and main is not None:
                    main.cancel()
                stop.set()

            for name in signals:
                asyncio.get_running_loop().add_signal_handler(name, on_signal)
            setup_now = replace(self.sender.setup(), tell=tell_all)
            for trouble in self._troubles():
                tell_all(of_error("", "", trouble, self.clock()))
            await work_until(setup_now, stop=stop, beat=manager.alive)

        with self._metrics() as count:

            def tell_all(news: WorkerEvent) -> None:
                count(news)
                if news.kind is WorkerEventKind.STARTED:
                    manager.ready()
                if news.kind is WorkerEventKind.STOPPING:
                    manager.stopping()
                listener(news)

            try:
                asyncio.run(run(tell_all))
            except asyncio.CancelledError:
                raise stopped_at_once() from None

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
