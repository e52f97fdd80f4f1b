"""Where logo and seal stand: never over words."""

from collections.abc import Iterable

from notices.letters.pdf.page import (
    COLUMN,
    EM,
    HEIGHT,
    LEFT,
    SENDER,
    Node,
    Page,
    PlacedPicture,
    PlacedText,
)
from notices.letters.pictures import Picture

LOGO_TOP, LOGO_HEIGHT, LOGO_WIDTH = 20.0, 26.0, 130.0
"""In the margin above the first line; it becomes as large as both allow."""
SEAL = 56.0
"""Width and height of a seal at most: 20 mm."""
_GAP = 8.0
_RIGHT = LEFT + COLUMN * EM


def place_pictures(pictures: Iterable[Picture], page: Page, section: Node) -> None:
    """Put the pictures on the first page, and before all else into its structure."""
    for number, picture in enumerate(pictures):
        node = Node("Figure", alternative=picture.alt)
        placed = _seal(picture, page, node)
        if picture.role == "logo" or placed is None:
            placed = _logo(picture, node)
        bottom = HEIGHT - placed.y
        top, right = bottom + placed.height, placed.x + placed.width
        node.box = (placed.x, bottom, right, top)
        section.kids.insert(number, node)
        page.pictures.append(placed)


def _logo(picture: Picture, node: Node) -> PlacedPicture:
    width, height = _fitted(picture, LOGO_WIDTH, LOGO_HEIGHT)
    x = LEFT if picture.role == "logo" else _RIGHT - width
    return PlacedPicture(x, LOGO_TOP + height, width, height, picture, node)


def _seal(picture: Picture, page: Page, node: Node) -> PlacedPicture | None:
    """Right of the sender, where its lines leave room; else left. None: no sender."""
    left_edge = LEFT + SENDER * EM
    lines = [text for text in page.texts if abs(text.x - left_edge) < 1]
    if not lines:
        return None
    width, height = _fitted(picture, SEAL, SEAL)
    y = lines[0].y - lines[0].size + height
    beside = [text for text in page.texts if _stands_beside(text, y - height, y)]
    ends = max((_end(text) for text in beside if text.x >= left_edge - 1), default=0.0)
    x = _RIGHT - width
    if ends + _GAP > x:
        x = left_edge - _GAP - width
    return PlacedPicture(x, y, width, height, picture, node)


def _stands_beside(text: PlacedText, top: float, bottom: float) -> bool:
    return text.y > top and text.y - text.size < bottom


def _end(text: PlacedText) -> float:
    return text.x + text.line.width * text.size / 1000


def _fitted(picture: Picture, width: float, height: float) -> tuple[float, float]:
    scale = min(width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale
