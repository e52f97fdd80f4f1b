"""`notices inbox`, `notices resolve`."""

from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_folded, print_json, say, shown
from notices.delivery import Decision
from notices.errors import NoticesError
from notices.messages import Text
from notices.signs import plain
from notices.site import Receipt, Site
from notices.site.receiving import Arrival
from notices.site.service.stopping import stop_signals

_NUMBER = click.option(
    "--number", default="", help="Which notice, where the case has several."
)
_CHANGED = "{where}  now {state}  {kind}: {told}"
_UNCHANGED = "{where}  still {state}  {kind}: {told}"
_REASON = click.option("--reason", required=True, help="Why; it goes on record.")


@click.command()
@click.option("--once", is_flag=True, help="Read what is new and end; the default.")
@click.option("--watch", is_flag=True, help="Stay and read as mail comes in.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also what is marked as recorded: a restored outbox may not know it.",
)
@site_option
@json_option
def inbox(
    site_path: Path, *, once: bool, watch: bool, everything: bool, as_json: bool
) -> None:
    """Read reports of delivery, archive copies and replies, and record them.

    A mail changes the state of a delivery only if it names the envelope or the
    Message-ID of a message of ours and its recipient. Nothing is deleted.
    """
    if once and watch:
        raise click.UsageError("--once and --watch exclude each other")
    if everything and watch:
        raise click.UsageError("--all and --watch exclude each other")
    if watch and as_json:
        raise click.UsageError("--json prints one document; --watch never ends")
    with Site.open(site_path) as site:
        if watch:
            site.rooms.inbox.watch(_say, _trouble, signals=stop_signals())
            return
        arrivals = []
        for arrival in site.rooms.inbox.read(_trouble, everything=everything):
            arrivals.append(arrival)
            if not as_json:
                _say(arrival)
    if as_json:
        print_json([arrival.to_json() for arrival in arrivals])
    elif not arrivals:
        say("nothing new")


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@click.option("--sent", is_flag=True, help="It did arrive; nothing is sent.")
@click.option("--resend", is_flag=True, help="Queue the same bytes again.")
@_REASON
@_NUMBER
@site_option
@json_option
def resolve(
    case_id: str,
    site_path: Path,
    *,
    sent: bool,
    resend: bool,
    reason: str,
    number: str,
    as_json: bool,
) -> None:
    """Settle a delivery in doubt where no report and no archive copy can.

    With --resend the recipient may get the same mail twice; `notices work` sends it.
    """
    if sent == resend:
        raise click.UsageError("name either --sent or --resend")
    decision = Decision.SENT if sent else Decision.RESEND
    with Site.open(site_path) as site:
        _tell(site.resolve(case_id, decision, reason=reason, number=number), as_json)


def _tell(receipt: Receipt, as_json: bool) -> None:
    if as_json:
        print_json(receipt.to_json())
    else:
        print_folded(
            f"{receipt.case_id}  {receipt.number}  {receipt.state.value}"
            f"  {shown(receipt.note)}"
        )


_TOLD = ("action", "status", "cause", "diagnostic", "answer", "reference", "from")


def _say(arrival: Arrival) -> None:
    if arrival.number is None:
        who = plain(str(arrival.facts.get("from") or "nobody"))
        subject = plain(str(arrival.facts.get("subject") or ""))
        reason = shown(arrival.reason)
        say(Text("-  {kind}: {reason}; left unread", kind=arrival.kind, reason=reason))
        say(Text("   from {who}: {subject}", who=who, subject=subject))
        return
    words = [
        plain(str(arrival.facts[name])) for name in _TOLD if arrival.facts.get(name)
    ]
    told = "; ".join([shown(arrival.reason), *words])
    state = arrival.state.value if arrival.state else ""
    pattern = _CHANGED if arrival.changed else _UNCHANGED
    where = f"{arrival.case_id}  {arrival.number}"
    say(Text(pattern, where=where, state=state, kind=arrival.kind, told=told))


def _trouble(error: NoticesError) -> None:
    say(Text("notices: {message}", message=error.diagnostics(shown)), err=True)
