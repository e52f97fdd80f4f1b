"""Commands that look and change nothing: list, show, schema, doctor."""

from pathlib import Path
from typing import Any

import click

from notices import codec
from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_table
from notices.delivery import State
from notices.rules import Channel
from notices.signs import plain
from notices.site import Site

SCHEMAS = ("judgment", "notice", "report", "fact")
"""What `notices schema` can print; `notices.codec` makes them when asked."""


@click.command(name="list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only notices in this state; may be given more than once.",
)
@click.option(
    "--attention",
    is_flag=True,
    help="Only those that somebody has to look at, and why.",
)
@site_option
@json_option
def list_(
    states: tuple[str, ...], site_path: Path, *, attention: bool, as_json: bool
) -> None:
    """List the notices and where their delivery stands, the oldest first.

    With --attention: in doubt, failed or bounced; something came back that settles
    nothing or says otherwise; a person answered, or a program.
    """
    with Site.open(site_path) as site:
        rows = site.notices([State(state) for state in states])
        if attention:
            rows = site.rooms.inbox.needing_attention(rows)
    if as_json:
        print_json(rows)
        return
    last = "why" if attention else "reply"
    print_table(
        ("case", "number", "form", "date", "recipient", "state", "tries", last),
        [
            (
                row["case_id"],
                row["number"],
                row["form"],
                row["date"],
                row["recipient"]
                if row["channel"] == Channel.SMTP
                else f"by {row['channel']}",
                f"{row['state']} TEST" if row["test"] else row["state"],
                str(row["attempts"]),
                _why(row) if attention else row["reply"] or row["note"],
            )
            for row in rows
        ],
    )


def _why(row: dict[str, Any]) -> str:
    return ", ".join(str(each).replace("_", " ") for each in row["attention"])


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@site_option
@json_option
def show(case_id: str, site_path: Path, *, as_json: bool) -> None:
    """Tell all that happened to the notices of CASE-ID, with hashes and proofs."""
    with Site.open(site_path) as site:
        records = site.show(case_id)
    if as_json:
        print_json(records)
        return
    for record in records:
        _tell(record)


def _tell(record: dict[str, Any]) -> None:
    notice = record["notice"]
    mark = "【試験】TEST, not a request  " if notice["test"] else ""
    way = "" if notice["channel"] == Channel.SMTP else f"  by {notice['channel']}"
    click.echo(
        f"{mark}{notice['number']}  {notice['form']}  {notice['date']}"
        f"  {notice['state']}{way}\n"
        f"  to {plain(notice['recipient'])} <{notice['mailbox']}>\n"
        f"  message {notice['message_id']}  sha256 {notice['message_sha256']}"
    )
    for event in record["events"]:
        facts = ", ".join(
            f"{key}={plain(str(value))}"
            for key, value in event["leaf"].items()
            if key not in ("event", "number", "at") and value not in ("", None)
        )
        click.echo(f"  {event['leaf']['at']}  {event['leaf']['event']}  {facts}")
    for report in record["reports"]:
        facts = ", ".join(
            f"{key}={plain(str(value))}" for key, value in report["facts"].items()
        )
        click.echo(
            f"  {report['received_at']}  came in: {report['kind']}, {report['reason']}"
            f"  {facts}  sha256 {report['sha256']}"
        )
    tree = record["ledger"]
    click.echo(f"  ledger: {tree['size']} leaves, root {tree['root']}\n")


@click.command()
@click.argument("name", type=click.Choice(SCHEMAS), default="judgment")
def schema(name: str) -> None:
    """Print the JSON Schema of the judgment, of `notice.json`, or of a report."""
    click.echo(codec.load_schema(name), nl=False)


@click.command()
@click.option(
    "--rehearse",
    is_flag=True,
    help="Sign as for real, let every installed reader judge; nothing is sent.",
)
@site_option
@json_option
def doctor(site_path: Path, *, rehearse: bool, as_json: bool) -> int:
    """Say of each part of the site whether it works, and what to do if not.

    With --rehearse a mail and a letter are signed as for real; openssl, gpgsm, NSS and
    pdfsig judge them, each place of a list or an OCSP answer is asked, and the relay is
    talked to up to STARTTLS and AUTH.
    """
    with Site.open(site_path) as site:
        findings = site.doctor() + (site.rehearse() if rehearse else [])
    if as_json:
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            mark = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}
            click.echo(
                f"{mark[finding.status]}  {finding.name}: {plain(finding.detail)}"
            )
            if finding.advice:
                click.echo(f"         {plain(finding.advice)}")
    return max((finding.exit_code for finding in findings), default=0)
