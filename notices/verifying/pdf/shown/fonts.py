"""The fonts of a letter: what each code draws, and whether it is what it says.

A glyph counts as a character only if it is that character's glyph in the font of ours
that it was taken from (`notices/fonts`). So what a program extracts is what people
see. A site's own font may draw what ours lack; those characters are told.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pikepdf

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.shown.truetype import (
    TrueType,
    is_made_of_others,
    same_outline,
)

FONTS = Path(__file__).parents[3] / "fonts"
MAX_PROGRAM = 8_000_000
_OURS = re.compile(r"/[A-Z]{6}\+((?:BIZUDMincho|BIZUDGothic|NotoSerifJP)-Regular)")
_KEYS = frozenset(
    [
        "/Type",
        "/Subtype",
        "/BaseFont",
        "/Name",
        "/FirstChar",
        "/LastChar",
        "/Widths",
        "/FontDescriptor",
        "/ToUnicode",
    ]
)
_DESCRIPTOR_KEYS = frozenset(
    [
        "/Type",
        "/FontName",
        "/Ascent",
        "/CapHeight",
        "/Descent",
        "/Flags",
        "/FontBBox",
        "/FontFile2",
        "/ItalicAngle",
        "/MissingWidth",
        "/StemV",
    ]
)
_TABLES = frozenset(
    tag.encode().ljust(4)
    for tag in (
        [
            "OS/2",
            "cmap",
            "cvt",
            "fpgm",
            "glyf",
            "head",
            "hhea",
            "hmtx",
            "loca",
            "maxp",
            "name",
            "post",
            "prep",
        ]
    )
)
"""No bitmaps, layers or substitutions."""
_INSTRUCTIONS = (b"cvt ", b"fpgm", b"prep")
"""What moves the points of all outlines."""
_SYMBOLIC, _OTHER_FLAGS = 4, ~0b1000111
"""Flags of a descriptor; beside it fixed, serif, script and italic are no matter."""
_ENTRY = re.compile(rb"<([0-9A-Fa-f]{2})> <((?:[0-9A-Fa-f]{4}){1,4})>\n")
_OTHER_MAPPING = re.compile(rb"bfrange|usecmap|notdef|cid(?:char|range)|%")
"""What maps in another way, or hides a mapping: comments."""
_NO_BREAK_SPACE = 0xA0
_BASE_AND_SELECTOR = 2


@lru_cache(maxsize=4)
def _ours(name: str) -> TrueType:
    return TrueType((FONTS / f"{name}.ttf").read_bytes())


class EmbeddedFont:
    """One font of a letter; Refusal where it is not as ours are."""

    def __init__(self, font: pikepdf.Object) -> None:
        _check_keys(font, _KEYS)
        _check_kind(font)
        match = _OURS.fullmatch(str(font.BaseFont))
        self.ours = match[1] if match else ""
        """The font of ours that it is a part of; empty: one of the site."""
        self.program = TrueType(_program(font.FontDescriptor))
        self._check_program()
        self._words = _characters(font.ToUnicode.read_bytes())
        self._first = int(font.FirstChar)
        self._widths = [float(width) for width in font.Widths]
        self._chars: dict[int, str] = {}
        self._wide: dict[int, float] = {}

    def _check_program(self) -> None:
        if odd := set(self.program.tables) - _TABLES:
            raise malformed(
                Text("a font with a table {tag}", tag=min(odd).decode("latin-1"))
            )
        if not self.program.is_loadable():
            raise malformed("a font that not every program loads")
        if not self.ours:
            return
        known = _ours(self.ours)
        for tag in _INSTRUCTIONS:
            if self.program.table(tag) != known.table(tag):
                raise malformed(
                    Text("{name}: other instructions than ours", name=self.ours)
                )
        if self.program.units != known.units:
            raise malformed(Text("{name}: another size than ours", name=self.ours))
        if self.program.headers != known.headers:
            raise malformed(Text("{name}: other headers than ours", name=self.ours))

    def read(self, codes: bytes) -> tuple[str, float]:
        """What codes draw, and how wide that is in 1/1000 em."""
        chars, wide = self._chars, self._wide
        try:
            text = "".join([chars[code] for code in codes])
        except KeyError:
            self._learn({*codes} - chars.keys())
            text = "".join([chars[code] for code in codes])
        return text, sum([wide[code] for code in codes])

    def width(self, code: int) -> float:
        """How wide a code is that was read, in 1/1000 em."""
        return self._wide[code]

    def _learn(self, codes: Collection[int]) -> None:
        """Judge codes that were not met before; Refusal."""
        program, first, told = self.program, self._first, self._words
        known, glyphs = _our_glyphs(self.ours), program.codes
        for code in codes:
            words = told.get(code)
            if not words or code < first:
                raise malformed(Text("a glyph that is no character: {code}", code=code))
            glyph = glyphs[code]
            if not self.ours:
                advance = self._own(words, glyph)
            else:
                ours = known.get(words) or _find_ours(self.ours, words)
                if not ours.is_drawn_by(program, glyph):
                    raise malformed(
                        Text("what reads {words!r} looks otherwise", words=words)
                    )
                advance = ours.width
            width = self._widths[code - first]
            if abs(width - advance) > 1:
                raise malformed(
                    Text("{words!r} is not as wide as it says", words=words)
                )
            self._chars[code], self._wide[code] = words, width

    def _own(self, words: str, glyph: int) -> float:
        """How wide it is in a font of the site; Refusal if ours have it, too."""
        if is_ours(words) and not unicodedata.combining(words[0]):
            raise malformed(Text("{words!r} in a font that is not ours", words=words))
        if not self.program.glyph(glyph):
            raise malformed(Text("{words!r} draws nothing", words=words))
        return self.program.advance(glyph) * 1000 / self.program.units


@dataclass(frozen=True, slots=True)
class _OurGlyph:
    """A character's glyph in a font of ours."""

    font: TrueType
    index: int
    outline: bytes
    bearing: int
    width: float
    """In 1/1000 em."""
    is_composed: bool
    """Whether it is made of other glyphs."""

    def is_drawn_by(self, program: TrueType, glyph: int) -> bool:
        """Whether that glyph draws the same at the same place.

        How wide it is there is left out: the PDF says that itself (/Widths).
        """
        if program.bearing(glyph) != self.bearing:
            return False
        if self.is_composed:
            return same_outline(program, glyph, self.font, self.index)
        return program.glyph(glyph).rstrip(b"\0") == self.outline


