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
    pictures = []
    told = PngInfo()
    if software:
        told.add_text("Software", software)
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            drawn: Any = page
            picture = drawn.render(scale=dots_per_inch / 72).to_pil()
            written = io.BytesIO()
            picture.save(written, "PNG", pnginfo=told)
            pictures.append(written.getvalue())
    return tuple(pictures)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return len(document)
