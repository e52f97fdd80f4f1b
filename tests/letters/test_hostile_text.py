"""No input text bends a letter, and all outputs say the same."""

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import pdfa

from notices.judgment import Language
from notices.letters import Letter, Templates, load_templates
from notices.letters.model import Passage, Style, Table
from notices.notice import Form
from tests.letters.conftest import (
    CORPUS,
    docx_paragraphs,
    final,
    hostile_notice,
    letter_of,
    members,
    one_text,
    structure_text,
    with_judgment,
)


def assert_all_agree(letter: Letter, folder: Path) -> None:
    """Model, structure text of the PDF and DOCX have the same words."""
    words = one_text(letter.model.texts())
    assert structure_text(letter.pdf, folder) == words
    assert one_text(docx_paragraphs(letter.docx)) == words
    squeezed = re.sub(r"\s", "", letter.text.replace("-" * 72, ""))
    assert squeezed == re.sub(r"\s", "", words)


def assert_archival(pdf: bytes) -> None:
    """PDF/A-2b without findings, no annotation, no action."""
    report = pdfa.validate_written(io.BytesIO(pdf), "2b")
    assert report.passed, [str(finding) for finding in report.findings]
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert not any("/Annots" in page for page in read.pages)
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(read.Root)


def assert_no_way_out(package: bytes) -> None:
    """No relationship of the DOCX leads outside, and no link or field is in the text."""
    parts = members(package)
    for name, content in parts.items():
        if name.endswith(".rels"):
            assert b"TargetMode" not in content
    body = parts["word/document.xml"]
    assert not re.search(rb"w:hyperlink|instrText|w:fld", body)


def shape(letter: Letter) -> list[Any]:
    """Blocks and rows, without the words that the notice brings."""
    found: list[Any] = []
    for part in letter.model.parts:
        for block in part.blocks:
            if isinstance(block, Table):
                found.append(
                    [
                        (r.group, r.label, sum(not p.is_detail for p in r.paras))
                        for r in block.rows
                    ]
                )
            else:
                found.append((block.style, len(block.paras)))
    return found


@cache
def usual_shape(form: Form, language: Language, urls: int) -> list[Any]:
    """The shape of a harmless letter of this kind."""
    notice = final(form)
    target = replace(notice.judgment.target, urls=("https://x.example/",) * urls)
    recipient = replace(notice.recipient, language=language)
    harmless = with_judgment(replace(notice, recipient=recipient), target=target)
    return shape(letter_of(harmless, load_templates()))


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["name"])
def test_hostile_text_stays_text_in_every_output(
    case: dict[str, Any], templates: Templates, tmp_path: Path
) -> None:
    notice = hostile_notice(case)
    letter = letter_of(notice, templates)
    assert_all_agree(letter, tmp_path)
    assert_archival(letter.pdf)
    assert_no_way_out(letter.docx)
    assert shape(letter) == usual_shape(
        notice.form, notice.recipient.language, len(notice.judgment.target.urls)
    )


def test_the_corpus_has_at_least_sixty_cases() -> None:
    assert len({case["name"] for case in CORPUS}) >= 60


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bidi overrides", "abc〔U+202E〕gpj.exe〔U+202C〕"),
        ("nul and controls", "a〔U+0000〕b〔U+0007〕c"),
        ("surrogates", "a〔U+D800〕b〔U+DFFF〕c"),
        ("token characters", "〔U+E000〕0〔U+E001〕"),
        ("rare kanji", "𠮷野家の髙橋と山﨑と渡邉と葛\U000e0100城"),
        ("emoji", "〔U+1F600〕"),
        ("nfd kana", "がぱガ"),
        ("jinja expression", "{{ 7*7 }} {{ 番号 }}"),
        ("2000-character URL", "（2001文字）"),
        (
            "idn",
            "https://xn--r8jz45g.xn--zckzah/%E3%83%91%E3%82%B9?q=%E5%80%A4",
        ),
        ("idn", "（表示上のホスト名：例え.テスト、表示上のパス等：/パス?q=値）"),
        (
            "idn homograph",
            "https://xn--80ak6aa92e.example/login（表示上のホスト名：арр〔U+04CF〕е.example、紛らわしい文字を含む）",
        ),
        ("idn mixed scripts", "紛らわしい文字を含む"),
        ("broken percents", "https://x.example/%zz%4%%25%"),
        (
            "url in nfd",
            "https://x.example/%E3%81%8B%E3%82%99?x=e%CC%81（表示上のパス等：/か\u3099?x=e",
        ),
        (
            "url with emoji",
            "https://x.example/%F0%9F%98%80（表示上のパス等：/〔U+1F600〕）",
        ),
    ],
)
def test_what_is_odd_is_shown_for_what_it_is(
    name: str, shown: str, templates: Templates
) -> None:
    case = next(case for case in CORPUS if case["name"] == name)
    assert shown in one_text(letter_of(hostile_notice(case), templates).model.texts())


