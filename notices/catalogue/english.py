"""Articles and law numbers in English, as the Japanese Law Translation service does.

    >>> english_article("第26条第4項")
    'Article 26, paragraph (4)'
    >>> english_law_number("平成19年法律第22号")
    'Act No. 22 of 2007'

What cannot be read without doubt gives an empty text: then the Japanese is printed.
"""

import re

from notices.catalogue.spelling import key

_BEFORE_FIRST_YEAR = {
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
}
_LAW_NUMBER = re.compile(r"(\w\w)(\d+|元)年法律第(\d+)号")
_AND = r"(?:、|・|及び|又は)"
_NEXT_ARTICLE = re.compile(rf"{_AND}(?=第\d+条)")
_RANGE = re.compile(r"(第\d+条(?:の\d+)*)(?:から|〜|~)(第\d+条(?:の\d+)*)(?:まで)?")
_ARTICLE = re.compile(
    r"第(?P<article>\d+)条(?P<branch>(?:の\d+)*)"
    rf"(?P<paragraphs>第\d+項(?:{_AND}第\d+項)*)?"
    rf"(?P<items>第\d+号(?:{_AND}第\d+号)*)?"
)
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_ITEMS = 39
"""Roman numerals are made up to here."""


def english_article(article: str) -> str:
    """Write the place of a provision in English; empty if it cannot be read."""
    outer, bracket, inner = key(article).partition("(")
    if bracket and not inner.endswith(")"):
        return ""
    told = _places(outer)
    if not bracket or not told:
        return told
    within = _places(inner.removesuffix(")"))
    return f"{told} ({within})" if within else ""


def english_law_number(law_number: str) -> str:
    """Write a law number in English; empty if it cannot be read."""
    match = _LAW_NUMBER.fullmatch(key(law_number))
    if match is None or match[1] not in _BEFORE_FIRST_YEAR:
        return ""
    year = 1 if match[2] == "元" else int(match[2])
    return f"Act No. {match[3]} of {_BEFORE_FIRST_YEAR[match[1]] + year}"


def _places(text: str) -> str:
    """One or several articles: `Article 20; Article 21, paragraph (1)`."""
    told = [_place(part) for part in _NEXT_ARTICLE.split(text)]
    return "; ".join(told) if all(told) else ""


def _place(text: str) -> str:
    if match := _RANGE.fullmatch(text):
        first, last = (_number(match[index]) for index in (1, 2))
        return f"Articles {first} to {last}"
    match = _ARTICLE.fullmatch(text)
    if match is None:
        return ""
    items = [int(number) for number in re.findall(r"\d+", match["items"] or "")]
    if any(not 0 < number <= _MOST_ITEMS for number in items):
        return ""
    paragraphs = re.findall(r"\d+", match["paragraphs"] or "")
    parts = [f"Article {_number(text)}"]
    parts += _counted("paragraph", paragraphs)
    parts += _counted("item", [_roman(number) for number in items])
    return ", ".join(parts)


def _number(text: str) -> str:
    """The article's own number: 第76条の6の2 is 76-6-2."""
    match = re.match(r"第(\d+)条((?:の\d+)*)", text)
    return match[1] + match[2].replace("の", "-") if match else ""


def _counted(word: str, numbers: list[str]) -> list[str]:
    """`paragraph (4)`, `paragraphs (1), (2) and (4)`; nothing if there are none."""
    if not numbers:
        return []
    *others, last = (f"({number})" for number in numbers)
    told = f"{', '.join(others)} and {last}" if others else last
    return [f"{word}{'s' * bool(others)} {told}"]


def _roman(number: int) -> str:
    told = ""
    for value, sign in _ROMAN:
        while number >= value:
            told, number = told + sign, number - value
    return told
