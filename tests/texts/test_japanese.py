"""Every text for people has its Japanese, and none of it is left over."""

import ast
import gettext
import re
import string
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import click
import pytest

from notices.cli import run
from notices.cli.screen.language import chosen
from notices.codec.languages import load_texts, read_po
from notices.messages import Text, names_of, told
from tests.texts import write_click
from tests.texts.in_code import find
from tests.texts.missing import all_entries, names_fit

TO_DO = "see: python -m tests.texts.missing"
JAPANESE = load_texts("ja")
_HAS_KANA = re.compile(r"[ぁ-んァ-ヶ一-龠]")
MOMENT = datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_every_text_has_its_japanese():
    assert sorted(find().texts.keys() - JAPANESE.keys()) == [], TO_DO


def test_no_japanese_is_left_over():
    assert sorted(all_entries().keys() - find().texts.keys()) == [], TO_DO


def test_no_sentence_forgets_what_it_was_made_of():
    assert find().f_strings == [], "make it a Text, or name it in not_for_people.txt"


def _value(spec: str) -> object:
    """Something that a field of that format takes."""
    if "%" in spec:
        return MOMENT
    if spec and spec[-1] in "oxXdfg":
        return 5
    return f"〔{sha256(spec.encode()).hexdigest()[:6]}〕"


def test_every_text_is_told_with_all_its_parameters_in_both_languages():
    assert len(JAPANESE) > 1000
    assert [text for text in JAPANESE if not _is_told_whole(text)] == []


def _is_told_whole(english: str) -> bool:
    if not _is_template(english):
        return _HAS_KANA.search(told(english, JAPANESE)) is not None
    fields = [
        (name, spec or "", conversion)
        for _, name, spec, conversion in string.Formatter().parse(english)
        if name
    ]
    values = {name: _value(spec) for name, spec, _ in fields}
    said = Text(english, **values)
    in_japanese = told(said, JAPANESE)
    named = [
        values[name]
        for name, _, conversion in fields
        if name != "plural" and isinstance(values[name], str) and conversion != "a"
    ]
    return (
        names_fit(english, JAPANESE[english])
        and all(name in said and name in in_japanese for name in named)
        and (_HAS_KANA.search(in_japanese) is not None or _is_a_name(english))
    )


def _is_template(english: str) -> bool:
    """A plain string may speak of braces, such as `{...}`."""
    try:
        names_of(english)
    except ValueError:
        return False
    return True


def _is_a_name(english: str) -> bool:
    """Names and commands alone are the same in both languages."""
    return len(re.findall(r"[a-z]{2,}", re.sub(r"\{[^}]*\}", "", english))) <= 2


def test_japanese_is_written_as_offices_write_it():
    """Half-width letters and digits, full-width kana, and 公用文 spellings."""
    odd = re.compile(
        r"[ａ-ｚＡ-Ｚ０-９､｡ｱ-ﾝ]|下さい|出来る|(?<!一)致し|頂|及び、|又は、"
    )
    assert [text for text in JAPANESE.values() if odd.search(text)] == []


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        (["list"], {}, "en"),
        (["list"], {"LANG": "ja_JP.UTF-8"}, "ja"),
        (["list"], {"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        (["list"], {"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ja_JP.eucJP"}, "ja"),
        (["list"], {"LANG": "ja", "LC_ALL": ""}, "ja"),
        (["list"], {"LANG": "jam_JM"}, "en"),
        (["--lang", "en", "list"], {"LANG": "ja_JP.UTF-8"}, "en"),
        (["list", "--lang=ja"], {}, "ja"),
        (["check", "--", "--lang=ja"], {}, "en"),
        (["list", "--lang"], {"LANG": "ja_JP.UTF-8"}, "ja"),
    ],
)
def test_who_chooses_the_language(words, environment, language):
    assert chosen(words, environment) == language


