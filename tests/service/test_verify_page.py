"""The page by its visitors: who signed, what is claimed, what is refused."""

import hashlib
import http.client
import io
import json
import re
import socket
import tempfile
import time
from contextlib import ExitStack
from html.parser import HTMLParser
from urllib.parse import unquote

import pikepdf
import pytest
from cryptography import x509

from notices.codec.languages import load_texts
from notices.service.guard.bodies import BodyLimits
from notices.service.guard.headers import SECURITY_HEADERS
from notices.service.verify_page import make_app
from notices.service.verify_page.reports import ReportSeal, SavedReport
from notices.service.verify_page.settings import Allowance
from notices.service.verify_page.words import REASONS, STATUSES, WORDS
from tests.service.asking import Answer, Visitor, form, served
from tests.service.conftest import page_of_world
from tests.verifying.forge import letters, mails
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import NUMBER, RECIPIENT, Mail
from tests.verifying.pki import FROM, JUDGED_AT, issue, new_root, world

FORGED = [one for one in (*mails(), *letters()) if one.at == JUDGED_AT]
ENGLISH = {"Accept-Language": "en"}


class _Page(HTMLParser):
    """What a reader sees: text by section, and links."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.verdicts: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(answer.text)
        self.close()
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in {"meta", "link", "input"}:  # those have no end
            self.open.append(tag)
        assert not any(name.startswith("on") or name == "style" for name in found)
        if tag == "section" and (found.get("class") or "").startswith("file "):
            self.verdicts.append((found["class"] or "").removeprefix("file "))
        if tag == "a":
            self.links.append((found["href"] or "", found.get("download") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"pre", "script"}:
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return "\n".join(filter(None, self.words))

    def linked(self, name: str) -> str:
        return next(href for href, download in self.links if name in download)


def test_a_genuine_mail_names_the_centre_and_its_telephone(
    visitor: Visitor, genuine_mail: bytes
) -> None:
    answer = visitor.drop(("依頼.eml", genuine_mail), headers=ENGLISH)
    shown = _Page(answer)
    assert answer.status == 200
    assert shown.verdicts == ["passed"]
    assert f"signed by the key of Example Hotline ({FROM})" in shown.text
    assert "+81-3-0000-0000" in shown.text
    assert "依頼.eml" in shown.text
    # an outside judge of the fingerprints
    made = world()
    for party in (made.signer, made.root):
        digest = hashlib.sha256(party.der).hexdigest()
        assert digest in shown.text.replace(" ", "")
    assert "What the file claims" not in shown.text


def test_japanese_is_the_language_where_none_is_asked_for(
    visitor: Visitor, genuine_mail: bytes
) -> None:
    answer = visitor.drop(("a.eml", genuine_mail))
    assert '<html lang="ja">' in answer.text
    assert (
        f"見本ホットライン（{FROM}）の鍵で署名されており、改変されていません"
        in answer.text
    )
    assert "03-0000-0000に電話をして" in answer.text


def test_the_switch_goes_before_the_browser(visitor: Visitor) -> None:
    assert '<html lang="ja">' in visitor.ask("/?lang=ja", headers=ENGLISH).text
    assert '<html lang="en">' in visitor.ask("/?lang=en").text


def test_a_letter_and_a_mail_are_told_one_by_one(
    visitor: Visitor, genuine_mail: bytes, letter: bytes
) -> None:
    broken = genuine_mail.replace(b"abuse@board", b"other@board", 1)
    shown = _Page(
        visitor.drop(
            ("1.eml", genuine_mail),
            ("2.pdf", letter),
            ("3.eml", broken),
            ("4.txt", b"hello, not ours"),
            ("5.json", b"{}"),
            ("6", b""),
        )
    )
    assert shown.verdicts == [
        "passed",
        "passed",
        "failed",
        "none",
        "failed",
        "none",
    ]


def test_names_in_a_forged_mail_are_claims(visitor: Visitor) -> None:
    """Somebody's own authority certifies anything, also the centre's name."""
    made = world()
    false_root = new_root()
    false_signer = issue(false_root, "Example Hotline Signer")
    forged = Mail(made, signer=false_signer, letter_signer=false_signer).build()
    answer = visitor.drop(("request.eml", forged), headers=ENGLISH)
    shown = _Page(answer)
    assert shown.verdicts == ["failed"]
    assert "What this proves" not in shown.text
    before, _, claimed = shown.text.partition("What the file claims (nobody has proven")
    assert claimed
    for name in ("Example Hotline Signer", RECIPIENT, NUMBER):
        assert name in claimed
        assert name not in before
    assert "anybody can make such a certificate" in before
    # nothing of it is read out on the telephone as if it were to be compared
    digest = hashlib.sha256(false_signer.der).hexdigest()
    assert digest not in re.sub(
        r"\s", "", before + claimed.partition("What was checked")[0]
    )


def test_somebody_else_with_a_good_certificate_is_not_the_centre(
    visitor: Visitor,
) -> None:
    """A public authority certifies everybody under the same root."""
    made = world()
    other = issue(made.ca, "Somebody", mailbox="somebody@other.example")
    forged = Mail(
        made, signer=other, letter_signer=other, from_mailbox="somebody@other.example"
    ).build()
    shown = _Page(visitor.drop(("a.eml", forged), headers=ENGLISH))
    assert shown.verdicts == ["failed"]
    assert "signed by somebody else than Example Hotline" in shown.text


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("forgery", FORGED[::9], ids=lambda one: one.name)
def test_no_forgery_is_called_genuine(visitor: Visitor, forgery: Forgery) -> None:
    if forgery.signers or forgery.evidence(world()):
        pytest.skip("judged by what an auditor hands over besides")
    shown = _Page(visitor.drop((forgery.name, forgery.build(world()))))
    assert shown.verdicts in (["failed"], ["indeterminate"], ["none"])
    assert "改変されていません" not in shown.text


def test_the_checks_stand_by_number_and_as_json(
    visitor: Visitor, genuine_mail: bytes
) -> None:
    shown = _Page(visitor.drop(("a.eml", genuine_mail)))
    href = shown.linked(".json")
    kind, _, content = href.partition(",")
    assert kind == "data:application/json;charset=utf-8"
    document = json.loads(unquote(content))
    assert document["verdict"] == "TOTAL-PASSED"
    assert document["signer"]["mailbox"] == FROM
    for check in document["checks"]:
        assert f"{check['id']} " in shown.text


def sealed(answer: Answer) -> bytes:
    """What the page's form for the report sends."""
    found = re.search(r'name="report" value="([A-Za-z0-9_=-]+)"', answer.text)
    assert found
    return b"report=" + found[1].encode()


URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def save(visitor: Visitor, body: bytes, lang: str = "ja") -> Answer:
    return visitor.ask(
        f"/report?lang={lang}", method="POST", body=body, headers=URLENCODED
    )


@pytest.mark.parametrize(
    ("lang", "title"), [("ja", "検証報告"), ("en", "Verification report")]
)
def test_the_report_is_a_pdf_that_others_read(
    visitor: Visitor, genuine_mail: bytes, lang: str, title: str
) -> None:
    page = visitor.drop(("a.eml", genuine_mail), ("b.eml", genuine_mail[:-900]))
    answer = save(visitor, sealed(page), lang)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    with pikepdf.open(io.BytesIO(answer.body)) as document:
        assert len(document.pages) >= 2
        with document.open_metadata() as metadata:
            assert metadata["dc:title"].startswith(title)


def test_nobody_has_a_report_made_of_his_own_words(
    visitor: Visitor, genuine_mail: bytes
) -> None:
    body = sealed(visitor.drop(("a.eml", genuine_mail)))
    other = ReportSeal().sealed(SavedReport(at=JUDGED_AT, reports=()))
    changed = [
        body[:-9] + (b"A" if body[-9:-8] != b"A" else b"B") + body[-8:],
        body[:200],
        b"report=",
        b"report=AAAA",
        b"report=" + other.encode(),
    ]
    assert {save(visitor, each).status for each in changed} == {410, 400}
    assert save(visitor, b"report=" + other.encode()).status == 410
    for wrong in (
        b"",
        b"other=x",
        b"report=%",
        b"report=\xff",
        b"&&&&&&&",
        b"report=a+b",
    ):
        assert save(visitor, wrong).status == 400
    assert visitor.ask("/report", method="POST", body=body).status == 415
    assert visitor.ask("/report").status == 405
    foreign = {**URLENCODED, "Sec-Fetch-Site": "cross-site"}
    answer = visitor.ask("/report", method="POST", body=body, headers=foreign)
    assert answer.status == 403


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "\u202egnp.eml",
        "{center}",
        "{{ 7*7 }}",
        "%s%n",
        "x" * 1000,
        "../../etc/passwd",
    ],
)
def test_a_file_s_name_is_shown_as_it_is(visitor: Visitor, name: str) -> None:
    encoded = name.replace('"', "%22")
    answer = visitor.drop((encoded, b"nothing of ours"), headers=ENGLISH)
    shown = _Page(answer)
    assert answer.status == 200
    assert shown.verdicts == ["none"]
    assert "\u202e" not in answer.text
    assert "<script>alert" not in answer.text
    assert len(answer.body) < 20_000


