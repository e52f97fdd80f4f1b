"""Whether letter, text and `notice.json` say the same."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from notices.messages import Text
from notices.printed import spellings
from notices.signs import read_back, spelt
from notices.verifying.checks import malformed
from notices.verifying.content.many_words import are_few, standing
from notices.verifying.content.notice_json import NoticeJson
from notices.verifying.content.whole_words import OF_NUMBERS, stands_alone
from notices.verifying.content.xmp import Xmp


def compare(letter: Xmp, notice: NoticeJson, notice_sha256: str) -> str:
    """The letter and `notice.json` say the same."""
    for name in ("number", "case_id", "date", "form", "recipient"):
        in_letter = getattr(letter.statement, name)
        in_json = getattr(notice.statement, name)
        # hidden characters of a name are spelt out in the letter
        if in_json not in (in_letter, _read_back(in_letter)):
            raise malformed(
                Text(
                    "{name}: the letter has {in_letter}, notice.json {in_json}",
                    name=name,
                    in_letter=in_letter,
                    in_json=in_json,
                )
            )
    if letter.notice_sha256 != notice_sha256:
        raise malformed(
            Text(
                "the letter names notice.json {notice_sha256}, "
                "it has {notice_sha256_2}",
                notice_sha256=letter.notice_sha256 or "nowhere",
                notice_sha256_2=notice_sha256,
            )
        )
    return Text(
        "number, date, case, form, recipient; sha256 {sha256}", sha256=notice_sha256
    )


def _read_back(value: object) -> object:
    return read_back(value) if isinstance(value, str) else value


def check_text(text: str, notice: NoticeJson) -> str:
    """The text names the notice and every URL, each as a whole, and none is turned."""
    if odd := _TURNING.search(text):
        raise malformed(Text("the text has {sign}", sign=spelt(odd[0])))
    if not names_number(text, notice.statement.number):
        raise malformed(
            Text("the text does not name {number}", number=notice.statement.number)
        )
    if missing := Flowed(text).first_missing(notice.urls):
        raise malformed(Text("the text does not name {url}", url=missing))
    return Text("number and {count} URLs", count=len(notice.urls))


def names_number(text: str, number: str) -> bool:
    """Whether the number stands there as a whole."""
    return stands_alone(number, text, before=_OF_IDS | {"."}, behind=_OF_IDS)


_OF_IDS = OF_NUMBERS | {"_"}
"""In front of a number a point, too; behind it that may end a sentence."""
_TURNING = re.compile(
    r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u2069\ufeff\U000e0000-\U000e007f]|\r(?!\n)"
)
"""Controls, and what turns, joins or hides words: ours spells such signs out."""
_OF_URLS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BESIDE = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_RUN = re.compile(r"[.,;:!?)\]']+")
"""What may end a sentence behind a URL."""


class Flowed:
    """A text without white space: a long URL may be broken over lines."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self._text = "".join(words)
        self._places = list(accumulate(map(len, words), initial=0))
        """Places at which white space was, in order."""
        self._starts = set(self._places)

    def first_missing(self, urls: Sequence[str]) -> str | None:
        """The first URL of which no spelling stands there; None: all of them do."""
        spelt_out = {
            url: {"".join(one.split()) for one in spellings(url)} for url in urls
        }
        there = self.standing({one for some in spelt_out.values() for one in some})
        return next((url for url in urls if not spelt_out[url] & there), None)

    def standing(self, wanted: Collection[str]) -> frozenset[str]:
        """Those that stand there, and not as a part of a longer one."""
        if are_few(self._text, wanted):
            return frozenset(filter(self._stands, wanted))
        return standing(self._text, self._edges(), wanted, self._is_end)

    def _stands(self, url: str) -> bool:
        start = self._text.find(url)
        while start >= 0:
            if self._is_edge(start, start - 1) and self._is_end(start + len(url)):
                return True
            start = self._text.find(url, start + 1)
        return False

    def _edges(self) -> Iterator[int]:
        """Places at which a URL may begin, those at white space first."""
        yield from self._places
        for beside in _BESIDE.finditer(self._text):
            if beside.end() not in self._starts:
                yield beside.end()

    def _is_end(self, end: int) -> bool:
        behind = bisect_right(self._endings, (end, len(self._text))) - 1
        last = max(end, self._endings[behind][1]) if behind >= 0 else end
        place = self._places[min(bisect_left(self._places, end), len(self._places) - 1)]
        return end <= place <= last or self._is_edge(last, last)

    @cached_property
    def _endings(self) -> list[tuple[int, int]]:
        """Where a run of signs that may end a sentence begins and ends."""
        return [one.span() for one in _RUN.finditer(self._text)]

    def _is_edge(self, place: int, beside: int) -> bool:
        if place in self._starts or not 0 <= beside < len(self._text):
            return True
        return not _OF_URLS.match(self._text[beside])
