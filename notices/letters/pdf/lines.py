"""Breaking paragraphs into lines: kinsoku, words, URLs (JIS X 4051, JLReq 3.1)."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from notices.letters.model import Face, Para
from notices.letters.pdf.faces import Chain, Faces
from notices.letters.pdf.variants import is_stand_in, joined

# JLReq 3.1.7: characters that must not begin a line.
NOT_AT_START = frozenset(
    "、。，．・：；？！」』）］｝〕〉》】〙〗’”ー々〻ゝゞヽヾ％℃‐゠–〜～"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ｡､｣ｰ)]},.!?:;%"
)
# JLReq 3.1.8: characters that must not end a line.
NOT_AT_END = frozenset("「『（［｛〔〈《【〘〖‘“｢([{")
# What counts stays with its number: 第26条, 令和8年11月18日.
COUNTERS = frozenset("年月日時分秒条項号番")
_HEX = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters of one font."""

    chain: Chain
    font: int
    """Index of the font in its chain."""
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it will be drawn; lengths in 1/1000 em."""

    runs: tuple[Run, ...]
    width: int
    """Without the blanks at its end."""
    gaps: int
    """Places between characters that may be stretched."""
    spaces: int
    """Blanks between words that may be stretched."""
    is_last: bool
    """Last of its paragraph, or before a line break of the content."""
    has_url: bool
    """Part of a URL stands in it: it is never stretched."""


@dataclass(slots=True)
class _Text:
    """A paragraph, character by character."""

    chars: list[str]
    widths: list[int]
    sources: list[tuple[Chain, int, bool]]
    """Chain, font and whether it is a URL."""
    glued: set[int]
    """Places before which no line ends, whatever stands there."""


def measure(para: Para, language: str, faces: Faces) -> _Text:
    """Font and width of every character."""
    text = _Text([], [], [], set())
    for span in para.spans:
        chain = faces.chain(language, span.face)
        is_url = span.face is Face.URL
        sources = [(chain, index, is_url) for index in range(len(chain.paths))]
        words = joined(span.text)
        if span.is_whole:
            begin, blanks = len(text.chars), len(words) - len(words.lstrip())
            text.glued.update(range(begin + blanks + 1, begin + len(words)))
        looks = [(0, 0) if char == "\n" else chain.measure(char) for char in words]
        text.chars.extend(words)
        text.widths.extend(width for _, width in looks)
        text.sources.extend(sources[font] for font, _ in looks)
    return text


@lru_cache(maxsize=20_000)
def _is_word_char(char: str) -> bool:
    """Letters and signs that hold together as a word of a Western script."""
    if char in " \u3000" or is_stand_in(char):
        return False
    return unicodedata.east_asian_width(char) not in {"W", "F", "H"} and not (
        "\u3000" <= char <= "\u9fff"
    )


@lru_cache(maxsize=20_000)
def _is_joined(before: str, after: str) -> bool:
    """True if no line may break between the two characters of prose."""
    if after in " \u3000":
        return True
    if before == " ":
        return False
    if after in NOT_AT_START or before in NOT_AT_END:
        return True
    if unicodedata.combining(after) or _is_counted(before, after):
        return True
    if before in "/-":
        return False
    return _is_word_char(before) and _is_word_char(after)


def _is_counted(before: str, after: str) -> bool:
    """True within such as 第26条."""
    return (before.isdecimal() and after in COUNTERS) or (
        before == "第" and after.isdecimal()
    )


def _may_break(text: _Text, at: int) -> bool:
    """Whether a line may end before position `at`."""
    chars = text.chars
    if at in text.glued:
        return False
    if text.sources[at][2] and text.sources[at - 1][2]:
        return not _inside_percent(chars, at)
    if text.sources[at][2] and chars[at - 1] in " ：":
        return False  # a URL stays behind its label; it may break within
    return not _is_joined(chars[at - 1], chars[at])


def _inside_percent(chars: list[str], at: int) -> bool:
    """True within the three characters of a percent-encoding (RFC 3986, 2.1)."""
    if chars[at] not in _HEX:
        return False
    return chars[at - 1] == "%" or (
        at > 1 and chars[at - 2] == "%" and chars[at - 1] in _HEX
    )


def _cuts(text: _Text, room: int, indent: int) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is the last line of its paragraph."""
    start = used = 0
    used = indent
    last_break = 0
    at, chars, widths = 0, text.chars, text.widths
    total = len(chars)
    while at < total:
        char = chars[at]
        if char == "\n":
            yield start, at + 1, True
            at += 1
            start, used, last_break = at, 0, at
            continue
        if (at > start and used + widths[at] <= room) or at == start:
            if at > start and _may_break(text, at):
                last_break = at
            used += widths[at]
            at += 1
            continue
        if char == " ":  # blanks at the end of a line hang
            at += 1
            continue
        end = at if _may_break(text, at) else last_break
        if end <= start:
            end = _emergency(text, start, at)
        yield start, end, False
        start = last_break = at = end
        used = 0
    if start < total or not total:
        yield start, total, True


