"""What is wrong with a TOML file, in words of ours: the parser speaks English alone."""

import re

from notices.messages import Text

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_KINDS = (
    (r"twice|overwrite|mutate|redefine|Duplicate", Text("a key stands there twice")),
    (r"^Unclosed|^Unterminated|^Expected '[\"']", Text("something is not closed")),
    (r"^Expected '\]", Text("the name of a table is not closed")),
    (r"^Expected '='", Text("behind a key `=` and its value are missing")),
    (r"^Expected newline", Text("something stands behind a value")),
    (r"^Unescaped|^Escaped|hex value", Text("a backslash with no sign that it can be")),
    (r"invalid character|^Illegal", Text("a character that may not stand there")),
    (r"^Invalid date", Text("a date or time that there is not")),
    (r"^Invalid value", Text("no value stands there; texts need quotes")),
)
"""Sentences of tomllib."""
_OTHER = Text("something that cannot stand there")


def words_of(error: ValueError) -> Text:
    """What is wrong and where; of the parser's sentence only its kind and the place."""
    said = str(error)
    reason = next((words for part, words in _KINDS if re.search(part, said)), _OTHER)
    if not (place := _PLACE.search(said)):
        return Text("at the end of the file: {reason}", reason=reason)
    return Text(
        "line {line}, column {column}: {reason}",
        line=place[1],
        column=place[2],
        reason=reason,
    )
