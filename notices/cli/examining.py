"""`notices doctor`: what of a site works, and what to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, shown
from notices.cli.screen.width import hung, padded
from notices.messages import Text
from notices.site import Site

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = {"ok": Text("ok"), "warning": Text("warning"), "fault": Text("FAULT")}
_BESIDE = " " * 9
_PARTS = {
    str(name): name
    for name in (
        Text("configuration"),
        Text("catalogue"),
        Text("recipients"),
        Text("mailboxes"),
        Text("cases"),
        Text("templates"),
        Text("database"),
        Text("numbers"),
        Text("inbox"),
        Text("hold"),
        Text("calendar"),
        Text("people"),
        Text("signing"),
        Text("test mode"),
        Text("worker"),
        Text("clock"),
        Text("metrics"),
    )
}
"""Parts of a site whose names are words; others are keys and stay as they are."""


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
            name = _PARTS.get(finding.name, finding.name)
            told = f"{shown(name)}: {shown(finding.detail)}"
            mark = padded(shown(_MARKS[finding.status]), len(_BESIDE))
            print_line(mark + hung(told, _BESIDE))
            if finding.advice:
                print_line(_BESIDE + hung(shown(finding.advice), _BESIDE))
    return max((finding.exit_code for finding in findings), default=0)
