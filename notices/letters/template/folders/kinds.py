"""A further kind of notice: a folder of its own wording, and its `kind.toml`; pure.

It is form 1 or form 2 with other words around it: number, statutes, statistics and
verification know the form alone.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from notices import grammar
from notices.codec.reading import TOML, read, untold
from notices.codec.toml import by_line, parse_toml
from notices.errors import ConfigError, Fault
from notices.letters.template.checks.clauses import breaches
from notices.letters.template.checks.required_words import OPENINGS
from notices.letters.template.folders.names import FOLDERS, KIND_NAME, PARTS
from notices.messages import Text
from notices.notice import Form, RequestKind
from notices.signs import is_hidden

MAX_NAME = 60
"""Characters of a kind's name."""
MAX_TITLE = 100
"""Characters of a title, as of every heading of a letter."""
MAX_USE = 300
"""Characters that say when it is used."""
_BRACES = re.compile("[{｛][{｛%％#]|[}｝%％#][}｝]")
"""What templates are written with; a title stands in them, and in lists."""
_FOLDER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_FOLDER = 40
TAKEN = frozenset(
    {
        *FOLDERS,
        *(form.value for form in Form),
        *(kind.value for kind in RequestKind),
        *(f"{kind}-{form}" for kind in RequestKind for form in Form),
    }
)
"""Names that already mean something to `notices preview`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFile:
    """What `kind.toml` says."""

    form: Literal["form1", "form2"]
    """The form that it is a kind of."""
    name: str
    """Japanese name, for lists."""
    name_en: str
    """English name, for lists."""
    title: str
    """Title of the Japanese letter."""
    title_en: str
    """Title of the English part."""
    used_for: str = ""
    """When it is used, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherKind:
    """A folder of templates that is neither form's own."""

    folder: str
    """Its name, as `recipients.toml` calls it."""
    says: KindFile
    """What its `kind.toml` says."""

    @property
    def digit(self) -> int:
        """1 or 2: the form, as numbers and statistics count."""
        return 1 if self.says.form == "form1" else 2

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms whose letters are made with it: form 2 has two sets of classes."""
        return tuple(form for form in Form if form.digit == self.digit)

    def title(self, language: str) -> str:
        """Title of the letter in that language."""
        return self.says.title_en if language == "en" else self.says.title


@lru_cache(maxsize=64)
def read_kind(
    folder: str, text: str, path: str
) -> tuple[FurtherKind | None, tuple[Fault, ...]]:
    """The kind that a `kind.toml` tells, or all that is wrong, each with its line."""
    named = tuple(_folder_faults(folder, path))
    try:
        tables, places = parse_toml(text, path)
    except ConfigError as broken:
        return None, (*named, *(broken.faults or (Fault(path, broken.message),)))
    says, unread = read(KindFile, tables, notation=TOML)
    found = untold((Fault(key, why) for key, why in _faults(says)), unread)
    faults = (*named, *by_line(map(places.placed, (*unread, *found))))
    return (None if faults else FurtherKind(folder=folder, says=says)), faults


def _folder_faults(folder: str, path: str) -> Iterator[Fault]:
    if folder in TAKEN:
        yield Fault(path, Text("{folder} is a name of the program", folder=folder))
    elif not _FOLDER.fullmatch(folder) or len(folder) > MAX_FOLDER:
        yield Fault(
            path,
            Text(
                "the folder is called {folder}: small letters a to z, digits and "
                "hyphens between them, {most} characters at most",
                folder=folder,
                most=MAX_FOLDER,
            ),
        )


def folder_fault(folder: str) -> str:
    """Why no further kind may be called so; empty: it may."""
    return next((fault.message for fault in _folder_faults(folder, "")), "")


def _faults(says: KindFile) -> Iterator[tuple[str, str]]:
    for key, most in (
        ("name", MAX_NAME),
        ("name_en", MAX_NAME),
        ("title", MAX_TITLE),
        ("title_en", MAX_TITLE),
    ):
        value = getattr(says, key)
        if why := grammar.name_fault(value, longest=most):
            yield key, why
        elif any(map(is_hidden, value)):
            yield key, Text("has a character that does not show, or a line end")
    if why := grammar.line_fault(says.used_for, longest=MAX_USE):
        yield "used_for", why
    for key, language in (("title", "ja"), ("title_en", "en")):
        yield from ((key, why) for why in _title_faults(says, key, language))


def _title_faults(says: KindFile, key: str, language: str) -> Iterator[str]:
    """A title tells the form, and claims no more than the form does."""
    title, opening = getattr(says, key), OPENINGS[says.form, language]
    if not title.startswith(opening):
        yield Text("must begin with {opening}", opening=opening)
    if braces := _BRACES.search(title):
        yield Text("has {braces}: it is printed as it stands", braces=braces[0])
    yield from breaches(unicodedata.normalize("NFKC", title), says.form)


def missing_parts(folder: str, path: str, present: Collection[str]) -> Iterator[Fault]:
    """Each template that the folder lacks; path: of its `kind.toml`."""
    for part in PARTS:
        if f"{folder}/{part}" not in present:
            yield Fault(
                path,
                Text(
                    "{name} is not there: the folder needs {all}",
                    name=f"{folder}/{part}",
                    all=", ".join((KIND_NAME, *PARTS)),
                ),
            )
