"""Distinguished encoding rules: one strict DER value and nothing else.

asn1crypto reads lazily and forgives BER. What it would forgive is refused here
before it looks: two readers of one signature must see the same (X.690, clause 10).
Pure: bytes in, a message or nothing out.
"""

import re
from collections import OrderedDict
from itertools import pairwise
from typing import NamedTuple

from notices.messages import Text

MAX_DEPTH = 40
"""Certificates inside time stamps inside signatures nest about 25 deep."""

_BOOLEAN, _INTEGER, _NULL, _OID = 0x01, 0x02, 0x05, 0x06
_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_ONLY_CONSTRUCTED = {0x10, 0x11}
"""SEQUENCE and SET."""
_MAY_BE_CONSTRUCTED = {0x30, 0x31}
"""SEQUENCE and SET; of what is universal nothing else."""
_UNIVERSAL_END = 0x40
"""Tags from here on are of other classes."""
_CHECKED = {_BOOLEAN, _INTEGER, _NULL} | _ONLY_CONSTRUCTED
"""Tags of primitive values whose contents have rules."""

_WORTH_KEEPING = range(300, 100_000)
"""Octets of what is worth knowing again: certificates and lists, mostly."""
_MAX_KEPT = 64
_Value = tuple[int, int, bytes]
"""Depth, tag and contents."""
_kept: OrderedDict[_Value, None] = OrderedDict()
"""Those that were found to be in DER, the last met last.

The mails of one day have the same chains and lists. Whole octets, not a hash of them:
nobody gets past by a collision.
"""


class NotDER(ValueError):
    """What is wrong with the encoding, and at which offset."""


class Header(NamedTuple):
    """Tag and length of one value."""

    tag: int
    """First identifier octet."""
    start: int
    """Where the contents begin."""
    end: int
    """Where they end."""


def value_length(data: bytes) -> int:
    """Octets of the first value in `data`, header included.

    Raises NotDER if there is no well-formed header or not enough contents.
    """
    return read_header(data, 0, len(data)).end


def check(data: bytes) -> None:
    """Raise NotDER unless `data` is exactly one value in DER."""
    _check_length(data)
    stack = [(0, len(data), 0)]
    new: list[_Value] = []
    while stack:
        at, end, depth = stack.pop()
        _check_depth(depth, at)
        while at < end:
            tag, start = data[at], at + 2
            # most values are short, and need no more than this
            if start <= end and data[at + 1] < 0x80 and tag & _LONG_TAG != _LONG_TAG:  # noqa: PLR2004
                stop = start + data[at + 1]
                if stop > end:
                    raise NotDER(Text("value at {at} runs over its end", at=at))
            else:
                start, stop = _bounds(data, at, end)
            if tag & _CONSTRUCTED:
                _check_class(tag)
                # short ones are looked at sooner than looked up
                if stop - start not in _WORTH_KEEPING or not _is_known(
                    (depth, tag, data[start:stop]), new
                ):
                    stack.append((start, stop, depth + 1))
            elif tag == _OID:
                _check_identifier(data[start:stop], start)
            elif tag in _CHECKED:
                _check_primitive(data, Header(tag, start, stop))
            at = stop
    _keep(new)


def _check_depth(depth: int, at: int) -> None:
    if depth > MAX_DEPTH:
        raise NotDER(
            Text("nested deeper than {max_depth} at {at}", max_depth=MAX_DEPTH, at=at)
        )


def _check_class(tag: int) -> None:
    """A text or a bit string in pieces has no place in DER (X.690, 10.2)."""
    if tag < _UNIVERSAL_END and tag not in _MAY_BE_CONSTRUCTED:
        raise NotDER(
            Text(
                "tag {value:02X} where {tag:02X} is expected",
                value=tag,
                tag=tag & _LONG_TAG,
            )
        )


def _check_length(data: bytes) -> None:
    rest = len(data) - value_length(data)
    if rest:
        raise NotDER(Text("{count} bytes after the value", count=rest))


def _is_known(value: _Value, new: list[_Value]) -> bool:
    """Whether it need not be looked at again; if not, it is `new`."""
    if len(new) == _MAX_KEPT:  # or nesting would cost memory and time
        return False
    if value in _kept:
        _kept.move_to_end(value)
        return True
    new.append(value)
    return False


