"""The container of a bundle: ASiC-E (ETSI EN 319 162-1), read in its one shape.

ZIP says everything twice, in local headers and in the central directory, and leaves
room between; readers differ on what they believe. So accepted is only what cannot be
read in two ways: members one after the other from the first byte, then the directory
with the same fields in the same order, then its end, and nothing else.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notices.messages import Text

MIMETYPE = "mimetype"
MEDIA_TYPE = b"application/vnd.etsi.asic-e+zip"
"""Content of the first member (EN 319 162-1, A.1)."""
MANIFEST = "META-INF/ASiCManifest.xml"
SIGNATURE = "META-INF/signature.p7s"
ARCHIVE_MANIFEST = "META-INF/ASiCArchiveManifest.xml"
"""The newest one; older ones are numbered."""

MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 500
MAX_TOTAL = 64 << 20
"""Bytes of all members, inflated."""
MAX_RATIO = 100
"""Bytes out for one byte in; letters and JSON stay below 20."""
MAX_NAME = 200

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_NAME = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"
    r"|\[Content_Types\]\.xml|_rels/\.rels"
)
"""Plain relative names; and the two odd ones that every DOCX has (ECMA-376-2)."""
_UNIX = 3
_PLAIN_FILES = (0o600 << 16, 0o100644 << 16)
"""External attributes that our writers give, of a DOCX and of a bundle."""
_STORED, _DEFLATED = 0, 8
_METHOD, _SIZES = 8, 10
"""Where a local header says how its member is packed."""


class MalformedContainer(Exception):
    """Not the one shape; the text says what is odd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A line of the central directory."""

    name: str
    fields: tuple[int, ...]
    """Version, flags, method, time, date, CRC-32, sizes: as in the local header."""
    offset: int

    @property
    def method(self) -> int:
        return self.fields[2]

    @property
    def crc(self) -> int:
        return self.fields[5]

    @property
    def packed(self) -> int:
        return self.fields[6]

    @property
    def size(self) -> int:
        return self.fields[7]


def is_container(data: bytes) -> bool:
    """True for ZIP that means to be ASiC; other ZIP, such as DOCX, is none of ours."""
    return data.startswith(MAGIC) and (MEDIA_TYPE in data or MANIFEST.encode() in data)


def read_container(data: bytes) -> Mapping[str, bytes]:
    """Every member, name to content, in its order; MalformedContainer tells why not.

    `mimetype` is the first and stored, and is checked; sizes are counted while
    inflating, so that no member can claim to be small.
    """
    members = read_members(data)
    first, content = next(iter(members.items()))
    # the member's local header: packed by method 0, so that anybody sees the type
    is_stored = data[_METHOD:_SIZES] == b"\0\0"
    if not is_stored or (first, content) != (MIMETYPE, MEDIA_TYPE):
        raise MalformedContainer("the first member is not the stored mimetype")
    return members


def read_members(data: bytes) -> Mapping[str, bytes]:
    """Every member of any ZIP of that shape, such as a DOCX; MalformedContainer."""
    try:
        return _read(data)
    except struct.error as error:
        raise MalformedContainer("the file is cut") from error


def _read(data: bytes) -> dict[str, bytes]:
    entries, directory = _directory(data)
    members: dict[str, bytes] = {}
    position = 0
    for entry in entries:
        start = _local(data, entry, position)
        position = start + entry.packed
        if position > directory:
            raise MalformedContainer(
                Text("{name} runs into the directory", name=entry.name)
            )
        members[entry.name] = _inflate(data[start:position], entry)
    if position != directory:
        raise MalformedContainer("there are bytes between the members")
    return members


def _directory(data: bytes) -> tuple[list[_Entry], int]:
    start = len(data) - _END.size
    if start < 0 or data[start : start + 4] != b"PK\x05\x06":
        raise MalformedContainer("the file does not end with the end of a directory")
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(
        data, start
    )
    if disk or first_disk or comment or here != count:
        raise MalformedContainer("several disks, or a comment")
    if not 0 < count <= MAX_MEMBERS:
        raise MalformedContainer(
            Text(
                "{count} members, at most {max_members}",
                count=count,
                max_members=MAX_MEMBERS,
            )
        )
    if offset + size != start:
        raise MalformedContainer("the directory does not stand before its end")
    entries = list(_entries(data, offset, start, count))
    names = [entry.name.casefold() for entry in entries]
    if len(set(names)) != len(names):
        raise MalformedContainer("two members of one name")
    if sum(entry.size for entry in entries) > MAX_TOTAL:
        raise MalformedContainer(
            Text("more than {max_total} bytes in all", max_total=MAX_TOTAL)
        )
    return entries, offset


def _entries(data: bytes, position: int, end: int, count: int) -> Iterator[_Entry]:
    for _ in range(count):
        entry, position = _entry(data, position)
        yield entry
    if position != end:
        raise MalformedContainer("the directory has other lines than it counts")


def _entry(data: bytes, position: int) -> tuple[_Entry, int]:
    signature, made_by, *rest = _CENTRAL.unpack_from(data, position)
    fields, tail = tuple(rest[:8]), rest[8:]
    length, extra, comment, disk, internal, attributes, offset = tail
    if signature != b"PK\x01\x02":
        raise MalformedContainer("a line of the directory is none")
    if extra or comment or disk:
        raise MalformedContainer("a member with extra fields or a comment")
    # APPNOTE 4.4.2: made by what must be able to read it, on Unix
    if made_by != _UNIX << 8 | fields[0] or internal or attributes not in _PLAIN_FILES:
        raise MalformedContainer("a member that is no plain file of ours")
    start = position + _CENTRAL.size
    name = _name(data[start : start + length])
    return _Entry(name=name, fields=fields, offset=offset), start + length


def _name(octets: bytes) -> str:
    name = octets.decode("ascii", "replace")
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or ".." in name:
        raise MalformedContainer(
            Text("a member is called {name!r}", name=name[:MAX_NAME])
        )
    return name


def _local(data: bytes, entry: _Entry, position: int) -> int:
    """Where the member's bytes begin, if both headers agree."""
    if entry.offset != position:
        raise MalformedContainer(
            Text("{name} does not follow the one before", name=entry.name)
        )
    signature, *rest = _LOCAL.unpack_from(data, position)
    length, extra = rest[8:]
    start: int = position + _LOCAL.size + length
    if (
        signature != MAGIC
        or extra
        or tuple(rest[:8]) != entry.fields
        or data[position + _LOCAL.size : start] != entry.name.encode()
    ):
        raise MalformedContainer(
            Text("{name}: its two headers differ", name=entry.name)
        )
    flags = entry.fields[1]
    if flags or entry.method not in (_STORED, _DEFLATED):
        raise MalformedContainer(
            Text("{name} is encrypted or oddly packed", name=entry.name)
        )
    return start


def _inflate(packed: bytes, entry: _Entry) -> bytes:
    if entry.method == _STORED:
        content = packed
    else:
        if entry.size > MAX_RATIO * max(entry.packed, 1):
            raise MalformedContainer(
                Text(
                    "{name} is packed more than {max_ratio}:1",
                    name=entry.name,
                    max_ratio=MAX_RATIO,
                )
            )
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, entry.size + 1)
        except zlib.error as error:
            raise MalformedContainer(
                Text("{name} is longer than it says, or cut", name=entry.name)
            ) from error
        if not inflater.eof or inflater.unused_data:
            raise MalformedContainer(
                Text("{name} is longer than it says, or cut", name=entry.name)
            )
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise MalformedContainer(
            Text("{name} has another size or CRC-32", name=entry.name)
        )
    return content
