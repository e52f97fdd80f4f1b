"""Tables of figures for reports: headings above, names left, figures right.

A table that goes on repeats its headings; they are read aloud once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notices.letters.pdf.lines import Line
from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    LEFT,
    Cursor,
    DrawnRule,
    Node,
    PlacedText,
    Shade,
)

SIZE_OF_CELL = 9.0
_LEADING = 12.6
_PAD = 3.2
_FIGURE = 6_600
"""Width of a column of figures in 1/1000 em of the page's size."""
_BELOW = 8.0
_LAST_TOGETHER = 3
"""So many rows stand together at the end of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of figures."""

    heads: tuple[str, ...]
    """Headings of the columns; the first is that of the names."""
    rows: tuple[tuple[str, ...], ...]
    """Names and figures as they are printed."""
    totals: int = 0
    """So many of the last rows are sums: on grey."""
    figure_width: int = _FIGURE
    """Width of each column of figures in 1/1000 em."""


class GridSetter:
    """Sets a table where the cursor is."""

    def __init__(self, grid: Grid, cursor: Cursor, parent: Node) -> None:
        self.grid, self.cursor = grid, cursor
        self.node = parent.add("Table")
        self.heads: list[Node] = []
        count = len(grid.heads) - 1
        self.scale = SIZE_OF_CELL / 1000
        self.figure = grid.figure_width * EM
        self.name = COLUMN * EM - count * self.figure

    def set(self) -> None:
        """Draw headings and rows."""
        rows = self.grid.rows
        first = self._height(self.grid.heads) + sum(map(self._height, rows[:2]))
        if self.cursor.y + first > BOTTOM:
            self.cursor.turn()
        self._head(is_first=True)
        for place, row in enumerate(rows):
            left = rows[place : place + _LAST_TOGETHER]
            is_end = len(rows) - place <= _LAST_TOGETHER
            need = sum(map(self._height, left)) if is_end else self._height(row)
            if self.cursor.y + need > BOTTOM:
                self.cursor.turn()
                self._head(is_first=False)
            self._row(row, is_total=place >= len(rows) - self.grid.totals)
        self.cursor.y += _BELOW

    def _head(self, *, is_first: bool) -> None:
        top = self.cursor.y
        height = self._height(self.grid.heads)
        self._shade(height)
        line = self.node.add("TR") if is_first else None
        for column, words in enumerate(self.grid.heads):
            node = line.add("TH", Scope="Column") if line else None
            if node is not None:
                self.heads.append(node)
            self._cell(column, words, node, height, is_head=True)
        self.cursor.y = top + height
        self._rules(top, height)

    def _row(self, row: Sequence[str], *, is_total: bool) -> None:
        top, height = self.cursor.y, self._height(row)
        if is_total:
            self._shade(height)
        line = self.node.add("TR")
        name = line.add("TH", Scope="Row")
        self._cell(0, row[0], name, height)
        for column, words in enumerate(row[1:], start=1):
            cell = line.add("TD")
            cell.headers = (self.heads[column], name)
            self._cell(column, words, cell, height)
        self.cursor.y = top + height
        self._rules(top, height)

    def _cell(
        self,
        column: int,
        words: str,
        node: Node | None,
        height: float,
        *,
        is_head: bool = False,
    ) -> None:
        left, width = self._place(column)
        lines = self._lines(words, width)
        y = self.cursor.y + (height - len(lines) * _LEADING) / 2
        for line in lines:
            free = width - 2 * _PAD - line.width * self.scale
            x = left + _PAD
            if is_head:
                x += free / 2
            elif column:
                x += free
            self.cursor.page.texts.append(
                PlacedText(x, y + _LEADING * 0.75, line, SIZE_OF_CELL, 0, 0, node)
            )
            y += _LEADING

    def _place(self, column: int) -> tuple[float, float]:
        if column == 0:
            return LEFT, self.name
        return LEFT + self.name + (column - 1) * self.figure, self.figure

    def _lines(self, words: str, width: float) -> tuple[Line, ...]:
        return self.cursor.lines(words, int((width - 2 * _PAD) / self.scale))

    def _height(self, row: Sequence[str]) -> float:
        most = max(
            len(self._lines(words, self._place(column)[1]))
            for column, words in enumerate(row)
        )
        return most * _LEADING + 2 * _PAD

    def _shade(self, height: float) -> None:
        shade = Shade(LEFT, self.cursor.y, COLUMN * EM, height)
        self.cursor.page.shades.append(shade)

    def _rules(self, top: float, height: float) -> None:
        right, bottom = LEFT + COLUMN * EM, top + height
        edges = [
            LEFT,
            *(self._place(each)[0] for each in range(1, len(self.grid.heads))),
        ]
        self.cursor.page.rules += [
            DrawnRule(LEFT, top, right, top),
            DrawnRule(LEFT, bottom, right, bottom),
            *(DrawnRule(x, top, x, bottom) for x in (*edges, right)),
        ]
