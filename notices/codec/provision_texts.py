"""What articles say, from a file of the site: `[judgment] texts`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from notices import grammar
from notices.catalogue import Bound, Period, ProvisionText
from notices.codec.parsing import path_of
from notices.codec.reading import TOML, read, untold
from notices.codec.toml import by_line, parse_toml
from notices.errors import ConfigError, Fault
from notices.messages import Text

MAX_TEXT = 20_000
"""Longest text of an article, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    law: str
    article: str
    first_day: date = field(metadata={"key": "from"})
    last_day: date | None = field(default=None, metadata={"key": "until"})
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    text: tuple[_Entry, ...] = ()


def read_provision_texts(text: str, where: str) -> tuple[ProvisionText, ...]:
    """Read `[[text]]` tables: law, article, from, until (if it ended), text, source.

    ConfigError names file (`where`) and line of every fault.
    """
    tables, places = parse_toml(text, where)
    read_file, wrong = read(_File, tables, notation=TOML)
    problems = [
        Fault(path_of(("text", index, name)), sentence)
        for index, entry in enumerate(read_file.text)
        for name, sentence in _problems(entry)
    ]
    if faults := [*wrong, *untold(problems, wrong)]:
        raise ConfigError(
            Text("{where} has faults", where=where),
            faults=by_line(map(places.placed, faults)),
        )
    return tuple(map(_value, read_file.text))


def _problems(entry: _Entry) -> Iterator[tuple[str, str]]:
    for name in ("law", "article", "source"):
        if wrong := grammar.name_fault(getattr(entry, name)):
            yield name, wrong
    if wrong := grammar.prose_fault(entry.text, longest=MAX_TEXT):
        yield "text", wrong
    elif not entry.text.strip():
        yield "text", "is empty"
    if entry.last_day and entry.last_day < entry.first_day:
        yield "until", "is before from"


def _value(entry: _Entry) -> ProvisionText:
    first = Bound(earliest=entry.first_day, latest=entry.first_day)
    last = entry.last_day or date.max
    return ProvisionText(
        law=entry.law,
        article=entry.article,
        period=Period(first=first, last=Bound(earliest=last, latest=last)),
        text=entry.text.strip(),
        source=entry.source,
    )
