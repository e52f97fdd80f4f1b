"""What is no JSON in a text, in words for who wrote it.

The `json` module tells it to programmers, in English.
"""

import json
from collections.abc import Mapping

from notices.messages import Text

_WORDS: Mapping[str, str] = {
    "Expecting property name": Text(
        "here belongs a key in double quotes, or the brace that closes"
    ),
    "Expecting ':'": Text("behind a key belongs a colon"),
    "Expecting ','": Text("here belongs a comma, or the bracket that closes"),
    "Expecting value": Text("here belongs a value"),
    "Illegal trailing comma": Text("behind the last value stands no comma"),
    "Unterminated string": Text("a text in double quotes begins here and never ends"),
    "Invalid control character": Text(
        "a line end or another control character cannot stand within a text"
    ),
    "Invalid \\": Text("a backslash in a text is written twice"),
    "Extra data": Text("behind the end stands something else"),
    "Unexpected UTF-8 BOM": Text("a byte order mark (BOM) cannot stand there"),
}
"""By how `json` begins (Python 3.11 to 3.14); the first that fits counts."""
_ODD = Text("this cannot be read")


def not_json(error: json.JSONDecodeError) -> str:
    """Why a text is no JSON from its place on: a text that the catalogue has.

    A `Text` of ours in the error is kept.
    """
    if isinstance(error.msg, Text):
        return error.msg
    return next(
        (words for begins, words in _WORDS.items() if error.msg.startswith(begins)),
        _ODD,
    )
