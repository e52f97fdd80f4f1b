"""Letters as pictures of their pages; what was drawn is kept by the letter's hash."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from notices.errors import InputError
from notices.service.console.asking import ConsoleFile

MOST_OCTETS = 32 << 20
"""Of all pictures that are kept, in memory."""
MOST_COUNTS = 10_000


class PictureShelf:
    """Pictures that were drawn, and counts of pages; the oldest go first."""

    def __init__(self, most: int = MOST_OCTETS) -> None:
        self._most, self._held = most, 0
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def picture(self, letter: str, page: int) -> bytes | None:
        """The picture of a page, by the letter's hash; None: it is not here."""
        with self._lock:
            if found := self._pictures.get((letter, page)):
                self._pictures.move_to_end((letter, page))
            return found

    def keep(self, letter: str, page: int, picture: bytes) -> None:
        """Keep a picture."""
        with self._lock:
            if before := self._pictures.pop((letter, page), None):
                self._held -= len(before)
            self._pictures[letter, page] = picture
            self._held += len(picture)
            while self._held > self._most:
                self._held -= len(self._pictures.popitem(last=False)[1])

    def count(self, letter: str) -> int | None:
        """How many pages it has; None: nobody asked yet."""
        with self._lock:
            return self._counts.get(letter)

    def keep_count(self, letter: str, count: int) -> None:
        """Keep a count."""
        with self._lock:
            self._counts[letter] = count
            while len(self._counts) > MOST_COUNTS:
                self._counts.popitem(last=False)


SHELF = PictureShelf()
"""That of this process."""


def name_of(pdf: bytes) -> str:
    """By what a letter's pictures are kept."""
    return sha256(pdf).hexdigest()


def pages_of(pdf: bytes) -> range:
    """The numbers of a letter's pages, from 1 on."""
    name = name_of(pdf)
    if (count := SHELF.count(name)) is None:
        from notices.letters.pages import page_count  # noqa: PLC0415 - loads pdfium

        count = page_count(pdf)
        SHELF.keep_count(name, count)
    return range(1, count + 1)


def drawn_pages(pdf: bytes) -> range:
    """The pages, all drawn: the browser asks for them next, by the letter's hash."""
    pages = pages_of(pdf)
    for page in pages:
        picture_of(pdf, str(page))
    return pages


def drawn(letter: str, page: str) -> ConsoleFile | None:
    """A picture that was drawn before, by the letter's hash; None: it is not here."""
    found = SHELF.picture(letter, int(page))
    return None if found is None else _png(found)


def picture_of(pdf: bytes, page: str) -> ConsoleFile:
    """A page as PNG; InputError where the letter has none of that number."""
    name, wanted = name_of(pdf), int(page)
    if wanted not in pages_of(pdf):
        raise InputError("the letter has no such page")
    if (found := SHELF.picture(name, wanted)) is None:
        from notices.letters.pages import preview_page  # noqa: PLC0415 - loads pdfium

        found = preview_page(pdf, wanted)
        SHELF.keep(name, wanted, found)
    return _png(found)


def _png(picture: bytes) -> ConsoleFile:
    return ConsoleFile(octets=picture, media_type="image/png")
