"""`notices escalate`."""

from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, shown, tell_troubles
from notices.cli.screen.outcomes import exit_code_of
from notices.site import Site


@click.command()
@click.argument("case_id", metavar="CASE-ID")
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
    if as_json:
        print_json(receipt.to_json())
    else:
        print_line(
            f"{receipt.case_id}  {receipt.number}  {receipt.state.value}"
            f"  {shown(receipt.note)}"
        )
    return exit_code_of(receipt)
