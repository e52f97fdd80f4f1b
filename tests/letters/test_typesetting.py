"""What stands where on the page: line breaks, columns, page breaks, footers."""

import itertools
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.judgment import Language
from notices.letters import LetterSettings, Templates, load_templates
from notices.letters.model import Doc, Face, Para, Part, Row, Span, Table
from notices.letters.pdf.faces import GOTHIC, faces
from notices.letters.pdf.layout import lay_out
from notices.letters.pdf.lines import (
    NOT_AT_END,
    NOT_AT_START,
    Line,
    LineBreaker,
    break_lines,
)
from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    LEFT,
    PAD,
    SIZE,
    TOP,
    PageLayout,
)
from notices.notice import Form, Notice
from tests.letters.conftest import final, letter_of, with_judgment
from tests.programs import require_program

FACES = faces()


def lines_of(text: str, *, room: int = 20_000, face: Face = Face.PROSE) -> list[str]:
    broken = break_lines(Para((Span(text, face),)), "ja", FACES, room=room)
    return ["".join(run.text for run in line.runs) for line in broken]


def test_a_paragraph_is_broken_once_for_each_width() -> None:
    """A letter's lines were broken three times over: 220 breaks of 73 kinds."""
    breaker = LineBreaker(FACES, "ja")
    para = Para((Span("送信防止措置を講じるようお願いいたします。" * 3),))
    wide, narrow = (breaker.lines(para, room=room) for room in (30_000, 15_000))
    assert breaker.lines(para, room=30_000) is wide
    assert list(narrow) == break_lines(para, "ja", FACES, room=15_000)
    assert len(narrow) > len(wide)
    indented = breaker.lines(para, room=30_000, indent=1_000)
    assert list(indented) == break_lines(para, "ja", FACES, room=30_000, indent=1_000)


prose = st.text("漢字かなカナー、。「」（）々っABCabc 123", max_size=120)


@settings(deadline=None)
@given(prose)
def test_law_lines_joined_give_back_the_text(text: str) -> None:
    assert "".join(lines_of(text)) == text


@settings(deadline=None)
@given(prose)
def test_law_no_line_is_wider_than_its_column(text: str) -> None:
    broken = break_lines(Para((Span(text),)), "ja", FACES, room=20_000)
    assert all(line.width <= 20_000 for line in broken)


@settings(deadline=None)
@given(st.text("漢字かな、。「」ー（）", max_size=120))
def test_law_kinsoku_is_kept_wherever_a_lawful_break_exists(text: str) -> None:
    lines = lines_of(text)
    for before, after in itertools.pairwise(lines):
        if any(char in "漢字かな" for char in before[1:-1]):
            unlawful = re.search(r"[「（]$", before) or re.search(
                r"^[、。」ー）]", after
            )
            # Only a chain of signs as long as the line may be cut within.
            chain = re.search(r"[、。「」ー（）]{8,}", before[-19:] + after[:1])
            assert not unlawful or chain, (before, after)


def test_signs_that_close_do_not_begin_a_line_and_openers_do_not_end_one() -> None:
    assert lines_of("あいうえおかきくけ。こ", room=9_000) == [
        "あいうえおかきく",
        "け。こ",
    ]
    assert lines_of("あいうえおかきく「け」", room=9_000) == [
        "あいうえおかきく",
        "「け」",
    ]
    assert lines_of("あいうえおかきくサーバ", room=9_000) == [
        "あいうえおかきく",
        "サーバ",
    ]
    assert not NOT_AT_START & NOT_AT_END


def test_western_words_stay_whole() -> None:
    assert lines_of("掲示板の名称はExampleです", room=9_000) == [
        "掲示板の名称は",
        "Exampleです",
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["%E3", "%81", "%82", "%af"]),
            st.text("ab/%?", min_size=1, max_size=3),
        ),
        max_size=80,
    ),
    st.integers(3_000, 12_000),
)
def test_law_a_percent_encoding_is_never_split(pieces: list[str], room: int) -> None:
    url = "https://x.example/" + "".join(pieces)
    for before, after in itertools.pairwise(lines_of(url, room=room, face=Face.URL)):
        cut = before[-2:] + "|" + after[:2]
        assert not re.search(r"%\|[0-9A-Fa-f]", cut), cut
        assert not re.search(r"%[0-9A-Fa-f]\|[0-9A-Fa-f]", cut), cut


def layout_of(reason: str, templates: Templates, **changes: object) -> PageLayout:
    notice = with_judgment(final(Form.FORM_1), reason=reason, **changes)
    return lay_out(letter_of(notice, templates).model, FACES)


