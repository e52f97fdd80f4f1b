"""Reading texts of mails: encoded words, charsets, lines for the record."""

import binascii
import re

from notices.inbox.mime import MimePart
from notices.signs import plain

MAX_SHOWN = 300
"""Characters of a foreign text that go on record."""

# RFC 2047, 2; the optional language is that of RFC 2231, 5
_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{1,40})?\?([BbQq])\?([^?\s]{0,1000})\?="
)
_CHARSETS = {
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-8859-1": "cp1252",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc-kr": "euc_kr",
}
"""What mails name and Python's codec for it; others are read as UTF-8."""


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


def decode(octets: bytes, charset: str) -> str:
    """Decode bytes; what does not fit becomes U+FFFD."""
    return octets.decode(_CHARSETS.get(charset.strip().lower(), "utf-8"), "replace")


def text_of(part: MimePart) -> str:
    """Give a text part's text."""
    return decode(part.content(), part.parameters.get("charset", "utf-8"))


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
