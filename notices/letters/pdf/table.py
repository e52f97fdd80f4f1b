"""Setting the form's table: rows and groups that may run over pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from notices.letters.model import Face, Para, Row, Table
from notices.letters.pdf.labels import by_phrases
from notices.letters.pdf.lines import Line
from notices.letters.pdf.page import (
    BOTTOM,
    BOXES,
    CELL_LEADING,
    CELL_ROOM,
    COLUMN,
    EM,
    LABEL,
    LABEL_ROOM,
    LEFT,
    PAD,
    SIZE,
    TOP,
    Cursor,
    DrawnRule,
    Node,
    PlacedText,
    Shade,
    stretch,
)


def set_table(
    table: Table, cursor: Cursor, section: Node, *, behind: float = 0.0
) -> None:
    """Draw the table where the cursor is.

    behind: height of what must stand on the page on which the table ends.
    """
    _TableSetter(cursor, section.add("Table"), behind).set(table)


class _Placed(NamedTuple):
    """A line of a cell."""

    line: Line
    node: Node
    """The element that it belongs to."""
    hang: int
    """How far it stands in, in 1/1000 em."""
    is_joined: bool
    """True: no page ends before it."""


class _Block(NamedTuple):
    """Lines of a cell that stand on one page."""

    lines: tuple[_Placed, ...]
    height: float
    """Of these, and of what must stand on that page below them."""


_BELOW = 6.0
"""Free room below the table."""
_TOGETHER = 2
"""So many lines of a cell stand on a page at least."""
_DETAIL = 1_000
"""How far details stand in, in 1/1000 em."""
_MOST = BOTTOM - TOP - 2 * PAD - 60
"""A higher block is parted: labels and headings stand on the page, too."""


@dataclass(slots=True)
class _TableSetter:
    """Sets a table row by row; rows and groups may run over pages."""

    cursor: Cursor
    node: Node
    behind: float = 0.0
    """Height of what must stand on the page on which the table ends."""
    has_groups: bool = False
    """True: cells beside no group are two columns wide."""
    top: float = 0.0
    """Where the label cell of this page's part of the row or group begins."""
    label_height: float = 0.0
    """Height of the words in the label cell."""

    @property
    def leading(self) -> float:
        """From line to line in a cell."""
        return CELL_LEADING[self.cursor.language] * self.cursor.lead

    def set(self, table: Table) -> None:
        """Draw the rows; rows with the same group share their left cell."""
        last = table.rows[-1] if table.rows else None
        self.has_groups = any(row.group for row in table.rows)
        for group, rows in _grouped(table):
            if group:
                self.set_group(group, rows, last)
            else:
                for row in rows:
                    self.set_row(row, is_last=row is last)
        self.cursor.y += _BELOW

    def set_row(self, row: Row, *, is_last: bool) -> None:
        line = self.node.add("TR")
        heading = line.add("TH", Scope="Row")
        heading.bookmark = row.label
        cell = line.add("TD", **({"ColSpan": 2} if self.has_groups else {}))
        cell.headers = (heading,)
        blocks = self.blocks(self.column(row, cell), is_last=is_last)
        self.open(row.label, heading, blocks[0].height)
        self.flow(blocks, row.label)
        self.close()

    def set_group(self, group: str, rows: list[Row], last: Row | None) -> None:
        first = self.node.add("TR")
        heading = first.add("TH", Scope="Row", RowSpan=len(rows))
        heading.bookmark = group
        for number, row in enumerate(rows):
            line = first if number == 0 else self.node.add("TR")
            strip, cell = line.add("TH", Scope="Row"), line.add("TD")
            strip.bookmark, cell.headers = row.label, (heading, strip)
            blocks = self.blocks(self.column(row, cell), is_last=row is last)
            if number == 0:
                beside = self.strip_height(row.label) + blocks[0].height
                self.open(group, heading, beside)
            self.strip(row.label, strip, group, blocks[0].height, first=number == 0)
            self.flow(blocks, group)
        self.close()

    def blocks(self, column: list[_Placed], *, is_last: bool) -> list[_Block]:
        """The lines in blocks that stay together, the last with what ends the page."""
        blocks: list[_Block] = []
        lines: list[_Placed] = []
        for number, placed in enumerate(column):
            if lines and not placed.is_joined and _may_part(column, number):
                blocks.append(_Block(tuple(lines), len(lines) * self.leading))
                lines = []
            lines.append(placed)
        height = len(lines) * self.leading
        behind = self.behind + _BELOW if is_last and self.behind else 0.0
        if height + behind > _MOST:
            behind = 0.0
        return [*blocks, _Block(tuple(lines), height + behind)]

    def column(self, row: Row, cell: Node) -> list[_Placed]:
        """The lines of a row's content."""
        column: list[_Placed] = []
        was_label = False
        for para in row.paras:
            node = cell.add("P")
            begins = _DETAIL if para.is_detail else 0
            hang = begins + self.hang(para)
            lines = self.cursor.breaker.lines(
                para, room=CELL_ROOM - hang, indent=begins - hang
            )
            is_url = any(line.has_url for line in lines)
            column += (
                _Placed(
                    line,
                    node,
                    hang if number else begins,
                    is_url if number else para.is_detail and was_label,
                )
                for number, line in enumerate(lines)
            )
            was_label = not para.is_detail
        return column

    def hang(self, para: Para) -> int:
        """How far the lines after the first stand in, in 1/1000 em.

        Behind a box and its blank; and such that no line of what others wrote, such
        as the name of a board, begins where our labels begin.
        """
        if para.has_exact:
            return _DETAIL
        if para.text[:1] not in BOXES:
            return 0
        chain = self.cursor.faces.chain(self.cursor.language, Face.PROSE)
        return sum(chain.measure(char)[1] for char in para.text[:2])

    def label_lines(self, label: str) -> tuple[Line, ...]:
        if self.cursor.language != "ja":
            return self.cursor.lines(label, LABEL_ROOM)
        return self.cursor.lines(by_phrases(label, self.cursor), LABEL_ROOM)

    def open(self, label: str, node: Node | None, beside: float) -> None:
        """Begin the left cell here, on a new page if it or `beside` has no room.

        beside: height of what stands in the right column without fail.
        """
        lines = self.label_lines(label)
        self.label_height = len(lines) * self.leading
        need = max(self.label_height, min(beside, _MOST)) + 2 * PAD
        if self.cursor.y + need > BOTTOM:
            self.cursor.turn()
        self.top = self.cursor.y
        y = self.top + PAD
        for line in lines:
            self.put(LEFT + PAD, y, line, node)
            y += self.leading
        self.cursor.y += PAD

    def strip(
        self, label: str, node: Node, group: str, beside: float, *, first: bool
    ) -> None:
        """The heading of a row within a group, on grey, across the right column."""
        lines = self.cursor.lines(label, CELL_ROOM)
        height = self.strip_height(label)
        if first:
            self.cursor.y -= PAD
        if self.cursor.y + height + min(beside, _MOST) + PAD > BOTTOM:
            self.carry_on(group)
            self.cursor.y -= PAD
        x, y = LEFT + LABEL * EM, self.cursor.y
        right = LEFT + COLUMN * EM
        self.cursor.page.shades.append(Shade(x, y, right - x, height))
        if y > self.top:
            self.cursor.page.rules.append(DrawnRule(x, y, right, y))
        self.cursor.page.rules.append(DrawnRule(x, y + height, right, y + height))
        for number, line in enumerate(lines):
            self.put(x + PAD, y + PAD / 2 + number * self.leading, line, node)
        self.cursor.y = y + height + PAD

    def strip_height(self, label: str) -> float:
        return len(self.cursor.lines(label, CELL_ROOM)) * self.leading + PAD

    def flow(self, blocks: list[_Block], label: str) -> None:
        """The content; where the page ends, the cell is closed and carried on."""
        for number, block in enumerate(blocks):
            # A block higher than a page is parted where the page ends.
            if number and block.height <= _MOST and not self.has_room(block.height):
                self.turn(label)
            for placed in block.lines:
                if not self.has_room(self.leading):
                    self.turn(label)
                self.place(placed)
        self.cursor.y += PAD

    def place(self, placed: _Placed) -> None:
        x = LEFT + LABEL * EM + PAD + placed.hang * EM
        room = CELL_ROOM - placed.hang
        self.put(x, self.cursor.y, placed.line, placed.node, room=room)
        self.cursor.y += self.leading

    def turn(self, label: str) -> None:
        self.cursor.y += PAD
        self.carry_on(label)

    def has_room(self, height: float) -> bool:
        """Whether that fits on the page, and the edge of the cell."""
        return self.cursor.y + height + PAD <= BOTTOM

    def put(
        self, x: float, y: float, line: Line, node: Node | None, room: int = 0
    ) -> None:
        added = stretch(line, (room - line.width) * EM, SIZE) if room else (0.0, 0.0)
        self.cursor.page.texts.append(
            PlacedText(x, y + self.leading * 0.75, line, SIZE, *added, node)
        )

    def carry_on(self, label: str) -> None:
        """Close the cell at the foot of the page and open it on the next."""
        self.close()
        self.cursor.turn()
        self.open(label + self.cursor.continued, None, self.leading)

    def close(self) -> None:
        """The borders of what stands on this page."""
        # The left cell may be the taller one.
        floor = self.top + 2 * PAD + self.label_height
        self.cursor.y = bottom = max(self.cursor.y, floor)
        left, middle, right = LEFT, LEFT + LABEL * EM, LEFT + COLUMN * EM
        self.cursor.page.rules += (
            DrawnRule(left, self.top, right, self.top),
            DrawnRule(left, bottom, right, bottom),
            DrawnRule(left, self.top, left, bottom),
            DrawnRule(middle, self.top, middle, bottom),
            DrawnRule(right, self.top, right, bottom),
        )


def _grouped(table: Table) -> Iterator[tuple[str, list[Row]]]:
    """Neighbouring rows of one group together."""
    pending: list[Row] = []
    for row in table.rows:
        if pending and row.group != pending[0].group:
            yield pending[0].group, pending
            pending = []
        pending.append(row)
    if pending:
        yield pending[0].group, pending


def _may_part(column: list[_Placed], number: int) -> bool:
    """Whether a page may end before this line: no line of a cell stands alone."""
    return _TOGETHER <= number <= len(column) - _TOGETHER
