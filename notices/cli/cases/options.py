"""Options and prints that the commands of cases share."""

import re
from collections.abc import Iterable
from datetime import date, datetime

import click

from notices.cli.output import print_json, say, warn
from notices.codec.reading import day_with_neighbours, instant
from notices.errors import InputError
from notices.messages import Text
from notices.site.casework.told import CaseTold

_WITH_TIME = re.compile(r"[0-9-]{8,10}[Tt ][0-9]", re.ASCII)
CASE_IDS = click.argument("case_ids", metavar="CASE-ID...", nargs=-1, required=True)
AT = click.option(
    "--at",
    "at_text",
    metavar="TIME",
    help="When it was, such as 2026-11-22T13:30+09:00; default now.",
)
REASON = click.option("--reason", required=True, help="Why; it goes on record.")


def moment(text: str | None, option: str = "--at") -> datetime | None:
    """Read a time; click.BadParameter for what is none, InputError without zone."""
    if text is None:
        return None
    try:
        # Python reads a day and a zone, too: as a day and a time without one
        named = instant(text if _WITH_TIME.match(text) else "")
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no time such as 2026-11-22T13:30+09:00", text=text),
            param_hint=option,
        ) from error
    if named.tzinfo is None:
        raise InputError(
            Text("{option}: the time {text} tells no zone", option=option, text=text),
            hint=Text("for Japan: {option} {text}+09:00", option=option, text=text),
        )
    return named


def day(text: str | None, option: str) -> date | None:
    """Read a day; click.BadParameter for what is none."""
    if text is None:
        return None
    try:
        return day_with_neighbours(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no day such as 2026-11-22", text=text), param_hint=option
        ) from error


def tell(cases: Iterable[CaseTold], as_json: bool) -> None:
    """How each case stands after an act."""
    cases = tuple(cases)
    if as_json:
        print_json([case.to_json() for case in cases])
        return
    for told in cases:
        line = f"{told.case.case_id}  {told.case.state.value}"
        say(line if told.added else Text("{line}  (on record before)", line=line))
        for warning in told.warnings:
            warn(
                Text("{case_id}: {warning}", case_id=told.case.case_id, warning=warning)
            )
