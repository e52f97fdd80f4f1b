"""The printed draft: the very letter, marked 見本, with its hash on each page."""

from functools import cache, lru_cache
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from notices.letters.pdf.faces import GOTHIC

_MARK = "見本"
_SIZE, _SMALL = 18, 7
_TOP = 26
_MOST_KEPT = 64
"""Marked letters that are kept: every picture of a page asks for its letter anew."""


@lru_cache(maxsize=_MOST_KEPT)
def marked_as_sample(pdf: bytes, draft_sha256: str) -> bytes:
    """Give a copy that is marked: 見本, and which draft it is, on top of each page.

    pdf: the unsigned letter. What is below the mark is what would be signed. The same
    letter is marked once, and then it is the same octets.
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
    picture = _drawn()
    made = BytesIO()
    canvas = Canvas(made, pagesize=(width, height))
    across = _SIZE * picture.width / picture.height
    canvas.drawImage(
        ImageReader(picture), (width - across) / 2, height - _TOP, across, _SIZE
    )
    canvas.setFont("Courier", _SMALL)  # one of the fourteen that every reader has
    canvas.drawCentredString(width / 2, height - _TOP - 8, draft_sha256)
    canvas.save()
    return made.getvalue()


@cache
def _drawn() -> Image.Image:
    """見本 as a picture: the letters' typefaces hold only what a letter needs."""
    font = ImageFont.truetype(str(GOTHIC), 72)
    left, top, right, bottom = map(int, font.getbbox(_MARK))
    picture = Image.new("L", (right - left, bottom - top), 255)
    ImageDraw.Draw(picture).text((-left, -top), _MARK, fill=0, font=font)
    return picture
