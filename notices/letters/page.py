"""Laying the letter out on A4: columns, table, page breaks.

Lengths are in points, y grows downwards from the top edge of the paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from notices.letters.faces import Faces
from notices.letters.lines import Line, break_lines
from notices.letters.model import (
    Doc,
    Face,
    Para,
    Part,
    Passage,
    Row,
    Span,
    Style,
    Table,
)

WIDTH, HEIGHT = 595.276, 841.89
SIZE = 10.5
EM = SIZE / 1000
LEFT, TOP, BOTTOM = 71.9, 62.0, 784.0
MARK_TOP = 47.0
"""Where the words stand that it is a draft."""
FEW = 3
"""A paragraph of so many lines is not parted."""
COLUMN = 43_000
"""Width of the text in 1/1000 em: 43 characters of 10.5 points."""
LEADING = {"ja": 16.4, "en": 15.2}
CELL_LEADING = {"ja": 15.6, "en": 14.6}
PAD = 5.25
LABEL = 10_000
"""Width of the table's left column in 1/1000 em, padding included."""
LABEL_ROOM = 9_000
CELL_ROOM = COLUMN - LABEL - 1_000
SENDER = 19_500
"""Where the sender's block begins, in 1/1000 em from the left edge."""
BOXES = ("■", "□")
TITLE_SCALE = 1.24
NOTE_SCALE = 0.86


class Text(NamedTuple):
    """A line of text at its place."""

    x: float
    y: float
    """Baseline."""
    line: Line
    size: float
    stretch: float
    """Added between all characters, in points."""
    word_stretch: float
    """Added to each blank, in points."""
    node: "Node | None"
    """Element of the structure that it belongs to; None: it only decorates."""


class Rule(NamedTuple):
    """A straight line of the table."""

    x1: float
    y1: float
    x2: float
    y2: float


class Shade(NamedTuple):
    """A grey field behind a heading of the table."""

    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True, eq=False)
class Node:
    """An element of the document's structure (ISO 32000-1, 14.8)."""

    role: str
    """P, H1, Table, TR, TH, TD, Sect, Document."""
    language: str = ""
    kids: list["Node"] = field(default_factory=list)
    attributes: dict[str, str | int] = field(default_factory=dict)

    def add(self, role: str, **attributes: str | int) -> "Node":
        """A new child at the end."""
        kid = Node(role, attributes=attributes)
        self.kids.append(kid)
        return kid


@dataclass(slots=True)
class Page:
    """What is drawn on one page."""

    language: str
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """The pages, and the structure of what stands on them."""

    root: Node
    pages: list[Page]


@dataclass(slots=True)
class _Cursor:
    """Where the next line goes."""

    faces: Faces
    language: str
    pages: list[Page]
    y: float = TOP

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def turn(self) -> None:
        """Begin a page."""
        self.pages.append(Page(self.language))
        self.y = TOP

    def lines(self, text: str, room: int) -> list[Line]:
        """The lines of a plain text."""
        return break_lines(Para((Span(text),)), self.language, self.faces, room=room)


def lay_out(doc: Doc, faces: Faces) -> Layout:
    """Pages and structure of a letter."""
    root = Node("Document")
    pages: list[Page] = []
    for part in doc.parts:
        section = root.add("Sect")
        section.language = "ja-JP" if part.language == "ja" else part.language
        cursor = _Cursor(faces, part.language, pages)
        cursor.turn()
        _lay_part(part, cursor, section)
    return Layout(root, pages)


def _lay_part(part: Part, cursor: _Cursor, section: Node) -> None:
    for block in part.blocks:
        if isinstance(block, Table):
            _TableSetter(cursor, section.add("Table")).set(block)
        else:
            _set_passage(block, cursor, section)


class _Setting(NamedTuple):
    """How a style is set."""

    above: float
    below: float
    scale: float = 1.0
    left: int = 0
    """Free room at the left, 1/1000 em of the body size."""
    place: float = 0.0
    """Share of the free room that goes to the left of a line."""
    justify: bool = False
    indent: int = 0


_SETTINGS = {
    Style.RIGHT: _Setting(0, 6, place=1.0),
    Style.SENDER: _Setting(4, 8, left=SENDER),
    Style.LEFT: _Setting(4, 6),
    Style.CENTER: _Setting(4, 6, place=0.5),
    Style.TITLE: _Setting(10, 10, scale=TITLE_SCALE, place=0.5),
    Style.BODY: _Setting(2, 4, justify=True, indent=1_000),
    Style.NOTE: _Setting(0, 2, scale=NOTE_SCALE, justify=True),
    Style.MARK: _Setting(0, 0, scale=NOTE_SCALE, place=0.5),
}


def _set_passage(passage: Passage, cursor: _Cursor, section: Node) -> None:
    setting = _SETTINGS[passage.style]
    if passage.style is Style.MARK and cursor.y == TOP:
        # In the margin: a draft breaks its pages as the letter will.
        cursor.y = MARK_TOP
    elif cursor.y > TOP:
        cursor.y += setting.above
    for para in passage.paras:
        node = section.add("H1" if passage.style is Style.TITLE else "P")
        _set_para(para, cursor, setting, node)
    cursor.y = max(cursor.y + setting.below, TOP)


