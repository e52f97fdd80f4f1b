"""What libraries and the system say never reaches a person in their own words."""

import ast
import asyncio
import csv
import http.client
import imaplib
import inspect
import json
import re
import socket
import ssl
import subprocess
import sys
import urllib.error
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosmtplib
import pytest

from notices.addresses import domain_fault
from notices.codec.json_words import not_json
from notices.codec.languages import load_texts
from notices.codec.parsing import parse
from notices.errors import InvalidTemplate
from notices.files.csv_words import not_csv
from notices.files.network_dates import told_moment
from notices.files.network_words import in_words_of_ours
from notices.files.own_faults import own_fault
from notices.files.reader_words import in_words_for_people
from notices.files.system_words import in_words
from notices.inbox.imap.words import words_of as words_of_imap
from notices.letters.template.filling import fill
from notices.letters.template.sources import TemplateSource
from notices.messages import Text, told
from notices.site.doctor.clock import ClockWatch
from notices.site.preparing.remarks import TEMPLATES as REMARKS
from notices.smtp.words import words_of as words_of_smtp
from notices.store.attempt_notes import TEMPLATES, WITHIN, recalled

JAPANESE = load_texts("ja")
_ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,.:;]+[a-z]{2,}")


def no_english(said: str) -> bool:
    """Whether the text told in Japanese has no sentence of another language."""
    in_japanese = told(said, JAPANESE)
    return (
        not _ENGLISH.search(in_japanese)
        and re.search(r"[ぁ-ん]", in_japanese) is not None
    )


def sentences_of(module: object, of: str) -> list[str]:
    """Every literal that a library gives to an exception whose name holds `of`."""
    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
        if not isinstance(node, ast.Call) or not re.search(of, ast.unparse(node.func)):
            continue
        found += [
            re.sub(r"%[sdr]", "x", inner.value)
            for argument in node.args
            for inner in ast.walk(argument)
            if isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and " " in inner.value
        ]
    # what holds only another sentence, or what the server said, is tried apart
    return sorted(
        {one for one in found if re.search(r"\w \w", one) and "x x" not in one}
    )


@pytest.mark.parametrize(
    "said", sentences_of(imaplib, r"\.(error|abort|readonly)$"), ids=str
)
def test_no_sentence_of_imaplib(said: str) -> None:
    """Read from the library that runs here: another version may have other ones."""
    for kind in (imaplib.IMAP4.error, imaplib.IMAP4.abort):
        assert no_english(words_of_imap(kind(said)))
        assert no_english(words_of_imap(kind(f"command: SELECT => {said}")))


def test_what_a_server_said_stays_with_imap() -> None:
    """It tells more than we could."""
    bad = imaplib.IMAP4.error("SEARCH command error: BAD [b'Unknown argument x']")
    assert "Unknown argument x" in words_of_imap(bad)
    assert (
        words_of_imap(imaplib.IMAP4.abort("Idle for too long")) == "Idle for too long"
    )


def test_our_own_text_comes_out_of_the_library_whole() -> None:
    """imaplib puts what we raised into a sentence of its own."""
    ours = Text("the server sends a literal of {size} octets", size=9)
    outer = imaplib.IMAP4.abort(f"command: FETCH => {ours}")
    outer.__context__ = imaplib.IMAP4.abort(ours)
    assert words_of_imap(outer) is ours


@pytest.mark.parametrize(
    "kind",
    [
        each
        for _, each in inspect.getmembers(aiosmtplib.errors, inspect.isclass)
        if issubclass(each, aiosmtplib.SMTPException)
    ],
    ids=lambda kind: kind.__name__,
)
def test_no_sentence_of_aiosmtplib(kind: type[Exception]) -> None:
    """Whatever it raises: only the kind is told."""
    error = kind.__new__(kind)
    Exception.__init__(error, "Unexpected EOF received")
    error.message = "Unexpected EOF received"  # type: ignore[attr-defined]
    assert no_english(words_of_smtp(error))


def connecting(host: str, port: int, tls: ssl.SSLContext | None = None) -> Exception:
    """What asyncio raises."""

    async def connect() -> None:
        loop = asyncio.get_running_loop()
        name = host if tls else None
        await loop.create_connection(
            asyncio.Protocol, host, port, ssl=tls, server_hostname=name
        )

    with pytest.raises((OSError, UnicodeError)) as raised:
        asyncio.run(connect())
    return raised.value


