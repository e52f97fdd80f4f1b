"""Setting the form's table: rows and groups that may run over pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from notices.letters.model import Face, Row, Table
from notices.letters.pdf.lines import Line, break_lines
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
    Cursor,
    DrawnRule,
    Node,
    PlacedText,
    Shade,
    stretch,
)


def set_table(table: Table, cursor: Cursor, section: Node) -> None:
    """Draw the table where the cursor is."""
    _TableSetter(cursor, section.add("Table")).set(table)


class _Placed(NamedTuple):
    """A line of a cell."""

    line: Line
    node: Node
    """The element that it belongs to."""
    hang: int
    """How far it stands in, in 1/1000 em."""


@dataclass(slots=True)
class _TableSetter:
    """Sets a table row by row; rows and groups may run over pages."""

    cursor: Cursor
    node: Node
    top: float = 0.0
    """Where the label cell of this page's part of the row or group begins."""
    label_height: float = 0.0
    """Height of the words in the label cell."""

    @property
    def leading(self) -> float:
        """From line to line in a cell."""
        return CELL_LEADING[self.cursor.language]

    def set(self, table: Table) -> None:
        """Draw the rows; rows with the same group share their left cell."""
        for group, rows in _grouped(table):
            if group:
                self.set_group(group, rows)
            else:
                for row in rows:
                    self.set_row(row)
        self.cursor.y += 6

    def set_row(self, row: Row) -> None:
        line = self.node.add("TR")
        heading = line.add("TH", Scope="Row")
        column = self.column(row, line.add("TD"))
        self.open(row.label, heading, min(len(column), 2) * self.leading)
        self.flow(column, row.label)
        self.close()

    def set_group(self, group: str, rows: list[Row]) -> None:
        first = self.node.add("TR")
        heading = first.add("TH", Scope="Row", RowSpan=len(rows))
        self.open(group, heading, self.strip_height(rows[0].label) + 2 * self.leading)
        for number, row in enumerate(rows):
            line = first if number == 0 else self.node.add("TR")
            self.strip(row.label, line.add("TH", Scope="Row"), group, first=number == 0)
            self.flow(self.column(row, line.add("TD")), group)
        self.close()

    def column(self, row: Row, cell: Node) -> list[_Placed]:
        """The lines of a row's content."""
        column: list[_Placed] = []
        for para in row.paras:
            node = cell.add("P")
            hang = self.hang(para.text)
            lines = break_lines(
                para,
                self.cursor.language,
                self.cursor.faces,
                room=CELL_ROOM - hang,
                indent=-hang,
            )
            column += (
                _Placed(line, node, hang if number else 0)
                for number, line in enumerate(lines)
            )
        return column

    def hang(self, text: str) -> int:
        """How far the lines after the first stand in: behind a box and its blank."""
        if text[:1] not in BOXES:
            return 0
        chain = self.cursor.faces.chain(self.cursor.language, Face.PROSE)
        return sum(chain.measure(char)[1] for char in text[:2])

    def label_lines(self, label: str) -> list[Line]:
        return self.cursor.lines(label, LABEL_ROOM)

    def open(self, label: str, node: Node | None, beside: float) -> None:
        """Begin the left cell here, on a new page if it or `beside` has no room.

        beside: height of what stands in the right column without fail.
        """
        lines = self.label_lines(label)
        self.label_height = len(lines) * self.leading
        need = max(self.label_height, beside) + 2 * PAD
        if self.cursor.y + need > BOTTOM:
            self.cursor.turn()
        self.top = self.cursor.y
        y = self.top + PAD
        for line in lines:
            self.put(LEFT + PAD, y, line, node)
            y += self.leading
        self.cursor.y += PAD

    def strip(self, label: str, node: Node, group: str, *, first: bool) -> None:
        """The heading of a row within a group, on grey, across the right column."""
        lines = self.cursor.lines(label, CELL_ROOM)
        height = self.strip_height(label)
        if first:
            self.cursor.y -= PAD
        if self.cursor.y + height + 2 * self.leading + PAD > BOTTOM:
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

    def flow(self, column: list[_Placed], label: str) -> None:
        """The content; where the page ends, the cell is closed and carried on."""
        x = LEFT + LABEL * EM + PAD
        for number, (line, node, hang) in enumerate(column):
            if not self.has_room(2 if _leaves_one(column, number) else 1):
                self.cursor.y += PAD
                self.carry_on(label)
            room = CELL_ROOM - hang
            self.put(x + hang * EM, self.cursor.y, line, node, room=room)
            self.cursor.y += self.leading
        self.cursor.y += PAD

    def has_room(self, lines: int) -> bool:
        """Whether so many lines fit on the page, and the edge of the cell."""
        return self.cursor.y + lines * self.leading + PAD <= BOTTOM

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
        mark = "（続き）" if self.cursor.language == "ja" else " (continued)"
        self.open(label + mark, None, self.leading)

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


def _leaves_one(column: list[_Placed], number: int) -> bool:
    """Whether a break behind this line would leave the last one alone on its page."""
    return number > 1 and number == len(column) - 2
