"""Breaking paragraphs into lines: kinsoku, words, URLs (JIS X 4051, JLReq 3.1)."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

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
_SHORT = 400
"""So many characters of a paragraph at most are remembered beyond their letter."""
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

    chars: str
    widths: list[int]
    sources: list[tuple[Chain, int, bool]]
    """Chain, font and whether it is a URL."""
    glued: set[int]
    """Places before which no line ends, whatever stands there."""
    ends: list[int] = field(default_factory=list)
    """How far it reaches up to each place, from 0 on."""
    has_url: bool = False
    """Whether part of a URL stands in it."""


def measure(para: Para, language: str, faces: Faces) -> _Text:
    """Font and width of every character."""
    text = _Text("", [], [], set())
    for span in para.spans:
        chain = faces.chain(language, span.face)
        is_url = span.face is Face.URL
        sources = [(chain, index, is_url) for index in range(len(chain.paths))]
        words = joined(span.text)
        if span.is_whole:
            begin, blanks = len(text.chars), len(words) - len(words.lstrip())
            text.glued.update(range(begin + blanks + 1, begin + len(words)))
        looks = chain.measured(words)
        text.chars += words
        text.widths += [width for _, width in looks]
        text.sources += [sources[font] for font, _ in looks]
        text.has_url = text.has_url or is_url
    text.ends = list(accumulate(text.widths, initial=0))
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


def _inside_percent(chars: str, at: int) -> bool:
    """True within the three characters of a percent-encoding (RFC 3986, 2.1)."""
    if chars[at] not in _HEX:
        return False
    return chars[at - 1] == "%" or (
        at > 1 and chars[at - 2] == "%" and chars[at - 1] in _HEX
    )


def _cuts(text: _Text, room: int, indent: int) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is the last line of its paragraph."""
    chars, widths, ends = text.chars, text.widths, text.ends
    total = len(chars)
    start, used = 0, indent
    while start < total or not total:
        feed = chars.find("\n", start)
        stop = total if feed < 0 else feed
        # what has room, and the first character whatever its width
        fitting = bisect_right(ends, room - used + ends[start], start) - 1
        at = fitting = min(max(fitting, start + 1), stop)
        used += ends[at] - ends[start]
        last_break = 0
        while at < stop:
            if used + widths[at] <= room:  # narrower than a blank that hangs
                if _may_break(text, at):
                    last_break = at
                used += widths[at]
            elif chars[at] != " ":
                break
            at += 1  # blanks at the end of a line hang
        if at >= stop:
            yield start, min(stop + 1, total), True
            if not total:
                return
            start, used = stop + 1, 0
            continue
        end = at if _may_break(text, at) else last_break or _break(text, start, fitting)
        if end <= start:
            end = _emergency(text, start, at)
        yield start, end, False
        start, used = end, 0


def _break(text: _Text, start: int, fitting: int) -> int:
    """The last place before which the line may end; `start` if there is none."""
    for at in range(fitting - 1, start, -1):
        if _may_break(text, at):
            return at
    return start


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
        if sum(len(span.text) for span in para.spans) <= _SHORT:
            return _short_lines(self.faces, self.language, para, room, indent)
        asked = para, room, indent
        known = self._broken.get(asked)
        if known is None:
            text = self._text(para)
            known = self._broken[asked] = _lines(text, room, indent)
        return known

    def _text(self, para: Para) -> _Text:
        known = self._measured.get(para)
        if known is None:
            known = measure(para, self.language, self.faces)
            self._measured[para] = known
        return known


@lru_cache(maxsize=2_000)
def _short_lines(
    faces: Faces, language: str, para: Para, room: int, indent: int
) -> tuple[Line, ...]:
    """The lines of what a template says in every letter: they are broken once."""
    return _lines(measure(para, language, faces), room, indent)


def _lines(text: _Text, room: int, indent: int) -> tuple[Line, ...]:
    return tuple(_line(text, *cut) for cut in _cuts(text, room, indent))


def _line(text: _Text, start: int, end: int, is_last: bool) -> Line:
    shown = start + len(text.chars[start:end].rstrip(" \u3000\n"))
    return Line(
        runs=_runs(text, start, end),
        width=text.ends[shown] - text.ends[start],
        gaps=max(shown - start - 1, 0),
        spaces=text.chars.count(" ", start, shown),
        is_last=is_last,
        has_url=text.has_url and any(url for _, _, url in text.sources[start:end]),
    )


def _runs(text: _Text, start: int, end: int) -> tuple[Run, ...]:
    runs: list[Run] = []
    begin = start
    while begin < end:
        chain, font, _ = source = text.sources[begin]
        stop = begin + 1
        if text.sources[begin:end].count(source) == end - begin:
            stop = end
        while stop < end and text.sources[stop] == source:
            stop += 1
        piece = text.chars[begin:stop].replace("\n", "")
        if piece:
            runs.append(Run(chain, font, piece))
        begin = stop
    return tuple(runs)
