"""A report of headings, paragraphs, tables and charts as PDF/A-2b, tagged.

It is drawn, tagged and made archival by what does so for letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notices.letters.model import Doc, Passage
from notices.letters.pdf.archival import Metadata, finish
from notices.letters.pdf.drawing import draw_pages
from notices.letters.pdf.faces import faces
from notices.letters.pdf.lines import LineBreaker
from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    LEFT,
    TOP,
    Cursor,
    Node,
    PageLayout,
    PlacedText,
)
from notices.letters.pdf.passages import set_passage
from notices.letters.reporting.chart import Chart, set_chart
from notices.letters.reporting.grid import Grid, GridSetter

_SIZES = {1: 13.0, 2: 11.5, 3: 10.5}
_ABOVE = {1: 0.0, 2: 12.0, 3: 8.0}
_BELOW = {1: 10.0, 2: 5.0, 3: 4.0}
_WITH_NEXT = {1: 200.0, 2: 210.0, 3: 110.0}
"""Room that must be left on the page below a heading, in points."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, also in the outline."""

    level: int
    """1 to 3."""
    text: str
    """Its words."""


Block = Heading | Passage | Grid | Chart


def write_document(
    blocks: Sequence[Block], *, language: str, foot: str, metadata: Metadata
) -> bytes:
    """Give the file. The same blocks give the same bytes.

    language: `ja` or `en`. foot: stands at the foot of every page.
    """
    typefaces = faces(())
    cursor = Cursor(LineBreaker(typefaces, language), [])
    cursor.turn()
    root = Node("Document")
    section = root.add("Sect")
    section.language = "ja-JP" if language == "ja" else language
    for block in blocks:
        _set(block, cursor, section)
    doc = Doc(parts=(), number=foot, foot=foot, has_heads=False)
    drawn = draw_pages(doc, typefaces, PageLayout(root, cursor.pages))
    return finish(drawn, metadata)


def _set(block: Block, cursor: Cursor, section: Node) -> None:
    if isinstance(block, Heading):
        _set_heading(block, cursor, section)
    elif isinstance(block, Grid):
        GridSetter(block, cursor, section).set()
    elif isinstance(block, Chart):
        set_chart(block, cursor, section)
    else:
        set_passage(block, cursor, section)


def _set_heading(heading: Heading, cursor: Cursor, section: Node) -> None:
    size = _SIZES[heading.level]
    if cursor.y > TOP:
        cursor.y += _ABOVE[heading.level]
    if cursor.y + _WITH_NEXT[heading.level] > BOTTOM:
        cursor.turn()
    node = section.add(f"H{heading.level}")
    node.bookmark = heading.text
    leading = size * 1.45
    for line in cursor.lines(heading.text, int(COLUMN * EM * 1000 / size)):
        free = COLUMN * EM - line.width * size / 1000
        x = LEFT + (free / 2 if heading.level == 1 else 0)
        y = cursor.y + leading * 0.75
        cursor.page.texts.append(PlacedText(x, y, line, size, 0, 0, node))
        cursor.y += leading
    cursor.y += _BELOW[heading.level]
