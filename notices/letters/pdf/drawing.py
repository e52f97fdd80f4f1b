"""Drawing the laid-out pages, every mark tagged or artifact.

No markup, no annotation, no form: strings of glyphs, lines and grey fields.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from notices.letters.model import Doc, Para, Span
from notices.letters.pdf.faces import Chain, Faces
from notices.letters.pdf.file.embedding import UsedFonts
from notices.letters.pdf.layout import lay_out
from notices.letters.pdf.lines import Line, break_lines
from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    HEIGHT,
    LEFT,
    SIZE,
    WATERMARKS,
    DrawnFigure,
    DrawnRule,
    Node,
    Page,
    PageLayout,
    PlacedText,
    Shade,
)
from notices.letters.pdf.tongues import tongues
from notices.letters.pictures import Picture

_FOOT_SIZE = 9.0
_HEAD = 50.0
"""Baseline of number and addressee on a page that goes on."""
_RULE_WIDTH = 0.6
_GREY = 0.94
_BEGIN, _END = "1 0 0 1 0 0 cm 0 g 0 G", " \n"
"""Of the content of each page."""


class Mark(NamedTuple):
    """A marked-content sequence (ISO 32000-1, 14.6)."""

    page: int
    """Index of the page."""
    mcid: int
    """Marked-content id on that page."""
    language: str
    """Of words in the other language; empty: that of the part."""


@dataclass(slots=True, eq=False)
class Drawn:
    """Pages without their file, and where each element was drawn."""

    root: Node
    contents: list[bytes] = field(default_factory=list)
    """What draws each page (ISO 32000-1, 7.8.2)."""
    fonts: UsedFonts = field(default_factory=UsedFonts)
    """What draws their words."""
    marks: dict[Node, list[Mark]] = field(default_factory=dict)
    """What was drawn of each element, in order."""
    tops: dict[Node, float] = field(default_factory=dict)
    """Where each element begins on its first page, from the foot of the paper."""
    pictures: list[tuple[int, Picture]] = field(default_factory=list)
    """Page and picture; the first is called Image1."""


def draw(doc: Doc, faces: Faces) -> Drawn:
    """The letter as pages."""
    return draw_pages(doc, faces, lay_out(doc, faces))


def draw_pages(doc: Doc, faces: Faces, layout: PageLayout) -> Drawn:
    """Pages that are laid out; of `doc` only what stands at head and foot is used."""
    return _Painter(doc, faces, layout).paint()


class _Painter:
    """One document being drawn."""

    def __init__(self, doc: Doc, faces: Faces, layout: PageLayout) -> None:
        self.doc, self.faces, self.layout = doc, faces, layout
        self.code: list[str] = []
        self.emit = self.code.append
        self.drawn = Drawn(layout.root)

    def paint(self) -> Drawn:
        for index, page in enumerate(self.layout.pages):
            self.emit(_BEGIN)
            self.paint_page(index, page)
            self.emit(_END)
            self.drawn.contents.append("\n".join(self.code).encode("ascii"))
            self.code.clear()
        return self.drawn

    def paint_page(self, index: int, page: Page) -> None:
        mark = self.pictures(index, page)
        if page.rules or page.shades:
            self.emit("/Artifact <</Type /Layout>> BDC")
            for code in _shapes(page):
                self.emit(code)
            self.emit("EMC")
        if self.doc.is_draft or self.doc.is_test:
            self.artifact(self.watermark())
        if page.goes_on and self.doc.has_heads:
            self.artifact(self.head(page))
        for figure in page.figures:
            mark = self.figure(figure, Mark(index, mark, ""))
        for node, group in groupby(page.texts, key=lambda text: text.node):
            texts = list(group)
            if node is None:
                self.artifact(texts)
                continue
            self.drawn.tops.setdefault(node, HEIGHT - texts[0].y + texts[0].size)
            mark = self.element(node, texts, page.language, Mark(index, mark, ""))
        self.artifact(self.footer(index, page))

    def pictures(self, index: int, page: Page) -> int:
        """Pictures below all words; returns the next marked-content id."""
        for mark, (x, y, width, height, picture, node) in enumerate(page.pictures):
            self.drawn.pictures.append((index, picture))
            self.drawn.marks[node] = [Mark(index, mark, "")]
            self.emit(f"/Figure <</MCID {mark}>> BDC")
            self.emit(
                f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {HEIGHT - y:.2f} cm "
                f"/Image{len(self.drawn.pictures)} Do Q"
            )
            self.emit("EMC")
        return len(page.pictures)

    def figure(self, figure: DrawnFigure, mark: Mark) -> int:
        """Bars and axis of a chart; its words are texts. Gives the next mark."""
        self.drawn.tops.setdefault(figure.node, HEIGHT - figure.axis[1])
        self.drawn.marks.setdefault(figure.node, []).append(mark)
        self.emit(f"/{figure.node.role} <</MCID {mark.mcid}>> BDC")
        for bar in figure.bars:
            bottom = HEIGHT - bar.y - bar.height
            where = f"{bar.x:.2f} {bottom:.2f} {bar.width:.2f} {bar.height:.2f}"
            self.emit(f"q {bar.grey} g {where} re f Q")
        x, top, bottom = figure.axis
        self.emit(f"{_RULE_WIDTH} w {_stroke(DrawnRule(x, top, x, bottom))}")
        self.emit("EMC")
        return mark.mcid + 1

    def artifact(self, texts: Iterable[PlacedText]) -> None:
        self.emit("/Artifact <</Type /Pagination>> BDC")
        self.texts(texts)
        self.emit("EMC")

    def element(
        self, node: Node, texts: Iterable[PlacedText], language: str, first: Mark
    ) -> int:
        """Lines of one element; words of the other language are marked apart.

        Returns the next marked-content id of the page.
        """
        marks = self.drawn.marks.setdefault(node, [])
        mcid, spoken = first.mcid, None
        self.emit("BT")
        for text in texts:
            self.place(text)
            for run in text.line.runs:
                for other, words in tongues(run.text, language):
                    if other != spoken:
                        self.emit("EMC" if spoken is not None else "")
                        role = "Span" if other else node.role
                        self.emit(f"/{role} <</MCID {mcid}>> BDC")
                        marks.append(Mark(first.page, mcid, other))
                        mcid, spoken = mcid + 1, other
                    self.run(run.chain, run.font, words, text.size)
        self.emit("EMC" if spoken is not None else "")
        self.emit("ET")
        return mcid

    def texts(self, texts: Iterable[PlacedText]) -> None:
        """Lines that belong to no element."""
        self.emit("BT")
        for text in texts:
            self.place(text)
            for run in text.line.runs:
                self.run(run.chain, run.font, run.text, text.size)
        self.emit("ET")

    def place(self, text: PlacedText) -> None:
        x, y = text.x, HEIGHT - text.y
        self.emit(
            f"1 0 0 1 {x:.2f} {y:.2f} Tm "
            f"{text.stretch:.3f} Tc {text.word_stretch:.3f} Tw"
        )

    def run(self, chain: Chain, font: int, text: str, size: float) -> None:
        used = self.drawn.fonts.used(chain.font(font))
        for name, codes in used.shown(text):
            self.emit(f"/{name} {size:.2f} Tf <{codes}> Tj")

    def one_line(self, text: str, language: str) -> Line:
        para = Para((Span(text),))
        return break_lines(para, language, self.faces, room=10**9)[0]

    def footer(self, index: int, page: Page) -> Iterator[PlacedText]:
        label = "整理番号　" if page.language == "ja" else "Reference No. "
        words = self.doc.foot or f"{label}{self.doc.number}"
        number = self.one_line(words, page.language)
        place = f"{index + 1} / {len(self.layout.pages)}"
        count = self.one_line(place, page.language)
        y = BOTTOM + 28
        scale = _FOOT_SIZE / 1000
        right = LEFT + COLUMN * EM - count.width * scale
        yield PlacedText(LEFT, y, number, _FOOT_SIZE, 0, 0, None)
        yield PlacedText(right, y, count, _FOOT_SIZE, 0, 0, None)

    def head(self, page: Page) -> Iterator[PlacedText]:
        """Number and addressee, so that a loose page finds its letter."""
        is_english = page.language == "en"
        addressee = self.doc.addressee_en if is_english else self.doc.addressee
        words = f"{self.doc.number}　{addressee}".rstrip()
        line = self.one_line(words, page.language)
        room = COLUMN * EM * 1000 / _FOOT_SIZE
        while line.width > room:
            words = f"{words[: len(words) * 3 // 4]}…"
            line = self.one_line(words, page.language)
        right = LEFT + COLUMN * EM - line.width * _FOOT_SIZE / 1000
        yield PlacedText(right, _HEAD, line, _FOOT_SIZE, 0, 0, None)

    def watermark(self) -> Iterator[PlacedText]:
        """見本 at the head of every page, boxed by nothing, impossible to miss."""
        words = WATERMARKS[0] if self.doc.is_draft else WATERMARKS[1]
        mark = self.one_line(words, "ja")
        size = SIZE * 1.6
        x = LEFT + (COLUMN * EM - mark.width * size / 1000) / 2
        yield PlacedText(x, 38, mark, size, 0, 0, None)


def _shapes(page: Page) -> Iterator[str]:
    for shade in page.shades:
        yield f"q {_GREY} g {_rectangle(shade)} re f Q"
    yield f"{_RULE_WIDTH} w 2 J"
    for rule in page.rules:
        yield _stroke(rule)


def _rectangle(shade: Shade) -> str:
    bottom = HEIGHT - shade.y - shade.height
    return f"{shade.x:.2f} {bottom:.2f} {shade.width:.2f} {shade.height:.2f}"


def _stroke(rule: DrawnRule) -> str:
    start = f"{rule.x1:.2f} {HEIGHT - rule.y1:.2f}"
    return f"{start} m {rule.x2:.2f} {HEIGHT - rule.y2:.2f} l S"
