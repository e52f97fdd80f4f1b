"""How wide things are on a terminal, where a Japanese character takes two columns."""

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_OPENING = frozenset("「『（［【〔〈《“‘([{")
_CLOSING = frozenset(
    "、。，．・：；？！」』）］】〕〉》”’)]},.:;?!ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_HANG = 2
_COMMAND = re.compile(r" +(notices|openssl|curl) ")
"""How a line begins that is to be typed as it stands."""
_BEHIND_SIGN = re.compile(r"(?<=[=, ])")
_QUOTED = re.compile(r"(`[^`]*`)")


def columns(text: str) -> int:
    """Columns of a terminal that a text takes (UAX #11: wide and full width are two).

    >>> columns("R8-1"), columns("依頼")
    (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_columns_of, text))


@lru_cache(maxsize=10_000)
def _columns_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, so that it takes so many columns."""
    return text + " " * (width - columns(text))


def terminal_width() -> int | None:
    """Columns of the terminal on standard output; None: it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns.

    Broken at blanks and between Japanese characters (JIS X 4051: no line begins with
    a closing sign, but where a blank is before it). A word that is longer than a line
    is not cut: ids can be copied. Nor is what stands in backquotes: commands can be
    copied.
    """
    lines = [""]
    for piece in _pieces(text):
        if columns(lines[-1] + piece.rstrip(" ")) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip(" ")
            lines.append(piece.lstrip(" "))
        else:
            lines[-1] += piece
    return [line.rstrip(" ") for line in lines]


def flowed(items: Iterable[str], width: int, indent: str) -> str:
    """Items with commas, in indented lines, broken between items.

    An item that is longer than a line is broken behind `=`, commas and blanks; no word
    of it is cut.
    """
    lines = [indent]
    for item in items:
        more = f", {item}" if lines[-1] != indent else item
        if columns(lines[-1] + more) + 1 <= width:
            lines[-1] += more
            continue
        if lines[-1] == indent:
            lines.pop()
        else:
            lines[-1] += ","
        lines += _parts_of(item, width, indent)
    return "\n".join(lines)


def folded(text: str, *, err: bool = False) -> str:
    """The lines of a text, on a terminal each in lines that fit.

    err: it goes to standard error; what goes into a file there is not folded.
    """
    if err and not sys.stderr.isatty():
        return text
    return "\n".join(map(hung_below, text.split("\n")))


def _parts_of(item: str, width: int, indent: str) -> Iterator[str]:
    """One item of `flowed`, below each other what does not fit beside each other."""
    line = indent
    for piece in _BEHIND_SIGN.split(item):
        if line.strip() and columns(line + piece) + 1 > width:
            yield line
            line = f"{indent}  "
        line += piece
    yield line


def hung_below(line: str, beside: int = _HANG) -> str:
    """On a terminal, the line in lines that fit.

    beside: columns that what follows is indented by, beside the line's own indent. A
    line that is a command stays whole: a terminal's own break is none when copied.
    """
    if _COMMAND.match(line):
        return line
    words = line.lstrip(" ")
    indent = line[: len(line) - len(words)]
    return indent + hung(words, indent + " " * beside)


def _pieces(text: str) -> Iterator[str]:
    """What is never broken: a word with the blank behind it, or one wide character.

    Nor what stands between backquotes: it is typed as it stands.
    """
    piece = ""
    for part in _parts(text):
        if piece and _may_break(piece[-1], part[0]):
            yield piece
            piece = ""
        piece += part
    yield piece


def _parts(text: str) -> Iterator[str]:
    """The characters of a text, and as one part each what is quoted."""
    for at, between in enumerate(_QUOTED.split(text)):
        yield from [between] if at % 2 else between


def _may_break(before: str, after: str) -> bool:
    if " " in (before, after):
        return after != " "
    if after in _CLOSING or before in _OPENING:
        return False
    return "W" in (
        unicodedata.east_asian_width(before),
        unicodedata.east_asian_width(after),
    )


def hung(text: str, indent: str) -> str:
    """On a terminal, the text in lines that fit, each but the first indented."""
    width = terminal_width()
    if width is None:
        return text
    return f"\n{indent}".join(wrapped(text, max(width - columns(indent), 20)))
