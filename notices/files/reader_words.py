"""What a library says of something that it cannot read or do, in words of ours.

Libraries speak to programmers, in English, and otherwise in each version. Only the
kind of an error of theirs stands beside our words, never a sentence.
"""

import json
import subprocess
from collections.abc import Callable
from typing import Any

from notices.files.system_words import in_words
from notices.messages import Text


def in_words_for_people(error: BaseException) -> str:
    """Why something cannot be read or done: a text that the catalogue has.

    A `Text` of ours in the error is kept.
    """
    if error.args and isinstance(error.args[0], Text):
        return error.args[0]
    return next(
        (words(error) for kind, words in _KINDS if isinstance(error, kind)),
        type(error).__name__,
    )


def _of_json(error: json.JSONDecodeError) -> str:
    return Text(
        "no JSON at line {line}, column {column}", line=error.lineno, column=error.colno
    )


def _of_text(error: UnicodeDecodeError) -> str:
    return Text("octet {place} is not UTF-8", place=error.start + 1)


def _of_key(error: KeyError) -> str:
    return Text("{key} is missing", key=str(error.args[0]))


def _of_kind(_: BaseException) -> str:
    return Text("something has another kind of value than it must")


_KINDS: tuple[tuple[type[BaseException], Callable[[Any], str]], ...] = (
    (json.JSONDecodeError, _of_json),
    (UnicodeDecodeError, _of_text),
    (KeyError, _of_key),
    (TypeError, _of_kind),
    (AttributeError, _of_kind),
    (subprocess.TimeoutExpired, lambda _: Text("no answer in time")),
    (OSError, in_words),
)
"""The narrower ones first."""
