"""The letters say what the reference forms say (guideline of 2006, pages 20 and 21)."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from notices.judgment import Language, Rung
from notices.letters import LetterSettings, Templates, write_mail
from notices.letters.model import Face, Table
from notices.letters.template.citing import printed_article
from notices.notice import Form, Managed
from tests.letters.conftest import final, letter_of, with_judgment

REFERENCE = Path(__file__).parent / "reference"

# What the text of the 2006 draft lost or leaves open, and what the letter has instead.
RESTORED = (
    ("公序良俗に反する情報】の", "【公序良俗に反する情報】の"),  # a lost bracket
    (
        "分類の種類\n公序良俗に反するか否かの判断理由等",
        "公序良俗に反するか否かの判断理由等\n分類の種類",
    ),
    ("[電子掲示板/サーバ]", ""),  # one of the two, as the rung says
    ("[プロバイダ又は電子掲示板の管理者等の名称]御中", "御中"),
    ("ホットラインセンター(仮称)", "ホットラインセンター"),
    ("年 月 日", ""),
    ("(掲示板の名称、掲示板内の書き込み場所、日付、ファイル名等)", ""),  # a hint
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def phrases(form: str) -> list[str]:
    """Every label and sentence of a reference form, examples left out."""
    text = (REFERENCE / f"{form}.txt").read_text(encoding="utf-8")
    for seed, printed in RESTORED:
        text = text.replace(seed, printed)
    # Its examples were left out when the text was stored.
    lines = [line for line in text.splitlines()[1:] if not line.isdigit()]
    pieces = [
        piece for line in lines for piece in re.split("あなたが管理する|URL:", line)
    ]
    return [squeezed(piece) for piece in pieces if piece.strip()]


def test_agreements_are_spelt_as_each_edition_spells_them(
    templates: Templates,
) -> None:
    """取り決め in the form of 2006, 取決め in the guideline since (第4の5(3))."""
    old = final(Form.FORM_2_2006)
    assert "取り決め等" in letter_of(old, templates).text
    new = letter_of(final(Form.FORM_2), templates).text
    assert "取決め等" in new
    assert (
        "取り決め" not in new + write_mail(final(Form.FORM_2), templates=templates).body
    )


@pytest.mark.parametrize("form", [Form.FORM_1, Form.FORM_2_2006])
def test_every_label_and_sentence_of_the_reference_form_is_printed_in_order(
    form: Form, templates: Templates
) -> None:
    words = squeezed(letter_of(final(form), templates).text)
    wanted = phrases("form1" if form is Form.FORM_1 else "form2")
    assert len(wanted) > 12
    at = 0
    for phrase in wanted:
        found = words.find(phrase, at)
        assert found >= 0, phrase
        at = found + len(phrase)


def test_form_1_of_the_worked_example_comes_out_letter_by_letter(
    templates: Templates,
) -> None:
    expected = (REFERENCE / "golden-a.txt").read_text(encoding="utf-8")
    assert letter_of(final(Form.FORM_1), templates).text == expected


def test_the_english_part_of_the_worked_example_comes_out(templates: Templates) -> None:
    """White space aside: titles are centred by their width."""
    expected = (REFERENCE / "golden-c.en.txt").read_text(encoding="utf-8")
    english = letter_of(final(Form.FORM_2), templates).text.split("-" * 72)[1]
    assert [line.strip() for line in english.strip().splitlines()] == [
        line.strip() for line in expected.splitlines()
    ]


def test_form_2_never_names_a_violated_law(templates: Templates) -> None:
    for form in (Form.FORM_2, Form.FORM_2_2006):
        assert "違反する法令名等" not in letter_of(final(form), templates).text


@pytest.mark.parametrize(
    ("group", "marked"),
    [("serious-crime", "■ 重要犯罪密接関連情報"), ("suicide", "■ 自殺誘引等情報")],
)
def test_exactly_one_class_is_marked(
    group: str, marked: str, templates: Templates
) -> None:
    notice = final(Form.FORM_2)
    notice = replace(notice, classification=replace(notice.classification, group=group))
    japanese = letter_of(notice, templates).text.split("-" * 72)[0]
    assert marked in japanese
    assert (japanese.count("■"), japanese.count("□")) == (1, 1)


@pytest.mark.parametrize("chosen", [1, 2, 3])
def test_the_classes_of_2006_are_marked_by_number(
    chosen: int, templates: Templates
) -> None:
    notice = final(Form.FORM_2_2006)
    kind = replace(notice.classification, class_2006=chosen)
    text = letter_of(replace(notice, classification=kind), templates).text
    assert f"■ {'①②③'[chosen - 1]}" in text
    assert (text.count("■"), text.count("□")) == (1, 2)
    assert "類型" not in text


def test_a_holder_of_addresses_is_asked_about_this_information_only(
    templates: Templates,
) -> None:
    notice = final(Form.FORM_2, managed=Managed.IP_ALLOCATION)
    recipient = replace(notice.recipient, rung=Rung.IP_ALLOCATION_HOLDER)
    text = letter_of(replace(notice, recipient=recipient), templates).text
    assert (
        "割振りを受けているIPアドレス（192.0.2.80）が割り当てられているサーバに" in text
    )
    assert "下記の情報のみを対象とする" in text
    assert "uses an IP address allocated to you (192.0.2.80)" in text
    assert "あなたが管理する" not in text


def test_a_person_is_addressed_as_such(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    person = replace(notice.recipient, name="例示 次郎", is_person=True)
    text = letter_of(replace(notice, recipient=person), templates).text
    assert "例示 次郎　様\n" in text
    assert "御中" not in text


@pytest.mark.parametrize(
    ("name", "is_person", "printed"),
    [
        ("みほん掲示板　御中", False, "みほん掲示板　御中"),
        ("例示 次郎 様", True, "例示 次郎 様"),
        ("例示 次郎様", False, "例示 次郎様"),
        ("見本管理者 殿", False, "見本管理者 殿"),
        ("御中見本", False, "御中見本　御中"),
    ],
)
def test_no_second_honorific(
    name: str, is_person: bool, printed: str, templates: Templates
) -> None:
    notice = final(Form.FORM_1)
    named = replace(notice.recipient, name=name, is_person=is_person)
    asked = replace(notice, recipient=named)
    letter = letter_of(asked, templates)
    assert f"{printed}\n" in letter.text
    mail = write_mail(asked, templates=templates).body.splitlines()[0]
    assert re.sub(r"\s", "", mail) == re.sub(r"\s", "", printed)
    assert bool(letter.warnings) == (name == printed)


@pytest.mark.parametrize(
    ("article", "printed"),
    [
        ("第20条から第23条", "第20条から第23条まで"),
        ("第3条の7〜第3条の9", "第3条の7から第3条の9まで"),
        ("第4条・第31条", "第4条又は第31条"),
        ("第1項・第2項・第3項", "第1項、第2項又は第3項"),
        ("第26条第4項", "第26条第4項"),
        ("第20条から第23条まで", "第20条から第23条まで"),
        (
            "第23条（第20条、第21条第1項・第2項）",
            "第23条（第20条、第21条第1項又は第2項）",
        ),
    ],
)
def test_provisions_are_named_as_statutes_name_them(article: str, printed: str) -> None:
    assert printed_article(article) == printed


def test_each_detail_is_a_paragraph_in_which_a_value_has_its_own_face(
    templates: Templates,
) -> None:
    """A board's name that reads like our labels: it begins no paragraph of its own."""
    forged = "みほん　日付：令和7年1月1日　IPアドレス：203.0.113.9"
    notice = final(Form.FORM_1)
    target = notice.judgment.target
    named = replace(target, locator=replace(target.locator, board_name=forged))
    letter = letter_of(with_judgment(notice, target=named), templates)
    [table] = [b for b in letter.model.parts[0].blocks if isinstance(b, Table)]
    details = [para for para in table.rows[0].paras if para.is_detail]
    assert [para.spans[0].text for para in details] == [
        "掲示板の名称：",
        "掲示板内の書き込み場所：スレッド「",
        "日付：令和8年11月14日21時7分",
        "IPアドレス：",
    ]
    assert [span.text for para in details for span in para.spans[1::2]] == [
        forged,
        "1208",
        "52",
        "a1B2c3",
        "192.0.2.10",
    ]
    faces = {span.face for para in details for span in para.spans[1::2]}
    assert faces == {Face.EXACT}


