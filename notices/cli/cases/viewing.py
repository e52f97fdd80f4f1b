"""`notices case`, `notices cases`, `notices due`."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

from notices.casework import Body, CaseState
from notices.casework.telling import KINDS, ToldField, told_fields
from notices.cli.cases.options import day
from notices.cli.options import HOW_MANY, json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    print_table,
    say,
    shown,
    warn,
)
from notices.cli.screen.held import warn_if_held, warn_if_set_back
from notices.judgment import JST
from notices.messages import Text
from notices.signs import plain
from notices.site import Site
from notices.site.casework.overview import due_json, summary_json
from notices.store.casework import CaseFilter

_HEADS = (Text("case"), Text("state"), Text("category"), Text("judged"), Text("due"))
_LONG = (Text("category"),)
"""Columns that stand below their row where a terminal has no room."""
_HANDED = (Text("address"), Text("category"), Text("found"))


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@site_option
@json_option
def case(case_id: str, site_path: Path, *, as_json: bool) -> None:
    """Tell all that is known of a case."""
    with Site.open(site_path) as site:
        warn_if_set_back(site)
        story = site.rooms.cases.overview.story(case_id)
    if as_json:
        print_json(story)
        return
    print_folded(f"{story['case_id']}  {story['state']}  {story['category']}")
    for fact in story["facts"]:
        kind = shown(KINDS[fact["fact"]])
        told = f"  {_local(fact['at'])}  {kind}{_particulars(fact)}"
        print_folded(told)
    for notice in story["notices"]:
        kind = f"  {notice['kind']}" if notice["kind"] != "request" else ""
        told = f"{notice['number']}{kind}  {notice['date']}  {notice['state']}"
        whom = plain(notice["recipient"])
        say(Text("  notice {told}  {recipient}", told=told, recipient=whom))
    for one in story["due"]:
        counted = shown(one["derivation"])
        day_kind = f"{one['on']}  {one['kind']}"
        say(Text("  due {day_kind}: {counted}", day_kind=day_kind, counted=counted))


@click.command()
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in CaseState]),
    help="Only cases in this state; may be given more than once.",
)
@click.option("--since", metavar="DAY", help="Judged on that day or later.")
@click.option("--category", default="", help="Slug of a category.")
@click.option("--recipient", default="", help="Entry of recipients.toml asked last.")
@click.option("--due", "is_due", is_flag=True, help="With something to be done today.")
@click.option(
    "--for",
    "body",
    type=click.Choice([Body.FILTER_PROVIDER.value]),
    help="Hand their addresses over, on record: URL, category, day.",
)
@click.option("--to", "country", metavar="COUNTRY", help="With --for: where it is.")
@click.option("--limit", type=HOW_MANY, help="At most so many.")
@click.option("--after", default="", metavar="CASE-ID", help="The page after this.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl", "json"]),
    default="table",
    show_default=True,
)
@site_option
@json_option
def cases(
    states: tuple[str, ...],
    site_path: Path,
    *,
    since: str | None,
    category: str,
    recipient: str,
    is_due: bool,
    body: str | None,
    country: str | None,
    limit: int | None,
    after: str,
    form: str,
    as_json: bool,
) -> None:
    """List cases and how they stand, the oldest judgment first.

    With --for their addresses are printed for a provider of filters, and that they were
    handed over is a fact of each case. Left out, and told, are cases that the police
    hold, what is gone, and child abuse material, whose addresses nobody gets.
    """
    if country and not body:
        raise click.UsageError("--to belongs to --for")
    first = day(since, "--since")
    wanted = CaseFilter(
        states=[CaseState(state) for state in states],
        since=datetime.combine(first, time(), tzinfo=JST) if first else None,
        category=category,
        provider=recipient,
        after=after,
        limit=limit,
    )
    with Site.open(site_path) as site:
        if is_due:
            wanted = replace(wanted, due_by=site.clock().astimezone(JST).date())
        if body:
            _hand_over(site, wanted, country, "json" if as_json else form)
            return
        found = site.rooms.cases.overview.cases(wanted)
        warn_if_set_back(site)
    rows = [summary_json(summary) for summary in found]
    _print_cases(rows, "json" if as_json else form)


def _hand_over(site: Site, wanted: CaseFilter, country: str | None, form: str) -> None:
    done = site.rooms.cases.filters.hand_over(wanted, country=country)
    for fault in done.left_out:
        warn(Text("left out: {fault}", fault=shown(str(fault))))
    rows = [row.to_json() for row in done.rows]
    _print_rows(rows, form, heads=_HANDED, columns=("url", "category_name", "found_on"))


def _print_cases(rows: list[dict[str, Any]], form: str) -> None:
    shown_rows = [
        {
            **row,
            "analysed_on": row["analysed_at"][:10],
            "due_on": row["due_on"] or "",
        }
        if form == "table"
        else row
        for row in rows
    ]
    columns = ("case_id", "state", "category", "analysed_on", "due_on")
    _print_rows(shown_rows, form, heads=_HEADS, columns=columns)


def _print_rows(
    rows: list[dict[str, Any]],
    form: str,
    *,
    heads: Sequence[Text],
    columns: Sequence[str],
) -> None:
    """As they were asked for; columns: what a table shows of them."""
    if form == "json":
        print_json(rows)
    elif form == "jsonl":
        for row in rows:
            print_line(json.dumps(row, ensure_ascii=False))
    elif form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(rows[0] if rows else columns)
        writer.writerows(row.values() for row in rows)
    else:
        long = [head for head in heads if head in _LONG]
        cells = [tuple(row[name] for name in columns) for row in rows]
        print_table(heads, cells, prose=long)


@click.command()
@click.option("--on", "on_text", metavar="DAY", help="The day; default today.")
@click.option("--limit", type=HOW_MANY, help="At most so many.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv"]),
    default="table",
    show_default=True,
    help="csv: a sheet with the addresses, to be filled in for `look --file`.",
)
@site_option
@json_option
def due(
    on_text: str | None,
    site_path: Path,
    *,
    limit: int | None,
    form: str,
    as_json: bool,
) -> None:
    """Say what is to be done by the close of a day, the oldest first.

    Each with how its day was counted. Only what was known on that day counts.
    """
    with Site.open(site_path) as site:
        overview = site.rooms.cases.overview
        things = overview.due(day(on_text, "--on"), limit=limit)
        warn_if_held(site)
        warn_if_set_back(site)
        if form == "csv" and not as_json:
            rows = overview.look_sheet(things)
            names = ("case_id", "outcome", "from", "note")
            _print_rows(rows, "csv", heads=(), columns=names)
            return
    if as_json:
        print_json([due_json(one) for one in things])
        return
    if not things:
        say("nothing is due")
        return
    print_table(
        (
            Text("since"),
            Text("what"),
            Text("case"),
            Text("number"),
            counted := Text("counted"),
        ),
        [
            (
                Text("{day} (provisional)", day=one.on)
                if one.is_provisional
                else str(one.on),
                one.kind.value,
                one.case_id,
                one.number,
                one.derivation,
            )
            for one in things
        ],
        prose=(counted,),
    )


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(JST).strftime("%Y-%m-%d %H:%M")


def _particulars(fact: dict[str, Any]) -> str:
    return "".join(f"  {_particular(part)}" for part in told_fields(fact))


def _particular(part: ToldField) -> str:
    value = str(part.value)
    return f"{shown(part.name)}: {shown(value) if part.is_word else plain(value)}"
