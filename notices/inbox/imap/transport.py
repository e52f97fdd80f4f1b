"""The connection to an IMAP server: imaplib's commands over a reader of our own.

The standard library has IDLE from Python 3.14 only, and its STARTTLS begins after
the greeting was believed. So the documented methods `open`, `read`, `readline`,
`send` and `shutdown` are ours.
"""

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

from notices.inbox.account import Account
from notices.inbox.imap.words import as_text
from notices.inbox.mailbox import MOST_READ
from notices.messages import Text
from notices.signs import plain
from notices.smtp.transport_security import Security

_LONGEST_LINE = 1_000_000
_LONGEST_ANSWER = 2 * MOST_READ
_CHUNK = 65_536
_SLICE = 0.5
_ENOUGH_LINES = 50
_WAITS = 10
_LEAST_RATE = 16_384
_NUMBER = re.compile(rb"[0-9]{1,10}")
_UID_END = 1 << 32


class Patience:
    """How long a server is waited for: each time, for an answer, and for all of them.

    A server that sends one octet now and then, or lines that nobody asked for without
    end, is never silent, and would be waited for without end.
    """

    def __init__(self, seconds: float, until: float) -> None:
        """Wait `seconds` each time, and not beyond `until` of the monotonic clock."""
        self._seconds, self._until = seconds, until
        self.ask()

    def ask(self) -> None:
        """Begin with the next answer: it may take ten waits, and what its octets need.

        Servers send lines like `* OK still here` while they search.
        """
        self._octets = 0
        self._asked = time.monotonic()

    def took(self, octets: int) -> None:
        """Count what came; TimeoutError for an answer without end."""
        self._octets += octets
        if self._octets > _LONGEST_ANSWER:
            raise TimeoutError(
                Text(
                    "its answer has more than {longest_answer} octets",
                    longest_answer=_LONGEST_ANSWER,
                )
            )

    def left(self) -> float:
        """Seconds to wait for the next octets; TimeoutError if there are none left."""
        allowed = self._seconds * _WAITS + self._octets / _LEAST_RATE
        now = time.monotonic()
        left = min(self._asked + allowed, self._until) - now
        if left <= 0:
            raise TimeoutError(Text("it takes too long, though it is not silent"))
        return min(left, self._seconds)