def test_several_urls_are_numbered(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    urls = ("https://a.example/1", "https://b.example/2")
    target = replace(notice.judgment.target, urls=urls)
    text = letter_of(with_judgment(notice, target=target), templates).text
    assert "URL（1）：https://a.example/1\n  URL（2）：https://b.example/2\n" in text


def test_the_row_is_exact_whatever_the_mail_writes(templates: Templates) -> None:
    """A defanged address can be neither pasted nor looked up in a log."""
    settings = LetterSettings(url_style="defanged")
    for language in Language:
        notice = final(Form.FORM_1)
        asked = replace(notice, recipient=replace(notice.recipient, language=language))
        letter = letter_of(asked, templates, settings=settings)
        assert letter.pdf == letter_of(asked, templates).pdf
        assert "URL：https://board.example.jp/thread/1208/52" in letter.text
        body = write_mail(asked, templates=templates, settings=settings).body
        assert "hxxps://board[.]example[.]jp/thread/1208/52" in body
        assert "https://board" not in body


def test_without_any_hint_the_row_says_so(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    bare = replace(
        notice.judgment.target,
        locator=replace(
            notice.judgment.target.locator,
            board_name="",
            thread="",
            post_number="",
            posted_at=None,
            poster_id="",
        ),
        ip_addresses=(),
    )
    text = letter_of(with_judgment(notice, target=bare), templates).text
    assert "その他情報の特定に必要な情報：なし\n" in text


def test_the_voluntary_note_can_be_left_out(templates: Templates) -> None:
    with_note = letter_of(final(Form.FORM_1), templates).text
    settings = LetterSettings(voluntary_note=False)
    without = letter_of(final(Form.FORM_1), templates, settings=settings).text
    assert with_note.startswith(without)
    assert with_note[len(without) :].startswith("（注）")


def test_a_japanese_letter_has_no_english_part(templates: Templates) -> None:
    notice = final(Form.FORM_2)
    recipient = replace(notice.recipient, language=Language.JAPANESE)
    letter = letter_of(replace(notice, recipient=recipient), templates)
    assert [part.language for part in letter.model.parts] == ["ja"]


def test_a_draft_says_so_in_every_part(templates: Templates) -> None:
    draft = letter_of(replace(final(Form.FORM_2), is_draft=True), templates)
    assert "【見本】この書面は見本であり" in draft.text
    assert "[DRAFT] This letter is a draft." in draft.text
    assert "【見本】" not in letter_of(final(Form.FORM_2), templates).text