def test_the_command_line_speaks_japanese(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert run(["check", "nosuch.json"]) == 65
    assert capsys.readouterr().err.startswith("notices: エラー: nosuch.json を読めない")
    assert run(["list", "--frobnicate"]) == 2
    assert "オプション '--frobnicate' はありません" in capsys.readouterr().err
    assert run(["verify", "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("使い方: notices verify")
    assert "信頼するルート証明書" in out
    assert run(["verify", "--help", "--lang", "en"]) == 0
    assert "使い方" not in capsys.readouterr().out
    assert run(["list", "--lang", "fr"]) == 2


def test_nothing_of_one_run_is_left_in_the_next(capsys):
    for language, word in (("ja", "使い方"), ("en", "Usage"), ("ja", "使い方")):
        run(["list", "--help", "--lang", language])
        assert capsys.readouterr().out.startswith(word)


def test_what_click_says_is_compiled_from_its_po_file():
    compiled = write_click.compiled(write_click.entries())
    assert compiled == write_click.TARGET.read_bytes(), (
        "python -m tests.texts.write_click"
    )
    with write_click.TARGET.open("rb") as file:
        read = gettext.GNUTranslations(file)
    for english, japanese in write_click.entries().items():
        one, _, many = english.partition("\0")
        if many:
            assert {read.ngettext(one, many, count) for count in (1, 3)} == {japanese}
            assert names_of(japanese) <= {*names_of(one), *names_of(many)}
        elif english:
            assert read.gettext(english) == japanese
            assert names_of(english) == names_of(japanese)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["leger"], "'ledger'"),
        (["ledger", "proof"], "'prove'"),
        (["list", "--sate", "held"], "'--state'"),
    ],
)
def test_a_word_that_is_nearly_one_is_told_what_was_meant(words, meant, capsys):
    assert run([*words, "--lang", "en"]) == 2
    assert meant in capsys.readouterr().err.splitlines()[-1]
    assert run(["--lang", "ja", *words]) == 2
    told = capsys.readouterr().err
    assert meant in told.splitlines()[-1]
    assert "のことですか" in told
    assert not re.search(r"\b(Error|Usage|Did|one of)\b", told)


def test_click_still_says_what_is_translated():
    source = "".join(
        path.read_text("utf-8")
        for path in sorted(write_click.Path(click.__file__).parent.glob("*.py"))
    )
    flowed = re.sub(r'"\s*\n\s*"', "", source)
    said_by_us = {"Usage: ", "Arguments", "(Possible options: {possibilities})"}
    for english in write_click.entries():
        if english and english not in said_by_us:
            first = english.split("\0")[0].replace("\n", "\\n").replace("\t", "\\t")
            assert f'"{first}"' in flowed or f"'{first}'" in flowed, english


def test_what_click_counts_has_both_its_forms():
    """gettext finds a plural by both: with one alone the line came out in English."""
    counted = {
        "\0".join(each.value for each in call.args[:2])
        for path in write_click.Path(click.__file__).parent.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "ngettext"
    }
    assert len(counted) > 5
    ones = {each.partition("\0")[0]: each for each in counted}
    halved = {each for each in write_click.entries() if ones.get(each, each) != each}
    halved |= {each.partition("\0")[2] for each in counted} & {*write_click.entries()}
    assert not halved


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["send", "X-1", "--again"], "'--again' には値が要ります"),
        (["list", "--state", "gone"], "'gone' は使えません"),
        (["send", "X-1", "--again", "--reason", "x"], "--again には値が要ります"),
    ],
)
def test_usage_is_told_in_japanese(words, told, capsys):
    assert run(["--lang", "ja", *words]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["msgid x", "hello", 'msgid "a', '"alone"'])
def test_a_broken_po_file_is_no_catalogue(bad):
    with pytest.raises(ValueError):
        read_po(bad)


def test_two_translations_of_one_text_are_refused():
    """A merge leaves both behind, one under the other: they were told as one."""
    with pytest.raises(ValueError, match="two"):
        read_po('msgid "a"\nmsgstr "one"\nmsgstr "two"\n')


def test_no_parameter_is_told_more_often_than_in_english():
    for english, japanese in load_texts("ja").items():
        counts = [Counter(re.findall(r"\{(\w+)", text)) for text in (english, japanese)]
        assert counts[1] <= counts[0], english


def test_an_entry_without_translation_is_left_out():
    assert read_po('msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr ""\n"c"\n') == {"b": "c"}


def test_a_time_of_day_is_told_as_it_was_meant():
    said = Text(
        "revoked since {revocation_date_utc:%F %R} UTC", revocation_date_utc=MOMENT
    )
    assert told(said, JAPANESE) == "2026-11-16 12:00 UTCから失効している"
