"""The letter as plain text, in columns of half-width characters."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from notices.letters.model import Doc, Part, Passage, Style, Table
from notices.signs import is_selector

WIDTH = 72
_EDGE = 68
_RIGHT_HALF = 48


def columns(text: str) -> int:
    """Width in half-width characters (UAX #11; ambiguous ones count as wide)."""
    return sum(map(_width, text))


@lru_cache(maxsize=20_000)
def _width(char: str) -> int:
    if unicodedata.combining(char) or is_selector(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def write_text(doc: Doc) -> str:
    """The letter as text: lines end with LF, paragraphs are not broken."""
    parts = ("\n".join(_part_lines(part)) for part in doc.parts)
    return ("\n\n" + "-" * WIDTH + "\n\n").join(parts) + "\n"


def _part_lines(part: Part) -> Iterator[str]:
    for block in part.blocks:
        if isinstance(block, Table):
            yield from _table_lines(block)
        else:
            yield from _passage_lines(block, part.language)


def _passage_lines(passage: Passage, language: str) -> Iterator[str]:
    lines = [line for para in passage.paras for line in para.text.split("\n")]
    if passage.style is Style.BODY and language == "ja":
        lines = [f"\u3000{line}" for line in lines]
    widest = max(map(columns, lines), default=0)
    for line in lines:
        yield (" " * _indent(passage.style, line, widest) + line).rstrip()


def _indent(style: Style, line: str, widest: int) -> int:
    if style in {Style.RIGHT, Style.SENDER}:
        return max(_RIGHT_HALF, _EDGE - widest)
    if style in {Style.CENTER, Style.TITLE, Style.MARK}:
        # Whole full-width cells, so that Japanese lines stand in one grid.
        return max((WIDTH - columns(line)) // 4 * 2, 0)
    return 0


def _table_lines(table: Table) -> Iterator[str]:
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            yield row.group
        group = row.group
        margin = "  " if group else ""
        yield margin + row.label
        for para in row.paras:
            indent = margin + ("    " if para.is_detail else "  ")
            yield from (f"{indent}{line}".rstrip() for line in para.text.split("\n"))
