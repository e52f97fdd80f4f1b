"""A page's marks: lines of text, lines of the table, grey fields, pictures.

Read is only what our writer writes (`letters/pdf/drawing.py`): black text that is
filled, upright and of a size that people can read, thin straight lines, light grey
fields below all text. There is no operator here that could colour, clip, cover or
hide, so nothing has to be guessed. Lengths are in points, y grows upwards.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.shown.fonts import EmbeddedFont

MAX_CONTENT = 4_000_000
"""Octets of the marks of one page."""
_NUMBER = rb"(\d{1,3}(?:\.\d{1,3})?)"
_FIELD = rb"q 0\.94 g %(n)s %(n)s %(n)s %(n)s re f Q" % {b"n": _NUMBER}
_RULE = rb"%(n)s %(n)s m %(n)s %(n)s l S" % {b"n": _NUMBER}
_PLACE = rb"1 0 0 1 %(n)s %(n)s Tm %(n)s Tc %(n)s Tw" % {b"n": _NUMBER}
_WORDS = rb"(/F\d{1,2}\+\d{1,2}) %(n)s Tf <((?:[0-9a-f]{2})*)> Tj" % {b"n": _NUMBER}
_PICTURE = rb"q %(n)s 0 0 %(n)s %(n)s %(n)s cm (/Image\d) Do Q" % {b"n": _NUMBER}
_MARK = re.compile(
    rb"\s*(?:(?P<words>%s)|(?P<place>%s)|(?P<rule>%s)|(?P<field>%s)|(?P<picture>%s)"
    rb"|(?P<begin>/(?:P|H1|H2|TH|TD|Span|Figure|Artifact)"
    rb" <</(?:MCID \d{1,5}|Type /(?:Layout|Pagination))>> BDC)"
    rb"|(?P<end>EMC)|(?P<open>BT)|(?P<close>ET)|(?P<width>0\.6 w 2 J))(?=\s|$)"
    % (_WORDS, _PLACE, _RULE, _FIELD, _PICTURE)
)
_STARTS = dict(sorted(_MARK.groupindex.items(), key=lambda named: named[1]))
_ENDS = [*list(_STARTS.values())[1:], _MARK.groups + 1]
_WITHIN = {
    name: range(start + 1, end)
    for (name, start), end in zip(_STARTS.items(), _ENDS, strict=True)
}
"""Of each kind of mark the groups inside it."""
_BEGIN = b"1 0 0 1 0 0 cm 0 g 0 G"
_NUMBERED = re.compile(rb"MCID (\d+)")
_ARTIFACT, _FIGURE = "Artifact", "Figure"
_SPACE = 32
_BLANKS = " \u3000\u00a0"
SMALLEST, LARGEST = 8.0, 20.0
"""Points of a letter's words, and of its marks."""


@dataclass(slots=True)
class ShownLine:
    """Words on one base line."""

    x: float
    """Where they begin."""
    y: float
    """Their base line."""
    end: float
    """Where they end."""
    size: float
    """Of the largest of them."""
    text: str
    """What they say."""
    element: str
    """Their element, such as `TD`; `Artifact`: what only decorates."""
    group: int
    """The place of its marked content on the page."""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A thin straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture at its place."""

    name: str
    """Its key in the resources."""
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Content:
    """A marked content that belongs to an element."""

    role: str
    """Its element, such as `TD`."""
    number: int
    """Its MCID."""


@dataclass(slots=True)
class Marks:
    """What one page shows, in the order in which it was drawn."""

    lines: list[ShownLine] = field(default_factory=list)
    rules: list[ShownRule] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    """All but what only decorates."""


def read_marks(content: bytes, fonts: Mapping[str, EmbeddedFont]) -> Marks:
    """The marks of a page's content stream; Refusal for anything else in it."""
    if len(content) > MAX_CONTENT:
        raise malformed(Text("a page of {count} bytes", count=len(content)))
    if not content.startswith(_BEGIN):
        raise malformed("a page does not begin as ours do")
    return _Reader(fonts).read(content, len(_BEGIN))


