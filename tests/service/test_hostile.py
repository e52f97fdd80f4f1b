"""Many hostile files at once, and forms of any octets: the page goes on answering."""

import io
import socket
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.service import connections
from notices.service.guard.forms import BadForm, FormReader, TooManyFiles
from notices.service.verify_page import make_app
from notices.service.verify_page.settings import Allowance
from notices.verifying import Limits
from tests.service.asking import Visitor, form, served
from tests.service.conftest import page_of_world
from tests.verifying.genuine import Mail, genuine_letter, notice_json
from tests.verifying.pki import JUDGED_AT, world

AT_ONCE = 200


def bomb(_: int) -> bytes:
    """A bundle of which a megabyte becomes a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
        archive.writestr("a", bytes(50 << 20), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def nested(count: int) -> bytes:
    return b"{" + b'"a":[' * (20_000 + count) + b"]" * (20_000 + count) + b"}"


def mail_bomb(count: int) -> bytes:
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    part = b"--x\r\nContent-Type: multipart/mixed; boundary=x%d\r\n\r\n" % count
    return head + part * 5_000


def deep_pdf(count: int) -> bytes:
    stream = zlib.compress(bytes(20 << 20))
    return (
        b"%%PDF-1.7\n1 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\n"
        b"endobj\n%s startxref\n0\n%%%%EOF\n"
        % (len(stream), stream, b"[" * (10_000 + count))
    )


def cut(count: int) -> bytes:
    mail = Mail(world()).build()
    return mail[: len(mail) * (count % 97) // 97]


def changed(count: int) -> bytes:
    letter = bytearray(genuine_letter(world(), world().signer, notice_json()))
    for step in range(30):
        letter[(count * 7919 + step * 104_729) % len(letter)] ^= 1 << (step % 8)
    return bytes(letter)


MAKERS: list[Callable[[int], bytes]] = [bomb, nested, mail_bomb, deep_pdf, cut, changed]


def hostile() -> Iterator[tuple[str, bytes]]:
    for count in range(AT_ONCE):
        maker = MAKERS[count % len(MAKERS)]
        yield maker.__name__, maker(count)


def test_two_hundred_hostile_files_at_once_do_not_stop_it(genuine_mail: bytes) -> None:
    """Each from an address of its own; meanwhile it answers, then it judges right."""
    allowance = Allowance(reading=Limits(cpu_seconds=5, wall_seconds=15), seconds=300)
    page = page_of_world(world(), allowance=allowance)
    files = list(hostile())
    with (
        served(make_app(page, clock=lambda: JUDGED_AT)) as visitor,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):

        def drop(count: int) -> tuple[int, bool]:
            name, content = files[count]
            headers = {"X-Forwarded-For": f"198.51.100.{count}"}
            answer = visitor.drop((name, content), headers=headers, seconds=400)
            return answer.status, 'class="file passed"' in answer.text

        running = [pool.submit(drop, count) for count in range(AT_ONCE)]
        slowest = 0.0
        while not all(each.done() for each in running):
            begun = time.monotonic()
            assert visitor.ask("/healthz", seconds=30).status == 200
            slowest = max(slowest, time.monotonic() - begun)
            time.sleep(0.2)
        ends = Counter(each.result() for each in running)
        after = visitor.drop(("a.eml", genuine_mail), seconds=60)
    assert not any(is_passed for _, is_passed in ends)
    assert set(ends) <= {(200, False), (503, False)}
    assert ends[200, False] >= AT_ONCE // 2
    assert slowest < 30
    assert 'class="file passed"' in after.text


@pytest.fixture(scope="module")
def pressed() -> Iterator[Visitor]:
    allowance = Allowance(standing_of_one=64)
    page = page_of_world(world(), allowance=allowance)
    with served(make_app(page, clock=lambda: JUDGED_AT)) as visitor:
        yield visitor


WORDS = [
    b"--b",
    b"--b--",
    b"\r\n",
    b"\n",
    b"\r",
    b"-",
    b"Content-Disposition: form-data",
    b'; name="files"',
    b'; filename="a.eml"',
    b"; filename*=UTF-8''x",
    b": ",
    b"\0",
    b"\xff\xfe",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Transfer-Encoding: base64",
    b"x" * 300,
]
PIECES = st.lists(st.sampled_from(WORDS) | st.binary(max_size=20), max_size=40)


@given(PIECES, st.integers(1, 50))
@settings(max_examples=1_500)
def test_any_octets_are_a_form_or_none(pieces: list[bytes], size: int) -> None:
    """And in whatever pieces they come, it is the same form."""
    body = b"".join(pieces)

    def read(parts: list[bytes]) -> object:
        reader = FormReader("multipart/form-data; boundary=b", most_files=3)
        try:
            for part in parts:
                reader.feed(part)
            return [(file.name, file.octets) for file in reader.files()]
        except (BadForm, TooManyFiles) as error:
            return type(error)

    whole = read([body])
    assert read([body[at : at + size] for at in range(0, len(body), size)]) == whole


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=20), st.binary(max_size=60)), max_size=3
    )
)
def test_what_a_browser_sends_is_read_as_it_was(files: list[tuple[str, bytes]]) -> None:
    signs = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
    sendable = [
        (name.encode("utf-8", "replace").decode().translate(signs), content)
        for name, content in files
        if "\0" not in name and "%" not in name and "\\" not in name
    ]
    kind, body = form(sendable)
    reader = FormReader(kind, most_files=3)
    reader.feed(body)
    found = reader.files()
    assert [one.octets for one in found] == [content for _, content in sendable]
    assert [one.name.translate(signs) for one in found] == [
        name for name, _ in sendable
    ]


@given(PIECES, st.sampled_from(["b", "x", "--b", '"b"', "b; boundary=c", ""]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_gets_a_plain_answer(
    pressed: Visitor, pieces: list[bytes], boundary: str
) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = pressed.ask("/", method="POST", body=b"".join(pieces), headers=headers)
    assert answer.status in (200, 400)
    assert answer.text.endswith("</html>") or answer.text.endswith("</html>\n")


HEADS = st.lists(
    st.sampled_from(
        [
            b"POST / HTTP/1.1\r\n",
            b"GET / HTTP/1.1\r\n",
            b"GET http://[ HTTP/1.1\r\n",
            b"GET /%00?lang=%ff HTTP/1.1\r\n",
            b"Host: x\r\n",
            b"Content-Length: 5\r\n",
            b"Content-Length: -1\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Content-Type: multipart/form-data; boundary=b\r\n",
            b"Accept-Language: " + b"en;q=0.1," * 300 + b"\r\n",
            b"Connection: upgrade\r\nUpgrade: websocket\r\n",
            b"Expect: 100-continue\r\n",
            b"\r\n",
            b"--b\r\n",
            b"0\r\n\r\n",
            b"\xff\xff\r\n",
        ]
    ),
    min_size=1,
    max_size=8,
)


@given(HEADS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_request_is_answered_without_our_fault(
    pressed: Visitor, lines: list[bytes]
) -> None:
    with socket.create_connection(pressed.place, timeout=40) as link:
        link.sendall(b"".join(lines))
        link.shutdown(socket.SHUT_WR)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    assert b"HTTP/1.1 5" not in answer
    for head in answer.split(b"HTTP/1.1 ")[1:]:
        if not head.startswith(b"1"):
            assert b"content-security-policy: default-src 'none'" in head


def test_a_head_that_never_ends_is_cut_off(
    pressed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    with socket.create_connection(pressed.place, timeout=60) as link:
        link.sendall(b"GET / HTTP/1.1\r\n")
        with suppress(ConnectionResetError):
            assert link.recv(100) == b""


def test_one_connection_too_many_is_closed(
    pressed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    with ExitStack() as stack:
        links = [
            stack.enter_context(socket.create_connection(pressed.place, timeout=20))
            for _ in range(4)
        ]
        time.sleep(0.3)
        with suppress(ConnectionResetError):
            assert links[-1].recv(100) == b""
        links[0].sendall(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert links[0].recv(100).startswith(b"HTTP/1.1 200")


def test_who_waited_too_long_leaves_nothing_behind(genuine_mail: bytes) -> None:
    """A request that ran out of its time while its file was judged: the judge is busy
    until that file is done, and the next visitor's file gets its own verdict."""
    allowance = Allowance(seconds=0.4, standing_of_one=64)
    page = page_of_world(world(), allowance=allowance)
    with (
        served(make_app(page, clock=lambda: JUDGED_AT)) as visitor,
        ThreadPoolExecutor(8) as pool,
    ):

        def drop(count: int) -> tuple[int, bool]:
            files = [("a.eml", genuine_mail)] * (10 if count % 2 else 1)
            answer = visitor.drop(*files)
            return answer.status, 'class="file passed"' in answer.text

        ends = Counter(pool.map(drop, range(80)))
    assert set(ends) <= {(200, True), (503, False)}
    assert (503, False) in ends
