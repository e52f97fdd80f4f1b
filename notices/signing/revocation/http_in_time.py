"""Answers of HTTP servers that are over in time, whatever the server does."""

import io
import socket
import time
import urllib.request
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected answer counts as none: the configuration names the server."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class _Within(io.RawIOBase):
    """What a server sends, until a moment of the monotonic clock and no longer."""

    def __init__(self, raw: io.RawIOBase, link: socket.socket, until: float) -> None:
        self._raw, self._link, self._until = raw, link, until
        self._step = link.gettimeout() or until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("it takes too long, though it is not silent")
        self._link.settimeout(min(left, self._step))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is over in time, with its header and all before it."""

    def __init__(
        self, link: socket.socket, *rest: Any, until: float, **named: Any
    ) -> None:
        super().__init__(link, *rest, **named)
        self.fp: Any = io.BufferedReader(_Within(self.fp.detach(), link, until))


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Both schemes, with answers that are over in time."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self._until = until

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connect, HTTPConnection), req)

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connect, HTTPSConnection), req)

    def _connect(
        self, kind: type[HTTPConnection], host: str, **named: Any
    ) -> HTTPConnection:
        made = kind(host, **named)
        made.response_class = partial(_Answer, until=self._until)  # type: ignore[assignment]
        return made


def opener(until: float) -> urllib.request.OpenerDirector:
    """Only these handlers: no file:, no ftp:, and no proxy from the environment."""
    made = urllib.request.OpenerDirector()
    made.add_handler(_Handler(until))
    for handler in (
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
        _NoRedirect,
    ):
        made.add_handler(handler())
    return made
