"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

SITE_OPTION = click.option(
    "--site",
    "site_path",
    type=click.Path(path_type=Path),
    default=Path("notices.toml"),
    show_default=True,
    help="The site's folder or its notices.toml.",
)
JSON_OPTION = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document instead of text."
)


def site_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--site DIR`."""
    return SITE_OPTION(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`."""
    return JSON_OPTION(command)
