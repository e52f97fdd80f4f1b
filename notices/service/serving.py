"""Serving an application over HTTP until it is told to stop."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from notices.errors import ConfigError
from notices.files.network_words import in_words_of_ours
from notices.messages import Text
from notices.service.connections import HEAD_OCTETS, GuardedProtocol
from notices.site.service.systemd import ServiceManager

BACKLOG = 512
"""Connections that the system keeps while we are at others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where it is served, and how it ends."""

    host: str = "127.0.0.1"
    """An address of this machine; a proxy with TLS stands before it."""
    port: int
    """0: any free one."""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    patience: int = 30
    """Seconds for answers under way, once it is told to stop."""


def serve(
    app: ASGIApp,
    listening: Listening,
    *,
    started: Callable[[str], None],
    signals: Iterable[signal.Signals] = (),
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Answer until one of `signals` comes; what is under way is finished first.

    started: is told the address (`http://127.0.0.1:8025/`) once it answers; so is the
    service manager. stop: is asked ten times a second whether to end. ConfigError if
    the address is taken. At a second signal what is under way is broken off.
    """
    # what is no form is answered, not written down
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    link = _bound(listening.host, listening.port)
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="error",  # what is no HTTP is answered, not written down
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(listening.proxies),
        backlog=BACKLOG,
        h11_max_incomplete_event_size=HEAD_OCTETS,
        timeout_graceful_shutdown=listening.patience,
    )
    try:
        server = _Server(config, _address(link), started, tuple(signals), stop)
        server.run(sockets=[link])
    finally:
        link.close()


class _Server(uvicorn.Server):
    """Tells when it is ready; ends quietly at a signal."""

    def __init__(
        self,
        config: uvicorn.Config,
        address: str,
        started: Callable[[str], None],
        signals: tuple[signal.Signals, ...],
        stop: Callable[[], bool],
    ) -> None:
        super().__init__(config)
        self._stop = stop
        self._address, self._started, self._signals = address, started, signals
        self._manager = ServiceManager.of()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._manager.ready("answering")
        self._started(self._address)

    async def on_tick(self, counter: int) -> bool:
        """Whether to end."""
        return await super().on_tick(counter) or self._stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way."""
        self._manager.stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listen to our signals; uvicorn would raise them once more at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.getsignal(each) for each in self._signals}
        for each in before:
            signal.signal(each, self._told)
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _told(self, *_: object) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _bound(host: str, port: int) -> socket.socket:
    """A socket at this address; ConfigError if it cannot be had."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        link = socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise ConfigError(
            Text(
                "nothing can be served on {host}:{port}: {strerror}",
                host=host,
                port=port,
                strerror=in_words_of_ours(error),
            ),
            hint="name a free port with --port, an address of this machine with --host",
        ) from error
    # head and body of an answer are two writes: without it the second one waits for an
    # acknowledgement, 40 ms; asyncio sees to it only where it made the socket itself
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def _address(link: socket.socket) -> str:
    host, port = link.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
