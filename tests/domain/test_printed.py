"""The one printed form of URLs: ASCII stays, all else can be pasted."""

import doctest
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices import grammar, printed, signs
from notices.printed import defanged, dns_host, printed_url, spellings

VECTORS = json.loads(
    (Path(__file__).parents[1] / "site" / "print.json").read_text("utf-8")
)["urls"]
SIGNS = "aZ0/?#&=%+.:-_~[]<>|^`'()日本語かáßςİ𠮷😀가ﾃ。．Ａ"
any_url = st.text(st.one_of(st.characters(), st.sampled_from(SIGNS)), max_size=40)


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["name"])
def test_a_url_is_printed_as_browsers_ask_for_it(row: dict[str, str]) -> None:
    assert printed_url(row["url"]).address == row["address"]
    assert {row["url"], row["address"]} <= spellings(row["url"])


@settings(deadline=None)
@given(any_url.map(lambda text: f"https://{text}"))
def test_law_an_accepted_url_is_pasted_whole(url: str) -> None:
    if grammar.url_fault(url) is not None:
        return
    found = printed_url(url)
    assert found.address.isascii()
    assert found.address.isprintable()
    assert " " not in found.address
    if url.isascii():
        assert found.address == url
    again = printed_url(found.address)
    assert again.address == found.address


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_law_ascii_is_printed_letter_by_letter(text: str) -> None:
    """Letters of the versions before had it so; readers compare them."""
    if text.isprintable() and " " not in text:
        assert printed_url(text).address == text
    assert signs.shown(text) == text or not text.isprintable()


@settings(deadline=None)
@given(any_url)
def test_law_no_text_is_too_odd_to_be_printed(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/{text}"):
        assert printed_url(url).address.isascii() or "〔U+" in printed_url(url).address
        assert dns_host(url) is not None
        assert spellings(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.JP:8443/x", "www.example.jp"),
        ("https://İstanbul.example/path", "xn--istanbul-o0e.example"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("http://bad_host.example/x", "bad_host.example"),
        ("https://例え.テスト/x", "xn--r8jz45g.xn--zckzah"),
        ("no address", ""),
    ],
)
def test_the_host_of_a_url_as_the_dns_has_it(url: str, host: str) -> None:
    assert dns_host(url) == host
    if url.isascii():
        assert dns_host(url) == (urlsplit(url).hostname or "")


def test_a_short_host_is_not_found_within_the_scheme() -> None:
    """`s` stands in https, too: nothing is sought by its letters."""
    assert printed_url("https://s/ｓ").address == "https://s/%EF%BD%93"
    assert printed_url("https://ｓ/x").address == "https://s/x"


def test_a_label_of_thousands_of_letters_costs_no_time() -> None:
    """Punycode takes the square of its length."""
    host = "".join(map(chr, range(0x4E00, 0x4E00 + 7000)))
    assert printed_url(f"https://{host}/").address.startswith("https://%E4%B8%80")


def test_the_capital_scheme_is_defanged_too() -> None:
    url = "HTTPS://WWW.Example.JP/a.b"
    assert defanged(url) == "HXXPS://WWW[.]Example[.]JP/a.b"
    assert defanged(url) in spellings(url)


@pytest.mark.parametrize("room", [printed, signs])
def test_the_examples_in_the_documentation_run(room: object) -> None:
    result = doctest.testmod(room)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "\u200b\ufe0f", "\u2800\u3164", "\u00a0\U000e0101"]
)
def test_what_does_not_show_is_blank(text: str) -> None:
    assert signs.is_blank(text)
    assert grammar.name_fault(text)
    assert not signs.is_blank(text + "見")
