"""P18 and M24: what people see is what is extracted, and what notice.json says.

Each forgery is a letter that the right key could have signed: only its looks are odd.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from notices.codec import notice_json
from notices.judgment import Language
from notices.letters import load_templates, sample_notice, write_letter
from notices.notice import Form, Notice
from notices.verifying import verify, words
from notices.verifying.checks import Refusal
from notices.verifying.content import read_notice_json
from notices.verifying.mail import docx
from notices.verifying.pdf.shown.letter import read_shown
from tests.verifying.forged_besides import packed, sent_with, word, word_file
from tests.verifying.genuine import blank_pdf, sign_pdf
from tests.verifying.genuine import notice_json as short_json
from tests.verifying.pki import JUDGED_AT, world
from tests.verifying.test_genuine import judge


def noticed(form: Form = Form.FORM_1, language: Language = Language.JAPANESE) -> Notice:
    notice = replace(sample_notice(form), is_draft=False)
    return replace(notice, recipient=replace(notice.recipient, language=language))


@cache
def written(form: Form = Form.FORM_1, language: Language = Language.JAPANESE) -> bytes:
    notice = noticed(form, language)
    digest = sha256(notice_json(notice)).hexdigest()
    made = write_letter(notice, templates=load_templates(), notice_json_sha256=digest)
    return made.pdf


def shown(edit: Callable[[pikepdf.Pdf], object]) -> str:
    with pikepdf.open(io.BytesIO(written())) as pdf:
        edit(pdf)
        return read_shown(pdf).text


def marks(old: bytes, new: bytes, count: int = 1) -> Callable[[pikepdf.Pdf], None]:
    """One piece of the first page's marks changed."""

    def edit(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].obj.Contents
        data = contents.read_bytes()
        assert re.search(old, data)
        contents.write(re.sub(old, lambda _: new, data, count=count))

    return edit


def more(code: bytes) -> Callable[[pikepdf.Pdf], None]:
    """Something more at the end of the first page's marks."""

    def edit(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].obj.Contents
        contents.write(contents.read_bytes() + b"\n" + code)

    return edit


def first_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj.Resources.Font["/F1+0"]


def on_page(**values: object) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        for key, value in values.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return edit


def on_font(edit: Callable[[pikepdf.Pdf, pikepdf.Object], None]) -> Callable:
    return lambda pdf: edit(pdf, first_font(pdf))


