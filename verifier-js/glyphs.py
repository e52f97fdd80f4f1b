"""The table of glyphs by which the second verifier knows what our fonts draw.

Made by fontTools, not by the program's own reader of fonts, so that one does not vouch
for the other. Its layout stands in `src/pages/glyphs.js`, what a hash is of in
`docs/verification.md`, "What the pages show".
"""

import hashlib
from pathlib import Path
from struct import pack
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "notices/fonts"
HASH = 12
"""Octets of a hash: 96 bits, against another outline for a character of ours."""
_INSTRUCTIONS = ("cvt ", "fpgm", "prep")
_OF_SUBSETS = {"head": [(8, 12), (50, 52)], "hhea": [(34, 36)], "maxp": [(4, 6)]}
"""What differs in a part of a font: its sum, format of `loca`, metrics, glyphs."""
_SELECTORS = 14
"""Format of a map of bases with variation selectors."""
_HEADER, _MORE = 10, 0x20
_SIZES = ((0x8, 2), (0x40, 4), (0x80, 8))
"""Octets of a component's scale, by its flag."""


def table() -> bytes:
    """All fonts of ours, in the order of their names."""
    paths = sorted(FONTS.glob("*.ttf"))
    return bytes([len(paths)]) + b"".join(map(_font, paths))


def _font(path: Path) -> bytes:
    with TTFont(path, lazy=True) as font:
        name = path.stem.encode("ascii")
        head = bytes([len(name)]) + name + pack(">H", font["head"].unitsPerEm)
        return (
            head
            + _instructions(font)
            + _headers(font)
            + _characters(_Outlines(font), font)
        )


def _instructions(font: TTFont) -> bytes:
    reader: Any = font.reader
    tables = (reader[tag] if tag in reader.keys() else b"" for tag in _INSTRUCTIONS)  # noqa: SIM118 - no mapping
    return b"".join(hashlib.sha256(octets).digest() for octets in tables)


def _headers(font: TTFont) -> bytes:
    """Head, metrics and limits, with zeros where a part of the font differs."""
    octets = b""
    for tag, places in _OF_SUBSETS.items():
        told = bytearray(font.reader[tag])
        for begin, end in places:
            told[begin:end] = bytes(end - begin)
        octets += told
    return hashlib.sha256(octets).digest()


def _characters(outlines: "_Outlines", font: TTFont) -> bytes:
    best = font.getBestCmap()
    wanted = {(code, 0): name for code, name in best.items()}
    for cmap in font["cmap"].tables:
        if cmap.format == _SELECTORS:
            for selector, pairs in cmap.uvsDict.items():
                for base, name in pairs:  # None: as without the selector
                    glyph = name or best.get(base)
                    if glyph is not None:
                        wanted[base, selector] = glyph
    indexes = {key: font.getGlyphID(name) for key, name in wanted.items()}
    indexes = {key: index for key, index in indexes.items() if index}
    places = {index: at for at, index in enumerate(sorted(set(indexes.values())))}
    glyphs = b"".join(map(outlines.told, places))
    told = (pack(">LLH", *key, places[index]) for key, index in sorted(indexes.items()))
    return pack(">H", len(places)) + glyphs + pack(">L", len(indexes)) + b"".join(told)


class _Outlines:
    """What glyphs draw, from their octets."""

    def __init__(self, font: TTFont) -> None:
        self._places = font["loca"].locations
        self._octets: bytes = font.reader["glyf"]
        self._metrics = font["hmtx"].metrics
        self._names = font.getGlyphOrder()

    def told(self, index: int) -> bytes:
        """Advance, and the hash of bearing and outline."""
        advance, bearing = self._metrics[self._names[index]]
        drawn = hashlib.sha256(pack(">h", bearing) + self.outline(index)).digest()
        return pack(">H", advance) + drawn[:HASH]

    def outline(self, index: int) -> bytes:
        """Of points: 00 and the octets; made of others: 01, the rest, and theirs."""
        octets = self._octets[self._places[index] : self._places[index + 1]]
        if octets[:1] < b"\x80":
            return hashlib.sha256(b"\0" + octets.rstrip(b"\0")).digest()
        rest, parts = _parted(octets)
        return hashlib.sha256(
            b"\1" + rest + b"".join(map(self.outline, parts))
        ).digest()


def _parted(octets: bytes) -> tuple[bytes, list[int]]:
    """All but the numbers of the components, and these."""
    rest, parts, at, flags = bytearray(octets), [], _HEADER, _MORE
    while flags & _MORE:
        flags = int.from_bytes(octets[at : at + 2])
        parts.append(int.from_bytes(octets[at + 2 : at + 4]))
        rest[at + 2 : at + 4] = b"\0\0"
        at += 8 if flags & 1 else 6
        at += next((size for flag, size in _SIZES if flags & flag), 0)
    return bytes(rest).rstrip(b"\0"), parts
