"""`notices handover`, `notices submitted`: requests that do not go by mail."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from notices.cli.options import HOW_MANY, json_option, site_option
from notices.cli.output import (
    as_json_text,
    print_folded,
    print_json,
    read_file,
    say,
    shown,
    tell,
    tell_troubles,
    troubles_json,
)
from notices.cli.screen.held import warn_if_held
from notices.cli.screen.outcomes import error_row, weightiest
from notices.cli.screen.progress import counting
from notices.files import safe_write
from notices.messages import Text
from notices.notice import RequestKind
from notices.signs import plain
from notices.site import Receipt, Site
from notices.site.web_forms.handover import RecordedLine, as_csv
from notices.site.web_forms.references import moment, read_references

_LABELS = {
    "form_url": Text("web form"),
    "number": Text("number"),
    "recipient": Text("to"),
    "date": Text("date"),
    "urls": Text("URLs"),
    "scope": "meant as a whole",
    "content": "what is posted",
    "reason": Text("reason"),
    "requested_action": "what is asked",
    "content_en": "what is posted (English)",
    "reason_en": "reason (English)",
    "requested_action_en": "what is asked (English)",
    "reply_to": "our address",
}


@click.command()
@click.argument("recipient", metavar="RECIPIENT")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="One line a request, or a list of them.",
)
@click.option("--limit", type=HOW_MANY, help="So many of the oldest.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in RequestKind]),
    default=RequestKind.REQUEST.value,
    show_default=True,
    help="Only notices of this kind: two kinds never go together.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write into a new file; CSV as spreadsheets open it.",
)
@site_option
@json_option
def handover(
    recipient: str,
    form: str,
    limit: int | None,
    kind: str,
    out: Path | None,
    site_path: Path,
    *,
    as_json: bool,
) -> int:
    """Write what waits for the web form of RECIPIENT, an entry of recipients.toml.

    What may not go out now is left out, such as while the police ask to wait. The
    columns are the entry's fields. Write the references that the form answers into
    the last one, and record them all with `notices submitted --file FILE`.
    """
    with Site.open(site_path) as site:
        waiting = site.rooms.bulk.waiting(recipient, RequestKind(kind))
        warn_if_held(site)
    chosen = waiting[:limit]
    if as_json or form == "json":
        text = as_json_text([each.to_json() for each in chosen])
    else:
        text = as_csv(chosen)
    if out is None:
        click.echo(text.encode(), nl=False)
    else:
        # without the mark a spreadsheet takes UTF-8 for another charset
        is_csv = not as_json and form == "csv"
        safe_write(out, text.encode("utf-8-sig" if is_csv else "utf-8"))
    for each in chosen:
        for fault in each.faults:
            said = Text("notices: {number}: {fault}", number=each.number, fault=fault)
            say(said, err=True)
    said = Text(
        "notices: {count} of {all} that wait", count=len(chosen), all=len(waiting)
    )
    say(said, err=True)
    return 65 if any(each.faults for each in chosen) else 0


@click.command()
@click.argument("case_id", metavar="[CASE-ID]", required=False)
@click.option("--reference", help="What the form or the other system answered.")
@click.option("--at", "at_text", metavar="TIME", help="When; default now.")
@click.option("--number", default="", help="Which notice, where there are several.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="A line for each request: number or case_id, reference, and at if wanted.",
)
@site_option
@json_option
def submitted(
    case_id: str | None,
    site_path: Path,
    *,
    reference: str | None,
    at_text: str | None,
    number: str,
    file: Path | None,
    as_json: bool,
) -> int:
    """Record that you filled in the form, or that another system took the request.

    It becomes `sent`, in the ledger, with the time and the reference. A time without
    an offset is Japan's. With --file each line is recorded by itself: one that is
    refused is told, and holds up no other; lines without a reference are passed over.
    """
    if file is not None:
        if case_id or reference or at_text or number:
            raise click.UsageError("--file says which, when and under which reference")
        return _record_file(file, site_path, as_json=as_json)
    if not case_id or reference is None:
        raise click.UsageError("name CASE-ID and --reference, or --file")
    at = _moment(at_text) if at_text else None
    with Site.open(site_path) as site:
        receipt = site.submitted(case_id, reference=reference, at=at, number=number)
        tell_troubles(site.troubles)
        warnings = troubles_json(site.troubles)
    if as_json:
        print_json({**receipt.to_json(), **warnings})
    else:
        _say(receipt)
    return 0


def _record_file(file: Path, site_path: Path, *, as_json: bool) -> int:
    references = read_references(read_file(file))
    rows: list[Mapping[str, Any]] = []
    codes: list[int] = []
    with Site.open(site_path) as site, counting(len(references)) as one_more:
        for line in site.rooms.bulk.record(references):
            rows.append({"line": line.line, **_row(line)})
            codes.append(line.error.exit_code if line.error else 0)
            if not as_json:
                _tell(line)
            one_more()
        tell_troubles(site.troubles)
    if as_json:
        print_json(rows)
    elif not rows:
        say("no line has a reference: nothing was recorded", err=True)
    return weightiest(codes)


def _row(recorded: RecordedLine) -> Mapping[str, Any]:
    if recorded.receipt is not None:
        return recorded.receipt.to_json()
    assert recorded.error is not None  # noqa: S101 - one of the two
    row = error_row(recorded.case_id, recorded.error)
    return {**row, "number": recorded.number or None}


def _tell(recorded: RecordedLine) -> None:
    if recorded.receipt is not None:
        _say(recorded.receipt)
    elif recorded.error is not None:
        name, message = plain(recorded.name), shown(recorded.error.message)
        if name not in message:
            message = Text("{case_id}: {message}", case_id=name, message=message)
        said = "notices: error: line {line}: {message}"
        say(Text(said, line=recorded.line, message=message), err=True)
        if recorded.error.hint:
            say(Text("hint: {advice}", advice=shown(recorded.error.hint)), err=True)


def _say(receipt: Receipt) -> None:
    print_folded(
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
        return moment(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no time such as 2026-11-22T13:30", text=text),
            param_hint="--at",
        ) from error
