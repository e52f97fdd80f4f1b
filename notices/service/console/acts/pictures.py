"""Letters as pictures, one of each page."""

from notices.errors import InputError
from notices.service.console.asking import ConsoleFile


def pages_of(pdf: bytes) -> range:
    """The numbers of a letter's pages, from 1 on."""
    from notices.letters.pages import page_count  # noqa: PLC0415 - loads pdfium

    return range(1, page_count(pdf) + 1)


def picture_of(pdf: bytes, page: str) -> ConsoleFile:
    """A page as PNG; InputError where the letter has none of that number."""
    from notices.letters.pages import preview_pages  # noqa: PLC0415 - loads pdfium

    pages, wanted = preview_pages(pdf), int(page)
    if not 1 <= wanted <= len(pages):
        raise InputError("the letter has no such page")
    return ConsoleFile(octets=pages[wanted - 1], media_type="image/png")