def _set_para(para: Para, cursor: _Cursor, setting: _Setting, node: Node) -> None:
    size = SIZE * setting.scale
    room = int((COLUMN - setting.left) / setting.scale)
    indent = setting.indent if cursor.language == "ja" else 0
    lines = break_lines(para, cursor.language, cursor.faces, room=room, indent=indent)
    leading = LEADING[cursor.language] * (
        setting.scale if setting.scale < 1 else 1.15 if setting.scale > 1 else 1
    )
    if len(lines) <= FEW and cursor.y + leading * len(lines) > BOTTOM:
        cursor.turn()
    for number, line in enumerate(lines):
        if cursor.y + leading > BOTTOM:
            cursor.turn()
        first = indent if number == 0 else 0
        x = LEFT + setting.left * EM + first * size / 1000
        free = (room - first - line.width) * size / 1000
        stretch = _stretch(line, free, size) if setting.justify else (0.0, 0.0)
        cursor.page.texts.append(
            Text(
                x + max(free, 0) * setting.place,
                cursor.y + leading * 0.75,
                line,
                size,
                *stretch,
                node,
            )
        )
        cursor.y += leading


def _stretch(line: Line, free: float, size: float) -> tuple[float, float]:
    """What to add between characters and to blanks so that the line is full."""
    if line.is_last or line.has_url or free <= 0 or not line.gaps:
        return 0.0, 0.0
    if line.spaces * 5 > line.gaps / 2:  # a Western line: its blanks give way
        word = free / line.spaces
        return (0.0, word) if word < size else (0.0, 0.0)
    each = free / line.gaps
    return (each, 0.0) if each < size / 4 else (0.0, 0.0)


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

    cursor: _Cursor
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
        self.open(row.label, heading)
        self.flow(self.column(row, line.add("TD")), row.label)
        self.close()

    def set_group(self, group: str, rows: list[Row]) -> None:
        first = self.node.add("TR")
        heading = first.add("TH", Scope="Row", RowSpan=len(rows))
        self.open(group, heading)
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

    def open(self, label: str, node: Node | None) -> None:
        """Begin the left cell here, on a new page if it has no room."""
        lines = self.label_lines(label)
        self.label_height = len(lines) * self.leading
        need = self.label_height + 2 * PAD + self.leading
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
        height = len(lines) * self.leading + PAD
        if first:
            self.cursor.y -= PAD
        if self.cursor.y + height + 2 * self.leading + PAD > BOTTOM:
            self.carry_on(group)
            self.cursor.y -= PAD
        x, y = LEFT + LABEL * EM, self.cursor.y
        right = LEFT + COLUMN * EM
        self.cursor.page.shades.append(Shade(x, y, right - x, height))
        if y > self.top:
            self.cursor.page.rules.append(Rule(x, y, right, y))
        self.cursor.page.rules.append(Rule(x, y + height, right, y + height))
        for number, line in enumerate(lines):
            self.put(x + PAD, y + PAD / 2 + number * self.leading, line, node)
        self.cursor.y = y + height + PAD

    def flow(self, column: list[_Placed], label: str) -> None:
        """The content; where the page ends, the cell is closed and carried on."""
        x = LEFT + LABEL * EM + PAD
        for line, node, hang in column:
            if self.cursor.y + self.leading + PAD > BOTTOM:
                self.carry_on(label)
            room = CELL_ROOM - hang
            self.put(x + hang * EM, self.cursor.y, line, node, room=room)
            self.cursor.y += self.leading
        self.cursor.y += PAD

    def put(
        self, x: float, y: float, line: Line, node: Node | None, room: int = 0
    ) -> None:
        stretch = _stretch(line, (room - line.width) * EM, SIZE) if room else (0.0, 0.0)
        self.cursor.page.texts.append(
            Text(x, y + self.leading * 0.75, line, SIZE, *stretch, node)
        )

    def carry_on(self, label: str) -> None:
        """Close the cell at the foot of the page and open it on the next."""
        self.close()
        self.cursor.turn()
        mark = "（続き）" if self.cursor.language == "ja" else " (continued)"
        self.open(label + mark, None)

    def close(self) -> None:
        """The borders of what stands on this page."""
        # The left cell may be the taller one.
        floor = self.top + 2 * PAD + self.label_height
        self.cursor.y = bottom = max(self.cursor.y, floor)
        left, middle, right = LEFT, LEFT + LABEL * EM, LEFT + COLUMN * EM
        self.cursor.page.rules += (
            Rule(left, self.top, right, self.top),
            Rule(left, bottom, right, bottom),
            Rule(left, self.top, left, bottom),
            Rule(middle, self.top, middle, bottom),
            Rule(right, self.top, right, bottom),
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
