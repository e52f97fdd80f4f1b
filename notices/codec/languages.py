"""Texts for people in other languages than English: the PO files of the package.

A file is of gettext's format, as translators' programs write it. Read here are
`msgid`, the English template, `msgstr`, and the lines that go on in quotes; comments
tell where a text stands.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from notices.errors import ConfigError
from notices.files.reader_words import in_words_for_people
from notices.messages import Text

LANGUAGES = ("ja", "en")
"""What texts can be told in; English needs no file."""

_SHOWN = 80
"""Signs of a line."""
_KEYWORDS = ("msgid ", "msgstr ")


@cache
def load_texts(language: str) -> Mapping[str, str]:
    """English template to the text in `language`, for `notices.messages.told`.

    ConfigError if the package is damaged.
    """
    if language == "en":
        return {}
    texts: dict[str, str] = {}
    try:
        for file in (files("notices") / "data" / "texts" / language).iterdir():
            if file.name.endswith(".po"):
                texts.update(read_po(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ConfigError(
            Text("the texts of the package cannot be read: {error}", error=_why(error)),
            hint="install the package again",
        ) from error
    return texts


def read_po(text: str) -> dict[str, str]:
    """The entries of a PO file; one without a translation is left out.

    ValueError for a line that is none of this format, and for an entry with two
    translations.
    """
    entries = (
        (entry.get("msgid", ""), entry.get("msgstr", "")) for entry in _entries(text)
    )
    return {english: other for english, other in entries if english and other}


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    keyword = ""
    for line in text.splitlines():
        if line.startswith(_KEYWORDS):
            keyword, _, line = line.partition(" ")  # noqa: PLW2901 - the rest of it
            if keyword == "msgid":
                yield entry
                entry = {}
            if keyword in entry:  # a merge of two hands: which of them holds?
                raise ValueError(_odd(line))
        if line.startswith('"') and keyword:
            entry[keyword] = entry.get(keyword, "") + json.loads(line)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(_odd(line))
    yield entry


def _odd(line: str) -> Text:
    return Text("this line is not of the format: {line}", line=line[:_SHOWN])


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return _odd(error.doc)
    return in_words_for_people(error)
