"""What grey means on paper: a small ICC profile, the same bytes each time."""

import struct
from functools import lru_cache

# sRGB's white and primaries adapted to D50 (ICC.1:2001-04, 6.1.11 and annex A).
_WHITE = (0.9642, 1.0, 0.8249)
_RED = (0.4361, 0.2225, 0.0139)
_GREEN = (0.3851, 0.7169, 0.0971)
_BLUE = (0.1431, 0.0606, 0.7139)
_NAME = b"sRGB IEC61966-2.1"


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """A display profile of version 2 with gamma 2.2; letters use black and grey."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 0x0233) + bytes(2)
    tags = (
        (b"desc", _description()),
        (b"cprt", b"text\0\0\0\0No copyright\0" + bytes(3)),
        (b"wtpt", _xyz(*_WHITE)),
        (b"rXYZ", _xyz(*_RED)),
        (b"gXYZ", _xyz(*_GREEN)),
        (b"bXYZ", _xyz(*_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    )
    start = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for signature, content in tags:
        table += signature + struct.pack(">II", start + len(data), len(content))
        data += content
    return _header(start + len(data)) + table + data


def _header(size: int) -> bytes:
    """The 128 bytes at the beginning (6.1)."""
    kind = struct.pack(">I4sI", size, bytes(4), 0x02100000) + b"mntrRGB XYZ "
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    light = b"".join(map(_fixed, _WHITE))
    return kind + made + b"acsp" + bytes(28) + light + bytes(48)


def _description() -> bytes:
    """textDescriptionType, padded to four bytes (6.5.17)."""
    content = b"desc\0\0\0\0" + struct.pack(">I", len(_NAME) + 1) + _NAME
    content += b"\0" + bytes(78)
    return content + bytes(-len(content) % 4)


def _fixed(value: float) -> bytes:
    """s15Fixed16Number (5.3.2)."""
    return struct.pack(">i", round(value * 65536))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(x) + _fixed(y) + _fixed(z)