def test_every_answer_has_the_headers(visitor: Visitor, genuine_mail: bytes) -> None:
    kind, body = form([("a.eml", genuine_mail)])
    answers = [
        visitor.ask("/"),
        visitor.ask("/", method="HEAD"),
        visitor.ask("/static/page.css"),
        visitor.ask("/static/page.js"),
        visitor.ask("/static/page.svg"),
        visitor.ask("/root.pem"),
        visitor.ask("/healthz"),
        visitor.ask("/readyz"),
        visitor.ask("/nowhere"),
        visitor.ask("/static/..%2fapp.py"),
        visitor.ask("/", method="DELETE"),
        visitor.ask("/", method="OPTIONS"),
        visitor.ask("/", method="POST"),
        visitor.ask("/", method="POST", body=body, headers={"Content-Type": kind}),
        visitor.drop(("a.eml", b"x"), headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    for answer in answers:
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name.lower()] == value
        assert "server" not in answer.headers
        assert "set-cookie" not in answer.headers
    statuses = [answer.status for answer in answers]
    assert statuses == [200] * 8 + [404, 404, 405, 405, 415, 200, 403]


def test_what_is_no_http_is_refused_with_the_headers(visitor: Visitor) -> None:
    answer = visitor.raw(b"GARBAGE\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"content-security-policy: default-src 'none'" in answer


def test_a_wrong_method_says_which_is_right(visitor: Visitor) -> None:
    answer = visitor.ask("/root.pem", method="PUT")
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://other.example"},
        {"Origin": "null"},
    ):
        answer = visitor.drop(("a.eml", b"From: x\r\n\r\n"), headers=headers)
        assert answer.status == 403
        assert "別のサイト" in answer.text


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"", 415),
        ({"Content-Type": "text/plain"}, b"hello", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=b", 415),
        ({"Content-Type": "multipart/form-data"}, b"hello", 400),
        ({"Content-Type": "multipart/form-data; boundary="}, b"hello", 400),
        ({"Content-Type": "multipart/form-data; boundary=é".encode("latin-1").decode("latin-1")}, b"x", 400),
        ({"Content-Type": 'multipart/form-data; boundary="' + "b" * 5000 + '"'}, b"x", 400),
        (BOUNDARY, b"hello", 400),
        (BOUNDARY, b"", 400),
        (BOUNDARY, b"--b\r\n\r\nx\r\n--b--\r\n", 400),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\nx", 400),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=other; filename=a\r\n\r\nx\r\n--b--\r\n", 400),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=files\r\n\r\nx\r\n--b--\r\n", 400),
        (BOUNDARY, b"--b\r\n" + b"X: y\r\n" * 5000 + b"\r\n\r\n--b--\r\n", 400),
        (BOUNDARY, b"--b--\r\n", 400),
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_in_a_sentence(
    visitor: Visitor, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = visitor.ask("/?lang=en", method="POST", body=body, headers=headers)
    assert answer.status == status
    assert _Page(answer).verdicts == []
    assert "That did not work" in answer.text


def test_too_much_is_refused_before_it_is_read_whole(visitor: Visitor) -> None:
    answer = visitor.drop(("a.eml", bytes(33 << 20)), headers=ENGLISH)
    assert answer.status == 413
    assert "32 megabytes" in answer.text


def test_too_much_without_a_length_is_refused_too(visitor: Visitor) -> None:
    kind, body = form([("a.eml", bytes(33 << 20))])
    parts = (body[at : at + 65536] for at in range(0, len(body), 65536))
    answer = visitor.ask("/", method="POST", body=parts, headers={"Content-Type": kind})
    assert answer.status == 413


def test_ten_files_are_taken_and_eleven_are_not(visitor: Visitor) -> None:
    ten = [(f"{count}.txt", b"nothing") for count in range(10)]
    assert _Page(visitor.drop(*ten)).verdicts == ["none"] * 10
    answer = visitor.drop(*ten, ("11.txt", b"nothing"), headers=ENGLISH)
    assert answer.status == 400
    assert "Up to 10 files" in answer.text


def test_no_file_is_told(visitor: Visitor) -> None:
    """A browser sends an empty field as a file without name and content."""
    answer = visitor.drop(("", b""), headers=ENGLISH)
    assert (answer.status, "No file was chosen" in answer.text) == (400, True)


def test_the_page_lives_at_the_path_that_letters_name(genuine_mail: bytes) -> None:
    page = page_of_world(world(), base="/verify")
    with served(make_app(page, clock=lambda: JUDGED_AT)) as visitor:
        moved = visitor.ask("/")
        assert (moved.status, moved.headers["location"]) == (307, "/verify")
        answer = visitor.ask("/verify")
        for place in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
            if not place.startswith("#"):
                assert place.startswith("/verify")
                assert visitor.ask(place).status == 200
        shown = _Page(visitor.drop(("a.eml", genuine_mail), path="/verify"))
        assert shown.verdicts == ["passed"]
        assert visitor.ask("/root.pem").status == 404


def test_a_slow_body_is_told_and_holds_nobody_up(genuine_mail: bytes) -> None:
    body = BodyLimits(octets=1 << 20, seconds=1)
    page = page_of_world(world(), allowance=Allowance(body=body))
    with served(make_app(page, clock=lambda: JUDGED_AT)) as visitor:
        head = (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b"
        )
        links = [socket.create_connection(visitor.place, timeout=30) for _ in range(7)]
        for link in links:
            link.sendall(head)
        begun = time.monotonic()
        assert _Page(visitor.drop(("a.eml", genuine_mail))).verdicts == ["passed"]
        assert time.monotonic() - begun < 60
        for link in links:
            assert link.recv(4096).startswith(b"HTTP/1.1 408 ")
            link.close()


@pytest.mark.parametrize(
    ("own", "others"),
    [
        (["192.0.2.1"] * 3, ["192.0.2.2", "192.0.2.3"]),
        # one subscriber has all of a network of 64 bits
        (
            ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:1::3"],
            ["2001:db8:0:2::1", "::ffff:192.0.2.3"],
        ),
    ],
)
def test_one_visitor_does_not_take_the_place_of_all(
    genuine_mail: bytes, own: list[str], others: list[str]
) -> None:
    page = page_of_world(world(), allowance=Allowance(standing=3, standing_of_one=2))
    head = (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
        b"X-Forwarded-For: %s\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b"
    )
    with (
        served(make_app(page, clock=lambda: JUDGED_AT)) as visitor,
        ExitStack() as links,
    ):

        def stand(address: bytes) -> None:
            link = links.enter_context(socket.create_connection(visitor.place, 30))
            link.sendall(head % address)
            time.sleep(0.2)

        def ask(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            answer = visitor.drop(("a.eml", genuine_mail), headers=headers)
            assert answer.status == 200 or answer.headers["retry-after"] == "60"
            return answer.status

        stand(own[0].encode())
        stand(own[1].encode())
        assert ask(own[2]) == 429
        assert ask(others[0]) == 200
        assert visitor.ask("/readyz").status == 200
        stand(others[1].encode())
        assert ask(others[0]) == 503
        assert visitor.ask("/readyz").status == 503
        assert visitor.ask("/healthz").status == 200


def test_nothing_touches_a_disk(
    visitor: Visitor, genuine_mail: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of 20 MiB is more than spooled files keep in memory by themselves."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened for writing")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    large = genuine_mail + b"x" * (20 << 20)
    assert visitor.drop(("large.eml", large)).status == 200


def test_the_root_is_there_to_be_taken_along(visitor: Visitor) -> None:
    answer = visitor.ask("/root.pem")
    taken = x509.load_pem_x509_certificate(answer.body)
    assert taken == world().root.certificate


def test_every_word_is_told_in_japanese() -> None:
    texts = load_texts("ja")
    words = [*WORDS.values(), *STATUSES.values(), *REASONS.values()]
    assert [word for word in words if str(word) not in texts] == []


def test_an_answer_waits_for_no_acknowledgement(visitor: Visitor) -> None:
    """Head and body are two writes; with Nagle's algorithm each answer took 40 ms."""
    link = http.client.HTTPConnection(*visitor.place, timeout=60)
    times = []
    for _ in range(100):
        begun = time.monotonic()
        link.request("GET", "/")
        link.getresponse().read()
        times.append(time.monotonic() - begun)
    link.close()
    assert min(times[20:]) < 0.038
