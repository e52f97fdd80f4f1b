"""What people read is what `notice.json` says: words of the letter against it.

Templates are the centre's own, so the words between are not compared; each value that
the form shows is, as a whole. What print spells out is read back.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache

from notices.letters.template.dates import english_date, japanese_date
from notices.messages import Text
from notices.printed import spellings
from notices.signs import SELECTORS, read_back
from notices.verifying.checks import malformed
from notices.verifying.content import (
    Flowed,
    NoticeJson,
    Statement,
    are_few,
    standing,
    stands_alone,
)

_URL = re.compile(r"(?:h(?:tt|xx)ps?|ftp)://[!-~]+", re.IGNORECASE)
_BEGINS = re.compile(r"(?=(?:h(?:tt|xx)ps?|ftp)://)", re.IGNORECASE)
_TITLE = re.compile(r"(.*?)(?:（([^（）]*)）)?")
"""Of a letter, and its number."""
MAX_OTHERS = 1_000
"""Looked for in the values of `notice.json`; prose names a handful."""
_BESIDES = 1
"""URLs of the centre's own in a letter: its verification page."""


@lru_cache(maxsize=64)
def flowed(text: str) -> str:
    """For comparing: hidden characters read back, NFC, no white space, no selectors."""
    back = unicodedata.normalize("NFC", read_back("".join(text.split())))
    return SELECTORS.sub("", "".join(back.split()))


def check_named(text: str, facts: Statement) -> None:
    """The pages name number, date and recipient; Refusal."""
    words = flowed(text)
    if not stands_alone(facts.number, text):
        raise malformed(Text("the pages do not name {number}", number=facts.number))
    if flowed(facts.recipient) not in words:
        raise malformed(
            Text("the pages do not name the recipient {name}", name=facts.recipient)
        )
    if not any(flowed(day) in words for day in _days(facts.date)):
        raise malformed(Text("the pages do not have the date {day}", day=facts.date))


def _days(day: date) -> tuple[str, str]:
    return japanese_date(day), english_date(day)


def check_margins(margins: Sequence[str], number: str, text: str) -> None:
    """Every page names the number in its margin, none another or a new URL; Refusal."""
    alike = re.compile(re.sub(r"\d+", r"\\d+", re.escape(number)))
    for page, words in enumerate(margins, start=1):
        if "".join(number.split()) not in words:
            raise malformed(
                Text("page {page} does not name {number}", page=page, number=number)
            )
        others = {found for found in alike.findall(words) if found != number}
        others |= {found[0] for found in _URL.finditer(words) if found[0] not in text}
        if others:
            raise malformed(
                Text(
                    "the margin of page {page} says {told}", page=page, told=min(others)
                )
            )


def check_beside(text: str, bookmarks: Sequence[str], titles: Sequence[str]) -> None:
    """What stands beside and above the pages stands on them, too; Refusal.

    titles: those of a letter are its heading, and the number in brackets.
    """
    words = flowed(text)
    for told in bookmarks:
        if flowed(told) not in words:
            raise malformed(Text("a bookmark of other words: {told}", told=told[:80]))
    for told in filter(None, titles):
        named = _TITLE.fullmatch(flowed(told))
        if not named or any(part and part not in words for part in named.groups()):
            raise malformed(Text("a title of other words: {told}", told=told[:80]))


def check_values(text: str, notice: NoticeJson) -> None:
    """Everything that the form shows of `notice.json` stands in the text; Refusal."""
    words = flowed(text)
    for name, value in notice.shown:
        if not _stands(value, words):
            raise malformed(
                Text(
                    "{name} of notice.json is not what the letter says: {value}",
                    name=name,
                    value=value[:80],
                )
            )
    _check_urls(text, notice)


def check_author(notice: NoticeJson, told: Sequence[str]) -> None:
    """Whoever is told as author is the centre; Refusal."""
    center = flowed(dict(notice.shown).get("center.name", ""))
    for name in filter(None, told):
        if flowed(name) != center:
            raise malformed(Text("the author is {name}", name=name[:80]))


def _stands(value: str, words: str) -> bool:
    if flowed(value) in words:
        return True
    # prose keeps a 〔U+XXXX〕 of its own as it is
    normal = unicodedata.normalize("NFC", "".join(value.split()))
    kept = SELECTORS.sub("", normal)
    return kept in words or read_back(kept) in words


def _check_urls(text: str, notice: NoticeJson) -> None:
    """Each URL as a whole, and no other but one: the centre's verification page."""
    if missing := Flowed(text).first_missing(notice.urls):
        raise malformed(Text("the letter does not name the URL {url}", url=missing))
    others = _other_urls(text, notice)
    if len(others) > _BESIDES:
        raise malformed(Text("the letter names the URL {url}", url=min(others)))


def check_hosts(texts: Sequence[str], notice: NoticeJson) -> None:
    """Mail and letter name no other host than one, the centre's; Refusal."""
    others = {url for text in texts for url in _other_urls(text, notice)}
    if len({url.split("/")[2].lower() for url in others}) > _BESIDES:
        raise malformed(Text("the mail names the URL {url}", url=min(others)))


_AFTER = ".,;:)]'\""
"""What ends a sentence behind a URL; one of the notice's own may end with it, too."""


def _other_urls(text: str, notice: NoticeJson) -> set[str]:
    """What looks like a URL and is none of the notice's, whole or broken off."""
    known = {
        "".join(one.split()).rstrip(_AFTER)
        for url in notice.urls
        for one in spellings(url)
    }
    in_order = sorted(known)
    others = {
        found
        for found, goes_on in _urls(text)
        if found not in known and not (goes_on and _begins_one(found, in_order))
    }
    if len(others) > MAX_OTHERS:  # each is looked for in all that is said
        raise malformed(
            Text("more than {most} URLs that are none of its own", most=MAX_OTHERS)
        )
    said = "".join("".join(value.split()) for _, value in notice.shown)
    return others - _said(said, others)


def _said(said: str, others: Collection[str]) -> frozenset[str]:
    if are_few(said, others):
        return frozenset(one for one in others if one in said)
    places = (one.start() for one in _BEGINS.finditer(said))
    return standing(said, places, others, lambda _end: True)


def _begins_one(found: str, in_order: Sequence[str]) -> bool:
    at = bisect_left(in_order, found)
    return at < len(in_order) and in_order[at].startswith(found)


def check_same(text: str, shown: str) -> None:
    """A DOCX says what the pages say, word for word; Refusal with the difference."""
    theirs, ours = "".join(text.split()), "".join(shown.split())
    if theirs == ours:
        return
    at = next(
        (
            n
            for n, (one, other) in enumerate(zip(theirs, ours, strict=False))
            if one != other
        ),
        min(len(theirs), len(ours)),
    )
    raise malformed(
        Text(
            "the DOCX says {theirs!r}, the pages {ours!r}",
            theirs=theirs[max(at - 5, 0) : at + 30],
            ours=ours[max(at - 5, 0) : at + 30],
        )
    )


def _urls(text: str) -> Iterator[tuple[str, bool]]:
    """Each URL, and whether it may go on in the next line."""
    for line in text.splitlines():
        end = len(line.rstrip())
        for found in _URL.finditer(line):
            yield found[0].rstrip(_AFTER), found.end() == end
