"""TrueType fonts, read in a few milliseconds.

reportlab 5.1 reads place, width and character of every glyph one by one: 60 ms a font,
where a letter needs 300 glyphs of 12,000. Here the tables are read as a whole, and
widths when they are asked for. Tables and their terms: OpenType 1.9.1.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import (
    TTFError,
    TTFontFace,
)

from notices.errors import ConfigError
from notices.letters.pdf.file.subset import Cutter
from notices.letters.pdf.variants import pair_of
from notices.letters.pdf.variation_sequences import VariationSequences
from notices.messages import Text

_FULL_UNICODE = (3, 10)
"""Platform and encoding of the map with all of Unicode; its format is 12."""
_SEQUENCES = (0, 5)
"""The same of the map with variation sequences; its format is 14."""
_SPACE, _NO_BREAK_SPACE = 0x20, 0xA0
_SYMBOLIC, _NON_SYMBOLIC = 1 << 2, 1 << 5
"""Flags of a font descriptor (ISO 32000-1, table 123)."""


NO_FONT = Text("its tables are of another kind, or broken")
BROKEN = (
    *(struct.error, LookupError, ValueError, ArithmeticError),
    *(TypeError, AttributeError, TTFError),
)
"""What a table that is not as it should be comes to, here and in reportlab."""
_LEAST = {"head": 54, "hhea": 36, "maxp": 6, "post": 16, "glyf": 0, "hmtx": 4}
"""Octets that each part of a font takes from its tables."""


class GlyphMetrics:
    """Advance and left side bearing of each glyph, in font units (hmtx)."""

    def __init__(self, table: bytes, paired: int) -> None:
        self.table = table
        self.paired = paired
        """So many glyphs have both; the others share the last advance."""

    def __getitem__(self, glyph: int) -> tuple[int, int]:
        last = min(glyph, self.paired - 1)
        advance, left = struct.unpack_from(">HH", self.table, 4 * last)
        if glyph > last:
            place = 4 * self.paired + 2 * (glyph - self.paired)
            # FreeType, too, reads 0 where the table ends early
            (left,) = struct.unpack(">H", self.table[place : place + 2] or b"\0\0")
        return advance, left


class Characters(Mapping[int, int]):
    """The glyph of each character (cmap, formats 12 and 14)."""

    def __init__(
        self,
        groups: tuple[int, ...],
        count: int,
        sequences: VariationSequences | None = None,
    ) -> None:
        self.firsts, self.lasts, self.glyphs = groups[::3], groups[1::3], groups[2::3]
        self.count = count
        """Of the font's glyphs; a character of one that is not there is not there."""
        self.sequences = sequences
        self._known: dict[int, int] = {}
        """The glyphs that were asked for; at most all of the font."""

    def __getitem__(self, code: int) -> int:
        glyph = self._known.get(code)
        if glyph is None:
            glyph = self._known[code] = self._look_up(code)
        return glyph

    def _look_up(self, code: int) -> int:
        if (pair := pair_of(code)) and self.sequences:
            return self.sequences.glyph(pair, self)
        if code == _NO_BREAK_SPACE:
            code = _SPACE  # as reportlab writes it
        group = bisect_right(self.firsts, code) - 1
        if group < 0 or code > self.lasts[group]:
            raise KeyError(code)
        glyph = self.glyphs[group] + code - self.firsts[group]
        if glyph >= self.count:
            raise KeyError(code)
        return glyph

    def has_sequence(self, pair: str) -> bool:
        """Whether a base and a variation selector have a glyph."""
        return self.sequences is not None and self.sequences.has(pair, self)

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self.firsts, self.lasts, strict=True):
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(
            last + 1 - first
            for first, last in zip(self.firsts, self.lasts, strict=True)
        )


class Outlines:
    """The outlines of all glyphs (glyf), of which a letter cuts out some hundred.

    reportlab would copy all five megabytes of them for each letter.
    """

    def __init__(self, data: bytes, start: int, length: int) -> None:
        self.data, self.start, self.length = data, start, length

    def __getitem__(self, part: slice) -> bytes:
        if not part.start <= part.stop <= self.length:
            raise ValueError("an outline is not within its table")
        return self.data[self.start + part.start : self.start + part.stop]


