"""`notices police`, `look`, `refer`, `close`, `reopen`: one act, several cases."""

import csv
import io
from pathlib import Path

import click

from notices.casework import (
    Act,
    Before,
    Body,
    Closed,
    Details,
    Direction,
    Gone,
    How,
    Looked,
    LookOutcome,
    PoliceHold,
    PoliceReleased,
    PoliceReported,
    Referred,
    Reopened,
)
from notices.cli.cases.options import AT, CASE_IDS, REASON, moment, tell
from notices.cli.options import json_option, site_option
from notices.cli.output import read_file, say
from notices.cli.screen.input_file import is_standard_input, read_whole
from notices.errors import InputError
from notices.files.csv_words import not_csv
from notices.messages import Text
from notices.site import Site
from notices.site.web_forms.references import decoded


@click.command()
@CASE_IDS
@click.option("--reported", is_flag=True, help="The police were told.")
@click.option("--reference", default="", help="What the police gave for it.")
@click.option("--hold", metavar="REASON", help="The police asked to wait.")
@click.option("--release", metavar="REASON", help="The police let it go on.")
@click.option(
    "--gone", metavar="TIME", help="It was removed before the police could be told."
)
@AT
@site_option
@json_option
def police(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    reported: bool,
    reference: str,
    hold: str | None,
    release: str | None,
    gone: str | None,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Record that the police were told, ask to wait, or let it go on.

    While they ask to wait nothing goes out for the case but a withdrawal.
    """
    chosen: list[tuple[Act, Details]] = []
    if reported:
        chosen.append((Act.REPORT_TO_POLICE, PoliceReported(reference=reference)))
    if hold is not None:
        chosen.append((Act.HOLD, PoliceHold(reason=hold)))
    if release is not None:
        chosen.append((Act.RELEASE, PoliceReleased(reason=release)))
    if gone is not None:
        chosen.append((Act.REPORT_TO_POLICE, Gone(before=Before.POLICE_REPORT)))
    if len(chosen) != 1:
        raise click.UsageError("name one of --reported, --hold, --release, --gone")
    if reference and not reported:
        raise click.UsageError("--reference belongs to --reported")
    [(act, details)] = chosen
    at = moment(gone, "--gone") if gone is not None else moment(at_text)
    with Site.open(site_path) as site:
        tell(site.rooms.cases.desk.act(case_ids, act, details, at=at), as_json)


@click.command()
@click.argument("case_ids", metavar="CASE-ID...", nargs=-1)
@click.option(
    "--outcome",
    type=click.Choice([outcome.value for outcome in LookOutcome]),
    help="What was seen.",
)
@click.option("--from", "seen_from", metavar="COUNTRY", help="Country looked from.")
@click.option("--note", default="", help="In words, for the record.")
@click.option(
    "--how",
    type=click.Choice([how.value for how in How]),
    default=How.PERSON.value,
    show_default=True,
    help="Who or what looked.",
)
@click.option(
    "--file",
    "file",
    metavar="FILE.csv",
    type=click.Path(path_type=Path),
    help="A morning's looks: columns case_id, outcome; at, from, note if wanted; "
    "`-` is standard input.",
)
@AT
@site_option
@json_option
def look(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    outcome: str | None,
    seen_from: str | None,
    note: str,
    how: str,
    file: Path | None,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Record whether the information is still there."""
    if (file is None) == (not case_ids) or (file is None) == (outcome is None):
        raise click.UsageError("name cases and their --outcome, or a --file")
    with Site.open(site_path) as site:
        desk = site.rooms.cases.desk
        if file is not None:
            tell(desk.look_all(_rows(file)), as_json)
            return
        details = Looked(
            outcome=LookOutcome(outcome or ""),
            seen_from=seen_from,
            how=How(how),
            note=note,
        )
        tell(desk.act(case_ids, Act.LOOK, details, at=moment(at_text)), as_json)


@click.command()
@click.argument("case_ids", metavar="[CASE-ID]...", nargs=-1)
@click.option("--to", "country", required=True, help="Country, or `unknown`.")
@click.option(
    "--body",
    required=True,
    type=click.Choice([body.value for body in Body]),
    help="Who takes it.",
)
@click.option("--reference", default="", help="What the other side gave for it.")
@click.option("--category", default="", help="Slug, where it is no case of ours.")
@AT
@site_option
@json_option
def refer(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    country: str,
    body: str,
    reference: str,
    category: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Record that it was handed to somebody else."""
    details = Referred(
        direction=Direction.OUT,
        body=Body(body),
        country=None if country == "unknown" else country,
        reference=reference,
        category=category,
    )
    with Site.open(site_path) as site:
        desk, at = site.rooms.cases.desk, moment(at_text)
        if case_ids:
            tell(desk.act(case_ids, Act.REFER, details, at=at), as_json)
        else:
            added = desk.note(details, at=at)
            tell([], as_json=as_json)
            if not as_json:
                say("it is recorded" if added.added else "it was on record before")


@click.command()
@CASE_IDS
@REASON
@AT
@site_option
@json_option
def close(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    reason: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Close cases: nothing more is to be done for them."""
    with Site.open(site_path) as site:
        done = site.rooms.cases.desk.act(
            case_ids, Act.CLOSE, Closed(reason=reason), at=moment(at_text)
        )
        tell(done, as_json)


@click.command()
@CASE_IDS
@REASON
@AT
@site_option
@json_option
def reopen(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    reason: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Take closed cases up again."""
    with Site.open(site_path) as site:
        done = site.rooms.cases.desk.act(
            case_ids, Act.REOPEN, Reopened(reason=reason), at=moment(at_text)
        )
        tell(done, as_json)


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV with a line of headings; InputError for what is none."""
    octets = read_whole(file) if is_standard_input(file) else read_file(file)
    text = io.StringIO(decoded(octets), newline="")
    try:
        rows = csv.DictReader(text, strict=True)
        return [
            {name: value or "" for name, value in row.items() if name} for row in rows
        ]
    except csv.Error as error:
        raise InputError(
            Text("{file} is no CSV: {error}", file=file, error=not_csv(error))
        ) from error
