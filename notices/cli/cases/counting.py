"""`notices statistics`."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import click

from notices.cli.cases.options import day
from notices.cli.options import site_option
from notices.cli.output import FORCE_OPTION, Output, print_json, print_line, print_table
from notices.site import Site
from notices.statistics.sheets import method, sheets


@click.command()
@click.argument("year", type=int)
@click.option("--as-of", "as_of", metavar="DAY", help="Default: yesterday.")
@click.option(
    "--size", type=click.IntRange(min=0), help="Entries of the ledger that count."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx"]),
    default="table",
    show_default=True,
)
@click.option("--out", type=click.Path(path_type=Path), help="File; needed for xlsx.")
@FORCE_OPTION
@site_option
def statistics(
    year: int,
    site_path: Path,
    *,
    as_of: str | None,
    size: int | None,
    form: str,
    out: Path | None,
    force: bool,
) -> None:
    """Count the tables of a YEAR in Japan, as they were known on a day.

    The day and the size of the ledger are printed: the same pair gives the same
    figures for ever.
    """
    if form == "xlsx" and out is None:
        raise click.UsageError("a workbook needs --out FILE.xlsx")
    with Site.open(site_path) as site:
        report = site.rooms.cases.statistician.count(
            year, as_of=day(as_of, "--as-of"), size=size
        )
    if out is not None:
        _write(report, form, out, force=force)
    elif form == "json":
        print_json(report)
    elif form == "csv":
        print_line(_csv(report), nl=False)
    else:
        _print(report)


def _print(report: dict[str, Any]) -> None:
    for sheet in (*sheets(report), method(report)):
        print_line(f"{sheet.key}  {sheet.title}")
        print_table(sheet.columns, [tuple(map(_told, row)) for row in sheet.rows])
        for note in sheet.notes:
            print_line(f"  ※ {note}")
        print_line("")


def _csv(report: dict[str, Any]) -> str:
    """All sheets one after the other, each with its number in the first column."""
    text = io.StringIO()
    writer = csv.writer(text)
    for sheet in (*sheets(report), method(report)):
        writer.writerow([sheet.key, *sheet.columns])
        writer.writerows([sheet.key, *map(_told, row)] for row in sheet.rows)
    return text.getvalue()


def _told(cell: object) -> str:
    return "" if cell is None else str(cell)


def _write(report: dict[str, Any], form: str, out: Path, *, force: bool) -> None:
    from notices.site.casework.workbook import workbook  # noqa: PLC0415 - openpyxl

    if form == "table":
        raise click.UsageError("a table is printed; --out takes csv, json or xlsx")
    if form == "xlsx":
        content = workbook((*sheets(report), method(report)))
    elif form == "csv":
        content = _csv(report).encode("utf-8-sig")
    else:
        content = (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()
    Output("is_statistics", force=force).write(out, content)
