"""What is no CSV in a file, in words for who edits it.

The `csv` module tells it to programmers, in English.
"""

import csv
from collections.abc import Mapping

from notices.messages import Text

_WORDS: Mapping[str, str] = {
    "unexpected": Text("a quotation mark is opened and never closed"),
    "field": Text("a cell is too long; a quotation mark may not be closed"),
    "new-line": Text("a line ends within a cell that has no quotation marks"),
    "line": Text("a character that cannot stand there"),
    "'": Text("behind a closing quotation mark stands something else than a comma"),
}
"""By how `csv` begins (Python 3.11 to 3.14); the first that fits counts."""


def not_csv(error: csv.Error) -> str:
    """Why a file cannot be parted into cells: a text that the catalogue has."""
    said = str(error)
    return next(
        (words for begins, words in _WORDS.items() if said.startswith(begins)),
        Text("this cannot be read"),
    )
