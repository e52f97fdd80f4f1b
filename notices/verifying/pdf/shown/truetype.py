"""TrueType programs: glyphs, their outlines and widths (OpenType 1.9.1).

Read apart from the writer's own reader, so that one does not vouch for the other.
"""

import struct
from bisect import bisect_right
from functools import cached_property

_MAC_ROMAN, _FULL_UNICODE, _SEQUENCES = (1, 0), (3, 10), (0, 5)
"""Platform and encoding of a map (cmap)."""
_TRIMMED, _GROUPED = 6, 12
_LONG = 1
_WORDS, _SCALE, _MORE, _TWO_SCALES, _TWO_BY_TWO = 0x1, 0x8, 0x20, 0x40, 0x80
"""Flags of a component (glyf)."""
_VERSION, _MAGIC, _PROFILE = b"\0\1\0\0", b"\x5f\x0f\x3c\xf5", b"\0\1\0\0"
"""Of the file; of `head` at 12; of `maxp` at 0."""
_NEEDED = frozenset(
    (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"post")
)
"""Without one of these programs take another font."""
_NAMELESS = b"\0\3\0\0"
"""A `post` that names no glyph: format 3."""
_OF_SUBSETS = (
    (b"head", (8, 12)),
    (b"head", (50, 52)),
    (b"hhea", (34, 36)),
    (b"maxp", (4, 6)),
)
"""What differs in a part of a font: its sum, format of `loca`, metrics, glyphs."""
_HEADER = 10
"""Octets of a glyph before its components."""
MAX_DEPTH = 4
"""Of glyphs that are made of glyphs."""


