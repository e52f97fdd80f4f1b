"""A part of a TrueType font as a font program of its own (OpenType 1.9.1).

Octet for octet what reportlab 5.1 cuts out. What a font gives to each of its parts is
read once, and so is each outline with its sum: sums of tables are sums of their parts,
as each begins at a word of four octets.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

_WORD = 0xFFFFFFFF
_WHOLE_FONT = 0xB1B0AFBA
"""What checkSumAdjustment is counted from (head)."""
_COPIED = ("name", "OS/2", "cvt ", "fpgm", "prep")
"""Tables that each part has as they are; the last three need not be there."""
_MORE = 1 << 5
"""Flag of a component: another follows (glyf)."""
_COMPONENT, _HEAD = 4, 10
"""Octets of flags and glyph of a component, and of what is before the first."""
_DEEPEST = 16
"""Glyphs within glyphs; the most that a font is to have (maxp)."""
_SHORT_END = 0x1FFFE
"""Up to here places of outlines are written in 16 bits (loca)."""


class Outline(NamedTuple):
    """What is drawn of a glyph (glyf)."""

    data: bytes
    """Filled up to words of four octets."""
    parts: tuple[tuple[int, int], ...]
    """Of which glyphs it is made: where the number stands, and the number."""
    total: int
    """Sum of its words."""


class FontTable(NamedTuple):
    """A table of a font program."""

    data: bytes
    total: int


@dataclass(frozen=True)
class Cutter:
    """Cuts parts out of one font."""

    face: Any
    """What was read of the font."""

    def cut(self, codes: Sequence[int]) -> bytes:
        """The font program with the glyphs of these characters.

        struct.error, LookupError or ValueError for a glyph that cannot be drawn.
        """
        places = {0: 0}
        known: Mapping[int, int] = self.face.charToGlyph
        shown = [places.setdefault(known.get(code, 0), len(places)) for code in codes]
        outlines = list(self._outlines(places))
        offsets = [0]
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline.data))
        is_long = offsets[-1] > _SHORT_END
        metrics, paired = self._metrics(places)
        tables = {
            **self._copied,
            "cmap": _summed(_character_map(shown)),
            "glyf": _joined(outlines),
            "head": _summed(self._with("head", 50, is_long, (8, b"\0\0\0\0"))),
            "hhea": _summed(self._with("hhea", 34, paired)),
            "hmtx": _summed(metrics),
            "loca": _summed(_locations(offsets, is_long=is_long)),
            "maxp": _summed(self._with("maxp", 4, len(places))),
        }
        return _font(tables)

    def _outlines(self, places: dict[int, int]) -> Iterator[Outline]:
        """Those of all glyphs, and of what they are made of; each is given a place."""
        order = list(places)
        for glyph in order:  # which grows on the way
            outline = self._outline(glyph)
            if not outline.parts:
                yield outline
                continue
            self._require_end(glyph)
            data = bytearray(outline.data)
            for at, part in outline.parts:
                if part not in places:
                    places[part] = len(places)
                    order.append(part)
                struct.pack_into(">H", data, at, places[part])
            yield _outline(bytes(data))

    def _require_end(self, glyph: int, above: tuple[int, ...] = ()) -> None:
        """ValueError for a glyph that is made of itself: programs draw nothing then."""
        if glyph in above or len(above) > _DEEPEST:
            raise ValueError("a glyph has no end")
        if glyph not in self._ending:
            for _, part in self._outline(glyph).parts:
                self._require_end(part, (*above, glyph))
            self._ending.add(glyph)

    def _outline(self, glyph: int) -> Outline:
        known = self._kept.get(glyph)
        if known is None:
            begin, end = self.face.glyphPos[glyph : glyph + 2]
            known = self._kept[glyph] = _outline(self.face.get_table("glyf")[begin:end])
        return known

    @cached_property
    def _kept(self) -> dict[int, Outline]:
        """At most all glyphs of the font."""
        return {}

    @cached_property
    def _ending(self) -> set[int]:
        """Glyphs that are not made of themselves."""
        return set()

    @cached_property
    def _copied(self) -> dict[str, FontTable]:
        found = {
            tag: _summed(self.face.get_table(tag))
            for tag in _COPIED
            if tag in self.face.table
        }
        post = self.face.get_table("post")[4:16]
        return {**found, "post": _summed(b"\0\3\0\0" + post + bytes(16))}

    def _with(self, tag: str, at: int, number: int, *more: tuple[int, bytes]) -> bytes:
        """A table with another number in one place."""
        data = bytearray(self.face.get_table(tag))
        struct.pack_into(">H", data, at, number)
        for place, octets in more:
            data[place : place + len(octets)] = octets
        return bytes(data)

    def _metrics(self, glyphs: Iterable[int]) -> tuple[bytes, int]:
        """The table hmtx, and how many glyphs have both numbers in it."""
        known = self.face.hmetrics
        rows = [known[glyph] for glyph in glyphs]
        paired = len(rows) - 1
        while paired and rows[paired][0] == rows[paired - 1][0]:
            paired -= 1
        paired += 1
        numbers = [number for row in rows[:paired] for number in row]
        numbers += [left for _, left in rows[paired:]]
        return struct.pack(f">{len(numbers)}H", *numbers), paired


def _outline(data: bytes) -> Outline:
    data += bytes(-len(data) % 4)
    return Outline(data, tuple(_parts(data)), _sum(data))


def _parts(data: bytes) -> Iterator[tuple[int, int]]:
    if len(data) <= 2 or not data[0] & 0x80:  # noqa: PLR2004 - it counts contours
        return
    at, flags = _HEAD, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", data, at)
        yield at + 2, glyph
        at += _COMPONENT + _rest(flags)


def _rest(flags: int) -> int:
    """Octets behind the glyph of a component: where it stands, and its scale."""
    scales = ((1 << 3, 2), (1 << 6, 4), (1 << 7, 8))
    scale = next((octets for flag, octets in scales if flags & flag), 0)
    return (4 if flags & 1 else 2) + scale


def _character_map(glyphs: Sequence[int]) -> bytes:
    """The table cmap with one map: character codes from 0 on, format 6."""
    count = len(glyphs)
    head = (0, 1, 1, 0, 0, 12, 6, 10 + 2 * count, 0, 0, count)
    return struct.pack(f">{len(head) + count}H", *head, *glyphs)


def _locations(offsets: Sequence[int], *, is_long: bool) -> bytes:
    if is_long:
        return struct.pack(f">{len(offsets)}L", *offsets)
    return struct.pack(f">{len(offsets)}H", *(place >> 1 for place in offsets))


def _sum(data: bytes) -> int:
    """The sum of its words, the last filled up with noughts."""
    data += bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}L", data)
    return sum(words) & _WORD


def _summed(data: bytes) -> FontTable:
    return FontTable(data, _sum(data))


def _joined(outlines: Iterable[Outline]) -> FontTable:
    kept = list(outlines)
    total = sum(one.total for one in kept) & _WORD
    return FontTable(b"".join([one.data for one in kept]), total)


def _font(tables: Mapping[str, FontTable]) -> bytes:
    """The font program: directory, then the tables in its order."""
    count = len(tables)
    power = count.bit_length() - 1
    reach = 16 << power
    parts = [struct.pack(">LHHHH", 0x10000, count, reach, power, 16 * count - reach)]
    ordered = sorted(tables.items())
    at, adjustment = 12 + 16 * count, 0
    for tag, (data, total) in ordered:
        if tag == "head":
            adjustment = at + 8
        parts.append(struct.pack(">4sLLL", tag.encode(), total, at, len(data)))
        at += len(data) + -len(data) % 4
    whole = _sum(b"".join(parts)) + sum(table.total for table in tables.values())
    parts += (table.data + bytes(-len(table.data) % 4) for _, table in ordered)
    font = bytearray(b"".join(parts))
    struct.pack_into(">L", font, adjustment, (_WHOLE_FONT - whole) & _WORD)
    return bytes(font)
