"""`notices sign`: drafts that may go on get the centre's signature."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, say, tell_troubles
from notices.cli.screen.outcomes import error_row, weightiest
from notices.cli.sending import say_row
from notices.messages import Text
from notices.site import Site
from notices.site.approval.draft_signer import DraftOutcome
from notices.site.receipts import receipt_of
from notices.site.service.stopping import StopRequest, stopping
from notices.site.signer.asked_bundles import BundleOutcome, make_asked

PAUSE = 2.0
"""Seconds between two looks of `--watch`."""
_AVOIDED = 300.0
"""Seconds for which what could not be signed is left alone."""


@click.command()
@click.option("--watch", is_flag=True, help="Stay and sign what may go on.")
@site_option
@json_option
def sign(site_path: Path, *, watch: bool, as_json: bool) -> int:
    """Sign every draft that may go on, and queue those that are to be sent.

    This needs the centre's key, and no port: it is to be a system user of its own.
    Drafts that nobody has approved yet, where [approval] wants that, are passed over.
    Evidence bundles that somebody asked for in the console are made, too.
    """
    if watch and as_json:
        raise click.UsageError("--watch excludes --json")
    with Site.open(site_path) as site, stopping() as stop:
        if watch:
            _watch(site, stop)
            return 0
        rows = [_row(site, each) for each in site.rooms.approvals.signer.round()]
        rows += [_bundle_row(each) for each in _bundles(site)]
        tell_troubles(site.troubles)
    if as_json:
        print_json([row for row, _ in rows])
    elif not rows:
        say("no draft may go on now")
    for row, _ in rows if not as_json else ():
        _say(row)
    return weightiest(code for _, code in rows)


def _row(site: Site, outcome: DraftOutcome) -> tuple[Mapping[str, Any], int]:
    case_id = outcome.stored.key.case_id
    if outcome.error:
        row = error_row(case_id, outcome.error)
        return {**row, "number": outcome.number}, outcome.error.exit_code
    receipt = receipt_of(site.parts.store, outcome.stored)
    return receipt.to_json(), 0


def _bundles(site: Site) -> Iterator[BundleOutcome]:
    rooms = site.rooms
    return make_asked(rooms.access.bundles, rooms.exporter, site.clock)


def _bundle_row(outcome: BundleOutcome) -> tuple[Mapping[str, Any], int]:
    case_id = outcome.asked.case_id
    if outcome.error:
        return error_row(case_id, outcome.error), outcome.error.exit_code
    return {"case_id": case_id, "bundles": list(outcome.files)}, 0


def _say(row: Mapping[str, Any]) -> None:
    if "bundles" not in row:
        say_row(row)
        return
    names = ", ".join(row["bundles"])
    say(Text("{case_id}: ready: {names}", case_id=row["case_id"], names=names))


def _watch(site: Site, stop: StopRequest) -> None:
    """Look again and again; what fails is told once, and left alone for a while."""
    avoided: dict[str, float] = {}
    signer = site.rooms.approvals.signer
    while not stop.is_set():
        now = time.monotonic()
        avoid = {number for number, until in avoided.items() if until > now}
        for made in _bundles(site):
            _say(_bundle_row(made)[0])
        for outcome in signer.round(avoid):
            say_row(_row(site, outcome)[0])
            if outcome.error:
                avoided[outcome.number] = now + _AVOIDED
            if stop.is_set():
                return
        time.sleep(PAUSE)
