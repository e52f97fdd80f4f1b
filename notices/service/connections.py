"""What a connection may cost before any request is there: its number and its time."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from notices.service.guard.headers import RAW_HEADERS

MOST_CONNECTIONS = 1000
"""At once; the next one is closed without a word, as a full backlog would do."""
HEAD_SECONDS = 15.0
"""For the fields of a request to come in (the attack that is called Slowloris)."""
HEAD_OCTETS = 16384
"""Of the fields of a request, all together."""


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 with a limit on connections and on the time for a request's head."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; one too many is closed."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._await_head()

    def handle_events(self) -> None:
        """As uvicorn; the clock for a head stops once it is there."""
        before = self.scope
        super().handle_events()
        if self.scope is not before:
            self._stop_waiting()

    def data_received(self, data: bytes) -> None:
        """As uvicorn; the first octets of the next request start the clock again."""
        if self.conn.our_state is h11.IDLE and self._head is None:
            self._await_head()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is refused with the headers that every answer has."""
        head: list[tuple[bytes, bytes]] = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
            *RAW_HEADERS,
        ]
        for event in (
            h11.Response(status_code=400, headers=head, reason=b"Bad Request"),
            h11.Data(data=msg.encode("ascii")),
            h11.EndOfMessage(),
        ):
            self._write(event)
        self.transport.close()

    def _write(self, event: Any) -> None:
        self.transport.write(self.conn.send(event) or b"")

    def _await_head(self) -> None:
        self._stop_waiting()
        self._head = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._head = None
        self.transport.abort()
