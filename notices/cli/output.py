"""How commands print: escaped text, tables, JSON."""

import json
import sys
import unicodedata
from collections.abc import Sequence

import click


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


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that fits a terminal; whole cells where the output is no terminal."""
    from rich import box  # noqa: PLC0415 - rich costs 50 ms, only tables need it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width, soft_wrap=False).print(table)
