"""Our quick reading of fonts finds what reportlab's own finds."""

import struct
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont as Oracle
from reportlab.pdfbase.ttfonts import TTFont

from notices.errors import ConfigError
from notices.letters.pdf.faces import GOTHIC, MINCHO, SERIF, load_font
from notices.letters.pdf.truetype import QuickFace, QuickFont

ALL_CHARACTERS = range(0x110000)


@pytest.fixture(scope="module", params=[MINCHO, GOTHIC, SERIF], ids=lambda p: p.stem)
def fonts(request: pytest.FixtureRequest) -> tuple[TTFont, QuickFont]:
    path: Path = request.param
    slow = TTFont(path.stem, str(path), asciiReadable=False, shapable=False)
    return slow, QuickFont(path)


def test_the_same_glyph_and_width_for_every_character(
    fonts: tuple[TTFont, QuickFont],
) -> None:
    slow, quick = (font.face for font in fonts)
    assert len(quick.charToGlyph) == len(slow.charToGlyph)
    for code in slow.charToGlyph:
        assert quick.charToGlyph[code] == slow.charToGlyph[code]
        assert quick.getCharWidth(code) == slow.getCharWidth(code)
    missing = next(code for code in ALL_CHARACTERS if code not in slow.charToGlyph)
    assert missing not in quick.charToGlyph
    assert quick.getCharWidth(missing) == slow.getCharWidth(missing)


@pytest.mark.parametrize("path", [MINCHO, GOTHIC, SERIF], ids=lambda p: p.stem)
def test_the_same_glyph_for_every_variation_sequence_as_fonttools_has(
    path: Path,
) -> None:
    oracle = Oracle(path)
    usual, glyphs = oracle.getBestCmap(), oracle.getReverseGlyphMap()
    [table] = [one for one in oracle["cmap"].tables if one.format == 14]
    face = load_font(path).face
    rows = [
        (chr(base) + chr(selector), glyphs[name or usual[base]])
        for selector, pairs in table.uvsDict.items()
        for base, name in pairs
    ]
    assert len(rows) > 10_000
    for pair, glyph in rows[::23]:
        assert face.charToGlyph.sequences.glyph(pair, face.charToGlyph) == glyph
    assert not face.has_sequence("a\ufe0f")


def test_the_same_places_and_facts(fonts: tuple[TTFont, QuickFont]) -> None:
    slow, quick = (font.face for font in fonts)
    assert list(quick.glyphPos) == list(slow.glyphPos)
    own = {"charToGlyph", "glyphToChar", "charWidths", "hmetrics", "glyphPos"}
    own |= {"_pdfScale", "_pos"}
    facts = {name: fact for name, fact in vars(slow).items() if name not in own}
    assert facts == {name: getattr(quick, name) for name in facts}


def test_all_advances_are_in_font_units(fonts: tuple[TTFont, QuickFont]) -> None:
    """reportlab has them in 1/1000 em for the glyphs that share the last one."""
    slow, quick = (font.face for font in fonts)
    for glyph, (advance, left) in enumerate(slow.hmetrics):
        shares = isinstance(advance, float) and slow.unitsPerEm != 1000
        units = round(advance * slow.unitsPerEm / 1000) if shares else advance
        assert quick.hmetrics[glyph] == (units, left)


def test_a_font_with_an_older_character_map_is_read_by_reportlab(
    tmp_path: Path,
) -> None:
    """Only the map with format 12 is read here; this font has lost it."""
    data = bytearray(MINCHO.read_bytes())
    at = _table(data, b"cmap")
    rows = struct.unpack_from(">H", data, at + 2)[0]
    struct.pack_into(">H", data, at + 2, rows - 1)
    path = tmp_path / "older.ttf"
    path.write_bytes(data)
    older, whole = QuickFace(str(path)), QuickFace(str(MINCHO))
    for char in "違法情報 Ag（）":
        assert older.charToGlyph[ord(char)] == whole.charToGlyph[ord(char)]
        assert older.getCharWidth(ord(char)) == whole.getCharWidth(ord(char))


@pytest.mark.parametrize("tag", [b"cmap", b"hmtx", b"loca", b"hhea", b"maxp"])
def test_a_font_that_ends_too_early_is_told(tag: bytes, tmp_path: Path) -> None:
    data = MINCHO.read_bytes()
    path = tmp_path / "short.ttf"
    path.write_bytes(data[: _table(data, tag) + 10])
    with pytest.raises(ConfigError, match="cannot be used as a font"):
        load_font(path)


@pytest.mark.parametrize("tag", [b"cmap", b"hmtx", b"loca", b"name"])
def test_a_font_that_lacks_a_table_is_told(tag: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lacking.ttf"
    path.write_bytes(MINCHO.read_bytes().replace(tag, b"none", 1))
    with pytest.raises(ConfigError, match="cannot be used as a font"):
        load_font(path)


def _table(data: bytes | bytearray, tag: bytes) -> int:
    count = struct.unpack_from(">H", data, 4)[0]
    for row in range(count):
        name, _, offset, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * row)
        if name == tag:
            return int(offset)
    raise AssertionError(tag)