def page_words(layout: PageLayout) -> list[list[str]]:
    return [
        ["".join(run.text for run in text.line.runs) for text in page.texts]
        for page in layout.pages
    ]


@pytest.mark.parametrize("times", [10, 40, 60, 80, 100, 160, 400, 1500])
def test_nothing_leaves_the_page_and_nothing_overlaps(
    times: int, templates: Templates
) -> None:
    layout = layout_of("「見本」という表現が記載されている。" * times, templates)
    for page in layout.pages:
        for text in page.texts:
            right = text.x + text.line.width * text.size / 1000
            assert text.x >= LEFT - 0.1
            assert right <= LEFT + COLUMN * EM + 0.1
            assert TOP <= text.y <= BOTTOM
        places = [(round(text.x), round(text.y)) for text in page.texts]
        assert len(places) == len(set(places))
        assert all(rule.y2 <= BOTTOM + 0.1 for rule in page.rules)


def test_a_cell_that_runs_over_a_page_is_closed_and_carried_on(
    templates: Templates,
) -> None:
    layout = layout_of("「見本」という表現が記載されている。" * 160, templates)
    assert len(layout.pages) == 3
    for page, words in list(zip(layout.pages, page_words(layout), strict=True))[1:]:
        assert "".join(words[:3]).startswith("違法情報該当性の判断理由等（続き）")
        assert min(rule.y1 for rule in page.rules) == TOP
    for page in layout.pages:
        across = [rule for rule in page.rules if rule.y1 == rule.y2]
        down = [rule for rule in page.rules if rule.x1 == rule.x2]
        lowest = max(rule.y2 for rule in down)
        assert any(rule.y1 == lowest for rule in across), "open at the foot"
        assert {round(rule.x1, 1) for rule in down} == {71.9, 176.9, 523.4}


def test_lines_of_the_reason_are_justified_but_for_the_last(
    templates: Templates,
) -> None:
    layout = layout_of("これは「見本」、すなわち、例である。" * 20, templates)
    long = [
        text
        for page in layout.pages
        for text in page.texts
        if "すなわち" in "".join(run.text for run in text.line.runs)
    ]
    right = LEFT + COLUMN * EM - 5.25
    for text in long[:-1]:
        width = text.line.width * text.size / 1000 + text.stretch * text.line.gaps
        assert text.x + width == pytest.approx(right, abs=0.6)
    assert long[-1].stretch == 0


def test_a_wrapped_url_is_followed_by_its_length_and_a_short_one_is_not(
    templates: Templates,
) -> None:
    short, long = "https://a.example/" + "x" * 20, "https://a.example/" + "y" * 100
    notice = final(Form.FORM_2)
    target = replace(notice.judgment.target, urls=(short, long))
    text = letter_of(with_judgment(notice, target=target), templates).text
    assert f"URL（1）：{short}\n" in text
    assert f"URL（2）：{long}（118文字）\n" in text
    assert f"URL(2): {long} (118 characters)\n" in text


def test_every_page_shows_number_and_place(
    templates: Templates, tmp_path: Path
) -> None:
    notice = with_judgment(final(Form.FORM_1), reason="「見本」が記載。" * 600)
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_of(notice, templates).pdf)
    command = [require_program("pdftotext"), "-layout", str(path), "-"]
    pages = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    feet = [page.strip().splitlines()[-1] for page in pages.split("\f")[:-1]]
    count = len(feet)
    assert count > 3
    for position, foot in enumerate(feet, 1):
        assert re.fullmatch(
            rf"整理番号\s+R8-1-000123\s+{position} / {count}", foot.strip()
        )


def test_a_draft_is_marked_on_every_page(templates: Templates, tmp_path: Path) -> None:
    notice = with_judgment(final(Form.FORM_1), reason="「見本」が記載。" * 400)
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_of(replace(notice, is_draft=True), templates).pdf)
    command = [require_program("pdftotext"), "-raw", str(path), "-"]
    pages = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert all("DRAFT" in page for page in pages.split("\f")[:-1])


@pytest.mark.parametrize("form", list(Form))
def test_labels_are_found_in_the_order_of_drawing(
    form: Form, templates: Templates, tmp_path: Path
) -> None:
    """What `pdftotext -raw` reads, white space ignored, has every label whole."""
    path = tmp_path / "letter.pdf"
    letter = letter_of(final(form), templates)
    path.write_bytes(letter.pdf)
    command = [require_program("pdftotext"), "-raw", str(path), "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    found = re.sub(r"\s", "", raw)
    for words in letter.model.texts():
        assert re.sub(r"\s", "", words) in found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_500), st.integers(0, 40))
