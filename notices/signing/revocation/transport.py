"""HTTP for time stamps, CRLs and OCSP answers: small, limited, one request."""

import io
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import urlsplit


class TransportError(Exception):
    """The server did not answer as it should; never leaves this room."""


class Transport(Protocol):
    """Fetches one URL; tests and proxies bring their own."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """The answer's body; TransportError for anything but 200."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTransport:
    """HTTP or HTTPS over the network."""

    timeout: float = 10.0
    """Seconds to wait for the server at each step."""
    whole: float = 60.0
    """Seconds for the whole answer: a server that trickles is never silent."""
    limit: int = 16 * 1024 * 1024
    """Octets of the largest answer; national CRLs have several million."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """GET `url`, or POST `body` to it. TransportError if that did not work."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise TransportError(f"{url} is neither http nor https")
        fields = {"User-Agent": "notices", **_content_type(media_type)}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            url, data=body or None, headers=fields
        )
        try:
            opener = _opener(time.monotonic() + self.whole)
            with opener.open(request, timeout=self.timeout) as answer:
                content: bytes = answer.read(self.limit + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise TransportError(f"{url} did not answer: {error}") from error
        if len(content) > self.limit:
            raise TransportError(f"{url} answered more than {self.limit} octets")
        return content


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


def _opener(until: float) -> urllib.request.OpenerDirector:
    """Only these handlers: no file:, no ftp:, and no proxy from the environment."""
    opener = urllib.request.OpenerDirector()
    opener.add_handler(_Handler(until))
    for handler in (
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
        _NoRedirect,
    ):
        opener.add_handler(handler())
    return opener


def _content_type(media_type: str) -> dict[str, str]:
    return {"Content-Type": media_type} if media_type else {}
