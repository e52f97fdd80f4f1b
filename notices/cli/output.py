"""How commands print: escaped text, tables, JSON."""

import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import click

from notices.errors import InputError

MAX_FILE_BYTES = 64 << 20
"""A larger file is nothing of ours; it is not read into memory."""


def plain(text: str) -> str:
    """`text` with everything that could steer a terminal shown as its number."""
    return "".join(
        character
        if character == " " or unicodedata.category(character)[0] not in "CZ"
        else f"\\u{{{ord(character):X}}}"
        for character in text
    )


def print_json(value: object) -> None:
    """One document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


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
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", hint="check the path"
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB")
    return data


def write_file(path: Path, content: bytes) -> None:
    """Write a file that the command line names, whole; else InputError."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}", hint="check the folder"
        ) from error
