"""Tables: whole cells, and never wider than the terminal."""

from collections.abc import Iterator, Sequence

import click

from notices.cli.screen.bar import aside
from notices.cli.screen.blocks import Lines, Row, blocks
from notices.cli.screen.language import shown, tell
from notices.cli.screen.width import columns, padded, terminal_width, wrapped

WIDTH_ELSEWHERE = 160
"""Columns where the output is no terminal, such as a file."""
_GAP = "  "
_LEAST = 16
"""Columns that a cell of prose needs beside the others."""
_BELOW = " " * 5
"""Before prose that stands below its row."""

Cell = str | tuple[str, ...]
"""One line, or several one below the other."""


def print_table(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, prose: Sequence[str] = ()
) -> None:
    """A table that fits a terminal; ids are never cut.

    prose: heads of columns that may be broken into lines. Where even that leaves no
    room, these cells stand below their row; and where the others are too wide, too,
    each row becomes a block, a line for each cell.
    """
    places = [heads.index(head) for head in prose]
    cells = [[_cell(cell) for cell in row] for row in rows]
    with aside():
        for line in _laid_out(list(map(tell, heads)), cells, places):
            click.echo(line)


def _cell(cell: Cell) -> Lines:
    return [shown(cell)] if isinstance(cell, str) else list(map(shown, cell))


def _laid_out(heads: Lines, rows: list[Row], prose: list[int]) -> Iterator[str]:
    """A table, or where a terminal is too narrow for one, each row as a block."""
    width = terminal_width() or WIDTH_ELSEWHERE
    lines = list(_table(heads, rows, prose, width))
    if any(columns(line) > width for line in lines):
        return blocks(heads, rows, width)
    return iter(lines)


def _table(
    heads: Lines, rows: list[Row], prose: list[int], width: int
) -> Iterator[str]:
    widths = _widths(heads, rows)
    fixed = sum(each for at, each in enumerate(widths) if at not in prose)
    room = width - fixed - len(_GAP) * (len(widths) - 1) - 1
    wanted = sum(widths[at] for at in prose)
    if prose and wanted > room:
        least = {at: max(_LEAST, _longest_word(rows, at)) for at in prose}
        if room < sum(least.values()):
            return _with_prose_below(heads, rows, prose, width)
        for at in prose:
            widths[at] = max(_LEAST, min(widths[at], room * widths[at] // wanted))
        if any(widths[at] < least[at] for at in prose):
            widths = [least.get(at, each) for at, each in enumerate(widths)]
        rows = [_broken(row, widths, prose) for row in rows]
    return _in_columns(heads, rows, widths)


def _widths(heads: Lines, rows: list[Row]) -> list[int]:
    return [
        max([columns(head), *(columns(line) for row in rows for line in row[at])])
        for at, head in enumerate(heads)
    ]


def _longest_word(rows: list[Row], at: int) -> int:
    """Columns that a cell needs at least, because no word of it is cut."""
    words = (part for row in rows for line in row[at] for part in wrapped(line, 1))
    return max(map(columns, words), default=0)


def _broken(row: Row, widths: list[int], prose: list[int]) -> Row:
    return [
        [part for line in cell for part in wrapped(line, widths[at])]
        if at in prose
        else cell
        for at, cell in enumerate(row)
    ]


def _in_columns(heads: Lines, rows: list[Row], widths: list[int]) -> Iterator[str]:
    yield _line(heads, widths)
    yield " " + _GAP.join("─" * width for width in widths)
    for row in rows:
        yield from _lines(row, widths)


def _lines(row: Row, widths: list[int]) -> Iterator[str]:
    for depth in range(max(map(len, row))):
        yield _line([cell[depth] if depth < len(cell) else "" for cell in row], widths)


def _line(cells: Lines, widths: list[int]) -> str:
    parts = (padded(cell, width) for cell, width in zip(cells, widths, strict=True))
    return f" {_GAP.join(parts)}".rstrip()


def _with_prose_below(
    heads: Lines, rows: list[Row], prose: list[int], width: int
) -> Iterator[str]:
    """The short cells in columns, and below each row its prose, indented."""
    short = [at for at in range(len(heads)) if at not in prose]
    above = [[row[at] for at in short] for row in rows]
    short_heads = [heads[at] for at in short]
    widths = _widths(short_heads, above)
    yield from _in_columns(short_heads, [], widths)
    for row, shorter in zip(rows, above, strict=True):
        yield from _lines(shorter, widths)
        for line in filter(None, (line for at in prose for line in row[at])):
            yield from (_BELOW + part for part in wrapped(line, width - len(_BELOW)))
