"""How our own writers lay out a PDF: cross-reference tables, and nothing to guess.

A letter is one revision as qpdf writes it and one with the signature. Both have a
plain table (ISO 32000-2, 7.5.4) whose entries lead to exactly the objects they
name. Whatever is laid out in another way is no error: it has no plain layout, and
the general reader judges it. Pure: bytes in, a number of revisions or None out.
"""

import re
from itertools import pairwise

MAX_REVISIONS = 2
"""The letter and its signature. What came later is compared by the general reader."""

_HEADER = re.compile(rb"%PDF-(?:1\.\d|2\.0)\n%[\x80-\xff]{4,8}\n{1,2}")
_END = re.compile(rb"startxref\n([1-9]\d{0,9})\n%%EOF\n\Z")
_ENTRY = rb"\d{10} \d{5} [fn] \n"
_SECTION = re.compile(
    rb"xref\n((?:(?:0|[1-9]\d{0,6}) [1-9]\d{0,6}\n(?:" + _ENTRY + rb")+)+)"
    rb"trailer[\n ]<<[\n ]"
    rb"((?:/(?:Info|Root) [1-9]\d{0,6} 0 R[\n ]|/(?:Size|Prev) [1-9]\d{0,9}[\n ]"
    rb"|/ID \[ ?<[0-9a-f]{32}> ?<[0-9a-f]{32}> ?\][\n ])+)"
    rb">>\nstartxref\n([1-9]\d{0,9})\n%%EOF\n"
)
_SUBSECTION = re.compile(rb"(\d+) (\d+)\n((?:" + _ENTRY + rb")+)")
_KEY = re.compile(rb"/(?:Info|Root|Size|Prev|ID)")
_SIZE = re.compile(rb"/Size (\d+)")
_PREVIOUS = re.compile(rb"/Prev (\d+)")
_UNUSED = b"0000000000 65535 f \n"
_ENTRY_LENGTH = 20


def count_revisions(data: bytes) -> int | None:
    """How many revisions a plainly laid out file has; None for any other file."""
    ending = _END.search(data, max(0, len(data) - 40))
    at = int(ending[1]) if ending else None
    end, count = len(data), 0
    while at is not None:
        section = _SECTION.match(data, at)
        if section is None or section.end() != end or int(section[3]) != at:
            return None
        count += 1
        previous = _previous(section[2])
        start = _start(data, previous)
        objects = _objects(section[1], section[2])
        if start is None or objects is None or count > MAX_REVISIONS:
            return None
        if not _are_objects(data, objects, start, at):
            return None
        at, end = previous, start
    return count or None


def _previous(trailer: bytes) -> int | None:
    found = _PREVIOUS.search(trailer)
    return int(found[1]) if found else None


def _start(data: bytes, previous: int | None) -> int | None:
    """Where the first object of a revision stands."""
    if previous is None:
        header = _HEADER.match(data)
        return header.end() if header else None
    before = _SECTION.match(data, previous)
    return before.end() if before else None


def _objects(table: bytes, trailer: bytes) -> list[tuple[int, int]] | None:
    """Offset and number of each object in use; None if a number is there twice."""
    keys, size = _KEY.findall(trailer), _SIZE.search(trailer)
    if len(set(keys)) != len(keys) or size is None:
        return None
    offsets: dict[int, int] = {}
    for first, count, entries in _SUBSECTION.findall(table):
        if len(entries) != int(count) * _ENTRY_LENGTH:
            return None
        for index in range(int(count)):
            entry = entries[index * _ENTRY_LENGTH : (index + 1) * _ENTRY_LENGTH]
            number = int(first) + index
            if number in offsets or number >= int(size[1]):
                return None
            if entry[17:18] == b"n":
                if entry[11:16] != b"00000":
                    return None
                offsets[number] = int(entry[:10])
            elif number or entry != _UNUSED:
                return None
    return sorted((offset, number) for number, offset in offsets.items())


def _are_objects(
    data: bytes, objects: list[tuple[int, int]], start: int, end: int
) -> bool:
    """The revision is exactly these objects, one behind the other."""
    if not objects or objects[0][0] != start:
        return False
    for (offset, number), (following, _) in pairwise([*objects, (end, 0)]):
        if not data.startswith(b"%d 0 obj\n" % number, offset):
            return False
        if not data.endswith((b"\nendobj\n", b"\nendobj\n\n"), offset, following):
            return False
    return True