@lru_cache(maxsize=4)
def _our_glyphs(name: str) -> dict[str, _OurGlyph]:
    """Those of a font of ours that were met so far."""
    _ = name
    return {}


def _find_ours(name: str, words: str) -> _OurGlyph:
    """A character's glyph in a font of ours; Refusal if it has none."""
    ours = _our_glyph(name, words)
    if ours is None:
        raise malformed(Text("what reads {words!r} looks otherwise", words=words))
    _our_glyphs(name)[words] = ours
    return ours


def _our_glyph(name: str, words: str) -> _OurGlyph | None:
    font = _ours(name)
    index = _glyph_of(font, words)
    if not index:
        return None
    outline = font.glyph(index).rstrip(b"\0")
    width, bearing = font.advance(index) * 1000 / font.units, font.bearing(index)
    is_composed = is_made_of_others(outline)
    return _OurGlyph(font, index, outline, bearing, width, is_composed)


def _glyph_of(font: TrueType, words: str) -> int:
    if len(words) == _BASE_AND_SELECTOR:
        return font.glyph_of_sequence(*map(ord, words))
    if len(words) != 1:
        return 0
    code = ord(words)
    return font.glyph_of(0x20 if code == _NO_BREAK_SPACE else code)


def is_ours(words: str) -> bool:
    """Whether one of our fonts has the character, or the base with its selector."""
    names = ("BIZUDMincho-Regular", "BIZUDGothic-Regular", "NotoSerifJP-Regular")
    return any(_our_glyph(name, words) for name in names)


def _check_keys(found: pikepdf.Object, allowed: frozenset[str]) -> None:
    if odd := set(found.keys()) - allowed:
        raise malformed(Text("a font with {key}", key=min(odd)))


def _check_kind(font: pikepdf.Object) -> None:
    """A program that is read otherwise, or not at all, leaves another font's glyphs."""
    descriptor = font.FontDescriptor
    kinds = (font.Type, font.Subtype, descriptor.Type, descriptor.FontName)
    wanted = ("/Font", "/TrueType", "/FontDescriptor", str(font.BaseFont))
    if tuple(map(str, kinds)) != wanted:
        raise malformed("a font of another kind than ours")
    if int(font.LastChar) - int(font.FirstChar) + 1 != len(font.Widths):
        raise malformed("a font whose codes are not all told")


def _program(descriptor: pikepdf.Object) -> bytes:
    _check_keys(descriptor, _DESCRIPTOR_KEYS)
    flags = int(descriptor.Flags)
    if not flags & _SYMBOLIC or flags & _OTHER_FLAGS:
        raise malformed("a font whose codes stand for names")
    program = descriptor.FontFile2
    data = bytes(program.read_bytes())
    if len(data) > MAX_PROGRAM:
        raise malformed(Text("a font of {count} bytes", count=len(data)))
    if int(program.Length1) != len(data):
        raise malformed("a font that is longer or shorter than it says")
    return data


def _characters(unicode_map: bytes) -> dict[int, str]:
    """Code to characters (ISO 32000-1, 9.10.3), each code once."""
    if _OTHER_MAPPING.search(unicode_map):
        raise malformed("a font that maps its codes otherwise than ours do")
    entries = _ENTRY.findall(unicode_map)
    # all at once, a line end behind each: a font has hundreds
    codes = bytes.fromhex(b"".join([code for code, _ in entries]).decode())
    told = b"".join([char + b"000A" for _, char in entries]).decode()
    words = bytes.fromhex(told).decode("utf-16-be").split("\n")
    characters = dict(zip(codes, words, strict=False))
    if len(characters) != len(entries) or len(words) != len(entries) + 1:
        raise malformed("a font that maps a code twice")
    return characters
