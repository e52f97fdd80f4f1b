"""PDF/A-2b and the tag rules of PDF/UA-1, by two judges that wrote none of it."""

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import page
import pikepdf
import pytest
from pikepdf import pdfa

from notices.judgment import Language
from notices.letters import Templates
from notices.notice import Form, Notice
from notices.verifying.pdf.shown.letter import read_shown
from tests.letters.conftest import final, letter_of, with_judgment

# That the file is PDF/UA cannot be said beside PDF/A-2b without an extension schema,
# which the allow-list of pikepdf's judge does not know.
_UNSAID = {"PDFUA1-ID-PART-001", "PDFUA1-ID-SCHEMA-001"}
_WORDS = [
    "「見本」と判断。",
    "An example of words. ",
    "掲載",
    "葛\U000e0100城",
    "1lI0O ",
    "\n",
]


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing here is secret


def random_notice(chance: random.Random, number: int) -> Notice:
    notice = final(chance.choice(list(Form)))
    words = "".join(chance.choices(_WORDS, k=chance.randrange(1, 400)))
    urls = tuple(
        f"https://x.example/{'y' * chance.randrange(200)}"
        for _ in range(chance.randrange(1, 5))
    )
    target = replace(notice.judgment.target, urls=urls)
    return replace(
        with_judgment(
            notice, reason=words, reason_en=words, content=words[:200], target=target
        ),
        recipient=replace(notice.recipient, language=chance.choice(list(Language))),
        number=f"R8-1-{number:06}",
        is_test=chance.random() < 0.2,
    )


def faults(pdf: bytes) -> set[str]:
    found: set[str] = set()
    for profile in (page.ValidationProfile.PDF_A_2B, page.ValidationProfile.PDF_UA_1):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        found |= {f"{one.rule_id} {one.message}" for one in report.failures}
    return {one for one in found if one.split()[0] not in _UNSAID}


def assert_no_faults(notice: Notice, templates: Templates) -> None:
    pdf = letter_of(notice, templates).pdf
    assert faults(pdf) == set()
    # ISO 19005-2, 6.1.7.1: else CR LF before endstream is read as one line end
    assert b"\r\nendstream" not in pdf
    # what the verifier reads glyph by glyph refuses no letter of ours
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert notice.number in read_shown(opened).text


@pytest.mark.parametrize("seed", range(20))
def test_random_letters_have_no_fault(seed: int, templates: Templates) -> None:
    assert_no_faults(random_notice(dice(seed), seed), templates)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(500, 550))
def test_five_hundred_random_letters_have_no_fault(
    seed: int, templates: Templates
) -> None:
    chance = dice(seed)
    for number in range(10):
        assert_no_faults(random_notice(chance, number), templates)


def test_a_stream_that_would_end_in_cr_is_written_another_way(
    templates: Templates,
) -> None:
    """4 of 202 letters had one; some number gives one soon."""
    chance = dice(7)
    plain = 0
    for number in range(60):
        pdf = letter_of(random_notice(chance, number), templates).pdf
        with pikepdf.open(io.BytesIO(pdf)) as read:
            plain += sum(
                isinstance(one, pikepdf.Stream)
                and "/Filter" not in one
                and one.get("/Type") != pikepdf.Name.Metadata
                for one in read.objects
            )
        assert b"\r\nendstream" not in pdf
    assert plain


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield node
    for kid in node.get("/K", ()):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)


class Element(NamedTuple):
    role: str
    name: str
    headers: tuple[str, ...]
    columns: int


def tree(pdf: bytes) -> list[Element]:
    """The structure in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as read:
        return [_plain(one) for one in elements(read.Root.StructTreeRoot.K[0])]


def _plain(one: pikepdf.Object) -> Element:
    attributes = one.get("/A", pikepdf.Dictionary())
    return Element(
        str(one.S),
        str(one.get("/ID", "")),
        tuple(map(str, attributes.get("/Headers", ()))),
        int(attributes.get("/ColSpan", 1)),
    )


@pytest.mark.parametrize("form", list(Form))
def test_there_is_one_first_heading(form: Form, templates: Templates) -> None:
    roles = [one.role for one in tree(letter_of(final(form), templates).pdf)]
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == (1 if form is Form.FORM_2 else 0)


def test_every_cell_names_its_headings_and_rows_have_three_columns(
    templates: Templates,
) -> None:
    found = tree(letter_of(final(Form.FORM_1), templates).pdf)
    headings = {one.name for one in found if one.role == "/TH"}
    cells = [one for one in found if one.role == "/TD"]
    assert [len(one.headers) for one in cells] == [1, 1, 2, 2]
    assert {name for one in cells for name in one.headers} == headings
    assert [one.columns for one in cells] == [2, 2, 1, 1]


def test_bookmarks_lead_to_the_titles_and_the_headings(templates: Templates) -> None:
    pdf = letter_of(final(Form.FORM_2), templates).pdf
    with pikepdf.open(io.BytesIO(pdf)) as read, read.open_outline() as outline:
        japanese, english = outline.root
        assert japanese.title == "【公序良俗に反する情報】の通知書兼対応依頼書"
        assert [one.title for one in english.children][:2] == [
            "Location",
            "Description of the information",
        ]
        pages = [page.obj for page in read.pages]
        assert pages.index(english.destination[0]) == 1


def test_words_of_the_other_language_say_so(templates: Templates) -> None:
    pdf = letter_of(final(Form.FORM_2), templates).pdf
    with pikepdf.open(io.BytesIO(pdf)) as read:
        sections = read.Root.StructTreeRoot.K[0].K
        japanese, english = (
            [str(one.Lang) for one in elements(part) if str(one.S) == "/Span"]
            for part in sections
        )
        for drawn in read.pages:
            content = drawn.Contents.read_bytes()
            assert content.count(b"BDC") == content.count(b"EMC")
    assert japanese == ["en"]
    assert set(english) == {"ja-JP"}
    assert len(english) >= 3


def test_a_draft_has_no_fault(templates: Templates) -> None:
    pdf = letter_of(replace(final(Form.FORM_2), is_draft=True), templates).pdf
    assert faults(pdf) == set()
    assert pdfa.validate_written(io.BytesIO(pdf), "2b").passed
