"""`notices statistics`."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from notices.cli.cases.options import day
from notices.cli.options import json_option, keys_of, site_option, witness_options
from notices.cli.output import (
    FORCE_OPTION,
    Output,
    print_folded,
    print_json,
    print_line,
    print_table,
    read_file,
    warn,
)
from notices.config import load_config
from notices.errors import InputError, RefusedError
from notices.files.system_words import in_words
from notices.messages import Text
from notices.site import Site
from notices.site.casework.counting import USUAL, count_export
from notices.site.casework.settings import statistics_settings
from notices.statistics import Settings
from notices.statistics.sheets import method, sheets
from notices.verifying.log.cosigned import read_witness_policy

_LONGEST_LINE = 70_000
"""Octets; a leaf has at most 65,535."""
_UNVOUCHED = (
    "nothing vouches for this export: entries that are cut off its end, or altered "
    "where no later entry of their case follows, are not noticed"
)
_VOUCH = "name the log's key and a checkpoint of it: --log-key, --checkpoint"
FILE = click.Path(path_type=Path)
_BINARY = {
    "xlsx": "a workbook needs --out FILE.xlsx",
    "pdf": "a PDF needs --out FILE.pdf",
}
"""Forms that no terminal shows, and what is said then."""


@click.command()
@click.argument("year", type=int)
@click.option("--as-of", "as_of", metavar="DAY", help="Default: yesterday.")
@click.option(
    "--size",
    type=click.IntRange(0, 2**53 - 1),
    help="Entries of the ledger that count.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx", "pdf"]),
    default="table",
    show_default=True,
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File; needed for xlsx and pdf."
)
@click.option(
    "--language",
    type=click.Choice(["ja", "en"]),
    default="ja",
    show_default=True,
    help="Of the PDF.",
)
@click.option("--from", "export", type=FILE, help="Count from an export of the log.")
@click.option("--log-key", type=FILE, help="With --from: the log's key (log.pub).")
@click.option("--checkpoint", type=FILE, help="With --from: a note of that key.")
@witness_options
@click.option(
    "--note", type=FILE, help="Write the cosigned checkpoint that it rests on."
)
@click.option(
    "--settings",
    type=FILE,
    help="With --from: notices.toml whose [statistics] holds.",
)
@FORCE_OPTION
@site_option
@json_option
def statistics(
    year: int,
    site_path: Path,
    export: Path | None,
    log_key: Path | None,
    checkpoint: Path | None,
    witness_keys: tuple[str, ...],
    quorum: int | None,
    note: Path | None,
    settings: Path | None,
    *,
    as_of: str | None,
    size: int | None,
    form: str,
    out: Path | None,
    language: str,
    force: bool,
    as_json: bool,
) -> None:
    """Count the tables of a YEAR in Japan, as they were known on a day.

    The day and the size of the ledger are printed: the same pair gives the same
    figures for ever. From an export of the ledger the same figures come without a
    database; one that lacks, doubles, moves or alters an entry is refused. Where
    witnesses cosigned the log, the figures rest on the newest checkpoint of theirs.
    """
    form = _form(form, as_json=as_json)
    if form in _BINARY and out is None:
        raise click.UsageError(_BINARY[form])
    if export is None:
        _require_no_export(vouched=log_key or checkpoint or witness_keys, read=settings)
    notes = Output("is_checkpoint", force=force)
    if note:
        notes.require_free(note)
    counted_on = day(as_of, "--as-of")
    if export is None:
        with Site.open(site_path) as site:
            statistician = site.rooms.cases.statistician
            report = statistician.count(year, as_of=counted_on, size=size)
            if note:
                text = statistician.note(report["ledger"]["size"])
                notes.write(note, _cosigned(text).encode())
    else:
        report = count_export(
            _lines(export),
            year,
            now=datetime.now(UTC),
            as_of=counted_on,
            size=size,
            log_key=_text(log_key),
            checkpoint=_text(checkpoint),
            witnesses=read_witness_policy(keys_of(witness_keys), quorum),
            settings=_settings(settings),
        )
        if checkpoint is None:
            warn(_UNVOUCHED, _VOUCH)
    if out is None:
        _print(report, form)
    else:
        _write(report, form, out, language=language, force=force)


def _form(form: str, *, as_json: bool) -> str:
    """`--json` is `--format json`, and nothing beside another one."""
    if as_json and form not in ("table", "json"):
        raise click.UsageError("--json is --format json; give one of the two")
    return "json" if as_json else form


def _require_no_export(*, vouched: object, read: object) -> None:
    """Options that an export needs say nothing of a site."""
    if vouched:
        raise click.UsageError(
            "--log-key, --checkpoint and --witness-key belong to --from"
        )
    if read:
        raise click.UsageError("--settings belongs to --from")


def _cosigned(note: str) -> str:
    if not note:
        raise RefusedError(
            "no cosigned checkpoint is of the size that was counted",
            hint="see [ledger] witnesses, and notices ledger checkpoint",
        )
    return note


def _settings(file: Path | None) -> Settings:
    return USUAL if file is None else statistics_settings(load_config(file))


def _lines(export: Path) -> Iterator[bytes]:
    """Line by line: an export is larger than what is read into memory."""
    try:
        with export.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                yield line
    except OSError as error:
        raise InputError(
            Text("{file} cannot be read: {why}", file=export, why=in_words(error)),
            hint="check the path",
        ) from error


def _text(file: Path | None) -> str:
    return read_file(file).decode("utf-8", "replace") if file else ""


def _print(report: dict[str, Any], form: str) -> None:
    if form == "json":
        print_json(report)
    elif form == "csv":
        print_line(_csv(report), nl=False)
    else:
        _print_tables(report)


def _print_tables(report: dict[str, Any]) -> None:
    for sheet in (*sheets(report), method(report)):
        print_folded(f"{sheet.key}  {sheet.title}")
        rows = [tuple(map(_told, row)) for row in sheet.rows]
        print_table(sheet.columns, rows, prose=sheet.columns[:1])
        for note in sheet.notes:
            print_folded(f"  ※ {note}")
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


def _write(
    report: dict[str, Any], form: str, out: Path, *, language: str, force: bool
) -> None:
    from notices.site.casework.workbook import workbook  # noqa: PLC0415 - openpyxl

    if form == "table":
        raise click.UsageError("a table is printed; --out takes csv, json, xlsx or pdf")
    if form == "pdf":
        content = _pdf(report, language)
    elif form == "xlsx":
        pages = (*sheets(report), method(report))
        content = workbook(pages, date.fromisoformat(report["as_of"]))
    elif form == "csv":
        content = _csv(report).encode("utf-8-sig")
    else:
        content = (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()
    Output("is_statistics", force=force).write(out, content)


def _pdf(report: dict[str, Any], language: str) -> bytes:
    from notices.codec import load_catalogue  # noqa: PLC0415 - fonts and reportlab
    from notices.site.casework.public_report import public_report  # noqa: PLC0415

    return public_report(
        report,
        catalogue=load_catalogue(),
        publisher="notices statistics",
        language=language,
    )
