"""The centre's logo and seal: PNG files, put into the one shape that is printed.

Printed is a PNG of three chunks, without transparency: header, data, end. Its data go
into the PDF and its octets into the DOCX as they are, so that whoever has either can
compute the SHA-256 that stands in `notice.json`.
"""

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from struct import pack
from typing import Literal

from notices.codec.notices import Image as DeclaredImage
from notices.errors import InvalidTemplate
from notices.messages import Text

Role = Literal["logo", "seal"]
MAX_FILE = 1_000_000
"""Octets of a file."""
MAX_SIDE = 1_200
"""Points of a picture in width and height: 600 dots an inch at two inches."""
_GREY, _RGB = 0, 2
"""Colour types (PNG, 11.2.1)."""
_NO_FILTER, _SUB = b"\0", b"\1"
"""How a row is written (PNG, 9.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is printed."""

    role: Role
    """What it is."""
    alt: str
    """What it shows, in words."""
    width: int
    """Points across."""
    height: int
    """Points down."""
    is_grey: bool
    """True: one channel of 8 bits; else red, green and blue."""
    data: bytes
    """Rows as in PNG, packed: what stands in its IDAT chunk."""

    @property
    def png(self) -> bytes:
        """The PNG."""
        kind = _GREY if self.is_grey else _RGB
        header = pack(">LLBBBBB", self.width, self.height, 8, kind, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", self.data), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            pack(">L", len(content))
            + name
            + content
            + pack(">L", zlib.crc32(name + content))
            for name, content in chunks
        )

    @property
    def sha256(self) -> str:
        """Of the PNG, lower-case hexadecimal."""
        return sha256(self.png).hexdigest()


@lru_cache(maxsize=8)
def read_picture(role: Role, alt: str, file: bytes, path: str) -> Picture:
    """The picture in a PNG file; InvalidTemplate if it cannot be printed."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - few need it

    if len(file) > MAX_FILE:
        raise _unusable(path, Text("it has more than {most} bytes", most=MAX_FILE))
    try:
        with Image.open(io.BytesIO(file), formats=("PNG",)) as opened:
            if max(opened.size) > MAX_SIDE:
                raise _unusable(
                    path,
                    Text("it is larger than {most} x {most} points", most=MAX_SIDE),
                )
            coloured = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise _unusable(path, Text("it is no PNG")) from broken
    # paper is white: what lets it through is white
    paper = Image.new("RGBA", coloured.size, "white")
    flat = Image.alpha_composite(paper, coloured).convert("RGB")
    grey = flat.convert("L")
    is_grey = flat.tobytes() == grey.convert("RGB").tobytes()
    shown = grey if is_grey else flat
    return Picture(
        role=role,
        alt=alt,
        width=shown.width,
        height=shown.height,
        is_grey=is_grey,
        data=_packed(shown.tobytes(), shown.width * (1 if is_grey else 3), is_grey),
    )


def _packed(pixels: bytes, row: int, is_grey: bool) -> bytes:
    """Rows as in PNG, packed; never with CR at the end.

    Before `endstream` that would be read as an end of line (ISO 19005-2, 6.1.7.1).
    """
    rows = [pixels[at : at + row] for at in range(0, len(pixels), row)]
    plain = zlib.compress(b"".join(_NO_FILTER + one for one in rows), 9)
    if not plain.endswith(b"\r"):
        return plain
    first = _SUB + _differences(rows[0], 1 if is_grey else 3)
    others = b"".join(_NO_FILTER + one for one in rows[1:])
    return zlib.compress(first + others, 9)


def _differences(row: bytes, channels: int) -> bytes:
    before = bytes(channels) + row
    return bytes((one - left) & 0xFF for one, left in zip(row, before, strict=False))


def _unusable(path: str, why: str) -> InvalidTemplate:
    return InvalidTemplate(
        Text("{path} cannot be printed: {why}", path=path, why=why),
        hint="save the picture as PNG, at most 1,200 points wide and high",
    )


def declared(pictures: Iterable[Picture]) -> tuple[DeclaredImage, ...]:
    """What `notice.json` says of the pictures in the letter."""
    return tuple(
        DeclaredImage(role=one.role, sha256=one.sha256, alt=one.alt) for one in pictures
    )
