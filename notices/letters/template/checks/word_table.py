"""`words.toml`: what a template must not say, in a table that legal staff read.

The package's own table is used, never a site's: an edited template cannot bring the
rules that it is judged by.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TABLE_NAME = "words.toml"
_PACKAGE = Path(__file__).parents[3]
_PLACES = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
_NUMBER = "〔数〕"
_MONTH = "〔月〕"
_DIGITS = "[0-9一二三四五六七八九十百]+(?:条の[0-9]+)?"
_JAPANESE_SIGNS = {
    _NUMBER: _DIGITS,
    "〔任意〕": "[^。、]{0,10}?",
    "〔とき〕": "(?:場合|とき|時|際|限り|なら|のであれば|ようであれば)",
}
_MONTHS = (
    "(?:january|february|march|april|may|june|july|august|september|october|november"
    "|december)"
)
_WORDS_FOR_NUMBERS = (
    r"(?:[0-9]+|an?|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|thirty)"
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a rule says of one language."""

    words: re.Pattern[str]
    """Words that an odd number of negations makes harmless."""
    always: re.Pattern[str]
    """Words whose own negation does not."""
    strict: re.Pattern[str]
    """Words that no negation makes harmless: it does not reach them."""


@dataclass(frozen=True, slots=True)
class WordRule:
    """One kind of wording."""

    name: str
    """What legal staff call it."""
    forms: frozenset[str]
    """`form1`, `form2`: where it is refused."""
    why: str
    """The sentence that follows the words."""
    tongues: Mapping[str, Tongue]
    """By language."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """The whole table."""

    rules: tuple[WordRule, ...]
    """In the table's order."""
    harmless: Mapping[str, re.Pattern[str]]
    """What looks like such words, or like a negation, and is none."""
    negation: Mapping[str, re.Pattern[str]]
    """What negates."""


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    """The package's table; a broken one is a fault of the package."""
    return read_table(table_text())


@lru_cache(maxsize=1)
def table_text() -> str:
    """The file of the table, as it lies in the package."""
    paths = (place / TABLE_NAME for place in _PLACES)
    return next(filter(Path.exists, paths)).read_text(encoding="utf-8")


def read_table(text: str) -> WordTable:
    """The table of that TOML."""
    found = tomllib.loads(text)
    rules, negation = found["rule"], found["negation"]
    return WordTable(
        rules=tuple(map(_rule, rules)),
        harmless={
            "ja": _japanese(word for rule in rules for word in rule.get("but", ())),
            "en": _english(word for rule in rules for word in rule.get("but_en", ())),
            "not ja": _japanese(negation["not_ja"]),
            "not en": _english(negation["not_en"]),
        },
        negation={
            "ja": _japanese(negation["ja"]),
            "en": _english(negation["en"]),
        },
    )


def _rule(row: Mapping[str, Any]) -> WordRule:
    return WordRule(
        name=row["name"],
        forms=frozenset(row["forms"]),
        why=f"{row['why_en']}（{row['why']}）",
        tongues={
            "ja": _tongue(row, "", _japanese, row["ja"]),
            "en": _tongue(row, "_en", _english, row["en"]),
        },
    )


def _tongue(
    row: Mapping[str, Any],
    suffix: str,
    pattern: Callable[[Iterable[str]], re.Pattern[str]],
    words: Iterable[str],
) -> Tongue:
    return Tongue(
        pattern(words),
        pattern(row.get(f"always{suffix}", ())),
        pattern(row.get(f"strict{suffix}", ())),
    )


def _japanese(words: Iterable[str]) -> re.Pattern[str]:
    """The longest first; nothing at all is never found."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_japanese_word, longest)) or "(?!)")


def _japanese_word(word: str) -> str:
    pattern = re.escape(word)
    for sign, meant in _JAPANESE_SIGNS.items():
        pattern = pattern.replace(re.escape(sign), meant)
    return pattern


def _english(words: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    pieces = "|".join(map(_english_word, longest))
    return re.compile(rf"\b(?:{pieces})" if pieces else "(?!)", re.IGNORECASE)


def _english_word(word: str) -> str:
    """A blank is any white space; `*` any end of the word, else the word ends."""
    stem = re.escape(word.removesuffix("*"))
    stem = stem.replace(re.escape(_NUMBER), _WORDS_FOR_NUMBERS)
    stem = stem.replace(re.escape(_MONTH), _MONTHS).replace(r"\ ", r"\s+")
    return stem + (r"\w*" if word.endswith("*") else r"\b")
