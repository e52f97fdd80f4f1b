"""`notices remind`, `escalate`, `correct`, `withdraw`: what follows a request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    say,
    shown,
    tell_troubles,
)
from notices.cli.screen.outcomes import (
    error_row,
    exit_code_of,
    say_error,
    weightiest,
)
from notices.delivery import State
from notices.errors import NoticesError
from notices.messages import Text
from notices.notice import RequestKind
from notices.site import Receipt, Site

_CASE_ID = click.argument("case_id", metavar="CASE-ID")
_REASON = click.option("--reason", required=True, help="Why; it goes on record.")


@click.command()
@click.argument("case_ids", metavar="CASE-ID...", nargs=-1, required=True)
@site_option
@json_option
def remind(case_ids: tuple[str, ...], site_path: Path, *, as_json: bool) -> int:
    """Ask the recipient of the standing request again.

    From the day on that `notices due` tells, while no answer waits and nobody saw that
    it is gone. The reminder has a number and a letter of its own. Each case by itself:
    one that may not be reminded now holds up no other.
    """
    rows: list[Mapping[str, Any]] = []
    codes = []
    with Site.open(site_path) as site:
        for case_id in case_ids:
            try:
                receipt = site.remind(case_id)
            except NoticesError as error:
                rows.append(error_row(case_id, error))
                codes.append(error.exit_code)
                if not as_json:
                    say_error(rows[-1])
                continue
            rows.append(receipt.to_json())
            codes.append(exit_code_of(receipt))
            if not as_json:
                _say(receipt)
        tell_troubles(site.troubles)
    if as_json:
        print_json(rows)
    return weightiest(codes)


@click.command()
@_CASE_ID
@site_option
@json_option
def escalate(case_id: str, site_path: Path, *, as_json: bool) -> int:
    """Ask the next rung, because a website's administrator did nothing.

    Five business days after the request, and after a look that saw it still there; or
    after the mail came back. Number and time of both come from the facts of the case.
    """
    with Site.open(site_path) as site:
        receipt = site.escalate(case_id)
        tell_troubles(site.troubles)
    return _told(receipt, as_json=as_json)


@click.command()
@_CASE_ID
@_REASON
@site_option
@json_option
def correct(case_id: str, reason: str, site_path: Path, *, as_json: bool) -> int:
    """Put right what was asked, by the changed judgment of CASE-ID.

    Change the case's file first. The correction goes to whom the standing request
    went, tells which parts are corrected, and asks for the whole as it is now.
    """
    with Site.open(site_path) as site:
        receipt = site.correct(site.read_case(case_id), reason=reason)
        tell_troubles(site.troubles)
    return _told(receipt, as_json=as_json)


@click.command()
@_CASE_ID
@_REASON
@click.option("--number", default="", help="Which notice, where the case has several.")
@site_option
@json_option
def withdraw(
    case_id: str, reason: str, number: str, site_path: Path, *, as_json: bool
) -> int:
    """Take back what was asked.

    What was not sent yet is never sent. A request that was sent, delivered, or may
    have arrived is taken back by a notice of its own, also while the police ask to
    wait. What waits behind the request, such as a reminder, is taken back with it.
    """
    with Site.open(site_path) as site:
        receipt = site.withdraw(case_id, reason=reason, number=number)
        tell_troubles(site.troubles)
    return _told(receipt, as_json=as_json)


def _told(receipt: Receipt, *, as_json: bool) -> int:
    if as_json:
        print_json(receipt.to_json())
    else:
        _say(receipt)
    # taken back without a word is what was asked for, and no failure of a delivery
    return 0 if receipt.state is State.WITHDRAWN else exit_code_of(receipt)


def _say(receipt: Receipt) -> None:
    kind = "" if receipt.kind is RequestKind.REQUEST else f"{receipt.kind.value}  "
    told = receipt.note or receipt.reply
    mark = "【試験】TEST  " if receipt.is_test else ""
    print_folded(
        f"{mark}{receipt.case_id}  {receipt.number}  {kind}{receipt.state.value}"
        f"  {shown(told)}"
    )
    for warning in receipt.warnings:
        remark = f"{receipt.case_id}: {warning}"
        say(Text("note: {remark}", remark=shown(remark)), err=True)
