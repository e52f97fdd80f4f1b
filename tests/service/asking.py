"""A visitor without a browser: HTTP by hand, so that it can be wrong."""

import http.client
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from notices.service.serving import Listening, serve

START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass(frozen=True)
class Visitor:
    """Asks at an address."""

    address: str

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.address)
        return str(parts.hostname), int(parts.port or 80)

    def ask(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Answer:
        link = http.client.HTTPConnection(*self.place, timeout=seconds)
        try:
            link.request(method, path, body=body, headers=dict(headers or {}))
            got = link.getresponse()
            fields = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, fields, got.read())
        finally:
            link.close()

    def drop(
        self,
        *files: tuple[str, bytes],
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Answer:
        kind, body = form(files)
        fields = {"Content-Type": kind, **(headers or {})}
        return self.ask(path, method="POST", body=body, headers=fields, seconds=seconds)

    def raw(self, octets: bytes, seconds: float = 30) -> bytes:
        """What comes back for these octets, until the other side closes."""
        with socket.create_connection(self.place, timeout=seconds) as link:
            link.sendall(octets)
            parts = []
            while part := link.recv(65536):
                parts.append(part)
        return b"".join(parts)


def form(files: Iterable[tuple[str, bytes]], name: str = "files") -> tuple[str, bytes]:
    """Content-Type and body (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n%s\r\n"
        % (boundary.encode(), name.encode(), file.encode(), content)
        for file, content in files
    ]
    body = b"".join([*parts, b"--%s--\r\n" % boundary.encode()])
    return f"multipart/form-data; boundary={boundary}", body


@contextmanager
def served(app: ASGIApp) -> Iterator[Visitor]:
    """The application at a real port while this lasts."""
    end, begun = threading.Event(), threading.Event()
    addresses: list[str] = []

    def started(address: str) -> None:
        addresses.append(address)
        begun.set()

    thread = threading.Thread(
        target=serve,
        args=(app, Listening(port=0)),
        kwargs={"started": started, "stop": end.is_set},
    )
    thread.start()
    try:
        assert begun.wait(START_SECONDS)
        yield Visitor(addresses[0])
    finally:
        end.set()
        thread.join(60)
        assert not thread.is_alive()
