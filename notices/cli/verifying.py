"""`notices verify`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option
from notices.cli.output import plain, print_json
from notices.errors import NoticesError, NotJudgeable
from notices.report import Report, worst_exit_code
from notices.verifying import render_text, to_json, verify_isolated

MAX_FILE_BYTES = 64 << 20
"""A larger file is no mail of ours; it is not read into memory."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Root certificate (PEM) that you trust; may be given more than once.",
)
@click.option(
    "--signer", "signers", multiple=True, help="Only this mailbox may have signed."
)
@click.option(
    "--evidence",
    "evidence_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="CRL or OCSP answer (DER or PEM) that the file itself does not carry.",
)
@click.option(
    "--at", "at_text", metavar="TIME", help="Judge as of this time (RFC 3339)."
)
@json_option
def verify(
    files: tuple[Path, ...],
    trust_files: tuple[Path, ...],
    signers: tuple[str, ...],
    evidence_files: tuple[Path, ...],
    at_text: str | None,
    *,
    as_json: bool,
) -> int:
    """Judge each FILE, a mail (.eml) or a PDF: offline, from what it carries.

    Exit code 0 TOTAL-PASSED, 1 TOTAL-FAILED, 3 INDETERMINATE; with several files
    1 before 3 before 0; 65 for what is no mail or PDF at all.
    """
    at = _time(at_text) if at_text else datetime.now(UTC)
    trust = [_read(path) for path in trust_files]
    evidence = [_read(path) for path in evidence_files]
    rows: list[dict[str, Any]] = []
    codes = []
    for path in files:
        try:
            report: Report = verify_isolated(
                _read(path), trust=trust, at=at, signers=signers, evidence=evidence
            )
        except NotJudgeable as error:
            rows.append(_unread_row(path, error))
            codes.append(error.exit_code)
            click.echo(
                f"notices: error: {plain(str(path))}: {error.diagnostics()}", err=True
            )
            continue
        rows.append(to_json(report, str(path)))
        codes.append(report.verdict.exit_code)
        if not as_json:
            click.echo(render_text(report, plain(str(path))))
    if as_json:
        print_json(rows)
    return worst_exit_code(codes)


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


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise NotJudgeable(
            f"{path} cannot be read: {error.strerror}", hint="check the path"
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise NotJudgeable(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB")
    return data


def _unread_row(path: Path, error: NoticesError) -> dict[str, Any]:
    keys = (
        "kind",
        "verdict",
        "sub_indication",
        "signer",
        "signing_time",
        "best_signature_time",
        "subject_sha256",
        "notice",
    )
    return {
        "file": str(path),
        **dict.fromkeys(keys),
        "checks": [],
        "error": {"code": error.code, "message": error.message, "hint": error.hint},
    }
