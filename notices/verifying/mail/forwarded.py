"""Our mail as an attachment of another: how people hand on what they received.

The mail around it is nobody's: only the octets of the one attached message are
looked for, as the forwarding program wrote them. What is not plainly one message is
left alone, and judged as the mail that it is.
"""

import binascii
import re

_LINE_END = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"(?im)^(content-[a-z-]+)[ \t]*:((?:.|\r?\n[ \t])*)$")
_MIXED = re.compile(
    rb"""(?is)\s*multipart/mixed\s*;.*?\bboundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))"""
)
_AS_IT_IS = frozenset((b"", b"7bit", b"8bit", b"binary"))
MAX_DATA = 48 * 1024 * 1024
"""Octets; one of our mails in base64, at its longest."""
_MAX_PARTS = 100
_MAX_HEADER = 20_000
"""Octets of a header that are looked at."""


def attached_message(data: bytes) -> bytes | None:
    """The one message attached to a mail; None if there is none, or several."""
    if len(data) > MAX_DATA:
        return None
    whole = _message(data)
    if whole is not None:
        return whole
    head, body = _halves(data)
    match = _MIXED.match(_fields(head).get(b"content-type", b""))
    if match is None:
        return None
    attached = [
        message
        for part in _parts(body, match[1] or match[2])
        if (message := _message(part)) is not None
    ]
    return attached[0] if len(attached) == 1 else None


def _halves(entity: bytes) -> tuple[bytes, bytes]:
    """Header and body, parted by the first empty line (RFC 5322, 2.1)."""
    match = re.search(rb"(?:^|\r?\n)\r?\n", entity)
    return (entity[: match.start()], entity[match.end() :]) if match else (entity, b"")


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The Content fields, unfolded; the first of each."""
    found: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(head[:_MAX_HEADER]):
        found.setdefault(name.lower(), _LINE_END.sub(b"", value).strip())
    return found


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    """The parts between the delimiter lines (RFC 2046, 5.1.1), without preamble."""
    line = rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|$)"
    pieces = re.split(line, body, maxsplit=_MAX_PARTS)
    return [_LINE_END.sub(b"", one[:2], count=1) + one[2:] for one in pieces[1:]]


def _message(part: bytes) -> bytes | None:
    """What a part holds, if that is a message by its type or by its file's name."""
    head, body = _halves(part)
    fields = _fields(head)
    kind = fields.get(b"content-type", b"").lower()
    told = kind + fields.get(b"content-disposition", b"").lower()
    is_message = kind.startswith(b"message/rfc822")
    if not is_message and not re.search(rb'name\s*=\s*"?[^";]{0,200}\.eml\b', told):
        return None
    encoding = fields.get(b"content-transfer-encoding", b"").lower()
    if encoding in _AS_IT_IS:
        return body
    if encoding != b"base64":
        return None
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        return None
