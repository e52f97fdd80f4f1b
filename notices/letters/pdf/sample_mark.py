"""The printed draft: the very letter, marked 見本, with its hash on each page."""

from io import BytesIO

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from notices.letters.pdf.faces import GOTHIC, load_font

_MARK = "見本"
_SIZE, _SMALL = 18, 7
_TOP = 26


def marked_as_sample(pdf: bytes, draft_sha256: str) -> bytes:
    """Give a copy that is marked: 見本, and which draft it is, on top of each page.

    pdf: the unsigned letter. What is below the mark is what would be signed.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            box = page.mediabox
            width, height = float(box[2]), float(box[3])
            with pikepdf.open(BytesIO(_mark(width, height, draft_sha256))) as over:
                page.add_overlay(over.pages[0], pikepdf.Rectangle(page.mediabox))
        made = BytesIO()
        document.save(made)
    return made.getvalue()


def _mark(width: float, height: float, draft_sha256: str) -> bytes:
    font = load_font(GOTHIC).fontName
    made = BytesIO()
    canvas = Canvas(made, pagesize=(width, height))
    canvas.setFont(font, _SIZE)
    canvas.drawCentredString(width / 2, height - _TOP, _MARK)
    canvas.setFont(font, _SMALL)
    canvas.drawCentredString(width / 2, height - _TOP - 10, draft_sha256)
    canvas.save()
    return made.getvalue()
