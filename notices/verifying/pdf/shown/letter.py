"""What a letter shows on paper, and that nothing else of the file can be seen.

Programs draw a page from its marks, its fonts, its pictures and its annotations. Each
of these is read by whitelist; so the words that are told here are all that there is.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack
from typing import Any

import pikepdf

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.shown.fonts import EmbeddedFont
from notices.verifying.pdf.shown.marks import Content, Marks, read_marks
from notices.verifying.pdf.shown.pages import (
    HEIGHT,
    WIDTH,
    check_decorations,
    headings,
    margins,
    read_page,
)
from notices.verifying.pdf.shown.structure import read_alternatives

MAX_PAGES = 2_000
MAX_BOOKMARKS = 5_000
MAX_PICTURES = 2
"""A logo and a seal."""
MAX_PIXELS = 4_000_000
_PAGE_KEYS = frozenset(
    [
        "/Type",
        "/Parent",
        "/MediaBox",
        "/Contents",
        "/Resources",
        "/StructParents",
        "/Tabs",
        "/Annots",
        "/Rotate",
    ]
)
_INFO_KEYS = frozenset(
    ["/Title", "/Author", "/Producer", "/Creator", "/CreationDate", "/ModDate"]
)
_TREE_KEYS = frozenset(["/Type", "/Kids", "/Count", "/Parent"])
_RESOURCE_KEYS = frozenset(["/Font", "/ProcSet", "/XObject"])
_WIDGET_KEYS = frozenset(
    [
        "/Type",
        "/Subtype",
        "/FT",
        "/F",
        "/Rect",
        "/T",
        "/TU",
        "/V",
        "/P",
        "/StructParent",
        "/Lock",
        "/Ff",
        "/SV",
        "/Border",
        "/MK",
        "/DA",
    ]
)
_PICTURE_KEYS = frozenset(
    [
        "/Type",
        "/Subtype",
        "/Width",
        "/Height",
        "/BitsPerComponent",
        "/ColorSpace",
        "/Filter",
        "/DecodeParms",
        "/Length",
    ]
)
_PREDICTED = 15
"""Rows as in PNG (ISO 32000-1, 7.4.4.4)."""
_COLOURS = {"/DeviceRGB": (3, 2), "/DeviceGray": (1, 0)}
"""Channels, and the PNG's own name of them (PNG, 11.2.1)."""


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """What a letter shows."""

    text: str
    """What its elements say, a line of the page a line."""
    margins: tuple[str, ...]
    """What the margins of each page say, without white space."""
    pictures: tuple[str, ...]
    """SHA-256 of each picture as PNG, in the order in which they stand."""
    bookmarks: tuple[str, ...]
    """What stands beside the pages."""
    alternatives: tuple[str, ...]
    """What is said instead of each picture to those who do not see it."""
    title: str
    """What stands above them; empty without one."""
    author: str
    """Who is told as author; empty without one."""
    made: str
    """When the file was made, as it says; empty without it."""
    changed: str
    """When it was changed."""


def read_shown(pdf: pikepdf.Pdf) -> ShownLetter:
    """Every page of the file; Refusal for what is not as our writer writes it."""
    pages = _Pages(pdf)
    info: Any = pdf.trailer.get("/Info", {})
    if odd := set(info.keys()) - _INFO_KEYS:
        raise malformed(Text("a key that letters do not have: {odd}", odd=min(odd)))
    return ShownLetter(
        "\n".join(pages.texts),
        tuple(pages.margins),
        tuple(pages.pictures),
        tuple(_bookmarks(pdf.Root.get("/Outlines"))),
        read_alternatives(pdf, pages.leaves, pages.contents),
        str(info.get("/Title", "")),
        str(info.get("/Author", "")),
        str(info.get("/CreationDate", "")),
        str(info.get("/ModDate", "")),
    )


def _bookmarks(outlines: pikepdf.Object | None) -> Iterator[str]:
    """Their titles, depth first; those that no program would reach, too."""
    open_, count = [outlines] if outlines is not None else [], 0
    while open_:
        node = open_.pop()
        count += 1
        if count > MAX_BOOKMARKS:
            raise malformed(Text("{count} bookmarks", count=count))
        if "/Title" in node:
            yield str(node.Title)
        open_ += [node[key] for key in ("/Next", "/First") if key in node]


