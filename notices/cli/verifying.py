"""`notices verify`."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import click

from notices.cli.collecting import collect, is_many, total_bytes
from notices.cli.options import json_option
from notices.cli.output import FORCE_OPTION, Output, print_json, print_table, read_file
from notices.errors import NoticesError
from notices.report import (
    CLOCK_TOLERANCE,
    MAX_CLOCK_TOLERANCE,
    CheckStatus,
    Report,
    Verdict,
    worst_exit_code,
)
from notices.signs import plain
from notices.verifying import Outcome, Question, render_text, to_json, verify_many

FILE = click.Path(path_type=Path)
NOT_JUDGED = "not judged"


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    required=True,
    type=FILE,
    help="Root certificate (PEM) that you trust; may be given more than once.",
)
@click.option(
    "--signer", "signers", multiple=True, help="Only this mailbox may have signed."
)
@click.option(
    "--evidence",
    "evidence_files",
    multiple=True,
    type=FILE,
    help="CRL or OCSP answer (DER or PEM) that the file itself does not carry.",
)
@click.option(
    "--log-key",
    "log_key_files",
    multiple=True,
    type=FILE,
    help="The ledger's public key (log.pub) that bundles must lead to.",
)
@click.option(
    "--at", "at_text", metavar="TIME", help="Judge as of this time (RFC 3339)."
)
@click.option(
    "--clock-tolerance",
    metavar="SECONDS",
    type=click.IntRange(0, int(MAX_CLOCK_TOLERANCE.total_seconds())),
    default=int(CLOCK_TOLERANCE.total_seconds()),
    show_default=True,
    help="How far other clocks, such as a time-stamp authority's, may differ.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="Processes; default: one a processor."
)
@click.option(
    "--report", "report_file", type=FILE, help="Write the report to this PDF, too."
)
@FORCE_OPTION
@click.option(
    "--online",
    is_flag=True,
    help="Fetch fresh revocation answers from where trusted certificates say.",
)
@click.option("--json-lines", is_flag=True, help="Print one JSON line for each file.")
@json_option
def verify(
    files: tuple[Path, ...],
    trust_files: tuple[Path, ...],
    signers: tuple[str, ...],
    evidence_files: tuple[Path, ...],
    log_key_files: tuple[Path, ...],
    at_text: str | None,
    clock_tolerance: int,
    jobs: int | None,
    report_file: Path | None,
    *,
    force: bool,
    online: bool,
    json_lines: bool,
    as_json: bool,
) -> int:
    """Judge mails, PDFs, evidence bundles and notice.json: offline, by themselves.

    Each of FILES may be a whole folder or an mbox; then a line is printed for what
    did not pass, and a summary. Exit code 0 TOTAL-PASSED, 1 TOTAL-FAILED,
    3 INDETERMINATE; with several files 1 before 3 before 0; 65 for a file that is
    none of these at all.
    """
    output = Output("is_report", force)
    if report_file:
        output.require_free(report_file)
    trust = [read_file(path) for path in trust_files]
    at = _time(at_text) if at_text else None
    evidence = [read_file(path) for path in evidence_files]
    if online:
        evidence += _fetched(files, trust, at or datetime.now(UTC))
    question = Question(
        trust=trust,
        # what was fetched is younger than the command
        at=at or datetime.now(UTC),
        clock_tolerance=timedelta(seconds=clock_tolerance),
        signers=signers,
        evidence=evidence,
        log_keys=[read_file(path).decode("utf-8", "replace") for path in log_key_files],
    )
    outcomes = verify_many(
        collect(files), question, processes=jobs or os.cpu_count() or 1
    )
    many = is_many(files)
    printer = _printer(json_lines=json_lines, as_json=as_json, many=many)
    codes: list[int] = []
    reports: list[tuple[str, Report]] = []
    with _progress(files, shown=many) as advance:
        for outcome in outcomes:
            printer.tell(outcome)
            codes.append(_exit_code(outcome, many=many))
            if report_file and outcome.report:
                reports.append((outcome.name, outcome.report))
            advance(outcome.size)
    printer.end()
    if report_file:
        output.write(report_file, _written(reports, question.at))
    return worst_exit_code(codes)


def _printer(*, json_lines: bool, as_json: bool, many: bool) -> "_Printer":
    """How outcomes are told; what is for programs goes before what is for people."""
    if json_lines:
        return _Lines()
    if as_json:
        return _Document()
    return _Summary() if many else _Texts()


def _fetched(files: Iterable[Path], trust: list[bytes], at: datetime) -> list[bytes]:
    """What the authorities say now about the certificates in all these files."""
    from notices.evidence.online import fresh_answers  # noqa: PLC0415 - the network's room

    def contents() -> Iterator[bytes]:
        for item in collect(files):
            with suppress(NoticesError):
                yield item.load()

    return fresh_answers(contents(), trust, at, clock=lambda: datetime.now(UTC))


def _exit_code(outcome: Outcome, *, many: bool) -> int:
    """A folder may hold other files: what is nothing of ours is only counted."""
    if outcome.report:
        return outcome.report.verdict.exit_code
    return 0 if many else outcome.error.exit_code if outcome.error else 0


class _Printer(Protocol):
    def tell(self, outcome: Outcome) -> None:
        """Show one outcome."""

    def end(self) -> None:
        """Show what is said of all."""


class _Texts:
    """Every check of every file."""

    def tell(self, outcome: Outcome) -> None:
        name = plain(outcome.name)
        if outcome.report:
            click.echo(render_text(outcome.report, name))
        elif outcome.error:
            click.echo(
                f"notices: error: {name}: {outcome.error.diagnostics()}", err=True
            )

    def end(self) -> None:
        """Nothing more."""


class _Lines:
    """A JSON document a line, as they come."""

    def tell(self, outcome: Outcome) -> None:
        click.echo(json.dumps(_row(outcome), ensure_ascii=False))

    def end(self) -> None:
        """Nothing more."""


class _Document(_Texts):
    """One JSON document."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def tell(self, outcome: Outcome) -> None:
        self._rows.append(_row(outcome))
        if outcome.error:
            super().tell(outcome)

    def end(self) -> None:
        print_json(self._rows)


