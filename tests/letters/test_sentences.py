"""Sentences by the hundred: what the check of templates refuses, and what it passes."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from notices.letters.template.checks.clauses import breaches
from notices.letters.template.checks.word_table import read_table, word_table
from notices.letters.template.checks.wording import wording_faults
from notices.letters.template.sources import TemplateSource

CORPUS = Path(__file__).parent / "corpus"
TEMPLATES = Path(__file__).parents[2] / "templates"


def sentences(name: str) -> list[str]:
    lines = (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def found(sentence: str, form: str) -> list[str]:
    return list(breaches(unicodedata.normalize("NFKC", sentence), form))


@pytest.mark.parametrize("name", ["demands", "allegations", "right"])
def test_there_are_two_hundred_of_each_kind(name: str) -> None:
    assert len(set(sentences(name))) >= 200


@pytest.mark.parametrize("sentence", sentences("demands"))
def test_a_demand_is_refused_in_both_forms(sentence: str) -> None:
    assert found(sentence, "form1")
    assert found(sentence, "form2")


@pytest.mark.parametrize("sentence", sentences("allegations"))
def test_an_allegation_is_refused_in_form_2(sentence: str) -> None:
    assert found(sentence, "form2")


@pytest.mark.parametrize("sentence", sentences("right"))
def test_a_right_sentence_passes_in_both_forms(sentence: str) -> None:
    assert found(sentence, "form1") == []
    assert found(sentence, "form2") == []


def test_form_1_may_name_the_law() -> None:
    assert found("違反する法令名等", "form1") == []
    assert found("In our judgment it is illegal under the law of Japan.", "form1") == []


def test_the_words_are_told_with_the_reason_in_both_languages() -> None:
    [told] = found("必ず対応してください。", "form1")
    assert told.startswith("必ず: demands; the request is voluntary")
    assert "依頼は任意です" in told


IF = "{% if 管理対象 == 'サーバ' %}"


def in_form_2(line: str) -> list[str]:
    source = TemplateSource("form2/letter.ja.j2", "letter.ja.j2", f"@本文\n{line}\n")
    faults = wording_faults(source, is_form_2=True)
    assert {fault.path for fault in faults} <= {"letter.ja.j2:2"}
    return [fault.message.partition(":")[0] for fault in faults]


@pytest.mark.parametrize(
    "line",
    [
        f"必{IF}{{% endif %}}ず削除してください。",
        f"必{IF}要{{% else %}}ず{{% endif %}}削除してください。",
        f"必{IF}要{{% elif 措置 == 'x' %}}至{{% else %}}ず{{% endif %}}削除してください。",
        "必{{ '' if 管理対象 == 'x' else '' }}ず削除してください。",
        "必{{ 'y' if 管理対象 == 'x' else 'ず' }}削除してください。",
        f"必{IF}{{{{ 'ず' }}}}{{% else %}}要{{% endif %}}",
        "必{{ 'ず' if 管理対象\n == 'x' else '要' }}",
        "必{# 覚書\n #}ず",
    ],
)
def test_what_a_branch_prints_is_judged(line: str) -> None:
    """Texts of conditions, which nobody prints, stood amid the words and hid them."""
    assert "必ず" in in_form_2(line)


@pytest.mark.parametrize(
    "line",
    [
        f"{IF}サーバ{{% else %}}サイト{{% endif %}}に掲載されています。",
        "URL{% if has_several_urls %}s{% endif %}",
        "{% if 管理対象 == '必ず' %}見本{% endif %}",
        f"義務を課すものではありません。{IF}御確認ください。{{% endif %}}",
        "必ずしも{{ 'この' if 管理対象 == 'x' else 'その' }}とおりではありません。",
    ],
)
def test_what_no_branch_prints_is_not(line: str) -> None:
    assert in_form_2(line) == []


SIGNS = {"〔数〕": "3", "〔任意〕": "し", "〔とき〕": "際", "〔月〕": "May"}
"""An example of what each sign of the table stands for."""


def test_every_word_of_the_table_is_found_by_itself() -> None:
    """A word that another entry hides would look like a rule and be none."""
    path = TEMPLATES / "words.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    table = word_table()
    for row, rule in zip(rows, table.rules, strict=True):
        japanese, english = rule.tongues["ja"], rule.tongues["en"]
        for key, pattern in (
            ("ja", japanese.words),
            ("always", japanese.always),
            ("strict", japanese.strict),
            ("en", english.words),
            ("always_en", english.always),
        ):
            for word in row.get(key, ()):
                plain = word.removesuffix("*")
                for sign, stands_for in SIGNS.items():
                    plain = plain.replace(sign, stands_for)
                assert pattern.search(plain), word


def test_a_table_without_harmless_words_refuses_nothing_by_accident() -> None:
    table = read_table(
        '[[rule]]\nname="x"\nforms=["form1"]\nwhy="だめ"\nwhy_en="no"\nja=["禁句"]\n'
        'en=["taboo"]\n[negation]\nja=["ない"]\nnot_ja=[]\nen=["not"]\nnot_en=[]\n'
    )
    assert list(breaches("これは禁句です", "form1", table)) == ["禁句: no（だめ）"]
    assert list(breaches("これは禁句ではない", "form1", table)) == []
    assert list(breaches("not taboo", "form1", table)) == []
    assert list(breaches("これは禁句です", "form2", table)) == []
    assert list(breaches("", "form1", table)) == []