class QuickFace(TTFontFace):  # type: ignore[misc] # reportlab has no types
    """A face whose tables of glyphs are read at once.

    reportlab keeps the advances of the glyphs that share the last one in 1/1000 em
    where all others are in font units, and writes them so into the subset: widths of
    file and font program then differ. Here all are in font units.
    """

    name: bytes
    subfontNameX: bytes  # noqa: N815
    ascent: float
    capHeight: float  # noqa: N815
    descent: float
    italicAngle: float  # noqa: N815
    stemV: int  # noqa: N815
    bbox: list[float]
    charToGlyph: Mapping[int, int]  # noqa: N815
    flags: int
    _ttf_data: bytes
    _pdfScale: Callable[[float], float]  # noqa: N815

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: ARG002, N802, N803
        """Read the font, always with its characters."""
        try:
            super().extractInfo(charInfo=0)
            self._require_whole()
            own: Mapping[int, int] | None = self._characters()
            if own is None:  # an older map: reportlab knows them all
                super().extractInfo()
                own = {
                    code: glyph
                    for code, glyph in self.charToGlyph.items()
                    if glyph < self.numGlyphs
                }
            self.charToGlyph = own
            (paired,) = self._numbers("hhea", ">H", 34)
            (is_long,) = self._numbers("head", ">H", 50)
            self.hmetrics = GlyphMetrics(self.get_table("hmtx"), paired)
            count = self.numGlyphs + 1
            places = self._numbers("loca", f">{count}{'L' if is_long else 'H'}", 0)
            self.glyphPos = places if is_long else [place * 2 for place in places]
            self.defaultWidth = self._pdfScale(self.hmetrics[0][0])
        except BROKEN as broken:
            raise TTFError("its tables are broken") from broken

    def _require_whole(self) -> None:
        """ValueError or KeyError for a font that lacks what every part of it needs."""
        for tag, least in _LEAST.items():
            place, length = self.get_table_pos(tag)
            if length < least or place + length > len(self._ttf_data):
                raise ValueError(tag)
        (paired,) = self._numbers("hhea", ">H", 34)
        _, length = self.get_table_pos("hmtx")
        if not (self.numGlyphs and paired and 4 * paired <= length):
            raise ValueError("hmtx")

    def getCharWidth(self, code: int) -> float:  # noqa: N802
        """The width of a character in 1/1000 em."""
        glyph = self.charToGlyph.get(code, 0)
        known = glyph if glyph < self.numGlyphs else 0
        return float(self._pdfScale(self.hmetrics[known][0]))

    def get_table(self, tag: str) -> Any:
        """A table's octets; of the outlines only those that are asked for."""
        place, length = self.get_table_pos(tag)
        if tag == "glyf":
            return Outlines(self._ttf_data, place, length)
        return self._ttf_data[place : place + length]

    @cached_property
    def cutter(self) -> Cutter:
        """Cuts out what a letter embeds."""
        return Cutter(self)

    @property
    def descriptor_flags(self) -> int:
        """Its flags (ISO 32000-1, 9.8.2); a part with codes of its own is symbolic."""
        return self.flags & ~_NON_SYMBOLIC | _SYMBOLIC

    def has_sequence(self, pair: str) -> bool:
        """Whether the font has a glyph for a base and a variation selector."""
        known = self.charToGlyph
        return isinstance(known, Characters) and known.has_sequence(pair)

    def _numbers(self, tag: str, form: str, offset: int) -> tuple[int, ...]:
        place, _ = self.get_table_pos(tag)
        return struct.unpack_from(form, self._ttf_data, place + offset)

    def _characters(self) -> Characters | None:
        """Character to glyph; None if the font has no map with all of Unicode."""
        maps = self._maps()
        offset = maps.get(_FULL_UNICODE)
        if offset is None:
            return None
        _, _, _, _, groups = self._numbers("cmap", ">HHLLL", offset)
        return Characters(
            self._numbers("cmap", f">{3 * groups}L", offset + 16),
            self.numGlyphs,
            self._sequences(maps),
        )

    def _maps(self) -> dict[tuple[int, ...], int]:
        """Where each map begins, by platform and encoding."""
        (count,) = self._numbers("cmap", ">H", 2)
        rows = (self._numbers("cmap", ">HHL", 4 + 8 * row) for row in range(count))
        return {tuple(kind): offset for *kind, offset in rows}

    def _sequences(
        self, maps: Mapping[tuple[int, ...], int]
    ) -> VariationSequences | None:
        place, _ = self.get_table_pos("cmap")
        offset = maps.get(_SEQUENCES)
        if offset is None:
            return None
        return VariationSequences(self._ttf_data, place + offset)


class QuickFont:
    """A font: its face, and how wide its characters are in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.face = QuickFace(str(path))
        self._widths: dict[int, str] = {}

    def width(self, code: int) -> str:
        """The width of a character in 1/1000 em, as the file has it."""
        known = self._widths.get(code)
        if known is None:
            width = self.face.getCharWidth(code)
            known = self._widths[code] = number_in_file(width)
        return known

    def program(self, codes: Sequence[int]) -> bytes:
        """What a file embeds for these characters; ConfigError for a broken outline."""
        try:
            return self.face.cutter.cut(codes)
        except BROKEN as broken:
            raise unusable(self.path, NO_FONT) from broken


def unusable(path: Path, why: str) -> ConfigError:
    """Tell which file is no font that can be used."""
    return ConfigError(
        Text("{path} cannot be used as a font: {broken}", path=path, broken=why),
        hint="only TrueType outlines (.ttf) work",
    )


def number_in_file(number: float) -> str:
    """A number with as many digits as a font needs (ISO 32000-1, 7.3.3)."""
    return f"{round(number, 6):.7g}"
