"""The fonts of one document: codes of what it shows, and what it embeds of each.

A font of a PDF has 256 codes (ISO 32000-1, 9.6.3), so each typeface gives as many as
the letter needs. Code 0 is the missing glyph, code 32 of each a blank.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from notices.letters.pdf.file.objects import (
    QUICK,
    Dictionary,
    Indirect,
    Value,
    packed,
)
from notices.letters.pdf.truetype import QuickFont, number_in_file
from notices.letters.pdf.variants import drawn_text

_CODES, _BLANK = 256, 32
_NO_BREAK_SPACE = "\u00a0"
_MOST_ENTRIES = 100
"""Of one block of a ToUnicode map (9.10.3)."""
_LONGEST_NAME = 100
"""Of a font; with the mark before it at most 127 octets (annex C, table C.1)."""
_REGULAR = frozenset(map(chr, range(0x21, 0x7F))) - frozenset("#()<>[]{}/%")
_LETTERS = str.maketrans("0123456789", "ABCDEFGIJK")


@dataclass(slots=True, eq=False)
class UsedFont:
    """What a document shows of a font."""

    font: QuickFont
    name: str
    """Of its first subset in the page's resources, without the number behind it."""
    subsets: list[list[int]] = field(default_factory=lambda: [[0, *[_BLANK] * _BLANK]])
    """The characters of each, by their codes."""
    codes: dict[str, int] = field(default_factory=lambda: {"\0": 0, " ": _BLANK})
    """Number of the subset and code of each character, as one number."""
    after: int = 1
    """The next of these numbers."""

    def shown(self, text: str) -> list[tuple[str, str]]:
        """Pieces that one subset shows each: its name, the codes in hexadecimal."""
        known = self.codes
        for char in text:
            if char not in known:
                known[char] = self._added(char)
        numbers = [known[char] for char in text]
        if self.after <= _CODES:
            return [(f"{self.name}+0", bytes(numbers).hex())]
        return [
            (f"{self.name}+{subset}", bytes([one % _CODES for one in piece]).hex())
            for subset, piece in groupby(numbers, key=lambda one: one // _CODES)
        ]

    def _added(self, char: str) -> int:
        if char == _NO_BREAK_SPACE:
            return _BLANK
        if ord(char) not in self.font.face.charToGlyph:
            return 0
        number = self.after
        if number % _CODES == 0:
            self.subsets.append([0])
            number += 1
        if number % _CODES == _BLANK:
            if number > _BLANK:
                self.subsets[-1].append(_BLANK)
            number += 1
        if number < _BLANK:
            self.subsets[0][number] = ord(char)
        else:
            self.subsets[-1].append(ord(char))
        self.after = number + 1
        return number

    def objects(self) -> Dictionary:
        """The fonts as objects, by the names that pages call them."""
        return {
            f"{self.name}+{number}": self._font(number, codes)
            for number, codes in enumerate(self.subsets)
        }

    def _font(self, number: int, codes: list[int]) -> Indirect:
        face = self.font.face
        mark = f"{number:06}".translate(_LETTERS)
        name = f"/{mark}+{_written_name(face.name + face.subfontNameX)}"
        return Indirect(
            {
                "Type": "/Font",
                "Subtype": "/TrueType",
                "Name": f"/{self.name}+{number}",
                "BaseFont": name,
                "FirstChar": 0,
                "LastChar": len(codes) - 1,
                "Widths": f"[ {' '.join(map(self.font.width, codes))} ]",
                "ToUnicode": packed(_unicode_map(codes)),
                "FontDescriptor": _descriptor(self.font, name, codes),
            }
        )


@dataclass(slots=True, eq=False)
class UsedFonts:
    """All fonts of a document, in the order in which they were used."""

    by_font: dict[QuickFont, UsedFont] = field(default_factory=dict)

    def used(self, font: QuickFont) -> UsedFont:
        """The font; from now on the document has it."""
        known = self.by_font.get(font)
        if known is None:
            known = UsedFont(font, f"F{len(self.by_font) + 1}")
            self.by_font[font] = known
        return known

    def objects(self) -> Indirect:
        """The dictionary of fonts that all pages share."""
        fonts: Dictionary = {}
        for used in self.by_font.values():
            fonts |= used.objects()
        return Indirect(fonts)


def _written_name(name: bytes) -> str:
    """A font's own name; what may not stand in a name is in hexadecimal (7.3.5)."""
    return "".join(
        chr(octet) if chr(octet) in _REGULAR else f"#{octet:02X}"
        for octet in name[:_LONGEST_NAME]
    )


def _descriptor(font: QuickFont, name: str, codes: list[int]) -> Indirect:
    """What holds for the whole font (9.8), and its part as a program."""
    face, program = font.face, font.program(codes)
    box: list[Value] = [number_in_file(one) for one in face.bbox]
    return Indirect(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "FontBBox": box,
            "FontFile2": packed(program, QUICK, Length1=len(program)),
            "Flags": face.descriptor_flags,
            "Ascent": number_in_file(face.ascent),
            "CapHeight": number_in_file(face.capHeight),
            "Descent": number_in_file(face.descent),
            "ItalicAngle": number_in_file(face.italicAngle),
            "MissingWidth": number_in_file(face.defaultWidth),
            "StemV": face.stemV,
        }
    )


@lru_cache(maxsize=20_000)
def _utf_16(code: int) -> str:
    return drawn_text(code).encode("utf-16-be").hex().upper()


def _unicode_map(codes: list[int]) -> bytes:
    """What the codes of a subset say; a variation sequence has its two characters."""
    entries = [f"<{at:02X}> <{_utf_16(code)}>" for at, code in enumerate(codes) if code]
    starts = range(0, len(entries), _MOST_ENTRIES)
    blocks = [entries[start : start + _MOST_ENTRIES] for start in starts]
    body = "\n".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
