"""How commands print: escaped text, tables, JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from notices.cli.screen import faults
from notices.cli.screen.bar import aside
from notices.cli.screen.language import shown, tell
from notices.cli.screen.tables import print_table
from notices.cli.screen.width import folded, hung_below
from notices.errors import NoticesError
from notices.files import (
    MAX_READ,
    NEW_NAME,
    Recogniser,
    read_limited,
    require_free,
    safe_write,
)
from notices.messages import Text

__all__ = [
    "FORCE_OPTION",
    "MAX_FILE_BYTES",
    "Output",
    "print_folded",
    "print_json",
    "print_line",
    "print_table",
    "read_file",
    "say",
    "shown",
    "tell",
    "tell_troubles",
    "troubles_json",
    "warn",
]

MAX_FILE_BYTES = MAX_READ
"""A larger file is nothing of ours; it is not read into memory."""


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text in the language of this run, on a terminal in lines that fit."""
    print_line(folded(tell(text), err=err), err=err, nl=nl)


def print_folded(line: str, *, beside: int = 2) -> None:
    """Print a line for people, on a terminal in lines that fit.

    beside: columns that the further lines are indented by.
    """
    print_line(hung_below(line, beside))


def print_line(line: object, *, err: bool = False, nl: bool = True) -> None:
    """Print a line as it is; a progress bar makes room for it."""
    with aside():
        click.echo(line, err=err, nl=nl)


def warn(text: str, hint: str = "") -> None:
    """What stopped nothing, on standard error."""
    say(Text("notices: warning: {text}", text=shown(text)), err=True)
    if hint:
        say(Text("hint: {advice}", advice=shown(hint)), err=True)


def tell_troubles(troubles: Iterable[NoticesError]) -> None:
    """What stopped nothing, on standard error."""
    for trouble in troubles:
        warn(trouble.message, trouble.hint)


def troubles_json(troubles: Iterable[NoticesError]) -> dict[str, Any]:
    """The field `warnings`; nothing where there are none."""
    told = [
        {"code": each.code, "message": each.message, "hint": each.hint}
        for each in troubles
    ]
    return {"warnings": told} if told else {}


def print_json(value: object) -> None:
    """One document on standard output."""
    faults.answered()
    print_line(as_json_text(value).removesuffix("\n"))


def as_json_text(value: object) -> str:
    """One document, as `--json` prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def read_file(path: Path) -> bytes:
    """The bytes of a file that the command line names; else InputError."""
    return read_limited(path, MAX_FILE_BYTES)


FORCE_OPTION = click.option(
    "--force", is_flag=True, help="Replace an earlier output of this command."
)


@dataclass(frozen=True, slots=True)
class Output:
    """Files that a command was asked to write: new ones, or with force older ones."""

    kind: str
    """What is written, as the name of a recogniser of `notices.evidence`."""
    force: bool = False
    """True: one of the same kind may be replaced."""

    def require_free(self, *paths: Path) -> None:
        """RefusedError before the work, for what stands in the way of its output."""
        for path in paths:
            require_free(path, self._replaces, hint=self._hint)

    def write(self, path: Path, content: bytes) -> None:
        """Write it whole, or not at all."""
        safe_write(path, content, replaces=self._replaces, hint=self._hint)

    @property
    def _replaces(self) -> Recogniser | None:
        from notices import evidence  # noqa: PLC0415 - only where something is written

        recogniser: Recogniser = getattr(evidence, self.kind)
        return recogniser if self.force else None

    @property
    def _hint(self) -> str:
        if self.force:
            return NEW_NAME
        return Text("{advice}; --force replaces an earlier one", advice=NEW_NAME)