def test_what_asyncio_and_sockets_raise() -> None:
    """Made by them, not by us: a closed port, a name that is none, a bad name."""
    with socket.create_server(("127.0.0.1", 0)) as link:
        port = link.getsockname()[1]
    assert in_words_of_ours(connecting("127.0.0.1", port)) == "Connection refused"
    for host in ("localhost", "a..b", "nowhere.invalid"):
        assert no_english(in_words_of_ours(connecting(host, port)))
    several = OSError(
        "Multiple exceptions: [Errno 111] Connect call failed ('::1', 1, 0, 0), "
        "[Errno 113] Connect call failed ('127.0.0.1', 1)"
    )
    assert in_words_of_ours(several) == "Connection refused"


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        TimeoutError("The read operation timed out"),
        ConnectionResetError(104, "Connection reset by peer"),
        ConnectionResetError("Connection lost"),
        ssl.SSLError(
            1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"
        ),
        ssl.SSLEOFError(8, "EOF occurred in violation of protocol (_ssl.c:1006)"),
        ssl.SSLZeroReturnError(6, "TLS/SSL connection has been closed (EOF)"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        socket.gaierror(-99, "Unknown error"),
        urllib.error.URLError(ConnectionRefusedError(111, "Connection refused")),
        urllib.error.URLError("unknown url type: x"),
        OSError("Tunnel connection failed: 407 Proxy Authentication Required"),
        OSError(95, "Operation not supported"),
        OSError(131, "State not recoverable"),
        OSError("something that no table has"),
        http.client.RemoteDisconnected("Remote end closed connection"),
        http.client.BadStatusLine("nonsense of a server"),
        http.client.IncompleteRead(b"x", 9),
        UnicodeError("encoding with 'idna' codec failed"),
        EOFError("end of it"),
    ],
    ids=repr,
)
def test_no_sentence_of_the_network(error: Exception) -> None:
    """Of each kind that a connection can end with."""
    assert no_english(in_words_of_ours(error))
    assert no_english(words_of_smtp(error))
    assert no_english(words_of_imap(error))


@pytest.mark.parametrize(
    ("broken", "told_as"),
    [
        ('a,"b', "a quotation mark is opened"),
        ('a,"b"c', "behind a closing quotation mark"),
        ("a," + "b" * 200_000, "a cell is too long"),
        ("a,b\rc", "a line ends within a cell"),
    ],
)
def test_no_sentence_of_csv(broken: str, told_as: str) -> None:
    """`unexpected end of data` stood in a Japanese message."""
    with pytest.raises(csv.Error) as raised:
        list(csv.reader([broken], strict=True))
    assert not_csv(raised.value).startswith(told_as)
    assert no_english(not_csv(raised.value))
    assert no_english(not_csv(csv.Error("something that no table has")))


@pytest.mark.parametrize(
    ("broken", "told_as"),
    [
        ("", "here belongs a value"),
        ("[1,]", "here belongs a value|behind the last value"),
        ("{a:1}", "here belongs a key"),
        ('{"a" 1}', "a colon"),
        ("[1 2]", "a comma"),
        ('["a', "never ends"),
        ('"\n"', "control character"),
        (r'"\x"', "backslash"),
        (r'"\u1"', "backslash"),
        ("1 2", "behind the end"),
        ("\ufeff1", "byte order mark"),
    ],
)
def test_no_sentence_of_json(broken: str, told_as: str) -> None:
    """`Expecting value` stood in what a Japanese assessor read of his judgment."""
    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads(broken)
    said = not_json(raised.value)
    assert re.search(told_as, said)
    assert no_english(said)
    assert no_english(not_json(json.JSONDecodeError("as no version says", "", 0)))


@pytest.mark.parametrize(
    "mailbox",
    [
        *("a@ab--cd.jp", "a@xn--0.jp", "a@example.a1", "a@board.invalid"),
        *("a@xn--a.jp", "a@xn--i-7iq.ws", f"a@xn--{'a' * 59}.jp"),
    ],
)
def test_no_sentence_of_email_validator(mailbox: str) -> None:
    """It speaks of the part after the @-sign, in English alone."""
    assert no_english(domain_fault(mailbox) or "")


def two_words(said: str) -> bool:
    """Whether two words of English are told in Japanese; `README.md` is none."""
    return bool(re.search(r"[a-z]{2,} [a-z]{2,}", told(said, JAPANESE)))


SOURCE = TemplateSource("form1", "form1.txt.j2", "")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{ 理由 }}",
            "{% if 宛先 < 3 %}x{% endif %}",
            "{{ 宛先|first|length < 宛先 }}",
        ),
        *(
            "{{ 対象URL|first }}",
            "{{ 対象URL }}",
            "{{ 英文併記 }}",
            "{{ 英文併記|length }}",
        ),
        "{{ 宛先.url }}",
    ],
)
def test_no_sentence_of_jinja(text: str) -> None:
    """`'<' not supported between instances of 'str' and 'int'` said nothing to legal
    staff."""
    values = {"宛先": "x", "対象URL": [], "英文併記": True}
    with pytest.raises(InvalidTemplate) as raised:
        fill(replace(SOURCE, text=text), values)
    for fault in raised.value.faults:
        assert not two_words(fault.message)


