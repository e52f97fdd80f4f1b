"""`notices verify`."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Unpack

import click

from notices.cli.options import json_option, witness_options
from notices.cli.output import FORCE_OPTION, Output
from notices.cli.screen.language import current, tell
from notices.cli.screen.progress import measuring
from notices.cli.verifying.asking import AskedOptions, question_of
from notices.cli.verifying.collecting import Sources
from notices.cli.verifying.printing import Printer, printer
from notices.errors import NoticesError, NotJudgeable
from notices.messages import Text
from notices.report import (
    CLOCK_TOLERANCE,
    MAX_CLOCK_TOLERANCE,
    REVOCATION_AGE,
    Report,
    worst_exit_code,
)
from notices.verifying import Outcome, verify_many

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    type=FILE,
    help="Root certificate (PEM) that you trust; may be given more than once.",
)
@click.option(
    "--trust-tsa",
    "trust_tsa_files",
    multiple=True,
    type=FILE,
    help="Root certificate of time-stamp authorities; without it --trust serves both.",
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
@witness_options
@click.option(
    "--checkpoint",
    "checkpoint_files",
    multiple=True,
    type=FILE,
    help="A checkpoint of the log that you hold; another root at its size is a fork.",
)
@click.option(
    "--approval-origin",
    "approval_origins",
    multiple=True,
    metavar="ORIGIN[,RP-ID]",
    help="Console on which passkeys approve, such as https://console.example.jp.",
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
    "--revocation-age",
    metavar="DAYS",
    type=click.IntRange(0, 3_650),
    default=REVOCATION_AGE.days,
    show_default=True,
    help="How much older than the proven time a list or OCSP answer may be.",
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
    at_text: str | None,
    jobs: int | None,
    report_file: Path | None,
    *,
    force: bool,
    online: bool,
    json_lines: bool,
    as_json: bool,
    **asked: Unpack[AskedOptions],
) -> int:
    """Judge mails, PDFs, evidence bundles and notice.json: offline, by themselves.

    Also the output of `notices ledger prove`, for which --log-key is enough.

    Of up to 20 FILES, a notice that follows another is compared with that one.

    Each of FILES may be a whole folder or an mbox; then a line is printed for what
    did not pass, and a summary. Exit code 0 TOTAL-PASSED, 1 TOTAL-FAILED,
    3 INDETERMINATE; with several files 1 before 3 before 0; 65 before all, for a file
    that was named, an item of an mbox or a file called like one of ours that is none
    of these at all. Other files in a folder are only counted.
    """
    if not asked["trust_files"] and not asked["log_key_files"]:
        raise click.UsageError("name a root certificate that you trust: --trust FILE")
    output = Output("is_report", force)
    if report_file:
        output.require_free(report_file)
    sources = Sources(files)
    at = _time(at_text) if at_text else None
    question = question_of(asked, at)
    question = replace(question, evidence=[*question.evidence, *sources.beside()])
    if online:
        fetched = _fetched(sources, question.trust, at or datetime.now(UTC))
        # what was fetched is younger than the command
        question = replace(
            question,
            evidence=[*question.evidence, *fetched],
            at=at or datetime.now(UTC),
        )
    outcomes = verify_many(
        sources.items(), question, processes=jobs or os.cpu_count() or 1
    )
    shown = printer(json_lines=json_lines, as_json=as_json, many=sources.is_many)
    codes, reports = _told(outcomes, sources, shown, keep=bool(report_file))
    shown.end()
    if report_file:
        output.write(report_file, _written(reports, question.at))
    return worst_exit_code(codes)


def _told(
    outcomes: Iterable[Outcome], sources: Sources, shown: Printer, *, keep: bool
) -> tuple[list[int], list[tuple[str, Report]]]:
    """Show each outcome as it comes; gives exit codes and, to `keep`, reports."""
    codes: list[int] = []
    is_judged = False
    reports: list[tuple[str, Report]] = []
    with _progress(sources) as advance:
        for outcome in outcomes:
            shown.tell(outcome)
            codes.append(_exit_code(outcome))
            if keep and outcome.report:
                reports.append((outcome.name, outcome.report))
            is_judged = is_judged or outcome.report is not None
            advance(outcome.size)
    # a folder without anything of ours is no archive that was found good
    return (codes if is_judged else [*codes, NotJudgeable.exit_code]), reports


def _fetched(sources: Sources, trust: Sequence[bytes], at: datetime) -> list[bytes]:
    """What the authorities say now about the certificates in all these files."""
    from notices.evidence.online import fresh_answers  # noqa: PLC0415 - the network's room

    def contents() -> Iterator[bytes]:
        for item in sources.items():
            with suppress(NoticesError):
                yield item.load()

    return fresh_answers(contents(), trust, at, clock=lambda: datetime.now(UTC))


def _exit_code(outcome: Outcome) -> int:
    """A folder may hold other files: what is called like nothing of ours is counted."""
    if outcome.report:
        return outcome.report.verdict.exit_code
    return outcome.error.exit_code if outcome.error and outcome.is_asked else 0


class _Advance(Protocol):
    def __call__(self, size: int, /) -> None:
        """So many bytes are done."""


@contextmanager
def _progress(sources: Sources) -> Iterator[_Advance]:
    """A bar on the error output, where that is a terminal."""
    if not sources.is_many or not sys.stderr.isatty():
        yield lambda _size: None
        return
    with measuring(sources.total_bytes) as advance:
        yield advance


def _written(reports: list[tuple[str, Report]], at: datetime) -> bytes:
    from notices.evidence import write_report  # noqa: PLC0415 - fonts

    return write_report(reports, at=at, language=current(), tell=tell)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no RFC 3339 time", text=text), param_hint="--at"
        ) from error
    if at.tzinfo is None:
        raise click.BadParameter(
            "give the offset, too, such as 2031-01-01T00:00:00+09:00", param_hint="--at"
        )
    return at
