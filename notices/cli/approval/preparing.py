"""`notices prepare`: everything but the sending."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from notices.cli.options import asking_options, check_reasons, json_option, site_option
from notices.cli.output import print_json, say, tell_troubles
from notices.cli.screen.outcomes import error_row, weightiest, with_troubles
from notices.cli.sending import say_row
from notices.errors import NoticesError
from notices.judgment import Rung
from notices.messages import Text
from notices.site import Site


@click.command()
@click.argument("case_ids", nargs=-1, required=True, metavar="CASE-ID...")
@asking_options
@click.option("--draft", is_flag=True, help="Stop before the centre's key, as a draft.")
@site_option
@json_option
def prepare(
    case_ids: tuple[str, ...],
    rung: str | None,
    reason: str,
    again: str | None,
    site_path: Path,
    *,
    draft: bool,
    as_json: bool,
) -> int:
    """Number, write and sign the request of each CASE-ID; nothing is sent.

    Where [approval] in notices.toml wants somebody to approve, it stops before the
    centre's key: the notice is drafted, and `notices approve` and `notices sign` go on.
    """
    why_again = check_reasons(rung, reason, again)
    rows: list[Mapping[str, Any]] = []
    codes = []
    row: Mapping[str, Any]
    with Site.open(site_path) as site:
        for case_id in case_ids:
            try:
                notice = site.prepare(
                    site.read_case(case_id),
                    rung=Rung(rung) if rung else None,
                    rung_reason=reason,
                    again=why_again,
                    as_draft=draft,
                )
                row, code = site.told(notice).to_json(), 0
            except NoticesError as error:
                row, code = error_row(case_id, error), error.exit_code
            rows.append(with_troubles(row, site.troubles))
            codes.append(code)
            if not as_json:
                _say(row)
        tell_troubles(site.troubles)
    if as_json:
        print_json(rows)
    return weightiest(codes)


def _say(row: Mapping[str, Any]) -> None:
    say_row(row)
    if digest := row.get("draft_sha256"):
        say(Text("  draft SHA-256 {sha256}", sha256=digest))