def test_a_fault_of_the_program_is_told_by_its_place() -> None:
    """The sentence of a library, and what it was about, stay out of logs and screens."""
    error = _caught(lambda: parse(3))  # type: ignore[arg-type]
    said = own_fault(error)
    assert "notices.codec.parsing:" in said
    assert "has no len" not in said
    assert not two_words(said)


def test_certificates_are_told_by_their_code() -> None:
    """OpenSSL's sentences changed between versions: self signed, self-signed."""
    for code in range(100):
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_code, error.verify_message = code, "unable to get local issuer"
        told_of_it = in_words_of_ours(error)
        assert told_of_it.startswith("certificate refused: ")
        assert no_english(told_of_it)


def test_an_error_without_a_number_is_told_too(tmp_path: Path) -> None:
    """strerror is None there, and stood in the sentence as a word."""
    assert no_english(in_words(OSError("cannot identify the file")))
    with pytest.raises(OSError) as raised:
        (tmp_path / "none").read_text()
    assert in_words(raised.value) == "No such file or directory"
    # of `strerror`, too, our own words are kept
    assert in_words(OSError(22, Text("it is {kind}", kind="a pipe"))) == "it is a pipe"


def test_a_note_on_record_is_told_in_japanese() -> None:
    """The record keeps an English sentence; what it was made of is found again."""
    said = "certificate refused: it has expired; given up: too old"
    assert told(recalled(said), JAPANESE) == (
        "証明書を拒否した: 有効期間が過ぎている; 断念: 古すぎる"
    )
    assert str(recalled(said)) == said
    assert no_english(recalled("Unexpected EOF received"))
    assert recalled("whatever a server says") == "whatever a server says"


def templates_in(files: str, of: str = "") -> set[str]:
    """Templates with parameters in these files; of: the keyword that they are given as."""
    found = set()
    for path in sorted((Path(__file__).parents[2] / "notices").glob(files)):
        tree = ast.parse(path.read_text("utf-8"))
        texts = [
            node
            for outer in ast.walk(tree)
            for node in (
                [word.value for word in outer.keywords if word.arg == of]
                if isinstance(outer, ast.Call) and of
                else [outer]
            )
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text"
        ]
        found |= {
            node.args[0].value
            for node in texts
            if node.keywords and isinstance(node.args[0], ast.Constant)
        }
    return {str(each) for each in found}


def test_what_is_written_down_of_attempts_is_found_again() -> None:
    """`the worker died before DATA` stood in English in every Japanese list."""
    noted = templates_in("smtp/*.py", "note") | templates_in("store/*.py", "note")
    noted |= templates_in("queue/manual_courier.py", "note")
    assert noted >= {"the worker died {where}", "handed over; reference: {reference}"}
    assert noted <= {*TEMPLATES}


def made_in(files: str, *functions: str) -> set[str]:
    """Templates with parameters that these functions make; none named: all of them.

    What is passed, a hint, or told while nothing is refused is never a note.
    """
    found = set()
    for path in sorted((Path(__file__).parents[2] / "notices").glob(files)):
        tree = ast.parse(path.read_text("utf-8"))
        quiet = [
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for part in (
                node.args
                if ast.unparse(node.func) == "passed"
                else [word.value for word in node.keywords if word.arg == "hint"]
            )
        ]
        never = {id(inner) for part in quiet for inner in ast.walk(part)}
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            if functions and function.name not in functions:
                continue
            found |= {
                str(node.args[0].value)
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
                and ast.unparse(node.func) == "Text"
                and node.keywords
                and isinstance(node.args[0], ast.Constant)
                and id(node) not in never
            }
    return found


WARNED = {
    "The certificate ends on {end:%F %R} UTC, in less than 30 days.",
    "{name} is not revoked, {detail}.",
    "The key's file is weak: {weakness}.",
    "by the CRL of {start:%F %R} UTC",
}
"""Said of what may be used: never the reason of a refusal."""
JOINED = {"{detail}{distance}", "{told}{distance}"}
"""Two texts side by side, of which the second is mostly empty."""


def test_what_is_asked_before_an_attempt_is_found_again() -> None:
    """A certificate that had ended stood in English in every Japanese list."""
    asked = made_in("site/test_mode.py", "fault")
    asked |= made_in("site/reserved.py", "fault", "require_real")
    asked |= made_in("site/sending.py", "recheck", "_require_fit")
    asked |= made_in("site/signer/desk.py", "_refuse_example_abroad")
    asked |= made_in("site/signer/by_certificate.py")
    asked |= made_in("site/signer/by_our_verifier.py")
    asked |= made_in("site/signer/key_ring.py", "of_certificate", "read_file")
    asked |= made_in("signing/certificate_checks.py") | made_in("signing/fitness.py")
    for name in ("crls", "ocsp", "judging"):
        asked |= made_in(f"signing/revocation/{name}.py", "_told", "_status", "_aged")
    assert len(asked) > 25
    assert asked - WARNED - JOINED <= {*TEMPLATES}


