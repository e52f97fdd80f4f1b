"""Reading texts of mails: encoded words, charsets, lines for the record."""

import binascii
import re

from notices.inbox.reading.charsets import decode
from notices.signs import plain

MAX_SHOWN = 300
"""Characters of a foreign text that go on record."""

# RFC 2047, 2; the optional language is that of RFC 2231, 5
_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{1,40})?\?([BbQq])\?([^?\s]{0,1000})\?="
)


def decode_words(value: str) -> str:
    """Decode the encoded words of a header field, as far as they can be."""
    text, octets, charset, end = "", b"", "", 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        # blanks between two words do not count (RFC 2047, 6.2); and a sign may be
        # split between them, which is forbidden (5) and done
        if between.strip() or not octets or match[1].lower() != charset:
            text += decode(octets, charset)
            text += between if between.strip() or not octets else ""
            octets = b""
        charset = match[1].lower()
        octets += _octets(match[2].upper(), match[3])
        end = match.end()
    return text + decode(octets, charset) + value[end:]


def shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Make one printable line of a foreign text, cut at `limit` characters."""
    line = plain(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _octets(encoding: str, text: str) -> bytes:
    if encoding == "Q":
        return binascii.a2b_qp(text.encode("utf-8"), header=True)
    try:
        return binascii.a2b_base64(text.encode("utf-8") + b"==")
    except binascii.Error:
        return b""
