"""Prometheus metrics of a worker: counted as it works, looked up when asked for."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from notices.errors import ConfigError, NoticesError
from notices.files.system_words import in_words
from notices.messages import Text
from notices.queue import WorkerEvent, WorkerEventKind
from notices.store import Queries

_RESULTS = {
    WorkerEventKind.SENT: "sent",
    WorkerEventKind.DEFERRED: "deferred",
    WorkerEventKind.FAILED: "failed",
    WorkerEventKind.IN_DOUBT: "in_doubt",
    WorkerEventKind.ERROR: "error",
}
_ON_HOLD = {WorkerEventKind.ON_HOLD: 1, WorkerEventKind.RELEASED: 0}
_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 1200)


class Metrics:
    """Counts what the worker tells; `serve` answers scrapes."""

    def __init__(
        self,
        queries: Queries,
        clock: Callable[[], datetime],
        certificate_end: Callable[[], datetime],
    ) -> None:
        """Raises ConfigError where the library is missing."""
        self._library = library = _library()
        self._registry = library.CollectorRegistry(auto_describe=False)
        self._attempts = library.Counter(
            "notices_attempts",
            "Attempts by how they ended.",
            ["result"],
            registry=self._registry,
        )
        for result in _RESULTS.values():
            self._attempts.labels(result)
        self._seconds = library.Histogram(
            "notices_attempt_seconds",
            "How long attempts took.",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._overdue = library.Gauge(
            "notices_overdue",
            "What `notices due` tells of days gone by, by what it is.",
            ["kind"],
            registry=self._registry,
        )
        self._on_hold = library.Gauge(
            "notices_on_hold",
            "1 while everything is on hold, else 0.",
            registry=self._registry,
        )
        self._registry.register(_Figures(queries, clock, certificate_end))
        self._server: Any = None

    def take(self, news: WorkerEvent) -> None:
        """Count one thing that happened."""
        if news.kind in _RESULTS:
            self._attempts.labels(_RESULTS[news.kind]).inc()
        for kind, count in news.counts.items():
            self._overdue.labels(kind).set(count)
        if news.kind in _ON_HOLD:
            self._on_hold.set(_ON_HOLD[news.kind])
        if news.seconds is not None:
            self._seconds.observe(news.seconds)

    def serve(self, host: str, port: int) -> None:
        """Answer on this address from now on; ConfigError if it is taken."""
        try:
            self._server, _ = self._library.start_http_server(
                port, addr=host, registry=self._registry
            )
        except OSError as error:
            raise ConfigError(
                Text(
                    "no metrics on {host}:{port}: {strerror}",
                    host=host,
                    port=port,
                    strerror=in_words(error),
                ),
                hint="set worker.metrics to a free address of this machine",
            ) from error

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Figures:
    """What is looked up in the store at each scrape."""

    def __init__(
        self,
        queries: Queries,
        clock: Callable[[], datetime],
        certificate_end: Callable[[], datetime],
    ) -> None:
        self._queries = queries
        self._clock = clock
        self._certificate_end = certificate_end

    def collect(self) -> Iterator[Any]:
        """Give the gauges; what cannot be told now is left out."""
        for look in (self._deliveries, self._oldest, self._certificate):
            try:
                yield look()
            except NoticesError:
                continue

    def _deliveries(self) -> Any:
        gauge = self._gauge("notices_deliveries", "Deliveries by state.", ["state"])
        for state, count in self._queries.counts().items():
            gauge.add_metric([state.value], count)
        return gauge

    def _oldest(self) -> Any:
        oldest = self._queries.oldest_waiting()
        seconds = (self._clock() - oldest).total_seconds() if oldest else 0.0
        help_text = "Age of the oldest delivery that waits; 0: none does."
        return self._gauge("notices_oldest_waiting_seconds", help_text, value=seconds)

    def _certificate(self) -> Any:
        seconds = (self._certificate_end() - self._clock()).total_seconds()
        help_text = "Until the signing certificate ends; negative: it has ended."
        return self._gauge(
            "notices_certificate_expiry_seconds", help_text, value=seconds
        )

    def _gauge(
        self,
        name: str,
        text: str,
        labels: list[str] | None = None,
        value: float | None = None,
    ) -> Any:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        return GaugeMetricFamily(name, text, labels=labels, value=value)


def _library() -> Any:
    try:
        import prometheus_client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(
            "metrics need the library prometheus-client, which is not installed",
            hint="type: pip install 'notices[metrics]', or set worker.metrics = \"\"",
        ) from error
    return prometheus_client
