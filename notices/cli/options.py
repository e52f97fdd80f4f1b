"""Options that several commands share."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from notices.arguments import require_reason
from notices.cli.output import read_file
from notices.files.asking import is_file
from notices.judgment import Rung

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
HOW_MANY = click.IntRange(1, 1_000_000)
"""No more than any database counts; without the option there is no end."""
_RUNG = click.option(
    "--rung",
    type=click.Choice([rung.value for rung in Rung]),
    help="Ask this rung of the checked ladder instead of the first; needs --reason.",
)
_WHY_RUNG = click.option("--reason", default="", help="Why another rung is asked.")
_AGAIN = click.option("--again", metavar="REASON", help="Make a new notice.")


def asking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--rung R --reason WHY` and `--again REASON`."""
    return _RUNG(_WHY_RUNG(_AGAIN(command)))


def check_reasons(rung: str | None, reason: str, again: str | None) -> str:
    """Each reason belongs to one option; gives that of `--again`, empty without it.

    UsageError for one without its option, InputError for one of blanks alone.
    """
    if rung and not reason:
        raise click.UsageError("--rung needs --reason: it goes on record")
    if reason and not rung:
        raise click.UsageError(
            "--reason says why another rung is asked, and needs --rung; "
            "the reason for a new notice stands behind --again"
        )
    require_reason(reason if rung else None)
    require_reason(again)
    return again or ""


def site_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--site DIR`."""
    return SITE_OPTION(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`."""
    return JSON_OPTION(command)


def witness_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--witness-key K...` and `--quorum N`."""
    keys = click.option(
        "--witness-key",
        "witness_keys",
        multiple=True,
        metavar="KEY",
        help="Verifier key of a witness that must have cosigned, or a file with such"
        " keys, one a line; may be given more than once.",
    )
    quorum = click.option(
        "--quorum",
        type=HOW_MANY,
        help="How many of these witnesses are wanted; default: all.",
    )
    return keys(quorum(command))


def keys_of(given: Iterable[str]) -> list[str]:
    """The verifier keys that were given, or stand in the files that were named."""
    keys: list[str] = []
    for key in given:
        path = Path(key)
        is_named = "+" not in key or is_file(path)
        text = read_file(path).decode("utf-8", "replace") if is_named else key
        keys += [line.strip() for line in text.splitlines() if line.strip()]
    return keys
