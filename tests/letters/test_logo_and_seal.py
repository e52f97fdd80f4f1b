"""Logo and seal: what is printed is what notice.json declares, and nothing covers words."""

import io
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa
from PIL import Image

from notices.codec import notice_json
from notices.errors import InvalidTemplate
from notices.judgment import Language
from notices.letters import Letter, Templates, check_templates, load_templates
from notices.letters.pictures import declared, read_picture
from notices.notice import Form, Notice
from notices.verifying import words
from notices.verifying.checks import Refusal
from notices.verifying.content import NoticeJson, read_notice_json
from notices.verifying.mail import docx
from notices.verifying.pdf.active_content import Opened, check
from notices.verifying.pdf.shown.letter import ShownLetter, read_shown
from tests.letters.conftest import final, letter_of
from tests.letters.test_accessible import faults

LAYOUT = """[images]
logo = "logo.png"
logo_alt = "見本センターのロゴ"
seal = "seal.png"
seal_alt = "見本センターの印"
"""


def png(size: tuple[int, int], colour: object, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG", dpi=(300, 300))
    return file.getvalue()


def site(folder: Path, layout: str = LAYOUT, **files: bytes) -> Templates:
    made = {
        "logo": png((500, 90), (20, 90, 160, 128), "RGBA"),
        "seal": png((200, 200), 120, "L"),
    } | files
    for name, data in made.items():
        (folder / f"{name}.png").write_bytes(data)
    (folder / "layout.toml").write_text(layout, encoding="utf-8")
    return load_templates([folder])


def shown(pdf: bytes) -> ShownLetter:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return read_shown(opened)


def told(notice: Notice, templates: Templates) -> NoticeJson:
    return read_notice_json(notice_json(notice, images=declared(templates.pictures)))


def bilingual(form: Form) -> Notice:
    notice = final(form)
    recipient = replace(notice.recipient, language=Language.BILINGUAL)
    return replace(notice, recipient=recipient)


@pytest.mark.parametrize("form", list(Form))
def test_the_pictures_are_those_that_notice_json_declares(
    form: Form, tmp_path: Path
) -> None:
    templates = site(tmp_path)
    assert check_templates(templates) == ()
    notice = bilingual(form)
    letter, machine = letter_of(notice, templates), told(notice, templates)
    found = shown(letter.pdf)
    assert found.pictures == machine.images
    assert len(set(machine.images)) == 2
    words.check_values(found.text, machine)
    assert docx.check(letter.docx, "a.docx", machine)
    words.check_same(docx.text(letter.docx), found.text)
    assert check(Opened(letter.pdf))


def test_the_word_file_has_the_very_png_and_pillow_reads_it(tmp_path: Path) -> None:
    templates = site(tmp_path)
    letter = letter_of(final(Form.FORM_1), templates)
    with zipfile.ZipFile(io.BytesIO(letter.docx)) as package:
        files = [package.read(f"word/media/image{n}.png") for n in (1, 2)]
    hashes = [one.sha256 for one in declared(templates.pictures)]
    assert [sha256(one).hexdigest() for one in files] == hashes
    logo, seal = (Image.open(io.BytesIO(one)) for one in files)
    assert (logo.mode, logo.size, seal.mode) == ("RGB", (500, 90), "L")
    # half of the paper's white shows through
    assert logo.getpixel((0, 0)) == pytest.approx((137, 172, 207), abs=2)


@pytest.mark.parametrize("language", list(Language))
def test_letters_with_pictures_are_archival_and_accessible(
    language: Language, tmp_path: Path
) -> None:
    notice = final(Form.FORM_2)
    notice = replace(notice, recipient=replace(notice.recipient, language=language))
    pdf = letter_of(notice, site(tmp_path)).pdf
    assert pdfa.validate_written(io.BytesIO(pdf), "2b").passed
    assert faults(pdf) == set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        figures = [
            str(one.Alt)
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert figures == ["見本センターのロゴ", "見本センターの印"]


def test_other_pictures_than_the_declared_are_refused(tmp_path: Path) -> None:
    templates = site(tmp_path)
    notice = final(Form.FORM_1)
    letter = letter_of(notice, templates)
    other = replace(told(notice, templates), images=("0" * 64,))
    with pytest.raises(Refusal, match="pictures"):
        docx.check(letter.docx, "a.docx", other)
    none = replace(other, images=())
    with pytest.raises(Refusal, match="pictures"):
        docx.check(letter.docx, "a.docx", none)
    with pikepdf.open(io.BytesIO(letter.pdf)) as pdf:
        one = pdf.pages[0].obj.Resources.XObject["/Image1"]
        one.Width = 10
        with pytest.raises(Refusal, match="another kind"):
            read_shown(pdf)


def floating(letter: Letter) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(letter.docx)) as package,
        zipfile.ZipFile(out, "w") as changed,
    ):
        for name in package.namelist():
            data = package.read(name)
            changed.writestr(name, data.replace(b"wp:inline", b"wp:anchor"))
    return out.getvalue()


def test_a_picture_that_floats_over_words_is_refused(tmp_path: Path) -> None:
    templates = site(tmp_path)
    notice = final(Form.FORM_1)
    moved = floating(letter_of(notice, templates))
    with pytest.raises(Refusal, match="another shape"):
        docx.check(moved, "a.docx", told(notice, templates))


@pytest.mark.parametrize(
    ("layout", "files", "said"),
    [
        (LAYOUT.replace("seal.png", "none.png"), {}, "none.png is not there"),
        (LAYOUT.replace("seal.png", "../seal.png"), {}, "images.seal"),
        (LAYOUT.replace("見本センターの印", " "), {}, "images.seal_alt"),
        (LAYOUT, {"seal": b"no picture"}, "it is no PNG"),
        (LAYOUT, {"seal": b"GIF89a" + bytes(9)}, "it is no PNG"),
        (LAYOUT, {"seal": bytes(1_000_001)}, "more than"),
        (LAYOUT, {"seal": png((1_300, 9), "red")}, "larger than"),
    ],
)
def test_what_cannot_be_printed_is_told_by_the_check(
    layout: str, files: dict[str, bytes], said: str, tmp_path: Path
) -> None:
    templates = site(tmp_path, layout, **files)
    (fault,) = check_templates(templates)
    assert said in fault.message
    with pytest.raises(InvalidTemplate):
        letter_of(final(Form.FORM_1), templates)


def test_a_packed_picture_never_ends_in_cr() -> None:
    """Before `endstream` it would be read as an end of line, a byte less."""
    for grey in range(256):
        file = png((7, 5), grey, "L")
        assert not read_picture("logo", "x", file, "x").data.endswith(b"\r")


def test_the_seal_stands_left_of_a_sender_whose_lines_are_long(tmp_path: Path) -> None:
    notice = final(Form.FORM_1)
    center = replace(notice.center, address="東京都千代田区見本町一丁目二番三号見本館")
    letter = letter_of(replace(notice, center=center), site(tmp_path))
    assert shown(letter.pdf).pictures  # or words would lie below it
