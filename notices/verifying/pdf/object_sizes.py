"""How long an object of a letter may be, streams and signatures not counted.

Readers of Python take a long number apart digit by digit, a long array value by value:
three million digits cost twenty seconds. So the length is judged in the octets of the
file, before any reader sees an object.
"""

import re

from notices.messages import Text
from notices.verifying.checks import malformed

MAX_OBJECT = 500_000
"""Octets; beside the signature those of a usual letter have less than 2,000."""
_BEGIN = re.compile(rb"\d{1,10}[\0\s]{1,8}\d{1,5}[\0\s]{1,8}obj|trailer")
_END = re.compile(rb"endobj|stream|startxref")
_DIGITS = re.compile(rb"<[0-9A-Fa-f]*>")


def is_too_long(data: bytes) -> bool:
    """Whether an object of the file is, or a trailer."""
    place = 0
    while len(data) > MAX_OBJECT and (begin := _BEGIN.search(data, place)):
        end = _END.search(data, begin.end())
        place = end.start() if end else len(data)
        if _counted(data, begin.start(), place) > MAX_OBJECT:
            return True
    return False


def _counted(data: bytes, start: int, end: int) -> int:
    """Octets; without the hex strings of what is meant as a signature."""
    if end - start <= MAX_OBJECT or data.find(b"/ByteRange", start, end) < 0:
        return end - start
    return len(_DIGITS.sub(b"", data[start:end]))


def check(data: bytes) -> None:
    """Refusal if one is."""
    if is_too_long(data):
        raise malformed(
            Text("an object of more than {most} bytes, streams apart", most=MAX_OBJECT)
        )