class TrueType:
    """One font program; ValueError or struct.error where it is broken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        (count,) = struct.unpack_from(">H", data, 4)
        rows = (struct.unpack_from(">4sLLL", data, 12 + 16 * n) for n in range(count))
        self.tables = {tag: (place, length) for tag, _, place, length in rows}

    def table(self, tag: bytes) -> bytes:
        """The octets of a table; empty without it."""
        place, length = self.tables.get(tag, (0, 0))
        return self.data[place : place + length]

    def is_loadable(self) -> bool:
        """False where a program might take another font instead of this one."""
        inside = all(
            place + length <= len(self.data) for place, length in self.tables.values()
        )
        head, maxp = self.table(b"head"), self.table(b"maxp")
        kinds = (self.data[:4], head[12:16], maxp[:4], head[52:54], head[50:51])
        wanted = (_VERSION, _MAGIC, _PROFILE, b"\0\0", b"\0")
        is_known = kinds == wanted and head[51] <= _LONG
        if not is_known or b"loca" not in self.tables:
            return False
        wide, glyphs = 4 if head[51] else 2, int.from_bytes(maxp[4:6])
        is_known = len(self.table(b"loca")) >= wide * (glyphs + 1)
        is_named = self.table(b"post")[:4] == _NAMELESS
        return inside and is_known and is_named and self.tables.keys() >= _NEEDED

    @cached_property
    def headers(self) -> tuple[bytes, ...]:
        """Head, metrics and limits, but for what differs in a part of a font."""
        found = {tag: bytearray(self.table(tag)) for tag in (b"head", b"hhea", b"maxp")}
        for tag, (begin, end) in _OF_SUBSETS:
            found[tag][begin:end] = bytes(end - begin)
        return tuple(map(bytes, found.values()))

    @cached_property
    def units(self) -> int:
        """Font units of an em."""
        return int(struct.unpack_from(">H", self.data, self.tables[b"head"][0] + 18)[0])

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where each glyph begins within `glyf`, and where the last one ends."""
        head, place = self.tables[b"head"][0], self.tables[b"loca"][0]
        count = struct.unpack_from(">H", self.data, self.tables[b"maxp"][0] + 4)[0] + 1
        if struct.unpack_from(">H", self.data, head + 50)[0] == _LONG:
            return struct.unpack_from(f">{count}L", self.data, place)
        halves = struct.unpack_from(f">{count}H", self.data, place)
        return tuple(2 * half for half in halves)

    def glyph(self, index: int) -> bytes:
        """The octets of a glyph; empty if it draws nothing."""
        places, (place, length) = self.places, self.tables[b"glyf"]
        if not 0 <= index < len(places) - 1:
            raise ValueError(f"no glyph {index}")
        begin, end = places[index], places[index + 1]
        if not 0 <= begin <= end <= length:
            raise ValueError(f"glyph {index} lies outside")
        return self.data[place + begin : place + end]

    @cached_property
    def _metrics(self) -> tuple[int, ...]:
        """Advance and bearing of each glyph that has both, in turn."""
        hhea, hmtx = self.tables[b"hhea"][0], self.tables[b"hmtx"][0]
        (paired,) = struct.unpack_from(">H", self.data, hhea + 34)
        return struct.unpack_from(">" + paired * "Hh", self.data, hmtx)

    def advance(self, index: int) -> int:
        """How far the next glyph stands, in font units."""
        metrics = self._metrics
        return metrics[min(2 * index, len(metrics) - 2)]

    def bearing(self, index: int) -> int:
        """How far the outline stands in, in font units: its place follows from it."""
        metrics = self._metrics
        if 2 * index < len(metrics):
            return metrics[2 * index + 1]
        place = self.tables[b"hmtx"][0] + len(metrics) + 2 * index
        return int(struct.unpack_from(">h", self.data, place)[0])

    @cached_property
    def maps(self) -> dict[tuple[int, int], int]:
        """Where each map from characters begins, by platform and encoding."""
        place = self.tables[b"cmap"][0]
        (count,) = struct.unpack_from(">H", self.data, place + 2)
        rows = (
            struct.unpack_from(">HHL", self.data, place + 4 + 8 * n)
            for n in range(count)
        )
        return {(kind, encoding): place + offset for kind, encoding, offset in rows}

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The glyph of each code from 0, where that one map is all there is."""
        if set(self.maps) != {_MAC_ROMAN}:
            raise ValueError("a font has other maps of its codes than ours have")
        place = self.maps[_MAC_ROMAN]
        kind, _, _, first, count = struct.unpack_from(">5H", self.data, place)
        if kind != _TRIMMED or first:
            raise ValueError("a font has another map of its codes than ours have")
        return struct.unpack_from(f">{count}H", self.data, place + 10)

    @cached_property
    def _groups(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        place = self.maps[_FULL_UNICODE]
        kind, _, _, _, count = struct.unpack_from(">HHLLL", self.data, place)
        if kind != _GROUPED:
            raise ValueError("a font without a map of all of Unicode")
        numbers = struct.unpack_from(f">{3 * count}L", self.data, place + 16)
        return numbers[::3], numbers[1::3], numbers[2::3]

    def glyph_of(self, code: int) -> int:
        """The glyph of a character; 0 if the font has none."""
        firsts, lasts, glyphs = self._groups
        group = bisect_right(firsts, code) - 1
        if group < 0 or code > lasts[group]:
            return 0
        return glyphs[group] + code - firsts[group]

    def glyph_of_sequence(self, base: int, selector: int) -> int:
        """The glyph of a base with a variation selector; 0 if there is none."""
        place = self.maps.get(_SEQUENCES, 0)
        found = self._selectors.get(selector)
        if found is None:
            return 0
        default, other = found
        if default and self._is_default(place + default, base):
            return self.glyph_of(base)
        return self._mapped(place + other, base) if other else 0

    @cached_property
    def _selectors(self) -> dict[int, tuple[int, int]]:
        place = self.maps.get(_SEQUENCES, 0)
        if not place:
            return {}
        (count,) = struct.unpack_from(">L", self.data, place + 6)
        selectors = {}
        for row in range(count):
            at = place + 10 + 11 * row
            default, other = struct.unpack_from(">LL", self.data, at + 3)
            selectors[self._uint24(at)] = default, other
        return selectors

    def _is_default(self, table: int, base: int) -> bool:
        (count,) = struct.unpack_from(">L", self.data, table)
        for at in range(table + 4, table + 4 + 4 * count, 4):
            first = self._uint24(at)
            if first <= base <= first + self.data[at + 3]:
                return True
        return False

    def _mapped(self, table: int, base: int) -> int:
        (count,) = struct.unpack_from(">L", self.data, table)
        for at in range(table + 4, table + 4 + 5 * count, 5):
            if self._uint24(at) == base:
                return int(struct.unpack_from(">H", self.data, at + 3)[0])
        return 0

    def _uint24(self, at: int) -> int:
        return int.from_bytes(self.data[at : at + 3], "big")


def same_outline(
    one: TrueType, index: int, other: TrueType, known: int, depth: int = 0
) -> bool:
    """Whether both glyphs, made of others, draw the same."""
    ours, theirs = one.glyph(index), other.glyph(known)
    if not is_made_of_others(ours):
        return ours.rstrip(b"\0") == theirs.rstrip(b"\0")
    if depth > MAX_DEPTH or len(ours) != len(theirs):
        return False
    mine, yours = _parted(ours), _parted(theirs)
    if mine[0] != yours[0] or len(mine[1]) != len(yours[1]):
        return False
    return all(
        same_outline(one, part, other, its, depth + 1)
        for part, its in zip(mine[1], yours[1], strict=True)
    )


def is_made_of_others(glyph: bytes) -> bool:
    """Whether a glyph is composed: it says less than no contours."""
    return glyph[:1] >= b"\x80"


def _parted(glyph: bytes) -> tuple[bytes, list[int]]:
    """A glyph made of others: all but their numbers, and these."""
    rest, parts, at, flags = bytearray(glyph), [], _HEADER, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", glyph, at)
        parts.append(part)
        rest[at + 2 : at + 4] = b"\0\0"
        at += 8 if flags & _WORDS else 6
        if flags & _SCALE:
            at += 2
        elif flags & _TWO_SCALES:
            at += 4
        elif flags & _TWO_BY_TWO:
            at += 8
    return bytes(rest).rstrip(b"\0"), parts