def test_what_our_verifier_says_of_a_certificate_is_found_again() -> None:
    (within,) = WITHIN.values()
    said = made_in("verifying/certification/*.py") | made_in("verifying/cms/path.py")
    said |= made_in("verifying/cms/signer.py", "pick")
    said |= made_in("verifying/signed_content.py", "require_usage")
    said |= made_in("verifying/checks.py", "unreadable")
    assert said <= {*within, *TEMPLATES}
    inner = Text("{found}: not accepted", found=Text("curve {name}", name="X9"))
    who = Text("{what} ({who})", what=inner, who="CN=X")
    [outer] = WITHIN
    noted = Text(outer, fault=who)
    again = recalled(str.__str__(noted))
    assert told(again, JAPANESE) == told(noted, JAPANESE) != noted


def test_several_sentences_on_record_are_each_told() -> None:
    end = datetime(2026, 11, 1, tzinfo=UTC)
    ended = Text("The certificate expired on {end:%F %R} UTC.", end=end)
    unfit = "The private key does not belong to the certificate."
    again = recalled(f"{unfit} {ended}")
    assert again == f"{unfit} {ended}"
    assert told(again, JAPANESE) == (f"{told(unfit, JAPANESE)} {told(ended, JAPANESE)}")


def test_remarks_on_record_are_told_in_japanese() -> None:
    """They were kept as English sentences, and told so in a Japanese `send`."""
    made = templates_in("letters/template/hygiene.py")
    made |= templates_in("catalogue/doubts.py")
    made -= {"{path}: {message}"}  # a remark with its field
    assert len(made) > 5
    assert made <= {*REMARKS}
    for template in REMARKS:
        names = set(re.findall(r"\{(\w+)\}", template))
        said = Text(template, **dict.fromkeys(names, "X9"))
        again = recalled(str.__str__(said), REMARKS)
        assert told(again, JAPANESE) == told(said, JAPANESE) != said
        assert str(again) == said


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_of_a_note_is_in_the_catalogue(template: str) -> None:
    """And comes back as itself."""
    moments = dict.fromkeys(re.findall(r"\{(\w+):%", template), datetime.now(UTC))
    names = dict.fromkeys(re.findall(r"\{(\w+)\}", template), "X9")
    said = Text(template, **names, **moments)
    again = recalled(str.__str__(said))
    assert isinstance(again, Text)
    assert again.template == template
    assert told(again, JAPANESE) == told(said, JAPANESE) != said


SLEEP = (sys.executable, "-c", "import time; time.sleep(9)")


def _caught(make: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:
        make()
    return caught.value


READ: dict[str, Callable[[], object]] = {
    "no JSON": lambda: json.loads("{"),
    "no text": b"\xff".decode,
    "no key": lambda: {}["laws"],
    "another kind": lambda: len(1),  # type: ignore[arg-type]
    "no attribute": lambda: None.laws,  # type: ignore[attr-defined]
    "no file": Path("/nonexistent/openssl").read_bytes,
    "no answer": lambda: subprocess.run(SLEEP, check=False, timeout=0.01),
}


@pytest.mark.parametrize("kind", READ)
def test_what_a_reader_says_is_told_in_words_of_ours(kind: str) -> None:
    """`catalogue diff` and `doctor --rehearse` told sentences of Python."""
    said = in_words_for_people(_caught(READ[kind]))
    assert no_english(said), said


@pytest.mark.parametrize(
    "field",
    [
        "Mon, 31 Feb 2026 10:00:00 +0900",
        "Mon, 5 Jan 2026 10:00:00 +9900",
        "Mon, 5 Jan 2026 10:00:00 +99999999999999999999",
        "Mon, 5 Jan 99999999999999999999 10:00:00 GMT",
        "",
    ],
)
def test_a_date_that_is_none_is_no_fault_of_the_program(field: str) -> None:
    """One Date of a server of lists, or of a relay, ended `doctor` with 70."""
    assert told_moment(field) is None
    watch = ClockWatch(lambda: datetime.now(UTC))
    watch.note_greeting("mx.example", f"220 mx.example ESMTP {field}")
    watch.note_greeting("mx.example", "220 mx.example Mon, 5 Jan 2026 10:00:00 -0000")
    assert list(watch.examine(timedelta(0))) == []
