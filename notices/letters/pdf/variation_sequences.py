"""The variation sequences of a font (OpenType 1.9.1, cmap, format 14)."""

import struct
from collections.abc import Mapping
from functools import cached_property

_RECORD, _RANGE, _MAPPING = 11, 4, 5
"""Octets of a selector's record, of a range of bases and of a base with its glyph."""


class VariationSequences:
    """Which glyph a base has with a selector; read when it is asked for."""

    def __init__(self, data: bytes, place: int) -> None:
        """`place`: where the map begins in the font's `data`."""
        self.data = data
        self.place = place

    def glyph(self, pair: str, usual: Mapping[int, int]) -> int:
        """The glyph of a base and a selector; KeyError if the font has none.

        usual: the glyph of each base alone, which a default sequence has, too.
        """
        base, selector = map(ord, pair)
        default, other = self._selectors[selector]
        if default and self._is_default(default, base):
            return usual[base]
        return self._mapped(other)[base]

    def has(self, pair: str, usual: Mapping[int, int]) -> bool:
        """Whether there is a glyph for a base and a selector."""
        try:
            self.glyph(pair, usual)
        except KeyError:
            return False
        return True

    @cached_property
    def _selectors(self) -> dict[int, tuple[int, int]]:
        """Where the two tables of each selector begin; 0: it has none."""
        (count,) = struct.unpack_from(">L", self.data, self.place + 6)
        selectors = {}
        for row in range(count):
            at = self.place + 10 + _RECORD * row
            default, other = struct.unpack_from(">LL", self.data, at + 3)
            selectors[self._uint24(at)] = (default, other)
        return selectors

    def _is_default(self, table: int, base: int) -> bool:
        at = self.place + table
        (count,) = struct.unpack_from(">L", self.data, at)
        for row in range(count):
            begin = at + 4 + _RANGE * row
            first, more = self._uint24(begin), self.data[begin + 3]
            if first <= base <= first + more:
                return True
        return False

    def _mapped(self, table: int) -> dict[int, int]:
        if not table:
            return {}
        at = self.place + table
        (count,) = struct.unpack_from(">L", self.data, at)
        glyphs = {}
        for row in range(count):
            begin = at + 4 + _MAPPING * row
            (glyph,) = struct.unpack_from(">H", self.data, begin + 3)
            glyphs[self._uint24(begin)] = glyph
        return glyphs

    def _uint24(self, at: int) -> int:
        return int.from_bytes(self.data[at : at + 3], "big")