def test_law_any_length_of_content_and_reason_keeps_the_pages_whole(
    reason: int, breaks: int
) -> None:
    layout = layout_of(
        "記" * reason + "\n" * breaks, load_templates(), content="掲" * 300
    )
    for page in layout.pages:
        assert all(text.y <= BOTTOM for text in page.texts)
        assert page.texts


def test_a_number_stays_with_what_it_counts() -> None:
    assert lines_of("あいうえおかき第26条", room=9_000) == ["あいうえおかき", "第26条"]
    assert lines_of("あいうえおかきく11月", room=9_000) == ["あいうえおかきく", "11月"]


@pytest.mark.parametrize("language", [Language.JAPANESE, Language.BILINGUAL])
def test_the_length_of_a_url_is_not_parted(
    language: Language, templates: Templates
) -> None:
    notice = final(Form.FORM_1)
    urls = tuple("https://a.example/" + "x" * count for count in range(40, 120))
    target = replace(notice.judgment.target, urls=urls)
    notice = replace(
        with_judgment(notice, target=target),
        recipient=replace(notice.recipient, language=language),
    )
    layout = lay_out(letter_of(notice, templates).model, FACES)
    lines = list(itertools.chain.from_iterable(page_words(layout)))
    lengths = [line for line in lines if "文字" in line or "characters" in line]
    assert len(lengths) > 50
    for line in lengths:
        assert re.search(r"（\d+文字）$| ?\(\d+ characters\)$", line), line


@pytest.mark.parametrize("count", range(620, 700, 2))
def test_no_line_of_a_cell_stands_alone_on_the_next_page(
    count: int, templates: Templates
) -> None:
    """And a cell that goes on has the same margin at the foot as one that ends."""
    layout = layout_of("記" * count, templates)
    for page, words in zip(layout.pages, page_words(layout), strict=True):
        assert sum(set(line) == {"記"} and len(line) > 1 for line in words) != 1
        floor = max(rule.y2 for rule in page.rules)
        inside = [text.y for text in page.texts if text.y < floor]
        assert floor - max(inside) >= PAD


@pytest.mark.parametrize("filled", range(30, 50))
def test_the_heading_of_a_group_never_stands_alone_at_the_foot(filled: int) -> None:
    line = Para((Span("行"),))
    table = Table(
        (
            Row(group="", label="前", paras=(line,) * filled),
            Row(group="区分", label="小見出し", paras=(line,) * 3),
        )
    )
    layout = lay_out(Doc(parts=(Part("ja", (table,)),), number="1"), FACES)
    where = [words for words in page_words(layout) if "区分" in words]
    assert len(where) == 1
    begins = where[0].index("区分")
    assert where[0][begins + 1 : begins + 4] == ["小見出し", "行", "行"]


