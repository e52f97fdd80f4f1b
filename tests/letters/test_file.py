"""The file is what qpdf writes, the fonts in it are what reportlab cuts out.

Both did this work before; our own is quicker, and must not be another.
"""

import io
import random
import re
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont as Oracle

from notices.letters import Templates
from notices.letters.pdf.faces import GOTHIC, MINCHO, SERIF, load_font
from notices.letters.pdf.file.embedding import UsedFont
from notices.letters.pdf.file.objects import Indirect, file_of, packed, text_string
from notices.notice import Form
from tests.letters.conftest import CORPUS, final, hostile_notice, letter_of

_NAMES = re.compile(rb"/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>\]")


def by_qpdf(pdf: bytes) -> bytes:
    """The same objects, written by qpdf without a change of its own."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            made,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return made.getvalue()


@pytest.mark.parametrize("form", list(Form))
def test_a_letter_is_what_qpdf_would_write(form: Form, templates: Templates) -> None:
    pdf = letter_of(final(form), templates).pdf
    assert _NAMES.sub(b"", by_qpdf(pdf)) == _NAMES.sub(b"", pdf)


@pytest.mark.parametrize("case", CORPUS[::5], ids=lambda case: case["name"])
def test_a_letter_of_hostile_words_is_what_qpdf_would_write(
    case: dict[str, object], templates: Templates
) -> None:
    pdf = letter_of(hostile_notice(case), templates).pdf
    assert _NAMES.sub(b"", by_qpdf(pdf)) == _NAMES.sub(b"", pdf)


@pytest.mark.parametrize("path", [MINCHO, GOTHIC, SERIF], ids=lambda path: path.stem)
@pytest.mark.parametrize("count", [1, 20, 220])
def test_a_part_of_a_font_is_what_reportlab_cuts_out(path: Path, count: int) -> None:
    """Glyphs made of others among them, and characters that the font lacks."""
    face = load_font(path).face
    characters = sorted(face.charToGlyph)
    chance = random.Random(count)  # noqa: S311 - not a secret
    for _ in range(5):
        codes = [0, *[32] * 32, *chance.sample(characters, count), 0x10FFFF]
        codes += [code for code in map(ord, "éÄがプ") if code in face.charToGlyph]
        assert face.cutter.cut(codes) == face.makeSubset(codes)


@pytest.mark.parametrize("path", [MINCHO, GOTHIC, SERIF], ids=lambda path: path.stem)
def test_fonttools_reads_each_part_and_its_sums(path: Path) -> None:
    face = load_font(path).face
    codes = [0, *[32] * 32, *map(ord, "違法情報 Éあが")]
    with Oracle(io.BytesIO(face.cutter.cut(codes)), checkChecksums=2) as read:
        assert len(read.getGlyphOrder()) == read["maxp"].numGlyphs
        for name in read.getGlyphOrder():
            read["glyf"][name].expand(read["glyf"])


def test_more_than_256_characters_are_parted_as_reportlab_parts_them() -> None:
    used = UsedFont(load_font(MINCHO), "F1")
    characters = sorted(used.font.face.charToGlyph)[300:900]
    pieces = used.shown("".join(map(chr, characters)))
    assert [name for name, _ in pieces] == ["F1+0", "F1+1", "F1+2"]
    assert all(len(codes) <= 256 for codes in used.subsets)
    assert all(codes[0] == 0 and codes[32] == 32 for codes in used.subsets)
    told = [
        used.subsets[number][int(codes[at : at + 2], 16)]
        for number, (_, codes) in enumerate(pieces)
        for at in range(0, len(codes), 2)
    ]
    assert told == characters


@pytest.mark.parametrize(
    "text", ["", "(a) \\ b)", "’", "違法", "a\nb", "\x7f", "葛\U000e0100", "é"]
)
def test_a_text_is_read_back_by_qpdf_as_it_was(text: str) -> None:
    pages = Indirect({"Type": "/Pages", "Count": 0, "Kids": []})
    root = Indirect({"Type": "/Catalog", "Pages": pages})
    info = Indirect({"Title": text_string(text)})
    with pikepdf.open(io.BytesIO(file_of(root, info))) as opened:
        assert str(opened.trailer.Info.Title) == text


def test_no_stream_ends_in_cr() -> None:
    """ISO 19005-2, 6.1.7.1: it and the line feed behind it would be one end of line."""
    chance = random.Random(1)  # noqa: S311 - not a secret
    plain = [packed(chance.randbytes(n % 40)) for n in range(2_000)]
    assert any(one.data and "Filter" not in one.entries for one in plain)
    assert not any(one.data and one.data.endswith(b"\r") for one in plain)
