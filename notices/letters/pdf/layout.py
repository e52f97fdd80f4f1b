"""From the model of a letter to its pages and their structure."""

from itertools import takewhile

from notices.letters.model import Doc, Part, Passage, Style, Table
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.lines import LineBreaker
from notices.letters.pdf.page import BOTTOM, TIGHT, TOP, Cursor, Node, Page, PageLayout
from notices.letters.pdf.passages import height_of, set_passage
from notices.letters.pdf.placing import place_pictures
from notices.letters.pdf.table import set_table


def lay_out(doc: Doc, faces: Faces) -> PageLayout:
    """Pages and structure of a letter."""
    root = Node("Document")
    pages: list[Page] = []
    for part in doc.parts:
        section, made = _fitted(part, faces, "H2" if pages else "H1")
        if not pages:
            place_pictures(doc.pictures, made[0], section)
        root.kids.append(section)
        pages += made
    return PageLayout(root, pages)


_FEW_LINES = 110.0
"""So much of a last page is worth being brought back by less lead, in points."""


def _fitted(part: Part, faces: Faces, title_role: str) -> tuple[Node, list[Page]]:
    """The part; with less lead if that spares a page with a few lines."""
    breaker = LineBreaker(faces, part.language)
    section, pages, y = _laid(part, breaker, title_role, 1.0)
    if len(pages) > 1 and y - TOP < _FEW_LINES:
        tighter, fewer, _ = _laid(part, breaker, title_role, TIGHT)
        if len(fewer) < len(pages):
            return tighter, fewer
    return section, pages


def _laid(
    part: Part, breaker: LineBreaker, title_role: str, lead: float
) -> tuple[Node, list[Page], float]:
    section = Node("Sect")
    section.language = "ja-JP" if part.language == "ja" else part.language
    cursor = Cursor(
        breaker,
        [],
        lead=lead,
        title_role=title_role,
        continued=part.continued,
    )
    cursor.turn()
    _lay_part(part, cursor, section)
    return section, cursor.pages, cursor.y


def _lay_part(part: Part, cursor: Cursor, section: Node) -> None:
    for position, block in enumerate(part.blocks):
        if isinstance(block, Table):
            behind = part.blocks[position + 1 :]
            set_table(block, cursor, section, behind=_tail(behind, cursor))
        else:
            set_passage(block, cursor, section)


def _is_on_this_page(block: Passage | Table) -> bool:
    return isinstance(block, Table) or block.style is not Style.ANNEX


def _tail(behind: tuple[Passage | Table, ...], cursor: Cursor) -> float:
    """Height of what ends the letter: 以上 and the note never stand alone on a page.

    0 where more than a third of a page or another table follows.
    """
    here = list(takewhile(_is_on_this_page, behind))
    passages = [block for block in here if isinstance(block, Passage)]
    if len(passages) < len(here):
        return 0.0
    height = height_of(passages, cursor)
    return height if height <= (BOTTOM - TOP) / 3 else 0.0
