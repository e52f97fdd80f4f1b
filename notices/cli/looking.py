"""Commands that look and change nothing: list, show, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notices import codec
from notices.cli.cases.options import day
from notices.cli.options import HOW_MANY, json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    print_table,
    say,
    shown,
    tell,
)
from notices.cli.screen.held import warn_if_set_back
from notices.cli.screen.tables import WIDTH_ELSEWHERE
from notices.cli.screen.told_facts import told_fact
from notices.cli.screen.width import flowed, terminal_width
from notices.delivery import State
from notices.errors import InputError
from notices.inbox.attention import Seen
from notices.judgment import JST
from notices.messages import Text, listed
from notices.notice import RequestKind
from notices.rules import Channel
from notices.signs import plain
from notices.site import Site
from notices.store import NoticeFilter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from notices.ledger import FactValue
    from notices.site.documents import CaseRecord, StatusDocument

SCHEMAS = ("judgment", "notice", "notice-1", "report", "fact")
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
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in RequestKind]),
    help="Only notices of this kind; may be given more than once.",
)
@click.option("--since", metavar="DAY", help="Dated that day or later.")
@click.option("--category", default="", help="Slug of the case's category.")
@click.option("--recipient", default="", help="Entry of recipients.toml, or a mailbox.")
@click.option("--due", "is_due", is_flag=True, help="Of cases with something to do.")
@click.option("--limit", type=HOW_MANY, help="At most so many.")
@click.option("--after", default="", metavar="NUMBER", help="The page after this.")
@site_option
@json_option
def list_(
    states: tuple[str, ...],
    site_path: Path,
    *,
    attention: bool,
    kinds: tuple[str, ...],
    since: str | None,
    category: str,
    recipient: str,
    is_due: bool,
    limit: int | None,
    after: str,
    as_json: bool,
) -> None:
    """List the notices and where their delivery stands, the oldest first.

    With many notices take a page: --limit 50, and --after with the last number of it.

    With --attention: in doubt, failed or bounced; something came back that settles
    nothing or says otherwise; a person answered, or a program.
    """
    first = day(since, "--since")
    with Site.open(site_path) as site:
        wanted = NoticeFilter(
            states=[State(state) for state in states],
            kinds=[RequestKind(kind) for kind in kinds],
            since=first,
            category=category,
            mailboxes=_mailboxes(site, recipient),
            due_by=site.clock().astimezone(JST).date() if is_due else None,
            after=after,
            limit=limit,
        )
        rows = [each.to_json() for each in site.notices(wanted=wanted)]
        if attention:
            rows = site.rooms.inbox.needing_attention(rows)
        warn_if_set_back(site)
    if as_json:
        print_json(rows)
    else:
        _print_notices(rows, attention=attention)


def _print_notices(rows: Sequence[StatusDocument], *, attention: bool) -> None:
    last = Text("why") if attention else Text("reply")
    print_table(
        (
            Text("case"),
            Text("number"),
            Text("form"),
            Text("date"),
            recipient := Text("recipient"),
            Text("state"),
            Text("tries"),
            last,
        ),
        [
            (
                row["case_id"],
                row["number"],
                _sort(row),
                row["date"],
                row["recipient"]
                if row["channel"] == Channel.SMTP
                else Text("by {channel}", channel=row["channel"]),
                f"{row['state']} TEST" if row["test"] else row["state"],
                str(row["attempts"]),
                _why(row) if attention else row["reply"] or row["note"],
            )
            for row in rows
        ],
        prose=(recipient, last),
    )


def _sort(row: StatusDocument) -> str:
    """Such as `form1`, `reminder form1`, or `form1 search-engine`: a further kind."""
    if row["kind"] != RequestKind.REQUEST:
        return f"{row['kind']} {row['form']}"
    return f"{row['form']} {row.get('template', '')}".rstrip()


def _mailboxes(site: Site, recipient: str) -> tuple[str, ...]:
    """Those of an entry of the directory, or the mailbox itself."""
    if not recipient or "@" in recipient:
        return tuple(filter(None, [recipient]))
    entry = site.parts.directory.get(recipient)
    if entry is None:
        raise InputError(
            Text("recipients.toml has no entry `{recipient}`", recipient=recipient),
            hint="name an entry, or a mailbox",
        )
    return entry.mailboxes


_WHY = {
    Seen.IN_DOUBT: Text("in doubt"),
    Seen.FAILED: Text("not sent"),
    Seen.BOUNCED: Text("came back"),
    Seen.BOUNCED_WITHOUT_RECIPIENT: Text("something came back"),
    Seen.CONTRADICTED: Text("a report says otherwise"),
    Seen.ALTERED: Text("changed on the way"),
    Seen.ANSWERED: Text("a person answered"),
    Seen.AUTO_ANSWERED: Text("a program answered"),
}


def _why(row: StatusDocument) -> str:
    return listed([_WHY[Seen(each)] for each in row.get("attention", ())], ", ")


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@site_option
@json_option
def show(case_id: str, site_path: Path, *, as_json: bool) -> None:
    """Tell all that happened to the notices of CASE-ID, with hashes and proofs."""
    with Site.open(site_path) as site:
        warn_if_set_back(site)
        records = site.show(case_id)
    if as_json:
        print_json(records)
        return
    for record in records:
        _tell(record)


def _tell(record: CaseRecord) -> None:
    notice = record["notice"]
    mark = "【試験】TEST, not a request  " if notice["test"] else ""
    way = ""
    if notice["channel"] != Channel.SMTP:
        way = "  " + tell(Text("by {channel}", channel=notice["channel"]))
    print_folded(
        f"{mark}{notice['number']}  {notice['form']}  {notice['date']}"
        f"  {notice['state']}{way}"
    )
    for disposed in record.get("disposed", ()):
        _tell_disposed(disposed)
    if notice["mailbox"]:
        recipient, mailbox = plain(notice["recipient"]), notice["mailbox"]
        say(Text("  to {recipient} <{mailbox}>", recipient=recipient, mailbox=mailbox))
    say(Text("  message {message_id}", message_id=notice["message_id"]))
    print_folded(f"  SHA-256 {notice['message_sha256']}")
    for event in record["events"]:
        leaf = event["leaf"]
        print_line(f"  {leaf['at']}  {leaf['event']}")
        _tell_facts({key: leaf[key] for key in leaf if key not in _IN_THE_LINE})
    for report in record["reports"]:
        say(
            Text(
                "  {received_at}  came in: {kind}, {reason}",
                received_at=report["received_at"],
                kind=report["kind"],
                reason=shown(report["reason"]),
            )
        )
        _tell_facts({**report["facts"], "sha256": report["sha256"]})
    tree = record["ledger"]
    say(
        Text(
            "  ledger: {size} leaves, root {root}", size=tree["size"], root=tree["root"]
        )
    )
    print_line("")


def _tell_disposed(disposed: Mapping[str, FactValue]) -> None:
    """Its texts are gone, and that is no fault."""
    say(
        Text(
            "  disposed of at {at} by {rule}: judgment, letters, mails and texts were "
            "removed",
            at=disposed["at"],
            rule=disposed["rule"],
        )
    )
    print_folded(f"  SHA-256 {disposed['statement_sha256']}")


_IN_THE_LINE = ("event", "number", "at")
"""Facts that stand in the line of their event."""


def _tell_facts(facts: Mapping[str, FactValue]) -> None:
    """Below their event; on a terminal broken between facts, never within one."""
    told = [
        told_fact(key, value) for key, value in facts.items() if value not in ("", None)
    ]
    if told:
        print_line(flowed(told, terminal_width() or WIDTH_ELSEWHERE, "    "))


@click.command()
@click.argument("name", type=click.Choice(SCHEMAS), default="judgment")
@json_option
def schema(name: str, *, as_json: bool) -> None:  # noqa: ARG001 - of faults alone
    """Print the JSON Schema of the judgment, of `notice.json`, or of a report.

    It is JSON with and without --json.
    """
    click.echo(codec.load_schema(name), nl=False)
