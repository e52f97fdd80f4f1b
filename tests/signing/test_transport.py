"""HTTP servers that are never silent and never done: lists, OCSP answers, stamps."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from notices.signing import HttpTransport
from notices.signing.revocation.transport import TransportError

TRICKLE, WHOLE, MORE = 0.05, 1.0, 2.0
HEAD = b"HTTP/1.1 200 OK\r\n"
TRICKLES = {
    "status line": (b"HTTP/1.1 20", b"0"),
    "header": (HEAD, b"X-A: b\r\n"),
    "one header": (HEAD + b"X-A: ", b"b"),
    "continuations": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (HEAD + b"Content-Length: 1000\r\n\r\n", b"x"),
    "body to the end": (HEAD + b"\r\n", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n"),
}


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection; gives the address."""

    def serve() -> None:
        try:
            with listening.accept()[0] as link:
                link.recv(1000)
                talk(link)
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.crl"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("where", TRICKLES)
def test_an_answer_that_trickles_is_over_in_time(where: str) -> None:
    """The patience of a socket begins anew with every octet."""
    start, more = TRICKLES[where]

    def talk(link: socket.socket) -> None:
        link.sendall(start)
        while True:
            link.sendall(more)
            time.sleep(TRICKLE)

    with server(talk) as url:
        began = time.monotonic()
        with pytest.raises(TransportError, match="did not answer"):
            HttpTransport(timeout=0.5, whole=WHOLE).fetch(url)
        assert time.monotonic() - began < WHOLE + MORE


def test_a_slow_answer_that_ends_is_read() -> None:
    def talk(link: socket.socket) -> None:
        link.sendall(HEAD + b"Content-Length: 5\r\n\r\n")
        for octet in b"whole":
            link.sendall(bytes([octet]))
            time.sleep(TRICKLE)

    with server(talk) as url:
        assert HttpTransport(timeout=0.5, whole=5).fetch(url) == b"whole"