def _keep(values: list[_Value]) -> None:
    """Those of a value that was found to be in DER as a whole."""
    _kept.update(dict.fromkeys(values))
    while len(_kept) > _MAX_KEPT:
        _kept.popitem(last=False)


def read_header(data: bytes, at: int, limit: int) -> Header:
    """Tag and length at `at`; both in their shortest form (X.690, 10.1)."""
    start, end = _bounds(data, at, limit)
    return Header(data[at], start, end)


def contents_start(data: bytes) -> int:
    """Where the contents of the value in `data` begin."""
    return _bounds(data, 0, len(data))[0]


def _bounds(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """Where the contents of the value at `at` begin and end."""
    if limit - at < 2:  # noqa: PLR2004 - a tag and a length
        raise NotDER(Text("cut off at {at}", at=at))
    length, start = data[at + 1], at + 2
    if data[at] & _LONG_TAG == _LONG_TAG:
        raise NotDER(Text("tag number above 30 at {at}", at=at))
    if length & 0x80:
        count = length & 0x7F
        octets = data[start : start + count]
        if not count or len(octets) < count or not octets[0]:
            raise NotDER(Text("indefinite or padded length at {at}", at=at))
        length, start = int.from_bytes(octets), start + count
        if length < 0x80:  # noqa: PLR2004 - would fit the short form
            raise NotDER(Text("length in too long a form at {at}", at=at))
    if start + length > limit:
        raise NotDER(Text("value at {at} runs over its end", at=at))
    return start, start + length


def _check_primitive(data: bytes, header: Header) -> None:
    contents = data[header.start : min(header.end, header.start + 2)]
    length = header.end - header.start
    if header.tag in _ONLY_CONSTRUCTED:
        raise NotDER(
            Text(
                "SEQUENCE or SET without contents octets at {start}", start=header.start
            )
        )
    if header.tag == _BOOLEAN and (length != 1 or contents[0] not in (0, 0xFF)):
        raise NotDER(
            Text("BOOLEAN is neither 00 nor FF at {start}", start=header.start)
        )
    if header.tag == _NULL and length:
        raise NotDER(Text("NULL with contents at {start}", start=header.start))
    if header.tag == _INTEGER and not _is_shortest(contents, length):
        raise NotDER(
            Text("INTEGER not in its shortest form at {start}", start=header.start)
        )


def _is_shortest(contents: bytes, length: int) -> bool:
    if length < 2:  # noqa: PLR2004 - one octet is always shortest
        return length == 1
    return not (
        (contents[0] == 0 and contents[1] < 0x80)  # noqa: PLR2004 - sign bit
        or (contents[0] == 0xFF and contents[1] >= 0x80)  # noqa: PLR2004
    )


def _check_identifier(contents: bytes, at: int) -> None:
    """X.690, 8.19.2: numbers in base 128; none begins with a zero, none is cut off."""
    if contents and contents[-1] < 0x80 and 0x80 not in contents:  # noqa: PLR2004
        return
    is_cut_off = not contents or contents[-1] & 0x80
    if is_cut_off or any(
        octet == 0x80 and not before & 0x80  # noqa: PLR2004
        for before, octet in pairwise(b"\x00" + contents)
    ):
        raise NotDER(Text("OBJECT IDENTIFIER not in its shortest form at {at}", at=at))


def check_tags(data: bytes, expected: re.Pattern[bytes]) -> None:
    """The fields of a SEQUENCE are these, in this order. NotDER.

    asn1crypto takes a field that it does not expect for one more, and says nothing.
    """
    if not expected.fullmatch(bytes(one[0] for one in children(data))):
        raise NotDER("a field too many")


def children(data: bytes) -> list[bytes]:
    """Each value inside the one constructed value `data`, header included."""
    start, outer_end = _bounds(data, 0, len(data))
    elements: list[bytes] = []
    while start < outer_end:
        end = start + 2
        # most values are short, and need no more than this
        if (
            end <= outer_end
            and (length := data[start + 1]) < 0x80  # noqa: PLR2004
            and data[start] & _LONG_TAG != _LONG_TAG
            and end + length <= outer_end
        ):
            end += length
        else:
            end = _bounds(data, start, outer_end)[1]
        elements.append(data[start:end])
        start = end
    return elements
