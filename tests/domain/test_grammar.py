"""What may stand in a single field."""

import string
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices import grammar

ATEXT = set(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~")
LDH = set(string.ascii_letters + string.digits + "-")

near_mailboxes = st.one_of(
    st.text(alphabet='ab.@-!" ,;<>()\\\r\n\t\0é。＠', max_size=20),
    st.from_regex(r"[a-c.+-]{1,5}@[a-c.-]{1,9}\.[a-c0-9-]{1,3}.?", fullmatch=True),
    st.text(max_size=30).map(lambda text: f"{text}@example.jp"),
    st.text(max_size=30).map(lambda text: f"abuse@{text}"),
)


@given(near_mailboxes)
def test_no_accepted_mailbox_needs_quoting_on_the_wire(text: str) -> None:
    if grammar.mailbox_fault(text) is None:
        local, domain = text.split("@")
        assert set(local) <= ATEXT | {"."}
        assert set(domain) <= LDH | {"."}
        assert all((*local.split("."), *domain.split(".")))
        assert len(text) <= 254
        assert parseaddr(text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        "abuse@board.example.jp",
        "o'brien+abuse@xn--eckwd4c7c.example",
        f"{'a' * 64}@example.jp",
        "a@1.example",
    ],
)
def test_mailboxes_that_are_one_address(text: str) -> None:
    assert grammar.mailbox_fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abuse",
        "@example.jp",
        "abuse@",
        "a@b@example.jp",
        "a@example.jp, b@example.jp",
        "a@example.jp;b@example.jp",
        "Abuse <a@example.jp>",
        "<a@example.jp>",
        '"a b"@example.jp',
        "a(comment)@example.jp",
        "a..b@example.jp",
        ".a@example.jp",
        "a.@example.jp",
        "a@example..jp",
        "a@-example.jp",
        "a@example-.jp",
        "a@example.jp.",
        "a@localhost",
        "a@192.0.2.1",
        "a@[192.0.2.1]",
        "a@みほん.example",
        "あ@example.jp",
        "a@example.jp\n",
        "a@example.jp\r\nRCPT TO:<b@example.jp>",
        " a@example.jp",
        f"{'a' * 65}@example.jp",
        f"a@{'b' * 64}.jp",
        f"a@{'b.' * 126}jp",
    ],
)
def test_mailboxes_that_are_none(text: str) -> None:
    assert grammar.mailbox_fault(text)


@pytest.mark.parametrize("text", ["IHC-2026-004217", "A12", "0--", "A" * 32])
def test_case_ids(text: str) -> None:
    assert grammar.case_id_fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AB",
        "-AB",
        "abc",
        "A" * 33,
        "../ABC",
        "A/B",
        "ABC\n",
        "ＡＢＣ",
        "A٣٣",
        "AB.C",
    ],
)
def test_ids_that_are_none_and_could_lead_to_another_file(text: str) -> None:
    assert grammar.case_id_fault(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://board.example.jp/thread/1208/52",
        "http://bbs.example.jp/cgi-bin/read.cgi?no=451",
        "HTTPS://Board.Example.JP:8443/a%20b?q=<x>&y={1}#frag",
        "http://192.0.2.1/",
        "http://[2001:db8::1]/",
        "https://みほん.example/ページ",
        "https://example.jp/@user/1",
    ],
)
def test_addresses_as_they_are_found(text: str) -> None:
    assert grammar.url_fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "board.example.jp",
        "ftp://board.example.jp/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@example.jp/",
        "https://example.jp@evil.example/",
        "https://example.jp\\@evil.example/",
        "https://example.jp/a b",
        "https://example.jp/\n",
        "https://example.jp/\u3000",
        "https://example.jp/\u202egpj.exe",
        "https://example.jp/a\u200bb",
        "https://example.jp/\ud800",
        "https://[::1/",
        "https://example.jp:99999/",
        "https://example..jp/",
        "https://example.jp/" + "a" * 8000,
        "https://example.jp/" + "あ" * 890,  # 9 octets each, percent-encoded
    ],
)
def test_addresses_that_are_refused(text: str) -> None:
    assert grammar.url_fault(text)


@given(st.text(max_size=40).map(lambda text: f"https://{text}"))
def test_no_accepted_address_hides_something(text: str) -> None:
    if grammar.url_fault(text) is None:
        assert (
            "@"
            not in text.split("/")[2]
            .split("?", maxsplit=1)[0]
            .split("#", maxsplit=1)[0]
        )
        assert text.isprintable()


@pytest.mark.parametrize(
    "sign", ["\n", "\r", "\t", "\0", "\x7f", "\x85", "\u2028", "\ud8ff"]
)
def test_a_line_has_no_controls(sign: str) -> None:
    assert grammar.line_fault(f"みほん{sign}掲示板")


def test_prose_may_have_controls_but_no_half_characters() -> None:
    assert grammar.prose_fault("一行目\n二行目\x00\u202e") is None
    assert grammar.prose_fault("\udfff")


@pytest.mark.parametrize(
    ("text", "good"),
    [("JP", True), ("GB", True), ("UK", False), ("jp", False), ("", False)],
)
def test_countries_are_those_of_iso_3166(text: str, good: bool) -> None:
    assert (grammar.country_fault(text) is None) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("192.0.2.10", True),
        ("2001:db8::1", True),
        ("192.0.2", False),
        ("fe80::1%eth0", False),
        ("192.0.2.010", False),
    ],
)
def test_ip_addresses(text: str, good: bool) -> None:
    assert (grammar.ip_address_fault(text) is None) is good
