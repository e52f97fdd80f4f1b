"""Data that comes with the package: catalogue, example judgments, schemas."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from notices.catalogue import Catalogue
from notices.errors import ConfigError
from notices.messages import Text
from notices.rules import Calendar


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue of the package; ConfigError if the package is damaged."""
    return Catalogue.from_data(json.loads(_read(_data() / "catalogue.json")))


@cache
def load_calendar(*, year_end: bool = True) -> Calendar:
    """Read the holidays of the package; year_end: 12-29 to 01-03 are days off."""
    data = json.loads(_read(_data() / "holidays.json"))
    return Calendar(
        holidays=frozenset(map(date.fromisoformat, data["days"])),
        first_year=data["first_year"],
        last_year=data["last_year"],
        year_end=year_end,
    )


@cache
def load_countries() -> dict[str, str]:
    """Read what countries are called in Japanese, by ISO 3166-1 alpha-2."""
    names: dict[str, str] = json.loads(_read(_data() / "countries.json"))["names"]
    return names


@cache
def load_report_words() -> dict[str, dict[str, str]]:
    """Read the words of the yearly report: `ja` and `en` to key to pattern."""
    words: dict[str, dict[str, str]] = json.loads(_read(_data() / "report_words.json"))
    return words


@cache
def load_tried_templates() -> frozenset[str]:
    """Read which templates were tried when the program was made: SHA-256 and name."""
    return frozenset(_read(_data() / "tried_templates.txt").splitlines())


def load_examples() -> dict[str, str]:
    """Read the example judgments: file name to JSON text; `invalid.json` is one."""
    folder = _data() / "examples"
    names = sorted(entry.name for entry in folder.iterdir())
    return {name: _read(folder / name) for name in names if name.endswith(".json")}


def load_schema(name: str) -> str:
    """Read a JSON Schema (2020-12): `judgment`, `notice` or `report`."""
    return _read(_data() / "schemas" / f"{name}.json")


def _data() -> Traversable:
    return files("notices") / "data"


def _read(source: Traversable) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise ConfigError(
            Text("{name} of the package cannot be read", name=source.name),
            hint="install the package again",
        ) from wrong