def test_the_lines_of_a_title_are_about_equally_long(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    abroad = replace(notice.recipient, language=Language.BILINGUAL)
    letter = letter_of(replace(notice, recipient=abroad), templates)
    words = list(itertools.chain(*page_words(lay_out(letter.model, FACES))))
    first = next(at for at, line in enumerate(words) if line.startswith("Notice of"))
    assert [line.strip() for line in words[first : first + 2]] == [
        "Notice of Illegal Information, and Request",
        "for Measures to Stop Its Transmission",
    ]


@pytest.mark.parametrize("blanks", [9, 14, 19])
def test_no_line_of_others_words_begins_where_our_labels_begin(
    blanks: int, templates: Templates
) -> None:
    """A board's name with blanks put a label of its own at the edge of ours."""
    forged = f"みほん{'　' * blanks}IPアドレス：203.0.113.9"
    notice = final(Form.FORM_1)
    target = replace(
        notice.judgment.target,
        urls=(f"https://x.example/{'あ' * blanks}その他情報の特定に必要な情報：なし",),
        locator=replace(notice.judgment.target.locator, board_name=forged),
    )
    layout = pages_of(with_judgment(notice, target=target), templates)
    placed = [text for page in layout.pages for text in page.texts]
    begins = {words_of(text.line).partition("：")[0]: text for text in placed}
    labels = [begins[name] for name in ("URL", "掲示板の名称", "IPアドレス")]
    for label in labels:
        behind = [text for text in placed if text.node is label.node][1:]
        assert all(text.x > label.x + SIZE / 2 for text in behind)
    assert len([text for text in placed if text.node is labels[0].node]) > 1


def test_the_head_of_an_english_page_is_english(templates: Templates) -> None:
    notice = final(Form.FORM_2)
    long = with_judgment(notice, reason="理由。" * 400, reason_en="A reason. " * 400)
    with pypdfium2.PdfDocument(letter_of(long, templates).pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert "御中" in pages[1]
    assert "Example Social, Inc." in pages[-1]
    assert "御中" not in pages[-1]


def words_of(line: Line) -> str:
    return "".join(run.text for run in line.runs)


def pages_of(notice: Notice, templates: Templates) -> PageLayout:
    return lay_out(letter_of(notice, templates).model, FACES)


def is_of_the_table(words: list[str]) -> bool:
    """Whether anything of the form's table stands on a page besides its end."""
    ends = {"以上", "End"}
    return not all(
        line in ends or line.startswith(("（注）", "Note:", "たことのみ", "acting on"))
        for line in words
    )


@pytest.mark.parametrize("voluntary_note", [True, False])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("count", range(100, 720, 31))
def test_no_page_holds_only_the_end_of_the_letter(
    count: int, language: Language, voluntary_note: bool, templates: Templates
) -> None:
    """52 of 80 bilingual form 2 letters had a page with 以上 and the note alone."""
    notice = final(Form.FORM_2)
    words = {
        "reason": "「見本」と判断。" * (count // 8),
        "reason_en": "word " * (count // 5),
    }
    asked = replace(
        with_judgment(notice, **words),
        recipient=replace(notice.recipient, language=language),
    )
    settings = LetterSettings(voluntary_note=voluntary_note)
    layout = lay_out(letter_of(asked, templates, settings=settings).model, FACES)
    assert all(map(is_of_the_table, page_words(layout)))


@pytest.mark.parametrize("filler", range(1, 40, 3))
@pytest.mark.parametrize("length", [70, 300, 2000])
def test_a_url_is_not_parted_over_two_pages(
    length: int, filler: int, templates: Templates
) -> None:
    """Who copies it from paper sees its beginning and its end."""
    notice = final(Form.FORM_1)
    long = "https://b.example/" + "y" * length
    urls = ("https://a.example/",) * filler + (long, long)
    target = replace(notice.judgment.target, urls=urls)
    layout = pages_of(with_judgment(notice, target=target), templates)
    whole = [
        words
        for words in page_words(layout)
        if sum("yyyyyyyy" in line for line in words)
    ]
    for words in whole:
        flowed = "".join(words)
        assert flowed.count("https://b.example/") == flowed.count(
            f"（{len(long)}文字）"
        )


def test_a_url_longer_than_a_page_is_parted(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    url = "https://b.example/" + "y" * 7_900
    target = replace(notice.judgment.target, urls=(url,))
    layout = pages_of(with_judgment(notice, target=target), templates)
    for page in layout.pages:
        assert all(TOP <= text.y <= BOTTOM for text in page.texts)
    words = "".join(itertools.chain(*page_words(layout)))
    assert words.count("y") == 7_900
    assert len(layout.pages) > 3


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("違法情報該当性の判断理由等", ["違法情報該当性の", "判断理由等"]),
        (
            "公序良俗に反するか否かの判断理由等",
            ["公序良俗に", "反するか否かの", "判断理由等"],
        ),
        ("掲載されている場所", ["掲載されている場所"]),
        (
            "違法情報該当性の判断理由等（続き）",
            ["違法情報該当性の", "判断理由等（続き）"],
        ),
        ("あいうえおかきくけこさし", ["あいうえおかきくけ", "こさし"]),
    ],
)
def test_headings_break_between_phrases(label: str, lines: list[str]) -> None:
    table = Table((Row(group="", label=label, paras=(Para((Span("行"),)),)),))
    layout = lay_out(Doc(parts=(Part("ja", (table,)),), number="1"), FACES)
    assert page_words(layout)[0][: len(lines)] == lines


def test_a_few_lines_are_brought_back_from_a_page_of_their_own(
    templates: Templates,
) -> None:
    """The worked example in English needs two lines more than a page has."""
    assert len(pages_of(final(Form.FORM_2), templates).pages) == 2


def test_ids_stand_in_the_face_in_which_their_letters_differ(
    templates: Templates,
) -> None:
    """1 l I 0 O: BIZ UDMincho and Noto Serif do not tell them apart."""
    notice = final(Form.FORM_2)
    target = notice.judgment.target
    odd = replace(
        target.locator,
        board_name="B1lI0O",
        thread="T1lI0O",
        post_number="N1lI0O",
        poster_id="P1lI0O",
        file_names=("F1lI0O",),
    )
    layout = pages_of(
        with_judgment(notice, target=replace(target, locator=odd)), templates
    )
    drawn = [
        run for page in layout.pages for text in page.texts for run in text.line.runs
    ]
    for words in ("B1lI0O", "T1lI0O", "N1lI0O", "P1lI0O", "F1lI0O"):
        fonts = {run.chain.paths[run.font] for run in drawn if words in run.text}
        assert fonts == {GOTHIC}
