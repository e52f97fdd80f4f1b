"""Taking a received mail apart: any mail, without believing or repairing it.

What comes in is written by anyone. So this reads within bounds, raises nothing but
`TooMuch`, and gives what stands there; what that is worth is judged elsewhere.
"""

import binascii
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notices.inbox.reading.charsets import decode
from notices.messages import Text

MAX_HEAD = 256 * 1024
"""Octets of one header block."""
MAX_FIELDS = 1000
"""Fields of one header block."""
MAX_PARTS = 100
"""Parts of one mail, all levels together."""
MAX_DEPTH = 5
"""Multiparts within each other."""
MAX_CONTENT = 1024 * 1024
"""Octets of a part that are decoded; texts and reports are far smaller."""
_JAPANESE = re.compile(r"[\u3001-\u30ff\uff01-\uff60]")
"""Kana, punctuation and wide signs of Japan: octets of Latin letters make none."""

Field = tuple[str, str]
"""Name in lower case, value unfolded."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_FOLD = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_TYPE = re.compile(r"\s*([A-Za-z0-9-]{1,60}/[A-Za-z0-9.+_-]{1,100})")
_PARAMETER = re.compile(
    r';\s*([A-Za-z0-9*-]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.){0,300})"|([^\s;"]{1,300}))'
)
_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_NOT_BASE64 = bytes(each for each in range(256) if each not in _BASE64)
_LONGEST_TYPE = 2000
_LONGEST_DELIMITER = 200


class TooMuch(Exception):
    """The mail goes beyond a bound; it is read no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """A mail or a part of one."""

    fields: tuple[Field, ...]
    """The header fields in their order."""
    media_type: str
    """Such as text/plain, in lower case."""
    parameters: Mapping[str, str]
    """Of Content-Type; names in lower case."""
    body: bytes
    """What follows the header, as it came."""

    def values(self, name: str) -> tuple[str, ...]:
        """Give the values of every field of that name (lower case)."""
        return tuple(value for key, value in self.fields if key == name)

    def value(self, name: str) -> str:
        """Give the first value of that name, empty if there is none."""
        return next(iter(self.values(name)), "")

    def content(self) -> bytes:
        """Decode the first `MAX_CONTENT` octets by Content-Transfer-Encoding."""
        return self._decoded(self.body[:MAX_CONTENT])

    def whole(self) -> bytes:
        """Decode all of it; as long as the mail at most."""
        return self._decoded(self.body)

    def _decoded(self, body: bytes) -> bytes:
        encoding = self.value("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _base64(body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        return body


def read_part(octets: bytes) -> MimePart:
    """Read header and body; TooMuch for a header without measure."""
    if octets[:1] == b"\n" or octets[:2] == b"\r\n":
        head, body = b"", octets.split(b"\n", 1)[1]
    else:
        blank = _BLANK_LINE.search(octets, 0, MAX_HEAD)
        head = octets[: blank.start()] if blank else octets
        body = octets[blank.end() :] if blank else b""
    fields = read_fields(head)
    kind = next((value for name, value in fields if name == "content-type"), "")
    media_type, parameters = _content_type(kind)
    return MimePart(
        fields=fields, media_type=media_type, parameters=parameters, body=body
    )


def read_fields(head: bytes) -> tuple[Field, ...]:
    """Read the fields of a block; lines that are no field are passed over."""
    if len(head) > MAX_HEAD:
        raise TooMuch(
            Text("a header of more than {max_head} octets", max_head=MAX_HEAD)
        )
    fields = []
    for line in _FIELD_END.split(head):
        if match := _FIELD.fullmatch(line):
            name = match[1].decode("ascii").lower()
            fields.append((name, _text(_FOLD.sub(b"", match[2])).strip()))
    if len(fields) > MAX_FIELDS:
        raise TooMuch(
            Text("a header of more than {max_fields} fields", max_fields=MAX_FIELDS)
        )
    return tuple(fields)


def leaves(part: MimePart) -> Iterator[MimePart]:
    """Give the parts that are no multiparts, in order; a returned mail is one.

    Raises TooMuch for more than `MAX_PARTS` or a nesting beyond `MAX_DEPTH`.
    """
    waiting = [(part, 0)]
    count = 0
    while waiting:
        current, depth = waiting.pop()
        count += 1
        if count > MAX_PARTS or depth > MAX_DEPTH:
            raise TooMuch(
                Text(
                    "more than {max_parts} parts or {max_depth} levels",
                    max_parts=MAX_PARTS,
                    max_depth=MAX_DEPTH,
                )
            )
        boundary = current.parameters.get("boundary", "")
        if current.media_type.startswith("multipart/") and boundary:
            inner = [(each, depth + 1) for each in _between(current.body, boundary)]
            waiting += reversed(inner)
        else:
            yield current


def _between(body: bytes, boundary: str) -> list[MimePart]:
    parts = (part for _, part, _ in divided(body, boundary))
    return [read_part(part) for part in parts if part is not None]


def divided(body: bytes, boundary: str) -> Iterator[tuple[bytes, bytes | None, bytes]]:
    """Split at the delimiter lines: each line, the part behind it, the part's line end.

    None: no part follows, as behind the last line; a missing last one is forgiven. What
    stands before the first and behind the last is left out.
    """
    before, start = b"", None
    for count, (line, end, is_last) in enumerate(
        _delimiters(body, b"--" + boundary.encode())
    ):
        if start is not None:
            # RFC 2046, 5.1.1: the line end before a delimiter belongs to it
            part = _without_line_end(body[start:line])
            yield before, part, body[start + len(part) : line]
        before, start = body[line:end], end
        if is_last:
            yield before, None, b""
            return
        if count > MAX_PARTS:
            raise TooMuch(Text("more than {max_parts} parts", max_parts=MAX_PARTS))
    if start is not None:
        yield before, body[start:], b""


def _delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line starts and ends, and whether it closes.

    A search for the fixed octets: an expression would try every one of megabytes.
    """
    at = body.find(mark)
    while at >= 0:
        end = body.find(b"\n", at) + 1 or len(body)
        rest = body[at + len(mark) : min(end, at + len(mark) + _LONGEST_DELIMITER)]
        if at == 0 or body[at - 1 : at] == b"\n":
            is_last = rest.startswith(b"--")
            if not rest.removeprefix(b"--").strip(b" \t\r\n"):
                yield at, end, is_last
        at = body.find(mark, at + len(mark))


def _without_line_end(octets: bytes) -> bytes:
    return octets.removesuffix(b"\n").removesuffix(b"\r")


def _content_type(value: str) -> tuple[str, dict[str, str]]:
    match = _TYPE.match(value)
    if match is None or len(value) > _LONGEST_TYPE:
        return "text/plain", {}  # RFC 2045, 5.2
    parameters = {
        each[1].lower(): each[2] if each[3] is None else each[3]
        for each in _PARAMETER.finditer(value, match.end())
    }
    return match[1].lower(), parameters


def _base64(body: bytes) -> bytes:
    letters = body.translate(None, _NOT_BASE64)
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _text(octets: bytes) -> str:
    if b"\x1b" in octets:  # ISO-2022-JP as it is, which servers write
        return decode(octets, "iso-2022-jp")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        guessed = decode(octets, "")
        return guessed if _JAPANESE.search(guessed) else octets.decode("latin-1")
