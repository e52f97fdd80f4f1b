"""Words that a template must not use: a request asks, and form 2 alleges nothing.

Only templates are judged, never content, reason, class labels or values.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from notices.errors import Fault
from notices.letters.hygiene import Cleaner, spelt
from notices.letters.sources import Source


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    message: str


_DEMANDING = _Rule(
    re.compile(
        "しなければならない|なければなりません|義務|必ず|命じ|応じない場合|法的措置"
        "|[0-9０-９一二三四五六七八九十]+ *(?:時間|日|営業日|週間|[かヶ]?月)以内"
        "|期限|までに"
        r"|\b(?:must|shall|required?|obliged|obligation|failure to|legal action"
        r"|deadline|no later than"
        r"|within \w+ (?:hours?|(?:business |working )?days?))\b",
        re.IGNORECASE,
    ),
    "demands; the request is voluntary (guideline, section 6)",
)
_ALLEGING = _Rule(
    re.compile(
        "違反する法令|違法な情報が掲載|に違反|違法情報"
        r"|\b(?:illegal|unlawful|violat\w*|infring\w*)\b",
        re.IGNORECASE,
    ),
    "speaks of a violated law; form 2 alleges none",
)
_FULL_WIDTH = re.compile("｛[｛{%％]|[｝}%％]｝|{｛|｝}|{％|％}")
_CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def wording_faults(source: Source, *, is_form_2: bool) -> tuple[Fault, ...]:
    """What stands in the template's own words that must not, each with its line."""
    rules = (_DEMANDING, _ALLEGING) if is_form_2 else (_DEMANDING,)
    faults: list[Fault] = []
    for number, line in enumerate(wording(source.text).split("\n"), 1):
        faults += (
            Fault(f"{source.path}:{number}", message)
            for message in _line_faults(line, rules)
        )
    return tuple(faults)


def wording(text: str) -> str:
    """The template without Jinja's parts, line for line."""
    return _CODE.sub(lambda match: "\n" * match[0].count("\n"), text)


def _line_faults(line: str, rules: tuple[_Rule, ...]) -> Iterator[str]:
    if wide := _FULL_WIDTH.search(line):
        yield f"{wide[0]}: full-width braces; write {{{{ }}}} or {{% %}} in half width"
    if line.lstrip().startswith("＠"):
        yield "＠: full width; a directive begins with a half-width @"
    for rule in rules:
        for found in rule.pattern.finditer(line):
            yield f"{found[0]}: {rule.message}"


def odd_characters(source: Source, clean: Cleaner) -> tuple[Fault, ...]:
    """Characters of a template that no reader sees or no font draws."""
    return tuple(
        Fault(f"{source.path}:{number}", f"{spelt(char)} cannot be printed; remove it")
        for number, line in enumerate(source.text.split("\n"), 1)
        for char in dict.fromkeys(line.rstrip("\r"))
        if not char.isascii() and clean.line(char) != char
    )
