"""How wide things are on a terminal, where a Japanese character takes two columns."""

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator

_OPENING = frozenset("「『（［【〔〈《“‘([{")
_CLOSING = frozenset(
    "、。，．・：；？！」』）］】〕〉》”’)]},.:;?!ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)


def columns(text: str) -> int:
    """Columns of a terminal that a text takes (UAX #11: wide and full width are two).

    >>> columns("R8-1"), columns("依頼")
    (4, 4)
    """
    return sum(
        0
        if unicodedata.combining(char)
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, so that it takes so many columns."""
    return text + " " * (width - columns(text))


def terminal_width() -> int | None:
    """Columns of the terminal on standard output; None: it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns.

    Broken at blanks and between Japanese characters (JIS X 4051: no line begins with
    a closing sign). A word that is longer than a line is not cut: ids can be copied.
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
    """Items with commas, in indented lines, broken between items only."""
    lines = [indent]
    for item in items:
        more = f", {item}" if lines[-1] != indent else item
        if columns(lines[-1] + more) + 1 > width and lines[-1] != indent:
            lines[-1] += ","
            lines.append(indent + item)
        else:
            lines[-1] += more
    return "\n".join(lines)


def hung_below(line: str) -> str:
    """On a terminal, the line in lines that fit, what follows below its first word."""
    words = line.lstrip(" ")
    indent = line[: len(line) - len(words)]
    return indent + hung(words, f"{indent}  ")


def _pieces(text: str) -> Iterator[str]:
    """What is never broken: a word with the blank behind it, or one wide character."""
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING or after == " ":
        return False
    return before == " " or "W" in (
        unicodedata.east_asian_width(before),
        unicodedata.east_asian_width(after),
    )


def hung(text: str, indent: str) -> str:
    """On a terminal, the text in lines that fit, each but the first indented."""
    width = terminal_width()
    if width is None:
        return text
    return f"\n{indent}".join(wrapped(text, max(width - columns(indent), 20)))
