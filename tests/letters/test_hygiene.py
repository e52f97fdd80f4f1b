"""What text, addresses and dates look like on paper."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.errors import ConfigError
from notices.judgment import JST
from notices.letters import LetterSettings, Templates
from notices.letters.pdf.faces import FONTS, faces
from notices.letters.template.addresses import for_print
from notices.letters.template.dates import (
    english_date,
    english_time,
    japanese_date,
    japanese_time,
)
from notices.letters.template.hygiene import Cleaner
from notices.notice import Form
from notices.printed import defanged, read_host
from notices.signs import is_hidden, is_selector, read_back, shown, spelt
from tests.letters.conftest import final, letter_of
from tests.programs import missing

anything = st.text(st.characters())
FACES = faces()


@settings(deadline=None)
@given(anything)
def test_law_nothing_hidden_is_left(text: str) -> None:
    clean = Cleaner(FACES.drawable)
    assert not any(is_hidden(char) for char in clean.line(text))
    assert not any(is_hidden(char) for char in clean.url(text))
    assert not any(is_hidden(char) for char in clean.prose(text).replace("\n", ""))


@settings(deadline=None)
@given(anything)
def test_law_cleaning_twice_changes_nothing_more(text: str) -> None:
    clean = Cleaner(FACES.drawable)
    once = clean.prose(text)
    assert clean.prose(once) == once
    assert unicodedata.is_normalized("NFC", once)


@settings(deadline=None)
@given(anything)
def test_law_what_is_left_can_be_drawn(text: str) -> None:
    clean = Cleaner(FACES.drawable)
    left = clean.line(text)
    for before, char in zip(" " + left, left, strict=False):
        assert FACES.drawable(before + char if is_selector(char) else char)


@settings(deadline=None)
@given(anything)
def test_law_an_address_only_ever_grows_by_what_is_spelt_out(url: str) -> None:
    """Read back, 〔U+XXXX〕 gives the very characters of the address."""
    clean = Cleaner(FACES.drawable)
    printed = "".join(clean.url(char) for char in url)
    assert printed == clean.url(url)
    for char in url:
        assert clean.url(char) in {char, spelt(char)}


def test_a_variation_selector_in_an_address_is_spelt_out() -> None:
    """Dropped, it would be another page."""
    assert Cleaner().url("https://x.example/邉\U000e0101") == (
        "https://x.example/邉〔U+E0101〕"
    )


def test_line_ends_are_kept_in_prose_and_shown_in_a_line() -> None:
    assert Cleaner().prose("a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert Cleaner().line("a\nb") == "a〔U+000A〕b"


def test_a_word_whose_sign_becomes_the_common_one_is_told() -> None:
    clean = Cleaner()
    assert clean.prose("\ufa1b田 か\u3099") == "\u798f田 が"
    assert clean.warnings == ["U+FA1B: printed as \u798f (NFC)"]


def test_a_name_keeps_its_characters() -> None:
    """Made NFC or without a selector, it was another name than the one judged."""
    clean = Cleaner(FACES.drawable)
    assert clean.line("\ufa1b田 か\u3099") == "\ufa1b田 か\u3099"
    assert clean.warnings == []
    assert clean.line("渡邉\U000e0101") == "渡邉〔U+E0101〕"


def test_a_selector_stays_where_a_font_has_the_shape() -> None:
    """邉 with U+E0101 is in no font of ours; a selector of a selector is none."""
    clean = Cleaner(FACES.drawable)
    assert clean.line("葛\U000e0100城市") == "葛\U000e0100城市"
    assert clean.prose("辻\U000e0101と葛\U000e0100") == "辻\U000e0101と葛\U000e0100"
    assert clean.warnings == []
    twice = clean.line("葛\U000e0100\U000e0100")
    assert twice == "葛\U000e0100〔U+E0100〕"
    assert clean.prose("邉\U000e0101") == "邉"


@settings(deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("〔〕U+0123456789ABCDEF"))))
def test_law_a_name_is_read_back_as_it_was(text: str) -> None:
    """Whatever fonts there are, also where it looks like the notation itself."""
    for clean in (Cleaner(), Cleaner(FACES.drawable), Cleaner(lambda _: False)):
        assert read_back(clean.line(text)) == text
    assert read_back(shown(text)) == text


def test_a_remark_names_the_field_and_comes_once_for_each() -> None:
    clean = Cleaner(FACES.drawable)
    clean.at("a").line("가가")
    clean.at("b").line("가")
    assert [str(remark) for remark in clean.remarks] == [
        "a: U+AC00: no font has it, spelt out",
        "b: U+AC00: no font has it, spelt out",
    ]


def test_each_odd_character_is_told_once() -> None:
    clean = Cleaner()
    clean.line("\u202ea\u202eb\u200b")
    assert clean.warnings == [
        "U+202E: not visible, spelt out",
        "U+200B: not visible, spelt out",
    ]


@pytest.mark.parametrize(
    ("host", "ascii_form", "is_mixed"),
    [
        ("例え.テスト", "xn--r8jz45g.xn--zckzah", False),
        ("xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah", False),
        ("日本abc.example", "xn--abc-s08fl0d.example", False),
        ("bücher.example", "xn--bcher-kva.example", False),
        ("раypal.example", "xn--ypal-43d9g.example", True),
        ("аррӏе.example", "xn--80ak6aa92e.example", True),
        ("bad_host.example", "bad_host.example", False),
        ("www.example.jp", "www.example.jp", False),
    ],
)
def test_a_host_is_printed_as_machines_read_it(
    host: str, ascii_form: str, *, is_mixed: bool
) -> None:
    found = read_host(host)
    assert (found.ascii, found.is_mixed) == (ascii_form, is_mixed)


def test_an_ordinary_address_is_printed_letter_by_letter() -> None:
    for url in (
        "https://WWW.Example.JP:8443/A%2fb?x=1#y",
        "http://[2001:db8::1]/",
        "https://bad_host.example/",
    ):
        address = for_print(url, Cleaner())
        assert (str(address), address.note) == (url, "")


@pytest.mark.parametrize(
    ("url", "dead"),
    [
        ("https://www.a.example/b.c", "hxxps://www[.]a[.]example/b.c"),
        ("HTTP://a.example", "HXXP://a[.]example"),
        ("no address", "no address"),
    ],
)
def test_a_defanged_address_is_no_link(url: str, dead: str) -> None:
    assert defanged(url) == dead


@pytest.mark.parametrize(
    ("day", "japanese", "english"),
    [
        (date(2026, 11, 22), "令和8年11月22日", "22 November 2026"),
        (date(2019, 5, 1), "令和元年5月1日", "1 May 2019"),
        (date(2019, 4, 30), "平成31年4月30日", "30 April 2019"),
        (date(1989, 1, 8), "平成元年1月8日", "8 January 1989"),
        (date(1989, 1, 7), "昭和64年1月7日", "7 January 1989"),
        (date(1926, 12, 24), "1926年12月24日", "24 December 1926"),
    ],
)
def test_dates_are_written_by_era_and_in_english(
    day: date, japanese: str, english: str
) -> None:
    assert (japanese_date(day), english_date(day)) == (japanese, english)


def test_times_are_told_in_japan() -> None:
    at = datetime(2026, 12, 31, 15, 5, tzinfo=UTC)
    assert japanese_time(at.astimezone(JST)) == "令和9年1月1日0時5分"
    assert english_time(at.astimezone(JST)) == "1 January 2027, 00:05 (UTC+9)"


def test_seconds_and_another_zone_are_told_as_they_were_found() -> None:
    """Who looks for the post sees the time that the page shows."""
    at = datetime(2026, 11, 16, 21, 7, 33, tzinfo=timezone(timedelta(hours=-5)))
    assert japanese_time(at) == (
        "令和8年11月17日11時7分33秒（日本時間。UTC-5では令和8年11月16日21時7分33秒）"
    )
    assert english_time(at) == (
        "16 November 2026, 21:07:33 (UTC-5), which is 17 November 2026, 11:07:33 (UTC+9)"
    )
    odd = at.replace(tzinfo=timezone(timedelta(hours=5, minutes=45)), second=0)
    assert "UTC+5:45では" in japanese_time(odd)
    assert "(UTC)" in english_time(at.replace(tzinfo=UTC))


def test_a_file_that_is_no_font_is_refused(
    tmp_path: Path, templates: Templates
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    for path in (broken, tmp_path / "none.ttf", FONTS / "OFL-BIZUDGothic.txt"):
        with pytest.raises(ConfigError, match=path.name):
            letter_of(
                final(Form.FORM_1), templates, settings=LetterSettings(fonts=(path,))
            )


def test_a_font_of_the_site_draws_what_the_others_lack(
    tmp_path: Path, templates: Templates
) -> None:
    """A copy stands for it; letters without odd characters stay as they are."""
    own = tmp_path / "own.ttf"
    own.write_bytes((FONTS / "BIZUDGothic-Regular.ttf").read_bytes())
    own_fonts = LetterSettings(fonts=(own,))
    plain = letter_of(final(Form.FORM_1), templates)
    assert letter_of(final(Form.FORM_1), templates, settings=own_fonts).pdf == plain.pdf


def test_a_mark_stands_on_its_letter() -> None:
    """Names keep decomposed kana; a face of full-width marks drew か ゛ side by side."""
    for chain in FACES.chains.values():
        for mark in ("\u3099", "\u309a", "\u0301"):
            assert chain.measure(mark)[1] == 0
        assert chain.measure("か")[1] > 0


@pytest.mark.parametrize(
    "word",
    [
        "\u05e9\u05dc\u05d5\u05dd",
        "\u0645\u062b\u0627\u0644",
        "\u0915\u094d\u0937",
        "\u1780\u17d2",
        "\u07ca",
    ],
)
def test_a_script_that_must_be_shaped_is_spelt_out_whatever_fonts_there_are(
    word: str,
) -> None:
    """A font of the site has it, and Hebrew and Arabic came out reversed."""
    clean = Cleaner(lambda _: True)
    for printed in (clean.line(word), clean.prose(word), clean.url(word)):
        assert printed == "".join(map(spelt, word))
    assert read_back(clean.line(word)) == word
    assert "shap" in clean.warnings[0]


def test_a_hebrew_font_of_the_site_draws_no_hebrew(
    tmp_path: Path, templates: Templates
) -> None:
    own = require_font("DejaVuSans.ttf")
    notice = final(Form.FORM_1)
    named = replace(
        notice, recipient=replace(notice.recipient, name="\u05e9\u05dc \u00bd")
    )
    letter = letter_of(named, templates, settings=LetterSettings(fonts=(own,)))
    assert "\u3014U+05E9\u3015\u3014U+05DC\u3015 \u00bd" in letter.text


def require_font(name: str) -> Path:
    found = next(Path("/usr/share/fonts").rglob(name), None)
    if found is None:
        missing(f"the font {name} is missing; fonts-dejavu-core has it")
    return found