class _Pages:
    """The pages, one after the other."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.fonts: dict[tuple[int, int], EmbeddedFont] = {}
        self.texts: list[str] = []
        self.margins: list[str] = []
        self.pictures: list[str] = []
        self.headings: set[str] = set()
        self.contents: list[list[Content]] = []
        self.leaves = list(_leaves(pdf.Root.Pages, 0))
        if not 0 < len(self.leaves) <= MAX_PAGES:
            raise malformed(Text("{count} pages", count=len(self.leaves)))
        for page in self.leaves:
            self.read(page)

    def read(self, page: pikepdf.Object) -> None:
        _check_page(page)
        resources = page.Resources
        if odd := set(resources.keys()) - _RESOURCE_KEYS:
            raise malformed(Text("a page that uses {odd}", odd=min(odd)))
        fonts = {name: self.font(one) for name, one in resources.Font.items()}
        marks = read_marks(bytes(page.Contents.read_bytes()), _renamed(fonts))
        self.texts.append(read_page(marks))
        self.contents.append(marks.contents)
        self.headings |= headings(marks)
        check_decorations(marks, self.headings)
        self.margins.append(margins(marks))
        self.read_pictures(marks, resources)

    def font(self, font: pikepdf.Object) -> EmbeddedFont:
        """The same font is read once."""
        place = font.objgen
        if place not in self.fonts or not font.is_indirect:
            self.fonts[place] = EmbeddedFont(font)
        return self.fonts[place]

    def read_pictures(self, marks: Marks, resources: pikepdf.Object) -> None:
        for shown in marks.pictures:
            self.pictures.append(_sha256(resources.XObject[shown.name]))
        if len(self.pictures) > MAX_PICTURES:
            raise malformed(Text("{count} pictures", count=len(self.pictures)))


def _renamed(fonts: dict[Any, EmbeddedFont]) -> dict[str, EmbeddedFont]:
    return {str(name): font for name, font in fonts.items()}


def _leaves(node: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    if depth > 20:  # noqa: PLR2004 - ours have one level
        raise malformed("pages nested too deeply")
    if str(node.get("/Type")) == "/Page":
        yield node
        return
    if odd := set(node.keys()) - _TREE_KEYS:  # such as boxes and resources handed down
        raise malformed(Text("a tree of pages with {odd}", odd=min(odd)))
    leaves = [leaf for kid in node.Kids for leaf in _leaves(kid, depth + 1)]
    if int(node.Count) != len(leaves) or len({one.objgen for one in leaves}) < len(
        leaves
    ):
        raise malformed("a tree of pages that is counted otherwise")
    yield from leaves


def _check_page(page: pikepdf.Object) -> None:
    if odd := set(page.keys()) - _PAGE_KEYS:
        raise malformed(Text("a page with {odd}", odd=min(odd)))
    box = [float(one) for one in page.MediaBox]
    if any(
        abs(one - other) > 1
        for one, other in zip(box, (0, 0, WIDTH, HEIGHT), strict=True)
    ):
        raise malformed("a page that is not A4")
    if int(page.get("/Rotate", 0)):
        raise malformed("a page that is turned")
    if not isinstance(page.Contents, pikepdf.Stream):
        raise malformed("a page whose marks lie in pieces")
    for one in page.get("/Annots", ()):
        _check_widget(one)


def _check_widget(widget: pikepdf.Object) -> None:
    """The signature's field takes no room on the page and shows nothing."""
    if odd := set(widget.keys()) - _WIDGET_KEYS:
        raise malformed(Text("a signature field with {odd}", odd=min(odd)))
    if any(float(one) for one in widget.Rect):
        raise malformed("a signature field that takes room on a page")


def _sha256(picture: pikepdf.Object) -> str:
    """The SHA-256 of a picture, put back into the PNG that it came from."""
    if set(picture.keys()) - _PICTURE_KEYS or str(picture.Subtype) != "/Image":
        raise malformed("a picture of another kind than ours")
    width, height = int(picture.Width), int(picture.Height)
    channels, kind = _COLOURS[str(picture.ColorSpace)]
    parameters = {
        "/Predictor": _PREDICTED,
        "/Colors": channels,
        "/BitsPerComponent": 8,
        "/Columns": width,
    }
    told = {key: int(value) for key, value in picture.DecodeParms.items()}
    is_ours = told == parameters and int(picture.BitsPerComponent) == 8  # noqa: PLR2004
    if not is_ours or str(picture.Filter) != "/FlateDecode":
        raise malformed("a picture of another kind than ours")
    if width * height > MAX_PIXELS:
        raise malformed(
            Text("a picture of {width} x {height}", width=width, height=height)
        )
    data = bytes(picture.read_raw_bytes())
    return hashlib.sha256(png(width, height, kind, data)).hexdigest()


def png(width: int, height: int, kind: int, data: bytes) -> bytes:
    """A PNG of three chunks: header, data, end (PNG, 5)."""
    header = pack(">LLBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">L", len(content))
        + name
        + content
        + pack(">L", zlib.crc32(name + content))
        for name, content in chunks
    )
