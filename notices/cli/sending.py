"""`notices send` and `notices work`."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from notices.cli.channels import lines_to_copy
from notices.cli.logs import log, start_logging
from notices.cli.options import asking_options, check_reasons, json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    say,
    shown,
    tell,
    tell_troubles,
)
from notices.cli.screen.early_signals import HEARD
from notices.cli.screen.held import warn_if_held
from notices.cli.screen.outcomes import (
    error_row,
    exit_code_of,
    say_error,
    weightiest,
    with_troubles,
)
from notices.cli.screen.progress import counting, watching
from notices.errors import NoticesError, TryLater
from notices.judgment import Rung
from notices.messages import Text
from notices.queue import WorkerEvent
from notices.rules import Channel
from notices.signs import plain
from notices.site import Site
from notices.site.service.stopping import stop_signals, stopping


@click.command()
@click.argument("case_ids", nargs=-1, required=True, metavar="CASE-ID...")
@asking_options
@site_option
@json_option
def send(
    case_ids: tuple[str, ...],
    rung: str | None,
    reason: str,
    again: str | None,
    site_path: Path,
    *,
    as_json: bool,
) -> int:
    """Prepare, sign and send the request of each CASE-ID: one attempt now.

    What could not be sent now is kept, and `notices work` tries it again. A case
    that was sent before is not sent twice.
    """
    why_again = check_reasons(rung, reason, again)
    rows: list[Mapping[str, Any]] = []
    codes = []
    with (
        Site.open(site_path) as site,
        counting(len(case_ids)) as one_more,
        stopping() as stop,
    ):
        for case_id in case_ids:
            row, code = (
                _left_out(case_id)
                if stop.is_set()
                else _send_one(site, case_id, rung, reason, why_again)
            )
            rows.append(with_troubles(row, site.troubles))
            codes.append(code)
            if not as_json:
                say_row(row)
            one_more()
        tell_troubles(site.troubles)
    if as_json:
        print_json(rows)
    return weightiest(codes)


def _send_one(
    site: Site, case_id: str, rung: str | None, reason: str, again: str
) -> tuple[Mapping[str, Any], int]:
    try:
        judgment = site.read_case(case_id)
        notice = site.prepare(
            judgment,
            rung=Rung(rung) if rung else None,
            rung_reason=reason,
            again=again,
        )
        receipt = site.send(notice)
    except NoticesError as error:
        return error_row(case_id, error), error.exit_code
    return receipt.to_json(), exit_code_of(receipt)


def _left_out(case_id: str) -> tuple[Mapping[str, Any], int]:
    error = TryLater("stopped before its turn: nothing was prepared or sent")
    return error_row(case_id, error), error.exit_code


def say_row(row: Mapping[str, Any]) -> None:
    """Print what became of a notice, or why nothing did."""
    if row.get("error"):
        say_error(row)
        return
    for warning in row.get("warnings", ()):
        if "path" in warning:
            path, message = plain(warning["path"]), shown(warning["message"])
            remark = f"{plain(row['case_id'])}: {path}: {message}"
            say(Text("note: {remark}", remark=remark), err=True)
    told = row["note"] or row["reply"] or ""
    mark = "【試験】TEST  " if row["test"] else ""
    print_folded(
        f"{mark}{row['case_id']}  {row['number']}  {row['state']}"
        f"  {_way(row)}  {shown(told)}"
    )
    for line in lines_to_copy(row.get("submission", {})):
        print_line(line)


def _way(row: Mapping[str, Any]) -> str:
    if row["channel"] == Channel.SMTP:
        return tell(Text("to {recipient}", recipient=plain(row["recipient"])))
    return tell(Text("by {channel}", channel=row["channel"]))


@click.command()
@click.option("--now", is_flag=True, help="Do not wait for the time of the next try.")
@click.option("--watch", is_flag=True, help="Stay and deliver as things fall due.")
@site_option
@json_option
def work(site_path: Path, *, now: bool, watch: bool, as_json: bool) -> int:
    """Deliver what is due, once; with --watch until it is stopped.

    Limits and quiet hours are those of [worker] in notices.toml. SIGTERM, SIGINT and
    SIGHUP let attempts under way come to their end; the second one breaks them off.
    """
    if watch and (now or as_json):
        raise click.UsageError("--watch excludes --now and --json; see worker.log")
    with Site.open(site_path) as site:
        if watch:
            _watch(site)
            return 0
        with stopping() as stop:
            receipts = site.work(ignore_backoff=now, stop=stop)
        why = "" if now else _why_left(site)
        is_held = warn_if_held(site)
        tell_troubles(site.troubles)
        troubles = site.troubles
    rows = [with_troubles(receipt.to_json(), troubles) for receipt in receipts]
    if as_json:
        print_json(rows)
    elif not rows and not why and not is_held:
        say("nothing is due")
    for row in rows if not as_json else ():
        say_row(row)
    if why:
        say(why, err=True)
    return weightiest(exit_code_of(receipt) for receipt in receipts)


def _watch(site: Site) -> None:
    with closing(start_logging(site.config.worker.log)), watching() as take:

        def listen(news: WorkerEvent) -> None:
            log(news)
            take(news)

        HEARD.work_begins()
        site.rooms.worker_service.watch(
            listen, signals=stop_signals(), was_told=HEARD.was_told
        )


def _why_left(site: Site) -> str:
    """Why something that is due was not attempted; empty: nothing is left."""
    if until := site.rooms.sender.opens_at():
        moment = until.isoformat(timespec="minutes")
        return Text(
            "nothing goes out before {moment}; `notices work --now` does not wait",
            moment=moment,
        )
    if count := site.rooms.sender.waiting():
        return Text("{count} still due: run it again, or with --watch", count=count)
    return ""
