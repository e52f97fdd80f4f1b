"""A ZIP package of a few parts, most of them the same in every letter (APPNOTE 6.3.10).

Octet for octet what Python's `zipfile` writes; but each part is packed once, and what
is the same in all letters once in the life of the process.
"""

import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

MOST_RATIO = 50
"""Tightest packing of a part; our own reader refuses 100."""
_WRAPPED = 6
"""Octets that zlib's own format has around what is packed (RFC 1950)."""
_STORED, _DEFLATED = 0, 8
_VERSION, _UNIX = 20, 3
_DAY = (1 << 5) | 1
"""1 January 1980, the first day that there is; no clock."""
_MODE = 0o600 << 16
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


class _Packed(NamedTuple):
    """A part as it stands in the package."""

    method: int
    octets: bytes
    checksum: int


def package(parts: Mapping[str, bytes]) -> bytes:
    """The parts by their names, in that order, with a fixed date on each."""
    members: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for path, content in parts.items():
        name = path.encode("ascii")
        member = _packed(content)
        what = struct.pack(
            "<4H3L2H",
            *(0, member.method, 0, _DAY),
            *(member.checksum, len(member.octets), len(content)),
            *(len(name), 0),
        )
        local = struct.pack("<4sH", _LOCAL, _VERSION) + what + name
        members += (local, member.octets)
        head = struct.pack("<4sBBH", _CENTRAL, _VERSION, _UNIX, _VERSION)
        tail = struct.pack("<3H2L", 0, 0, 0, _MODE, at)
        directory.append(head + what + tail + name)
        at += len(local) + len(member.octets)
    whole = b"".join(directory)
    count = len(parts)
    end = struct.pack("<4s4H2LH", _END, 0, 0, count, count, len(whole), at, 0)
    return b"".join([*members, whole, end])


@lru_cache(maxsize=32)
def _packed(content: bytes) -> _Packed:
    """Stored where one word thousands of times would look like a bomb to readers."""
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    octets = packing.compress(content) + packing.flush()
    if len(content) > MOST_RATIO * (len(octets) + _WRAPPED):
        return _Packed(_STORED, content, zlib.crc32(content))
    return _Packed(_DEFLATED, octets, zlib.crc32(content))
