"""The page: its measures, what is drawn on it, and where the next line goes.

Lengths are in points, y grows downwards from the top edge of the paper.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from notices.letters.model import Para, Span
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.lines import Line, LineBreaker
from notices.letters.pictures import Picture

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
TIGHT = 0.94
"""The share where a few lines would stand on a page of their own."""
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
WATERMARKS = ("見　本　　DRAFT", "試　験　　TEST")
"""At the head of every page of a draft, of a test."""
TITLE_SCALE = 1.24
NOTE_SCALE = 0.86


class PlacedText(NamedTuple):
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


class DrawnRule(NamedTuple):
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


class PlacedPicture(NamedTuple):
    """A picture at its place; its lower left corner, y from the top of the paper."""

    x: float
    y: float
    """Of its lower edge."""
    width: float
    height: float
    picture: Picture
    node: "Node"


@dataclass(slots=True, eq=False)
class Node:
    """An element of the document's structure (ISO 32000-1, 14.8)."""

    role: str
    """P, H1, H2, Table, TR, TH, TD, Sect, Document."""
    language: str = ""
    kids: list["Node"] = field(default_factory=list)
    attributes: dict[str, str | int] = field(default_factory=dict)
    headers: tuple["Node", ...] = ()
    """A cell's headings: group and row."""
    alternative: str = ""
    """What a picture or figure shows, in words (ISO 32000-1, 14.9.3)."""
    box: tuple[float, ...] = ()
    """Where a picture stands, in PDF coordinates."""
    bookmark: str = ""
    """What the outline calls it; empty: it is not in it."""

    def add(self, role: str, **attributes: str | int) -> "Node":
        """A new child at the end."""
        kid = Node(role, attributes=attributes)
        self.kids.append(kid)
        return kid


class ChartBar(NamedTuple):
    """A grey bar of a chart."""

    x: float
    y: float
    width: float
    height: float
    grey: float
    """0 is black."""


class DrawnFigure(NamedTuple):
    """What is drawn of a figure; its words are texts of its node."""

    node: Node
    bars: tuple[ChartBar, ...]
    axis: tuple[float, float, float]
    """x, and from which y to which y."""


@dataclass(slots=True)
class Page:
    """What is drawn on one page."""

    language: str
    goes_on: bool = False
    """True: not the first of its part."""
    texts: list[PlacedText] = field(default_factory=list)
    rules: list[DrawnRule] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)
    pictures: list[PlacedPicture] = field(default_factory=list)
    figures: list[DrawnFigure] = field(default_factory=list)


@dataclass(slots=True)
class PageLayout:
    """The pages, and the structure of what stands on them."""

    root: Node
    pages: list[Page]


@dataclass(slots=True)
class Cursor:
    """Where the next line goes."""

    breaker: LineBreaker
    """Breaks the paragraphs of the part."""
    pages: list[Page]
    y: float = TOP
    lead: float = 1.0
    """Share of the usual lead between lines."""
    continued: str = ""
    """Behind the heading of a row that goes on."""
    title_role: str = "H1"
    """Of the next title: the letter's first is H1, every other H2."""

    @property
    def faces(self) -> Faces:
        """The typefaces."""
        return self.breaker.faces

    @property
    def language(self) -> str:
        """Of the part."""
        return self.breaker.language

    @property
    def page(self) -> Page:
        """The page that is being filled."""
        return self.pages[-1]

    def turn(self) -> None:
        """Begin a page."""
        self.pages.append(Page(self.language, goes_on=bool(self.pages)))
        self.y = TOP

    def lines(self, text: str, room: int) -> tuple[Line, ...]:
        """The lines of a plain text."""
        return self.breaker.lines(Para((Span(text),)), room=room)


def stretch(line: Line, free: float, size: float) -> tuple[float, float]:
    """What to add between characters and to blanks so that the line is full."""
    if line.is_last or line.has_url or free <= 0 or not line.gaps:
        return 0.0, 0.0
    if line.spaces * 5 > line.gaps / 2:  # a Western line: its blanks give way
        word = free / line.spaces
        return (0.0, word) if word < size else (0.0, 0.0)
    each = free / line.gaps
    return (each, 0.0) if each < size / 4 else (0.0, 0.0)
