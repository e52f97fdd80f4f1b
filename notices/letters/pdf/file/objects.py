"""Objects of a PDF, and the file that they make (ISO 32000-1, 7.3 and 7.5).

A letter has some 130 of them, all known here before the first octet: nothing is parsed
again. What is written is what qpdf writes, octet for octet: objects in the order in
which they are named first, beginning with the catalogue, keys in the order of their
letters, one blank between words. The same objects give the same file.
"""

import zlib
from collections.abc import Sequence
from hashlib import sha256

HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_PRINTABLE = frozenset(map(chr, range(0x20, 0x7F)))
_ESCAPED = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})
_UNUSED = b"0000000000 65535 f \n"
_ID_OCTETS = 16


class Indirect:
    """An object with a number of its own: a dictionary, a stream or an array."""

    __slots__ = ("array", "data", "entries", "number")

    def __init__(
        self,
        entries: "Dictionary",
        data: bytes | None = None,
        *,
        array: "Sequence[Value] | None" = None,
    ) -> None:
        self.entries = entries
        self.data = data
        """Of a stream."""
        self.array = array
        """Of an array, which has no entries."""
        self.number = 0
        """Given when it is named first."""


Dictionary = dict[str, "Value"]
"""Keys without their solidus."""
Value = int | str | Dictionary | Sequence["Value"] | Indirect
"""A text is what stands in the file: a name, a string, `true`."""


def text_string(text: str) -> str:
    """A text string (7.9.2.2): as it is if it is ASCII, else in UTF-16."""
    if _PRINTABLE.issuperset(text):
        return f"({text.translate(_ESCAPED)})"
    return f"<feff{text.encode('utf-16-be').hex()}>"


_LEVEL, QUICK = 6, 4
"""How hard zlib tries (1 to 9); outlines of glyphs gain 1.5 % from two steps more."""


def packed(data: bytes, level: int = _LEVEL, **entries: "Value") -> Indirect:
    """A stream, compressed, but for one whose packed form ends in CR.

    That and the line feed before `endstream` would be read as one end of line, and the
    stream as shorter than /Length says (ISO 19005-2, 6.1.7.1).
    """
    octets = zlib.compress(data, level)
    if not octets.endswith(b"\r"):
        return Indirect({"Filter": "/FlateDecode", **entries}, octets)
    return Indirect(entries, data + b"\n" if data.endswith(b"\r") else data)


def file_of(root: Indirect, info: Indirect) -> bytes:
    """The file of a catalogue, a document information dictionary and all they name."""
    named: list[Indirect] = []
    for one in (root, info):
        _written(one, named)
    parts, places, at = [HEADER], [_UNUSED], len(HEADER)
    for one in named:  # which grows on the way
        part = _object(one, named)
        places.append(b"%010d 00000 n \n" % at)
        parts.append(part)
        at += len(part)
    parts.append(b"xref\n0 %d\n" % len(places))
    parts += places
    parts.append(b"trailer << /Info 2 0 R /Root 1 0 R /Size %d " % len(places))
    body = b"".join(parts)
    # 14.4: what it holds says which file it is; no clock, no chance
    name = sha256(body).hexdigest()[: 2 * _ID_OCTETS].encode()
    return b"%s/ID [<%s><%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (body, name, name, at)


def _object(one: Indirect, named: list[Indirect]) -> bytes:
    """The object as it stands in the file."""
    words = _written(one.entries if one.array is None else one.array, named)
    if one.data is None:
        return f"{one.number} 0 obj\n{words}\nendobj\n".encode("ascii")
    # /Length is behind all other keys
    words = f"{words.removesuffix('>>')}/Length {len(one.data)} >>"
    head = f"{one.number} 0 obj\n{words}\nstream\n".encode("ascii")
    return b"%s%s\nendstream\nendobj\n" % (head, one.data)


def _written(value: Value, named: list[Indirect]) -> str:
    """A value as it stands in the file; what it names has its number from now on."""
    if isinstance(value, str):
        return value
    if isinstance(value, Indirect):
        if not value.number:
            named.append(value)
            value.number = len(named)
        return f"{value.number} 0 R"
    if isinstance(value, dict):
        keys = sorted(value)
        pairs = [f"/{key} {_written(value[key], named)} " for key in keys]
        return f"<< {''.join(pairs)}>>"
    if isinstance(value, int):
        return str(value)
    return f"[ {''.join([f'{_written(one, named)} ' for one in value])}]"