@pytest.mark.parametrize(
    "name", ["emoji", "rare kanji", "bidi overrides", "idn homograph"]
)
def test_every_change_of_the_text_is_a_warning(name: str, templates: Templates) -> None:
    case = next(case for case in CORPUS if case["name"] == name)
    assert letter_of(hostile_notice(case), templates).warnings


def test_ordinary_text_warns_of_nothing(templates: Templates) -> None:
    assert letter_of(final(Form.FORM_1), templates).warnings == ()


def test_a_forged_title_stays_below_the_one_title(templates: Templates) -> None:
    case = next(case for case in CORPUS if case["name"] == "forged directives")
    model = letter_of(hostile_notice(case), templates).model
    titles = [
        block
        for block in model.parts[0].blocks
        if isinstance(block, Passage) and block.style is Style.TITLE
    ]
    assert [para.text for title in titles for para in title.paras] == [
        "【違法情報】の通知書兼送信防止措置依頼書"
    ]


any_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\n\r\t @{}%#<>&「」。、ー（）■□\u202e\u3099\ue000漢字かなABC123 "
        ),
    ),
    max_size=200,
)
HYPOTHESIS = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@HYPOTHESIS
@given(content=any_text, reason=any_text, name=any_text, board=any_text)
def test_law_all_outputs_agree_whatever_the_text(
    content: str,
    reason: str,
    name: str,
    board: str,
    templates: Templates,
    tmp_path: Path,
) -> None:
    case = {
        "content": content,
        "reason": reason,
        "recipient": name,
        "board_name": board,
    }
    letter = letter_of(hostile_notice(case), templates)
    assert_all_agree(letter, tmp_path)
    assert_archival(letter.pdf)


@settings(HYPOTHESIS, max_examples=10)
@given(content=any_text, reason=any_text, name=any_text, board=any_text)
def law_over_ten_texts(
    content: str,
    reason: str,
    name: str,
    board: str,
    templates: Templates,
    tmp_path: Path,
    agreed: list[str],
) -> None:
    case = {
        "content": content,
        "reason": reason,
        "recipient": name,
        "board_name": board,
    }
    letter = letter_of(hostile_notice(case), templates)
    assert_all_agree(letter, tmp_path)
    assert_archival(letter.pdf)
    agreed.append(content)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(30))
def test_law_all_outputs_agree_over_many_texts(
    seed: int, laws_seed: int, templates: Templates, tmp_path: Path
) -> None:
    agreed: list[str] = []
    law = hypothesis.seed(laws_seed + seed)(law_over_ten_texts)
    law(templates=templates, tmp_path=tmp_path, agreed=agreed)
    assert len(agreed) >= 10


def test_a_reason_of_fifty_thousand_characters_is_laid_out(
    templates: Templates, tmp_path: Path
) -> None:
    reason = "「見本」という表現が、不特定又は多数の者が閲覧できる場所に掲載。" * 1563
    letter = letter_of(
        with_judgment(final(Form.FORM_1), reason=reason[:50_000]), templates
    )
    assert_all_agree(letter, tmp_path)
    with pikepdf.open(io.BytesIO(letter.pdf)) as read:
        assert len(read.pages) > 30
