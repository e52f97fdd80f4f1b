"""Data that comes with the package: the catalogue and the example judgments."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from notices.catalogue import Catalogue
from notices.errors import ConfigError


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue of the package; ConfigError if the package is damaged."""
    return Catalogue.from_data(json.loads(_read(_data() / "catalogue.json")))


def load_examples() -> dict[str, str]:
    """Read the example judgments: file name to JSON text; `invalid.json` is one."""
    folder = _data() / "examples"
    names = sorted(entry.name for entry in folder.iterdir())
    return {name: _read(folder / name) for name in names if name.endswith(".json")}


def _data() -> Traversable:
    return files("notices") / "data"


def _read(source: Traversable) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise ConfigError(
            f"{source.name} of the package cannot be read",
            hint="install the package again",
        ) from wrong