class _Summary:
    """A line for what did not pass, then how many of what."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def tell(self, outcome: Outcome) -> None:
        key = _class_of(outcome)
        self._counts[key] += 1
        if key[0] != Verdict.TOTAL_PASSED:
            words = " ".join(
                filter(None, [*key[:2], plain(outcome.name), _why(outcome)])
            )
            click.echo(words)

    def end(self) -> None:
        rows = [
            (verdict, why, kind, str(count))
            for (verdict, why, kind), count in sorted(self._counts.items())
        ]
        total = str(self._counts.total())
        print_table(("verdict", "why", "kind", "count"), [*rows, ("", "", "", total)])


def _class_of(outcome: Outcome) -> tuple[str, str, str]:
    report = outcome.report
    if report is None:
        return NOT_JUDGED, outcome.error.code if outcome.error else "", ""
    return str(report.verdict), str(report.sub_indication or ""), report.kind


def _why(outcome: Outcome) -> str:
    if outcome.error:
        return plain(outcome.error.message)
    wanted = (CheckStatus.FAILED, CheckStatus.INDETERMINATE)
    findings = outcome.report.findings if outcome.report else ()
    for status in wanted:
        for finding in findings:
            if finding.status is status:
                return plain(f"{finding.id} {finding.name}: {finding.detail}")
    return ""


class _Advance(Protocol):
    def __call__(self, size: int, /) -> None:
        """So many bytes are done."""


@contextmanager
def _progress(files: Iterable[Path], *, shown: bool) -> Iterator[_Advance]:
    """A bar on the error output, where that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - rich costs 50 ms
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("verifying", total=total_bytes(files))
        yield lambda size: progress.advance(task, size)


def _written(reports: list[tuple[str, Report]], at: datetime) -> bytes:
    from notices.evidence import write_report  # noqa: PLC0415 - fonts

    return write_report(reports, at=at)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no RFC 3339 time", param_hint="--at"
        ) from error
    if at.tzinfo is None:
        raise click.BadParameter(
            "give the offset, too, such as 2031-01-01T00:00:00+09:00", param_hint="--at"
        )
    return at


def _row(outcome: Outcome) -> dict[str, Any]:
    if outcome.report:
        return to_json(outcome.report, outcome.name)
    return _unread_row(outcome.name, outcome.error) if outcome.error else {}


def _unread_row(name: str, error: NoticesError) -> dict[str, Any]:
    keys = (
        "kind",
        "verdict",
        "sub_indication",
        "signer",
        "signing_time",
        "best_signature_time",
        "clock_tolerance_seconds",
        "subject_sha256",
        "notice",
    )
    return {
        "file": name,
        **dict.fromkeys(keys),
        "checks": [],
        "story": [],
        "error": {"code": error.code, "message": error.message, "hint": error.hint},
    }
