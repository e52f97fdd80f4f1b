"""The DOCX: marks on every page, headings and URLs that stay together, properties."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pikepdf
import pytest

from notices.letters import Templates
from notices.letters.template.checks.checking import source_faults
from notices.notice import Form
from tests.letters.conftest import final, letter_of, members


@pytest.mark.parametrize(
    ("changes", "mark"),
    [({"is_draft": True}, "DRAFT"), ({"is_test": True}, "TEST"), ({}, "")],
)
def test_a_draft_is_marked_at_the_head_of_every_page(
    changes: dict[str, bool], mark: str, templates: Templates
) -> None:
    """The first page has a head of its own; the others have number and addressee."""
    letter = letter_of(replace(final(Form.FORM_1), **changes), templates)
    section = docx.Document(io.BytesIO(letter.docx)).sections[0]
    assert section.different_first_page_header_footer
    first = section.first_page_header.paragraphs[0].text
    others = section.header.paragraphs[0].text
    assert (mark in first, mark in others) == (True, True)
    assert bool(first) == bool(mark)
    assert "R8-1-000123　みほん掲示板運営事務局　御中" in others
    for footer in (section.first_page_footer, section.footer):
        assert "R8-1-000123" in footer.paragraphs[0].text


def test_the_heading_of_a_row_fills_its_cell(templates: Templates) -> None:
    body = members(letter_of(final(Form.FORM_1), templates).docx)["word/document.xml"]
    cells = re.findall(r"<w:tc>.*?</w:tc>", body.decode())
    grey = [cell for cell in cells if 'w:fill="F0F0F0"' in cell]
    assert [re.sub("<[^>]*>", "", cell) for cell in grey] == [
        "違反する法令名等",
        "上記法令の構成要件に該当すると判断した理由",
    ]
    assert all('w:pStyle w:val="NoticeRowHeading"' in cell for cell in grey)


def test_a_label_and_its_url_stay_together(templates: Templates) -> None:
    """A long URL would begin a line of its own, and its label stand alone."""
    parts = members(letter_of(final(Form.FORM_1), templates).docx)
    [line] = [
        one
        for one in re.findall(r"<w:p>.*?</w:p>", parts["word/document.xml"].decode())
        if "https://board" in one
    ]
    assert 'w:pStyle w:val="NoticeURLLine"' in line
    assert ">URL：<" in line
    styles = parts["word/styles.xml"].decode()
    style = styles[styles.index('w:styleId="NoticeURLLine"') :]
    assert '<w:wordWrap w:val="0"/>' in style[: style.index("</w:style>")]
    assert "<w:keepLines/>" in style[: style.index("</w:style>")]


def test_the_font_table_has_the_three_fonts_and_no_other(templates: Templates) -> None:
    table = members(letter_of(final(Form.FORM_1), templates).docx)["word/fontTable.xml"]
    names = re.findall(r'<w:font w:name="([^"]*)"', table.decode())
    assert names == ["BIZ UDMincho", "BIZ UDGothic", "Noto Serif JP"]


def test_the_properties_are_those_of_the_pdf(templates: Templates) -> None:
    letter = letter_of(final(Form.FORM_1), templates)
    said = docx.Document(io.BytesIO(letter.docx)).core_properties
    with pikepdf.open(io.BytesIO(letter.pdf)) as pdf:
        info = pdf.trailer.Info
        assert said.title == str(info.Title)
        assert said.author == said.last_modified_by == str(info.Author)
        assert str(info.CreationDate) == "D:20261118000000+09'00'"
    assert said.created == said.modified == datetime(2026, 11, 17, 15, tzinfo=UTC)
    assert said.language == "ja-JP"


def test_odd_names_in_the_head_are_text(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    named = replace(notice.recipient, name='<w:b/>&"THE-HEAD" THE-AUTHOR')
    letter = letter_of(replace(notice, recipient=named), templates)
    section = docx.Document(io.BytesIO(letter.docx)).sections[0]
    assert '<w:b/>&"THE-HEAD" THE-AUTHOR　御中' in section.header.paragraphs[0].text


def test_a_heading_of_more_than_a_hundred_characters_is_refused(
    templates: Templates,
) -> None:
    """It left the paper: a heading stands in a narrow column, on one page."""
    source = templates.source("form1/letter.ja.j2")
    for old in ("@行 掲載されている情報", "@区分 違法情報該当性の判断理由等"):
        long = replace(source, text=source.text.replace(old, old + "長" * 100))
        [fault] = source_faults(long)
        assert "at most 100 characters" in fault.message
        assert fault.path.split(":")[-1].isdecimal()