class _Reader:
    """Reads one content stream."""

    def __init__(self, fonts: Mapping[str, EmbeddedFont]) -> None:
        self.fonts = fonts
        self.marks = Marks()
        self.element = ""
        self.group = 0
        self.is_text = False
        self.x = self.y = 0.0
        self.stretch = self.word_stretch = 0.0
        self.line = ShownLine(0, 0, 0, 0, "", "", 0)
        self.goes_on = False
        self.acts: dict[str, Callable[[Sequence[bytes]], None]] = {
            "words": self.words,
            "place": self.place,
            "rule": self.rule,
            "field": self.field,
            "picture": self.picture,
        }

    def read(self, content: bytes, at: int) -> Marks:
        while mark := _MARK.match(content, at):
            at = mark.end()
            kind = mark.lastgroup or ""
            act = self.acts.get(kind)
            if act:
                act(mark.group(*_WITHIN[kind]))
            else:
                self.bracket(kind, mark[0].strip())
        if content[at:].strip() or self.element or self.is_text:
            odd = content[at : at + 40].decode("latin-1")
            raise malformed(Text("a page has {odd!r}, ours never have", odd=odd))
        return self.marks

    def bracket(self, kind: str, words: bytes) -> None:
        """The beginning or the end of an element or of text."""
        if kind == "begin" and not self.element:
            self.begin(words)
        elif kind == "end" and self.element:
            self.element = ""
        elif kind in {"open", "close"} and self.is_text is (kind == "close"):
            self.is_text = not self.is_text
            self.goes_on = False
        elif kind != "width" or self.marks.lines:
            raise malformed(Text("a page with {words} out of order", words=words))

    def begin(self, words: bytes) -> None:
        """A marked content: one of an element has a number, one that decorates none."""
        self.element = words[1:].split(b" ", 1)[0].decode("ascii")
        self.group += 1
        self.goes_on = False
        number = _NUMBERED.search(words)
        if (number is None) != (self.element == _ARTIFACT):
            raise malformed(Text("a page with {words} out of order", words=words))
        if number:
            content = Content(self.element, int(number[1]))
            if content.number != len(self.marks.contents):
                raise malformed(Text("a page with {words} out of order", words=words))
            self.marks.contents.append(content)

    def words(self, found: Sequence[bytes]) -> None:
        name, size, codes = found[0].decode("ascii"), float(found[1]), found[2]
        font = self.fonts.get(name)
        is_spoken = self.element not in {"", _FIGURE}
        if font is None or not self.is_text or not is_spoken:
            raise malformed("words in no font, or in no element")
        if not SMALLEST <= size <= LARGEST:
            raise malformed(Text("words of {size} points", size=size))
        drawn = bytes.fromhex(codes.decode("ascii"))
        text, width = font.read(drawn)
        line = self.line_of(size)
        line.text += text
        begin = self.x
        self.x += width * size / 1000 + self.stretch * len(drawn)
        self.x += self.word_stretch * drawn.count(_SPACE)
        seen = len(text.rstrip(_BLANKS))
        if seen and seen == len(text):  # what is added to the last sign hangs
            line.end = max(begin, self.x - self.stretch)
        elif seen:  # so do blanks at the end of a line
            hanging = drawn[len(drawn) - len(text) + seen :]
            wide = sum(map(font.width, hanging)) * size / 1000
            added = self.stretch * (len(hanging) + 1)
            added += self.word_stretch * hanging.count(_SPACE)
            line.end = max(begin, self.x - wide - added)

    def line_of(self, size: float) -> ShownLine:
        """The line on which words go on, or a new one."""
        if self.goes_on:
            self.line.size = max(self.line.size, size)
            return self.line
        self.line = ShownLine(
            self.x, self.y, self.x, size, "", self.element, self.group
        )
        self.marks.lines.append(self.line)
        self.goes_on = True
        return self.line

    def place(self, found: Sequence[bytes]) -> None:
        self.x, self.y, self.stretch, self.word_stretch = map(float, found)
        self.goes_on = False

    def rule(self, found: Sequence[bytes]) -> None:
        self.marks.rules.append(ShownRule(*map(float, found)))
        self.below()

    def field(self, found: Sequence[bytes]) -> None:
        _ = found  # light grey, and below all text
        self.below()

    def picture(self, found: Sequence[bytes]) -> None:
        if self.element != _FIGURE:
            raise malformed("a picture that belongs to no element")
        width, height, x, y = map(float, found[:4])
        self.marks.pictures.append(
            ShownPicture(found[4].decode("ascii"), x, y, width, height)
        )
        self.below()

    def below(self) -> None:
        if self.is_text or self.marks.lines or not self.element:
            raise malformed("a page draws over its words")
