"""TrueType fonts for reportlab, read in a few milliseconds.

reportlab 5.1 reads place, width and character of every glyph one by one: 60 ms a font,
where a letter needs 300 glyphs of 12,000. Here the tables are read as a whole, and
widths when they are asked for. Tables and their terms: OpenType 1.9.1.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase.ttfonts import TTEncoding, TTFError, TTFont, TTFontFace

from notices.letters.pdf.variants import pair_of
from notices.letters.pdf.variation_sequences import VariationSequences
from notices.messages import Text

_FULL_UNICODE = (3, 10)
"""Platform and encoding of the map with all of Unicode; its format is 12."""
_SEQUENCES = (0, 5)
"""The same of the map with variation sequences; its format is 14."""
_SPACE, _NO_BREAK_SPACE = 0x20, 0xA0


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
            (left,) = struct.unpack_from(">H", self.table, place)
        return advance, left


class Characters(Mapping[int, int]):
    """The glyph of each character (cmap, formats 12 and 14)."""

    def __init__(
        self, groups: tuple[int, ...], sequences: VariationSequences | None = None
    ) -> None:
        self.firsts, self.lasts, self.glyphs = groups[::3], groups[1::3], groups[2::3]
        self.sequences = sequences

    def __getitem__(self, code: int) -> int:
        if (pair := pair_of(code)) and self.sequences:
            return self.sequences.glyph(pair, self)
        if code == _NO_BREAK_SPACE:
            code = _SPACE  # as reportlab writes it
        group = bisect_right(self.firsts, code) - 1
        if group < 0 or code > self.lasts[group]:
            raise KeyError(code)
        return self.glyphs[group] + code - self.firsts[group]

    def has_sequence(self, pair: str) -> bool:
        """Whether a base and a variation selector have a glyph."""
        return self.sequences is not None and self.sequences.has(pair, self)

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self.firsts, self.lasts, strict=True):
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class QuickFace(TTFontFace):  # type: ignore[misc] # reportlab has no types
    """A face whose tables of glyphs are read at once.

    reportlab keeps the advances of the glyphs that share the last one in 1/1000 em
    where all others are in font units, and writes them so into the subset: widths of
    file and font program then differ. Here all are in font units.
    """

    _ttf_data: bytes
    _pdfScale: Callable[[float], float]  # noqa: N815

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: ARG002, N802, N803
        """Read the font, always with its characters."""
        try:
            super().extractInfo(charInfo=0)
            self.charToGlyph = self._characters()
            if not self.charToGlyph:  # an older map: reportlab knows them all
                super().extractInfo()
            (paired,) = self._numbers("hhea", ">H", 34)
            (is_long,) = self._numbers("head", ">H", 50)
            self.hmetrics = GlyphMetrics(self.get_table("hmtx"), paired)
            count = self.numGlyphs + 1
            places = self._numbers("loca", f">{count}{'L' if is_long else 'H'}", 0)
            self.glyphPos = places if is_long else [place * 2 for place in places]
            self.defaultWidth = self._pdfScale(self.hmetrics[0][0])
        except (struct.error, KeyError, IndexError) as broken:
            raise TTFError(
                Text("its tables are broken: {broken}", broken=broken)
            ) from broken

    def getCharWidth(self, code: int) -> float:  # noqa: N802
        """The width of a character in 1/1000 em."""
        glyph = self.charToGlyph.get(code, 0)
        known = glyph if glyph < self.numGlyphs else 0
        return float(self._pdfScale(self.hmetrics[known][0]))

    def has_sequence(self, pair: str) -> bool:
        """Whether the font has a glyph for a base and a variation selector."""
        known = self.charToGlyph
        return isinstance(known, Characters) and known.has_sequence(pair)

    def _numbers(self, tag: str, form: str, offset: int) -> tuple[int, ...]:
        place, _ = self.get_table_pos(tag)
        return struct.unpack_from(form, self._ttf_data, place + offset)

    def _characters(self) -> Mapping[int, int]:
        """Character to glyph; empty if the font has no map with all of Unicode."""
        maps = self._maps()
        offset = maps.get(_FULL_UNICODE)
        if offset is None:
            return {}
        _, _, _, _, groups = self._numbers("cmap", ">HHLLL", offset)
        return Characters(
            self._numbers("cmap", f">{3 * groups}L", offset + 16), self._sequences(maps)
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


class QuickFont(TTFont):  # type: ignore[misc]
    """A font with such a face; the output does not depend on HarfBuzz."""

    def __init__(self, path: Path) -> None:
        self.fontName = path.stem
        self.face = QuickFace(str(path))
        self.encoding = TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False
        self.shapable = False

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: ARG002, N802
        """The width of a text in points; reportlab's own needs what is not read."""
        units = sum(self.face.getCharWidth(ord(char)) for char in text)
        return float(units) * size / 1000
