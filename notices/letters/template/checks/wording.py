"""Words that a template must not use: a request asks, and form 2 alleges nothing.

Only templates are judged, never content, reason, class labels or values.
"""

import re
import unicodedata
from collections.abc import Iterator

from notices.errors import Fault
from notices.letters.template.checks.clauses import breaches
from notices.letters.template.checks.printed_lines import printed_lines
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import TemplateSource
from notices.messages import Text
from notices.signs import spelt

_FULL_WIDTH = re.compile("｛[｛{%％]|[｝}%％]｝|{｛|｝}|{％|％}")
_CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_BRACES = re.compile(r"{[{%#]|[}%#]}")
_WITH_SELECTOR = re.compile("(?s:.)[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")


def wording_faults(source: TemplateSource, *, is_form_2: bool) -> tuple[Fault, ...]:
    """What stands in the template's own words that must not, each with its line."""
    form = "form2" if is_form_2 else "form1"
    faults = [
        Fault(f"{source.path}:{line}", message)
        for line, message in _disguises(source.text)
    ]
    for number, lines in printed_lines(source.text):
        told = (message for line in lines for message in _line_faults(line, form))
        faults += (
            Fault(f"{source.path}:{number}", message) for message in dict.fromkeys(told)
        )
    return tuple(faults)


def _disguises(text: str) -> Iterator[tuple[int, str]]:
    """Ways to print what the check would not see: line and message."""
    for code in _CODE.finditer(text):
        line = text.count("\n", 0, code.start()) + 1
        if "\\" in code[0] and not code[0].startswith("{#"):
            yield line, "\\: write the character itself"
        if "raw" in code[0].strip("{}%-+ \n").split():
            yield line, "raw is not allowed in a template"


def _line_faults(line: str, form: str) -> Iterator[str]:
    if wide := _FULL_WIDTH.search(line):
        yield Text(
            "{wide}: full-width braces; write {{{{ }}}} or {{% %}} in half width",
            wide=wide[0],
        )
    for braces in dict.fromkeys(_BRACES.findall(line)):
        yield Text(
            "{braces} stands alone; braces come in pairs, {{{{ so }}}}", braces=braces
        )
    if line.lstrip().startswith("＠"):
        yield "＠: full width; a directive begins with a half-width @"
    yield from dict.fromkeys(breaches(unicodedata.normalize("NFKC", line), form))


def odd_characters(source: TemplateSource, clean: Cleaner) -> tuple[Fault, ...]:
    """Characters of a template that no reader sees or no font draws."""
    return tuple(
        Fault(
            f"{source.path}:{number}",
            Text("{spelt} cannot be printed; remove it", spelt=spelt(char)),
        )
        for number, line in enumerate(source.text.split("\n"), 1)
        for char in dict.fromkeys(_odd(line.strip(), clean))
    )


def _odd(line: str, clean: Cleaner) -> Iterator[str]:
    """Each of them; a selector is judged with the sign whose shape it asks for."""
    for piece in dict.fromkeys(_WITH_SELECTOR.findall(line)):
        if clean.line(piece) != piece:
            yield from (char for char in piece if clean.line(char) != char)
