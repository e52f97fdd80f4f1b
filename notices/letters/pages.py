"""Pages as pictures."""

import io
from typing import Any

import pypdfium2
from PIL.PngImagePlugin import PngInfo


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
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            drawn: Any = page
            picture = drawn.render(scale=dots_per_inch / 72).to_pil()
            written = io.BytesIO()
            picture.save(written, "PNG", pnginfo=told)
            pictures.append(written.getvalue())
    return tuple(pictures)