def told_otherwise(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """Digits that read as other digits."""
    told = font.ToUnicode.read_bytes()
    one, two = (re.search(rb"<(..)> <003%d>" % n, told)[1] for n in (1, 2))
    told = told.replace(b"<%s> <0031>" % one, b"<%s> <0039>" % one)
    font.ToUnicode.write(told.replace(b"<%s> <0032>" % two, b"<%s> <0038>" % two))


def twice(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    told = font.ToUnicode.read_bytes()
    entry = re.search(rb"<..> <0031>\n", told)[0]
    font.ToUnicode.write(told.replace(entry, entry + entry[:6] + b"0039>\n"))


def other_outline(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """Two glyphs change their places within the font program."""
    program = bytearray(font.FontDescriptor.FontFile2.read_bytes())
    rows = {
        bytes(program[at : at + 4]): int.from_bytes(program[at + 8 : at + 12], "big")
        for at in range(12, 12 + 16 * program[5], 16)
    }
    told = font.ToUnicode.read_bytes()
    place = rows[b"cmap"] + 12 + 10
    one, two = (
        place + 2 * int(re.search(rb"<(..)> <003%d>" % n, told)[1], 16) for n in (1, 2)
    )
    program[one : one + 2], program[two : two + 2] = (
        program[two : two + 2],
        program[one : one + 2],
    )
    font.FontDescriptor.FontFile2.write(bytes(program))


def other_widths(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    font.Widths = Array([0] * len(font.Widths))


def other_program(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    program = font.FontDescriptor.FontFile2.read_bytes()
    font.FontDescriptor.FontFile2.write(program.replace(b"prep", b"sbix"))


def named_codes(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([49, Name.nine]))


def passed_off(_pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """A font of another name is no font of ours, and may not draw what ours have."""
    font.BaseFont = Name("/AAAAAA+Other")


def picture(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"\xff" * 3, Type=Name.XObject, Subtype=Name.Image)
    stream.Width = stream.Height = 1
    stream.BitsPerComponent, stream.ColorSpace = 8, Name.DeviceRGB
    pdf.pages[0].obj.Resources.XObject = Dictionary({"/Image1": stream})
    marks(
        rb"0 g 0 G",
        b"0 g 0 G /Artifact <</Type /Layout>> BDC "
        b"q 200 0 0 200 100 400 cm /Image1 Do Q EMC",
    )(pdf)


def form(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
    stream.BBox = Array([0, 0, 9, 9])
    pdf.pages[0].obj.Resources.XObject = Dictionary({"/Image1": stream})
    more(b"/Artifact <</Type /Layout>> BDC q 1 0 0 1 0 0 cm /Image1 Do Q EMC")(pdf)


def widget(rect: list[int], **more: object) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        one = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, F=132)
        )
        one.Rect = Array(rect)
        for key, value in more.items():
            one[f"/{key}"] = value
        pdf.pages[0].obj.Annots = Array([one])

    return edit


def boxed_tree(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.CropBox = Array([0, 0, 100, 100])


WORDS = rb"/F1\+0 10\.50 Tf <"
LINE = rb"1 0 0 1 (71\.90|189\.15|182\.15) (\d+\.\d\d) Tm"
HIDDEN: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "white words": marks(WORDS, b"1 g /F1+0 10.50 Tf <"),
    "coloured words": marks(WORDS, b"1 1 1 rg /F1+0 10.50 Tf <"),
    "words drawn as nothing": marks(WORDS, b"3 Tr /F1+0 10.50 Tf <"),
    "words raised": marks(WORDS, b"500 Ts /F1+0 10.50 Tf <"),
    "words squeezed": marks(WORDS, b"1 Tz /F1+0 10.50 Tf <"),
    "tiny words": marks(WORDS, b"/F1+0 1.00 Tf <"),
    "huge words": marks(WORDS, b"/F1+0 90.00 Tf <"),
    "words aside": marks(
        rb"1 0 0 1 \d+\.\d\d (\d+\.\d\d) Tm", b"1 0 0 1 900.00 700 Tm"
    ),
    "words below the paper": marks(
        rb"1 0 0 1 \d+\.\d\d (\d+\.\d\d) Tm", b"1 0 0 1 71.90 1.00 Tm"
    ),
    "words turned": marks(rb"1 0 0 1 (\d+)", b"0 1 1 0 71"),
    "words that are clipped": marks(rb"0\.6 w 2 J", b"0 0 1 1 re W n 0.6 w 2 J"),
    "words of another graphics state": marks(rb"0\.6 w 2 J", b"/GS1 gs 0.6 w 2 J"),
    "words of an optional layer": marks(rb"/P <</MCID 0>> BDC", b"/OC /L BDC"),
    "words that read otherwise": marks(
        rb"/P <</MCID 0>> BDC", b"/P <</MCID 0 /ActualText (x)>> BDC"
    ),
    "a white box": marks(rb"q 0\.94 g", b"q 1 g"),
    "a black box": marks(rb"q 0\.94 g", b"q 0 g"),
    "a grey field over words": more(
        b"/Artifact <</Type /Layout>> BDC q 0.94 g 70 100 400 600 re f Q EMC"
    ),
    "a thick line": marks(rb"0\.6 w 2 J", b"99 w 2 J"),
    "a slanting line": marks(rb"0\.6 w 2 J", b"0.6 w 2 J 70 700 m 500 100 l S"),
    "a form": form,
    "an inline picture": more(b"q BI /W 1 /H 1 ID x EI Q"),
    "a picture of another kind": picture,
    "words in a comment": more(b"% x"),
    "words in no element": more(b"BT 1 0 0 1 70 500 Tm 0 Tc 0 Tw ET q"),
    "an element that never ends": more(b"/P <</MCID 99>> BDC"),
    "a page that is turned": on_page(Rotate=180),
    "a smaller page": on_page(MediaBox=Array([0, 0, 300, 300])),
    "a page that is cropped": on_page(CropBox=Array([0, 0, 100, 100])),
    "a page of another unit": on_page(UserUnit=10),
    "a group of transparency": on_page(Group=Dictionary(S=Name.Transparency)),
    "a box for all pages": boxed_tree,
    "digits that read as others": on_font(told_otherwise),
    "a code that reads twice": on_font(twice),
    "glyphs of others": on_font(other_outline),
    "no widths": on_font(other_widths),
    "bitmaps in the font": on_font(other_program),
    "codes by name": on_font(named_codes),
    "a font of another name": on_font(passed_off),
    "a signature on the page": widget([0, 0, 500, 800]),
    "a signature with a look": widget([0, 0, 0, 0], AP=Dictionary()),
}


def test_a_genuine_letter_shows_all_that_it_says() -> None:
    """PDFium, which wrote and reads none of this, extracts the same words."""
    text = shown(lambda _pdf: None)
    with pypdfium2.PdfDocument(written()) as document:
        other = "".join(page.get_textpage().get_text_range() for page in document)
    theirs = "".join(other.split())
    assert "".join(text.split()) in theirs
    assert shown(widget([0, 0, 0, 0])) == text


@pytest.mark.parametrize("name", HIDDEN)
def test_what_could_hide_words_or_show_others_is_refused(name: str) -> None:
    with pytest.raises((Refusal, ValueError, AttributeError, KeyError)):
        shown(HIDDEN[name])


def moved(place: bytes, by: float) -> Callable[[pikepdf.Pdf], None]:
    """The nth line of the first page lower or higher."""

    def edit(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].obj.Contents
        found = list(re.finditer(rb"1 0 0 1 (\S+) (\S+) Tm", contents.read_bytes()))
        one = found[int(place)]
        data, y = contents.read_bytes(), float(one[2]) + by
        new = b"1 0 0 1 %s %.2f Tm" % (one[1], y)
        contents.write(data[: one.start()] + new + data[one.end() :])

    return edit


@pytest.mark.parametrize("by", [-14.0, -40.0, 40.0, 60.0])
def test_lines_that_are_read_in_another_order_are_refused(by: float) -> None:
    with pytest.raises(Refusal, match=r"read first|over|margin|belongs"):
        shown(moved(b"12", by))


def test_a_line_through_words_is_refused() -> None:
    with pikepdf.open(io.BytesIO(written())) as pdf:
        data = pdf.pages[0].obj.Contents.read_bytes()
    y = float(re.search(rb"1 0 0 1 71\.90 (\S+) Tm", data)[1]) + 3
    through = b"0.6 w 2 J 70.00 %.2f m 500.00 %.2f l S" % (y, y)
    with pytest.raises(Refusal, match="a line over"):
        shown(marks(rb"0\.6 w 2 J", through))


def test_what_decorates_says_nothing_new() -> None:
    words_of_ours = re.search(rb"(/F1\+0) 10\.50 Tf <([0-9a-f]+)>", _marks())[0]
    more_words = (
        b"/Artifact <</Type /Pagination>> BDC BT 1 0 0 1 100.00 80.00 Tm "
        b"0.000 Tc 0.000 Tw " + words_of_ours + b" Tj " + words_of_ours
    )
    with pytest.raises(Refusal, match="belongs to no element"):
        shown(more(more_words + b" Tj ET EMC"))


def _marks() -> bytes:
    with pikepdf.open(io.BytesIO(written())) as pdf:
        return bytes(pdf.pages[0].obj.Contents.read_bytes())


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", list(Language))
def test_every_form_says_what_its_notice_json_says(
    form: Form, language: Language
) -> None:
    told = read_notice_json(notice_json(noticed(form, language)))
    with pikepdf.open(io.BytesIO(written(form, language))) as pdf:
        found = read_shown(pdf)
    words.check_named(found.text, told.statement)
    words.check_margins(found.margins, told.statement.number, found.text)
    words.check_values(found.text, told)
    assert len(told.shown) > 4


def machine(**changes: object) -> bytes:
    return json.dumps(json.loads(notice_json(noticed())) | changes).encode()


URL = "https://board.example/other"
OTHERS: dict[str, dict[str, object]] = {
    "another reason": {"reason": "別の理由がある。"},
    "a reason that is only a part": {"reason": "x" * 2_000},
    "another content": {"content": "別の情報である。"},
    "one more URL": {"urls": [*noticed().judgment.target.urls, URL]},
    "a URL that is a part of the letter's": {
        "urls": [noticed().judgment.target.urls[0][:-1]]
    },
    "another centre": {
        "center": {"name": "別のセンター", "name_en": "x", "mailbox": "a@b.example"}
    },
    "another provision": {
        "statutes": [
            {"law": "x", "official": "別の法律", "short": "", "article": "第9条"}
        ]
    },
    "another board": {"locator": {"board_name": "別の掲示板"}},
    "another file": {"locator": {"file_names": ["other.png"]}},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_value_that_the_letter_does_not_say_is_refused(name: str) -> None:
    told = read_notice_json(machine(**OTHERS[name]))
    with pikepdf.open(io.BytesIO(written())) as pdf:
        found = read_shown(pdf)
    with pytest.raises(Refusal):
        words.check_values(found.text, told)


def test_a_letter_with_a_url_more_than_its_notice_json_is_refused() -> None:
    told = read_notice_json(machine())
    with pikepdf.open(io.BytesIO(written())) as pdf:
        text = read_shown(pdf).text
    words.check_values(f"{text}\n手順 https://hotline.example/verify", told)
    for more_urls in (f"{URL} {URL}/2", f"{told.urls[0]}0 {URL}"):
        with pytest.raises(Refusal, match="names the URL"):
            words.check_values(f"{text}\n{more_urls}", told)


def ids(data: bytes) -> list[str]:
    report = judge(data)
    return [one.id for one in report.findings if one.status == "failed"]


def test_a_word_file_that_says_more_than_the_pages_is_refused() -> None:
    parts = dict(word())
    body = parts["word/document.xml"].decode()
    assert ids(sent_with(word_file(packed(parts)))(world())) == []
    changed = body.replace("依頼します", "要求します", 1)
    assert changed != body
    parts["word/document.xml"] = changed.encode()
    assert ids(sent_with(word_file(packed(parts)))(world())) == ["M24"]


@pytest.mark.parametrize("edit", [marks(rb"/F1\+0 ", b"1 g /F1+0 "), picture])
def test_a_signed_letter_with_white_words_fails_by_this_check_alone(
    edit: Callable[[pikepdf.Pdf], object],
) -> None:
    data = sign_pdf(blank_pdf(short_json(), edit=edit), world())
    report = verify(data, trust=[world().root.pem], at=JUDGED_AT)
    assert [one.id for one in report.findings if one.status == "failed"] == ["P18"]


def test_the_text_of_the_word_file_is_read_without_its_page_numbers() -> None:
    assert "整理番号" in docx.text(packed(dict(word())))
