"""Reading texts of mails: encoded words, charsets, lines for the record."""

import binascii
import re
from collections.abc import Sequence

from notices.inbox.reading.charsets import decode
from notices.signs import plain

MAX_SHOWN = 300
"""Characters of a foreign text that go on record."""

_UNREADABLE = "\ufffd"

# RFC 2047, 2; the optional language is that of RFC 2231, 5; a field that was cut has
# no end
_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{1,40})?\?([BbQq])\?([^?\s]{0,1000})(?:\?=|\Z)"
)


def decode_words(value: str) -> str:
    """Decode the encoded words of a header field, as far as they can be."""
    text, charset, end = "", "", 0
    run: list[tuple[str, str]] = []
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        # blanks between two words do not count (RFC 2047, 6.2); and a sign may be
        # split between them, which is forbidden (5) and done
        if between.strip() or not run or match[1].lower() != charset:
            text += _decoded(run, charset)
            text += between if between.strip() or not run else ""
            run = []
        charset = match[1].lower()
        run.append((match[2].upper(), match[3]))
        end = match.end()
    return text + _decoded(run, charset) + value[end:]


def _decoded(run: Sequence[tuple[str, str]], charset: str) -> str:
    """The text of words of one charset that follow each other.

    Where they make no sense one by one, the letters of one base64 were cut anywhere.
    """
    apart = decode(b"".join(_octets(*each) for each in run), charset)
    is_base64 = {encoding for encoding, _ in run} == {"B"}
    is_cut = _UNREADABLE in apart or any(_has_rest(letters) for _, letters in run)
    if not is_base64 or not is_cut:
        return apart
    whole = decode(_octets("B", "".join(letters for _, letters in run)), charset)
    return apart if _UNREADABLE in whole else whole


def shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Make one printable line of a foreign text, cut at `limit` characters."""
    line = plain(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _has_rest(letters: str) -> bool:
    """Tell whether there are bits in the last letter that make no octet."""
    octets = binascii.b2a_base64(_octets("B", letters), newline=False).decode("ascii")
    return octets.rstrip("=") != letters.rstrip("=")


def _octets(encoding: str, text: str) -> bytes:
    if encoding == "Q":
        return binascii.a2b_qp(text.encode("utf-8"), header=True)
    try:
        return binascii.a2b_base64(text.encode("utf-8") + b"==")
    except binascii.Error:
        return b""
