"""The group of commands, and how they read notes."""

from pathlib import Path

import click

from notices.cli.output import read_file
from notices.errors import InputError
from notices.messages import Text

FILE = click.Path(path_type=Path)


@click.group()
def ledger() -> None:
    """The log of all that happened: sign it, prove from it, check it."""


def text_of(path: Path) -> str:
    """The text of a file; InputError if it is none."""
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Text("{path} is no text: {error}", path=path, error=error)
        ) from error
