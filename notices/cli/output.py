"""How commands print: escaped text, tables, JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from notices.errors import NoticesError
from notices.files import (
    MAX_READ,
    NEW_NAME,
    Recogniser,
    read_limited,
    require_free,
    safe_write,
)
from notices.signs import plain

MAX_FILE_BYTES = MAX_READ
"""A larger file is nothing of ours; it is not read into memory."""


def tell_troubles(troubles: Iterable[NoticesError]) -> None:
    """What stopped nothing, on standard error."""
    for trouble in troubles:
        click.echo(f"notices: warning: {plain(trouble.message)}", err=True)
        if trouble.hint:
            click.echo(f"hint: {plain(trouble.hint)}", err=True)


def troubles_json(troubles: Iterable[NoticesError]) -> dict[str, Any]:
    """The field `warnings`; nothing where there are none."""
    told = [
        {"code": each.code, "message": each.message, "hint": each.hint}
        for each in troubles
    ]
    return {"warnings": told} if told else {}


def print_json(value: object) -> None:
    """One document on standard output."""
    click.echo(as_json_text(value), nl=False)


def as_json_text(value: object) -> str:
    """One document, as `--json` prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


Cell = str | tuple[str, ...]
"""One line, or several one below the other."""


def print_table(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A table that fits a terminal; whole cells where the output is no terminal."""
    from rich import box  # noqa: PLC0415 - rich costs 50 ms, only tables need it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        lines = ((cell,) if isinstance(cell, str) else cell for cell in row)
        table.add_row(*(Text("\n".join(map(plain, cell))) for cell in lines))
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width, soft_wrap=False).print(table)


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
        return (
            NEW_NAME if self.force else f"{NEW_NAME}; --force replaces an earlier one"
        )
