"""`notices submitted`, and how requests are shown that do not go by mail."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import (
    print_json,
    print_line,
    shown,
    tell,
    tell_troubles,
    troubles_json,
)
from notices.judgment import JST
from notices.messages import Text
from notices.signs import plain
from notices.site import Site

_LABELS = {
    "form_url": Text("web form"),
    "number": Text("number"),
    "recipient": Text("to"),
    "date": Text("date"),
    "urls": Text("URLs"),
    "content": "what is posted",
    "reason": Text("reason"),
    "requested_action": "what is asked",
    "content_en": "what is posted (English)",
    "reason_en": "reason (English)",
    "requested_action_en": "what is asked (English)",
    "reply_to": "our address",
}


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@click.option(
    "--reference", required=True, help="What the form or the other system answered."
)
@click.option("--at", "at_text", metavar="TIME", help="When; default now.")
@click.option("--number", default="", help="Which notice, where there are several.")
@site_option
@json_option
def submitted(
    case_id: str,
    site_path: Path,
    *,
    reference: str,
    at_text: str | None,
    number: str,
    as_json: bool,
) -> None:
    """Record that you filled in the form, or that another system took the request.

    It becomes `sent`, in the ledger, with the time and the reference. A time without
    an offset is Japan's.
    """
    at = _moment(at_text) if at_text else None
    with Site.open(site_path) as site:
        receipt = site.submitted(case_id, reference=reference, at=at, number=number)
        tell_troubles(site.troubles)
        warnings = troubles_json(site.troubles)
    if as_json:
        print_json({**receipt.to_json(), **warnings})
    else:
        print_line(
            f"{receipt.case_id}  {receipt.number}  {receipt.state.value}"
            f"  {shown(receipt.note)}"
        )


def lines_to_copy(submission: Mapping[str, Any]) -> Iterator[str]:
    """The fields to copy, each under its name; URLs one per line."""
    for name, label in _LABELS.items():
        value = submission.get(name)
        if not value:
            continue
        yield f"  [{tell(label)}]"
        texts = value if isinstance(value, list) else str(value).split("\n")
        yield from (f"    {plain(text)}" for text in texts)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no time such as 2026-11-22T13:30", text=text),
            param_hint="--at",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)
