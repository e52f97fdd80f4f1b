"""Pages as pictures."""

import io
from typing import Any

import pypdfium2


def preview_pages(pdf: bytes, *, dots_per_inch: int = 96) -> tuple[bytes, ...]:
    """Each page as a PNG; needs no program outside this package."""
    pictures = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            drawn: Any = page
            picture = drawn.render(scale=dots_per_inch / 72).to_pil()
            written = io.BytesIO()
            picture.save(written, "PNG")
            pictures.append(written.getvalue())
    return tuple(pictures)
