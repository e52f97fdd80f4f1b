"""From the model of a letter to its pages and their structure."""

from notices.letters.model import Doc, Part, Table
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.page import Cursor, Layout, Node, Page
from notices.letters.pdf.passages import set_passage
from notices.letters.pdf.table import set_table


def lay_out(doc: Doc, faces: Faces) -> Layout:
    """Pages and structure of a letter."""
    root = Node("Document")
    pages: list[Page] = []
    for part in doc.parts:
        section = root.add("Sect")
        section.language = "ja-JP" if part.language == "ja" else part.language
        cursor = Cursor(faces, part.language, pages)
        cursor.turn()
        _lay_part(part, cursor, section)
    return Layout(root, pages)


def _lay_part(part: Part, cursor: Cursor, section: Node) -> None:
    for block in part.blocks:
        if isinstance(block, Table):
            set_table(block, cursor, section)
        else:
            set_passage(block, cursor, section)
