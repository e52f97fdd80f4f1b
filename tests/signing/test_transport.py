"""HTTP servers that are never silent and never done: lists, OCSP answers, stamps."""

import socket
import threading
import time
import traceback
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notices.credentials import Secret
from notices.signing import HttpTransport, Login, Proxy
from notices.signing.revocation.transport import LoginDemanded, TransportError, within

TRICKLE, WHOLE, MORE = 0.05, 1.0, 30.0
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


@contextmanager
def web(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server for several requests; gives `HOST:PORT`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def give(handler: BaseHTTPRequestHandler, code: int, body: bytes = b"") -> None:
    handler.send_response(code)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def test_all_answers_together_are_there_in_time() -> None:
    """A path has several certificates, and each names several places."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        with suppress(OSError):
            for _ in range(200):
                handler.wfile.write(b"x")
                time.sleep(TRICKLE)

    with web(drip) as address:
        limited = within(HttpTransport(timeout=0.5, whole=5), WHOLE)
        began = time.monotonic()
        for number in range(6):
            with pytest.raises(TransportError, match=r"did not answer|took too long"):
                limited.fetch(f"http://{address}/{number}")
        assert time.monotonic() - began < WHOLE + MORE


def test_a_tls_greeting_that_never_comes_is_over_in_time() -> None:
    """Where names are looked up and keys agreed upon no octet is read by us."""

    def talk(link: socket.socket) -> None:
        for _ in range(100):
            link.sendall(b"\x16")
            time.sleep(TRICKLE)

    with server(talk) as url:
        began = time.monotonic()
        with pytest.raises(TransportError, match="did not answer"):
            HttpTransport(timeout=0.5, whole=WHOLE).fetch(url.replace("http", "https"))
        assert time.monotonic() - began < WHOLE + MORE


PASSWORD = "correct horse"  # noqa: S105 - of nobody


def test_a_login_goes_to_its_authority_alone() -> None:
    asked: dict[str, str | None] = {}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked[handler.path] = handler.headers.get("Authorization")
        give(handler, 200, b"answer")

    with web(answer) as address:
        first, second = (f"http://{address}/{name}" for name in ("a", "b"))
        transport = HttpTransport(logins={first: Login("hotline", Secret(PASSWORD))})
        assert transport.fetch(first) == transport.fetch(second) == b"answer"
    told = b64decode((asked["/a"] or "").removeprefix("Basic ")).decode()
    assert (told, asked["/b"]) == (f"hotline:{PASSWORD}", None)


def test_no_password_stands_in_an_error() -> None:
    """Neither ours nor one in an address, though the server sends it back."""

    def refuse(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(401, handler.headers.get("Authorization"))
        handler.end_headers()

    with web(refuse) as address:
        url = f"http://{address}/tsa?key={PASSWORD.replace(' ', '+')}"
        login = Login("hotline", Secret(PASSWORD))
        for transport in (HttpTransport(logins={url: login}), HttpTransport()):
            with pytest.raises(TransportError) as caught:
                transport.fetch(url)
            assert str(caught.value) == f"http://{address}/tsa answered 401"
            assert isinstance(caught.value, LoginDemanded)
    with pytest.raises(TransportError) as caught:
        HttpTransport().fetch("http://user:secret@127.0.0.1:9/tsa")
    told = "".join(traceback.format_exception(caught.value))
    assert "secret" not in told.replace('fetch("http://user:secret', "")
    assert "secret" not in repr(
        HttpTransport(logins={"u": Login("u", Secret("secret"))})
    )


def test_a_proxy_that_refuses_the_tunnel_for_want_of_a_login_says_so() -> None:
    """Before TLS there is no answer with a code, only what http.client says of it."""

    def refuse(listener: socket.socket) -> None:
        link, _ = listener.accept()
        with link:
            link.recv(65536)
            link.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=refuse, args=(listener,), daemon=True).start()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(LoginDemanded):
            HttpTransport(proxy=Proxy(host=host)).fetch("https://tsa.example/")


def test_a_proxy_looks_the_name_up_and_wants_its_own_login() -> None:
    asked: list[tuple[str, str | None, str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        login, proxy = (
            handler.headers.get(name)
            for name in ("Authorization", "Proxy-Authorization")
        )
        asked.append((handler.path, login, proxy))
        give(handler, 200 if proxy else 407, b"answer")

    with web(answer) as address:
        url = "http://pki.hotline.example/a.crl"
        with pytest.raises(LoginDemanded, match="answered 407"):
            HttpTransport(proxy=Proxy(host=address)).fetch(url)
        login = Login("us", Secret(PASSWORD))
        proxy = Proxy(host=address, login=login)
        assert HttpTransport(proxy=proxy).fetch(url) == b"answer"
    assert asked[-1] == (url, None, login.field)


def test_what_is_on_this_machine_needs_no_proxy() -> None:
    nobody = Proxy(host="127.0.0.1:9")
    with web(lambda handler: give(handler, 200, b"answer")) as address:
        assert HttpTransport(proxy=nobody).fetch(f"http://{address}/x") == b"answer"


def test_behind_a_proxy_tls_is_with_the_server() -> None:
    """CONNECT names host and port, and gets the proxy's login; the server does not."""
    asked: list[str] = []

    def talk(link: socket.socket) -> None:
        asked.append(link.recv(1000).decode())
        link.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as link:
                talk(link)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        proxy = Proxy(
            host=f"127.0.0.1:{listening.getsockname()[1]}",
            login=Login("us", Secret(PASSWORD)),
        )
        with pytest.raises(TransportError, match="502"):
            HttpTransport(proxy=proxy).fetch("https://tsa.hotline.example/tsa")
        thread.join()
    assert asked[0].startswith("CONNECT tsa.hotline.example:443 ")
    assert "proxy-authorization: basic" in asked[0].lower()


def test_the_date_of_the_server_is_told() -> None:
    told: list[tuple[str, datetime]] = []
    transport = HttpTransport(on_date=lambda host, when: told.append((host, when)))
    with web(lambda handler: give(handler, 200, b"answer")) as address:
        transport.fetch(f"http://{address}/a.crl")
    [(host, when)] = told
    assert host == address
    assert abs(when - datetime.now(UTC)) < timedelta(seconds=10)


def test_what_is_no_address_in_a_certificate_is_no_fault_of_the_program() -> None:
    """`http://[` ended it with a ValueError, and the next place was not asked."""
    with pytest.raises(TransportError, match="neither http nor https") as caught:
        HttpTransport().fetch("http://[u:secret@2001:db8::1/list.crl")
    assert "secret" not in str(caught.value)
