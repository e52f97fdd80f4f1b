"""TrueType fonts for reportlab, read in a few milliseconds.

reportlab 5.1 reads place, width and character of every glyph one by one: 60 ms a font,
where a letter needs 300 glyphs of 12,000. Here the tables are read as a whole, and
widths when they are asked for. What a letter embeds of a font is written here, too.
Tables and their terms: OpenType 1.9.1.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase.pdfdoc import PDFArray, PDFStream, PDFTrueTypeFont
from reportlab.pdfbase.ttfonts import SUBSETN, TTEncoding, TTFError, TTFont, TTFontFace

from notices.letters.pdf.variants import drawn_text, pair_of
from notices.letters.pdf.variation_sequences import VariationSequences

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


class Outlines:
    """The outlines of all glyphs (glyf), of which a letter cuts out some hundred.

    reportlab would copy all five megabytes of them for each letter.
    """

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.start = data, start

    def __getitem__(self, part: slice) -> bytes:
        return self.data[self.start + part.start : self.start + part.stop]


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
            raise TTFError("its tables are broken") from broken

    def getCharWidth(self, code: int) -> float:  # noqa: N802
        """The width of a character in 1/1000 em."""
        glyph = self.charToGlyph.get(code, 0)
        known = glyph if glyph < self.numGlyphs else 0
        return float(self._pdfScale(self.hmetrics[known][0]))

    def get_table(self, tag: str) -> Any:
        """A table's octets; of the outlines only those that are asked for."""
        place, length = self.get_table_pos(tag)
        if tag == "glyf":
            return Outlines(self._ttf_data, place)
        return self._ttf_data[place : place + length]

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
    """A font with such a face; the output does not depend on HarfBuzz.

    reportlab writes characters beyond U+FFFF as one hexadecimal number into its
    ToUnicode maps, where UTF-16BE is asked for (ISO 32000-1, 9.10.3), more than 100
    entries in a block, and code 0 as U+0000.
    """

    def __init__(self, path: Path) -> None:
        self.fontName = path.stem
        self.face = QuickFace(str(path))
        self.encoding = TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False
        self.shapable = False
        self._widths: dict[int, bytes] = {}

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Put what the document shows of the font into it, 256 glyphs a file."""
        state = self.state[doc]
        state.frozen = 1
        for number, codes in enumerate(state.subsets):
            self._add_subset(doc, number, codes)
        del self.state[doc]

    def _add_subset(self, doc: Any, number: int, codes: list[int]) -> None:
        internal = self.getSubsetInternalName(number, doc)[1:]
        letters = SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX
        name = letters.decode("pdfdoc")
        font: Any = PDFTrueTypeFont()
        font.Name, font.BaseFont = internal, name
        font.FirstChar, font.LastChar = 0, len(codes) - 1
        font.Widths = PDFArray(map(self._width, codes))
        unicode_map: Any = PDFStream(content=_unicode_map(codes))
        font.ToUnicode = doc.Reference(unicode_map, f"toUnicodeCMap:{name}")
        font.FontDescriptor = self.face.addSubsetObjects(doc, name, codes)
        doc.Reference(font, internal)
        doc.idToObject["BasicFonts"].dict[internal] = font

    def _width(self, code: int) -> bytes:
        """The width of a character as the file has it."""
        known = self._widths.get(code)
        if known is None:
            width = str(fp_str(self.face.getCharWidth(code)))
            known = self._widths[code] = width.encode()
        return known


def _unicode_map(codes: list[int]) -> bytes:
    """What the codes of a subset say; a variation sequence has its two characters."""
    entries = [
        b"<%02X> <%s>"
        % (at, drawn_text(code).encode("utf-16-be").hex().upper().encode())
        for at, code in enumerate(codes)
        if code
    ]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = b"\n".join(
        b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block))
        for block in blocks
    )
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        + body
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
