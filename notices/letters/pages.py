"""Pages as pictures."""

import io
from threading import Lock
from typing import Any

import pypdfium2
from PIL.PngImagePlugin import PngInfo

_ONE_AT_A_TIME = Lock()
"""PDFium is not thread-safe, not even with several documents (pypdfium2's manual)."""


def preview_pages(
    pdf: bytes, *, dots_per_inch: int = 96, software: str = ""
) -> tuple[bytes, ...]:
    """Each page as a PNG; needs no program outside this package.

    software: what made it, for the picture's own text (PNG, 11.3.4.2).
    """
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return tuple(_png(page, dots_per_inch, software) for page in document)


def preview_page(pdf: bytes, number: int, *, dots_per_inch: int = 96) -> bytes:
    """One page as a PNG; number: from 1 on, and the letter must have it."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return _png(document[number - 1], dots_per_inch, "")


def _png(page: Any, dots_per_inch: int, software: str) -> bytes:
    told = PngInfo()
    if software:
        told.add_text("Software", software)
    picture = page.render(scale=dots_per_inch / 72).to_pil()
    written = io.BytesIO()
    picture.save(written, "PNG", pnginfo=told)
    return written.getvalue()


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return len(document)
