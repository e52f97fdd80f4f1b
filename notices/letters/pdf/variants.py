"""Ideographs with a variation selector: one glyph, two characters (UAX #37).

reportlab draws one character at a time. While pages are drawn, a character of plane
15 stands for the pair; the ToUnicode map of the file has the pair again. Such private
characters never come from outside: `hygiene` spells them out.
"""

import re
from itertools import count

from notices.signs import is_selector

_FIRST = 0xF0000
_LAST = 0xFFFFD
_PAIRS: dict[str, str] = {}
_STANDS_FOR: dict[str, str] = {}
_NEXT = count(_FIRST)
_CLUSTER = re.compile("(.)([\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef])")


def stand_in(pair: str) -> str:
    """The private character that stands for a base and its selector."""
    known = _PAIRS.get(pair)
    if known is None:
        known = _PAIRS.setdefault(pair, chr(next(_NEXT)))
        _STANDS_FOR[known] = pair
    return known


def pair_of(code: int) -> str:
    """The base and its selector; empty if the character stands for none."""
    return _STANDS_FOR.get(chr(code), "") if _FIRST <= code <= _LAST else ""


def is_stand_in(char: str) -> bool:
    """True for a character that stands for a pair."""
    return char in _STANDS_FOR


def joined(text: str) -> str:
    """The text with each base and its selector as one character."""
    if text.isascii() or not any(map(is_selector, text)):
        return text
    return _CLUSTER.sub(lambda pair: stand_in(pair[0]), text)


def drawn_text(code: int) -> str:
    """What a character of a page says."""
    return pair_of(code) or chr(code)
