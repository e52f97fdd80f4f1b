"""Fonts of a site that are odd or broken: drawn, or told by name; never our fault."""

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

from notices.errors import ConfigError
from notices.letters import Templates
from notices.letters.settings import LetterSettings
from notices.notice import Form
from tests.letters.conftest import final, letter_of

WORD = "\u0e01\u0e02"
"""Two letters that the package's own fonts lack: the second is made of the first."""
_PLAIN, _MADE = 2, 3
"""Their glyphs."""


def font(name: str = "Site-Regular") -> bytearray:
    """A small font with what is needed and nothing else: no kern, no fpgm."""
    order = [".notdef", "space", "plain", "made"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    # the last is beyond 16 bits: the map has format 12
    letters = dict(zip(map(ord, WORD), order[2:], strict=True))
    builder.setupCharacterMap({0x20: "space", **letters, 0x1F9FF: "plain"})
    made, part = Glyph(), GlyphComponent()
    part.glyphName, part.x, part.y, part.flags = "plain", 10, 10, 4
    made.numberOfContours, made.components = -1, [part]
    nothing = TTGlyphPen(None).glyph()
    glyphs = [_box(), nothing, _box(), made]
    builder.setupGlyf(dict(zip(order, glyphs, strict=True)))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": "Site", "styleName": "Regular", "psName": name}
    builder.setupNameTable(names)
    builder.setupOS2()
    builder.setupPost()
    made_of_it = io.BytesIO()
    builder.save(made_of_it)
    return bytearray(made_of_it.getvalue())


def _box() -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((500, 0), (500, 700), (0, 700)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def row(data: bytearray, tag: bytes) -> int:
    """Where the directory has a table: tag, sum, place, length."""
    return data.index(tag, 12)


def place(data: bytearray, tag: bytes) -> int:
    return int(struct.unpack_from(">L", data, row(data, tag) + 8)[0])


def number(tag: bytes, at: int, value: int) -> Callable[[bytearray], None]:
    """What writes a number of 16 bits into a table."""
    return lambda data: struct.pack_into(">H", data, place(data, tag) + at, value)


def shortened(tag: bytes) -> Callable[[bytearray], None]:
    return lambda data: struct.pack_into(">L", data, row(data, tag) + 12, 2)


def part(glyph: int) -> Callable[[bytearray], None]:
    """What lets the second letter be made of another glyph."""

    def change(data: bytearray) -> None:
        (at,) = struct.unpack_from(">H", data, place(data, b"loca") + 2 * _MADE)
        struct.pack_into(">H", data, place(data, b"glyf") + 2 * at + 12, glyph)

    return change


def letter_with(data: bytearray, folder: Path, templates: Templates) -> bytes:
    path = folder / "site.ttf"
    path.write_bytes(data)
    notice = final(Form.FORM_1)
    notice = replace(notice, recipient=replace(notice.recipient, name=WORD))
    return letter_of(notice, templates, settings=LetterSettings(fonts=(path,))).pdf


def test_a_font_with_what_is_needed_alone_is_drawn(
    tmp_path: Path, templates: Templates
) -> None:
    pdf = letter_with(font(), tmp_path, templates)
    assert b"+Site-Regular" in pdf


def octets(at: Callable[[bytearray], int], value: bytes) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        data[at(data) : at(data) + len(value)] = value

    return change


BROKEN = {
    "made of itself": part(_MADE),
    "made of the next": part(4),
    "made of the last": part(0xFFFF),
    "outline backwards": number(b"loca", 2 * _PLAIN, 0),
    "outline outside": number(b"loca", 2 * _MADE, 0xFFFF),
    "no glyph": number(b"maxp", 4, 0),
    "no advance": number(b"hhea", 34, 0),
    "many advances": number(b"hhea", 34, 9999),
    "no size": number(b"head", 18, 0),
    "no outlines": octets(lambda data: row(data, b"glyf"), b"none"),
    "no name": octets(lambda data: place(data, b"name") + 2, b"\0\0"),
    **{
        f"short {tag.decode()}": shortened(tag)
        for tag in (b"head", b"hhea", b"maxp", b"post", b"hmtx", b"glyf")
    },
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_font_is_told_by_name(
    change: Callable[[bytearray], None], tmp_path: Path, templates: Templates
) -> None:
    """A glyph made of itself or of none, an outline elsewhere, a short table, no name.

    Most of them came out as a fault of the program; of some nothing was drawn.
    """
    data = font()
    change(data)
    with pytest.raises(ConfigError, match=r"site\.ttf cannot be used as a font"):
        letter_with(data, tmp_path, templates)


def test_a_letter_whose_glyph_is_not_there_is_one_that_the_font_lacks(
    tmp_path: Path, templates: Templates
) -> None:
    """It was measured as if it were there, and could then not be embedded."""
    data = font()
    number(b"maxp", 4, _MADE)(data)
    pdf = letter_with(data, tmp_path, templates)
    assert b"+Site-Regular" in pdf


@pytest.mark.parametrize("name", ["Site#Regular", "Site#41", "Site" * 60])
def test_the_name_of_a_font_is_one_word_in_the_file(
    name: str, tmp_path: Path, templates: Templates
) -> None:
    """`#` begins an octet in hexadecimal; a name of a PDF has at most 127 octets."""
    pdf = letter_with(font(name), tmp_path, templates)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.check_pdf_syntax()
        fonts = opened.pages[0].Resources.Font.values()
        [found] = [str(one.BaseFont) for one in fonts if "+Site" in str(one.BaseFont)]
    assert found.partition("+")[2] == name[:100]