def _emergency(text: _Text, start: int, at: int) -> int:
    """Where to cut a word or a chain of signs that is longer than the line."""
    end = at
    while end > start + 1 and (
        unicodedata.combining(text.chars[end])
        or (text.sources[end][2] and _inside_percent(text.chars, end))
    ):
        end -= 1
    return end if end > start + 1 else at


def break_lines(
    para: Para, language: str, faces: Faces, *, room: int, indent: int = 0
) -> list[Line]:
    """The lines of a paragraph in a column `room` wide (1/1000 em).

    `indent` is the room that the first line leaves free at its start. Joined, the
    lines give back the paragraph's text but for its own line breaks.
    """
    return list(LineBreaker(faces, language).lines(para, room=room, indent=indent))


@dataclass(frozen=True, slots=True)
class LineBreaker:
    """Breaks the paragraphs of one part of a letter, and remembers how.

    It is asked again and again for the same ones: for what stands behind a table, for
    a title as narrow as its lines allow, for a part that is set with less lead.
    """

    faces: Faces
    """The typefaces."""
    language: str
    """Of the part."""
    _measured: dict[Para, _Text] = field(default_factory=dict, compare=False)
    _broken: dict[tuple[Para, int, int], tuple[Line, ...]] = field(
        default_factory=dict, compare=False
    )

    def lines(self, para: Para, *, room: int, indent: int = 0) -> tuple[Line, ...]:
        """The lines of a paragraph, as `break_lines` gives them."""
        asked = para, room, indent
        known = self._broken.get(asked)
        if known is None:
            text = self._text(para)
            known = tuple(_line(text, *cut) for cut in _cuts(text, room, indent))
            self._broken[asked] = known
        return known

    def _text(self, para: Para) -> _Text:
        known = self._measured.get(para)
        if known is None:
            known = measure(para, self.language, self.faces)
            self._measured[para] = known
        return known


def _line(text: _Text, start: int, end: int, is_last: bool) -> Line:
    shown_end = end
    while shown_end > start and text.chars[shown_end - 1] in " \u3000\n":
        shown_end -= 1
    spaces = text.chars[start:shown_end].count(" ")
    return Line(
        runs=_runs(text, start, end),
        width=sum(text.widths[start:shown_end]),
        gaps=max(shown_end - start - 1, 0),
        spaces=spaces,
        is_last=is_last,
        has_url=any(text.sources[at][2] for at in range(start, end)),
    )


def _runs(text: _Text, start: int, end: int) -> tuple[Run, ...]:
    runs: list[Run] = []
    begin = start
    while begin < end:
        chain, font, _ = source = text.sources[begin]
        stop = begin
        while stop < end and text.sources[stop] == source:
            stop += 1
        piece = "".join(text.chars[begin:stop]).replace("\n", "")
        if piece:
            runs.append(Run(chain, font, piece))
        begin = stop
    return tuple(runs)
