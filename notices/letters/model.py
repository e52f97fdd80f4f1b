"""The letter as values: what the template says, before any page exists.

Text, PDF and DOCX are written from this model and from nothing else,
so that all three say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from notices.letters.pictures import Picture


class Style(StrEnum):
    """How a passage stands on the page."""

    RIGHT = "right"
    """右: flush right."""
    SENDER = "sender"
    """差出人: in the right half, lines beginning at one edge."""
    LEFT = "left"
    """左: flush left."""
    CENTER = "center"
    """中央: centred."""
    TITLE = "title"
    """表題: centred, larger; a heading for assistive technology."""
    BODY = "body"
    """本文: justified; Japanese begins one character in."""
    NOTE = "note"
    """注: smaller, below the form."""
    ANNEX = "annex"
    """別紙: the title of the annex, on a page of its own."""
    CHECKING = "checking"
    """The box for checking, at the end of the letter."""
    MARK = "mark"
    """見本, 試験: says that the letter is a draft or a test."""


class Face(StrEnum):
    """Which typeface a run of text asks for."""

    PROSE = "prose"
    URL = "url"
    """A face in which 1, l, I, 0 and O differ; broken anywhere but in %XX."""
    EXACT = "exact"
    """The same face for ids, names and numbers; broken as prose is."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one face."""

    text: str
    face: Face = Face.PROSE
    is_whole: bool = False
    """True: no line ends within it, but at a blank that it begins with."""


@dataclass(frozen=True, slots=True)
class Para:
    """One line of the template; a line feed within is the content's own."""

    spans: tuple[Span, ...]
    is_detail: bool = False
    """True: one of the details below a label; it stands in."""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)

    @property
    def has_exact(self) -> bool:
        """Whether words of others stand in it: a URL, an id, a name."""
        return any(span.face is not Face.PROSE for span in self.spans)


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive paragraphs of one style."""

    style: Style
    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form's table."""

    group: str
    """Heading over several rows; empty: none."""
    label: str
    """Heading of the row."""
    paras: tuple[Para, ...]
    """What stands in it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The form's table."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The letter in one language; each begins a page."""

    language: str
    """`ja` or `en`."""
    blocks: tuple[Passage | Table, ...]
    continued: str = "（続き）"
    """What stands behind the heading of a row that goes on."""

    def texts(self) -> Iterator[str]:
        """Every heading and paragraph in reading order."""
        for block in self.blocks:
            if isinstance(block, Passage):
                yield from (para.text for para in block.paras)
            else:
                yield from _table_texts(block)

    @property
    def title(self) -> str:
        """The words of the first title."""
        for block in self.blocks:
            if isinstance(block, Passage) and block.style is Style.TITLE:
                return "".join(para.text for para in block.paras)
        return ""


def _table_texts(table: Table) -> Iterator[str]:
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            yield row.group
        group = row.group
        yield row.label
        yield from (para.text for para in row.paras)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """A whole letter."""

    parts: tuple[Part, ...]
    """Japanese first: it is the original."""
    number: str
    """整理番号, printed at the foot of every page."""
    foot: str = ""
    """Instead of the number at the foot of every page; empty: the number."""
    addressee: str = ""
    """Whom it goes to, with 御中 or 様; at the head of the pages that go on."""
    addressee_en: str = ""
    """The same for the pages in English."""
    has_heads: bool = True
    """True: number and addressee stand there."""
    pictures: tuple[Picture, ...] = ()
    """Logo and seal, on the first page."""
    is_draft: bool = False
    """True: every page is marked 見本."""
    is_test: bool = False
    """True: every page is marked 試験."""

    def texts(self) -> Iterator[str]:
        """Every heading and paragraph in reading order, of all parts."""
        for part in self.parts:
            yield from part.texts()

    @property
    def title(self) -> str:
        """The title of the Japanese part."""
        return self.parts[0].title
