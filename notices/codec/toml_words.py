"""What is no TOML in a file, at its line and in words for who edits it.

`tomllib` tells it to programmers, in English, and without a line of its own.
"""

import re
from collections.abc import Mapping

from notices.errors import Fault
from notices.messages import Text

_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_QUOTES = "a text is not closed: its quotation mark belongs on the same line"
_BACKSLASH = "in double quotes a backslash is written twice; in single quotes once"
_TWICE = "this key or table is there twice"
_BEGINS = (
    "a line begins with a key of the letters A to Z, digits, - and _, with [ or with #"
)
_WORDS: Mapping[str, str] = {
    "Expected '='": "behind a key belongs =",
    "Expected newline": "behind the value stands something else; a note begins with #",
    "Expected ']": "the name of a table is not closed: ] is missing",
    "Expected": _QUOTES,
    "Unterminated string": _QUOTES,
    "Illegal character '\\n'": _QUOTES,
    "Illegal character": "a character that cannot stand there",
    "Found invalid character": "a character that cannot stand there",
    "Unescaped": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Unclosed array": "a list is not closed: ] is missing",
    "Unclosed inline table": "a table is not closed: } is missing",
    "Cannot": _TWICE,
    "Duplicate": _TWICE,
    "Invalid statement": _BEGINS,
    "Invalid initial character": _BEGINS,
    "Invalid value": (
        "behind = belongs a text in quotation marks, a number, true, false, a day or a "
        "list in [ ]"
    ),
}
"""By how `tomllib` begins (Python 3.11 to 3.14); the first that fits counts."""


def not_toml(text: str, file: str, error: ValueError) -> Fault:
    """Where a file stops being TOML, and why."""
    said = str(error)
    at = _AT.search(said)
    if at is None or at[1] is None:
        line, column = text.rstrip().count("\n") + 1, 0
    else:
        line, column = int(at[1]), int(at[2])
    why = next(
        (words for begins, words in _WORDS.items() if said.startswith(begins)),
        "this cannot be read",
    )
    if not column:
        return Fault(f"{file}:{line}", why)
    return Fault(
        f"{file}:{line}",
        Text("{why} (character {column})", why=Text(why), column=column),
    )