class ImapWire(imaplib.IMAP4):
    """An IMAP4rev1 connection whose bytes pass through one bounded buffer."""

    def __init__(
        self, account: Account, context: ssl.SSLContext | None, until: float
    ) -> None:
        """Connect; `until` of the monotonic clock all of it is over."""
        self._account = account
        self._context = context
        self._patience = Patience(account.timeout, until)
        self._pending = bytearray()
        self._has_news = False
        super().__init__(account.host, account.port, timeout=account.timeout)

    def open(
        self,
        host: str = "",
        port: int = 143,
        timeout: float | None = None,  # noqa: ARG002 - there is patience for that
    ) -> None:
        """Connect; with TLS from the first byte or before anything is believed."""
        self.host, self.port = host, port
        self.sock = self._first_of(host, port)
        try:
            if self._account.security is Security.TLS:
                self._wrap()
            elif self._account.security is Security.STARTTLS:
                self._start_tls()
        except BaseException:
            self.sock.close()
            raise

    def read(self, size: int) -> bytes:
        """Give exactly `size` octets of a literal."""
        if size > MOST_READ:
            raise self.abort(
                Text("the server sends a literal of {size} octets", size=size)
            )
        while len(self._pending) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        """Give one line with its end."""
        while (end := self._pending.find(b"\n")) < 0:
            self._receive()
            self._require_line()
        return self._take(end + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Write it all; what comes next is its answer."""
        self._patience.ask()
        self.sock.settimeout(self._patience.left())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close."""
        self.sock.close()

    def idle(self, seconds: float, stopped: Callable[[], bool]) -> bool:  # type: ignore[override,unused-ignore]
        """Wait with IDLE (RFC 2177) for new mail; true: there is some.

        Ends early when `stopped` says so; below 29 minutes, as the RFC asks.
        """
        self._has_news = False
        self.send(b"IDLE1 IDLE\r\n")
        self._until(b"+")
        end = time.monotonic() + seconds
        while not self._has_news and not stopped():
            left = end - time.monotonic()
            if left <= 0:
                break
            if line := self._line_within(min(left, _SLICE)):
                self._look_at(line)
        self.send(b"DONE\r\n")
        self._until(b"IDLE1 ")
        return self._has_news

    def _look_at(self, line: bytes) -> None:
        """Tell whether there is new mail; say that the server takes its leave."""
        if line.upper().startswith(b"* BYE"):
            raise self.abort(Text("the server takes its leave"))
        self._has_news |= line.rstrip().upper().endswith(b" EXISTS")

    def _until(self, start: bytes) -> bytes:
        for _ in range(_ENOUGH_LINES):
            line = self.readline()
            if line.startswith(start):
                return line
            if not line.startswith(b"*"):
                break
            self._look_at(line)
        raise self.abort(Text("the server answers something else than was asked"))

    def _line_within(self, seconds: float) -> bytes | None:
        """Give a line, None if none comes in time."""
        if b"\n" in self._pending:
            return self.readline()
        try:
            self._receive(seconds)
        except TimeoutError:
            return None
        self._require_line()
        return self.readline() if b"\n" in self._pending else None

    def _require_line(self) -> None:
        if len(self._pending) > _LONGEST_LINE and b"\n" not in self._pending:
            raise self.abort(Text("the server sends a line without end"))

    def _start_tls(self) -> None:
        """Upgrade. What was said in clear is not believed, also not the greeting.

        A greeting of PREAUTH would forbid STARTTLS (RFC 9051, 11.1), and octets
        behind the answer would be read as if they came through TLS.
        """
        if not self.readline().startswith(b"* OK"):
            raise self.abort(
                Text("the server does not greet as one that offers STARTTLS")
            )
        self.send(b"TLS1 STARTTLS\r\n")
        if not self._until(b"TLS1 ").startswith(b"TLS1 OK"):
            raise self.abort(Text("the server offers no STARTTLS"))
        if self._pending:
            raise self.abort(Text("the server spoke between STARTTLS and TLS"))
        self._wrap()
        self._pending += b"* OK\r\n"  # imaplib waits for a greeting

    def _wrap(self) -> None:
        if self._context is None:
            raise self.abort(Text("no TLS context"))
        self.sock.settimeout(self._patience.left())  # for all of the handshake
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def _first_of(self, host: str, port: int) -> socket.socket:
        """Connect to the first address of the host that answers."""
        trouble = OSError(Text("{host} has no address", host=host))
        for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                address = (str(place[0]), port)
                return socket.create_connection(address, self._patience.left())
            except OSError as error:
                trouble = error
        raise trouble

    def _receive(self, seconds: float | None = None) -> None:
        """Wait for more octets, as long as there is patience, or for `seconds`."""
        self.sock.settimeout(seconds or self._patience.left())
        data = self.sock.recv(_CHUNK)
        if not data:
            raise self.abort(Text("the server closed the connection"))
        self._patience.took(len(data))
        self._pending += data

    def _take(self, size: int) -> bytes:
        taken = bytes(self._pending[:size])
        del self._pending[:size]
        return taken


def done(answer: tuple[str, list[Any]], what: str) -> list[Any]:
    """The data of a command that was answered OK."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(
            Text("{what}: {said}", what=Text(what), said=as_text(data))
        )
    return data


def uids_of(found: list[Any]) -> Iterator[int]:
    """The UIDs in the answer to SEARCH; IMAP4.error for what is none.

    RFC 9051, 9: nz-number, of 32 bits. What is no number is no answer: passed over, it
    would read as `no news` for ever.
    """
    for word in b" ".join(filter(None, found)).split():
        if not _NUMBER.fullmatch(word) or not 0 < int(word) < _UID_END:
            raise imaplib.IMAP4.error(
                Text(
                    "it answers SEARCH with {word}, which is no UID",
                    word=plain(as_text(word[:40])),
                )
            )
        yield int(word)
