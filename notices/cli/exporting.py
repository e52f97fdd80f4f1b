"""`notices export` and `notices renew`: evidence bundles."""

from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import (
    FORCE_OPTION,
    Output,
    print_json,
    print_line,
    read_file,
    tell_troubles,
    warn,
)
from notices.errors import InputError
from notices.files import safe_write
from notices.files.asking import is_folder
from notices.messages import Text
from notices.site import Site
from notices.site.exporting import Exported

FILE = click.Path(path_type=Path)
NOT_PROVEN = 3
"""As `notices verify` ends with what it cannot judge."""


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@click.option(
    "--out", type=FILE, help="Write to this file or folder; default NUMBER.asice."
)
@click.option("--number", default="", help="Only the notice with this number.")
@click.option(
    "--redact", is_flag=True, help="Leave out URLs and content; prove the rest."
)
@click.option(
    "--unproven",
    is_flag=True,
    help="Write it even if our verifier does not prove it today (exit code 3).",
)
@FORCE_OPTION
@site_option
@json_option
def export(
    case_id: str,
    out: Path | None,
    number: str,
    site_path: Path,
    *,
    redact: bool,
    unproven: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Write the evidence bundle of each notice of CASE-ID (ASiC-E).

    One file proves the notice to anybody with the root certificate: judgment,
    letter, message as sent, replies, reports, certificates, ledger proof. Our own
    verifier judges it first; what it does not prove is not written (exit code 69).
    """
    output = Output("is_bundle", force)
    if out and not is_folder(out):
        output.require_free(out)
    with Site.open(site_path) as site:
        if out and not is_folder(out):
            _require_one(site.rooms.exporter.numbers(case_id, number), out)
        bundles = site.rooms.exporter.export(
            case_id, number=number, redact=redact, unproven=unproven
        )
        tell_troubles(site.troubles)
    paths = [_target(out, exported) for exported in bundles]
    output.require_free(*paths)
    for exported, path in zip(bundles, paths, strict=True):
        output.write(path, exported.content)
        for warning in filter(None, (*exported.warnings, exported.doubt)):
            warn(Text("{number}: {warning}", number=exported.number, warning=warning))
    if as_json:
        print_json(
            [
                {
                    "number": exported.number,
                    "file": str(path),
                    "bytes": len(exported.content),
                    "proven": not exported.doubt,
                }
                for exported, path in zip(bundles, paths, strict=True)
            ]
        )
    else:
        for path in paths:
            print_line(path)
    return NOT_PROVEN if any(exported.doubt for exported in bundles) else 0


def _require_one(numbers: list[str], out: Path) -> None:
    """InputError before anything is asked for: one file takes one bundle."""
    count = len(numbers)
    if count > 1:
        raise InputError(
            Text("{count} bundles do not go into one file {out}", count=count, out=out),
            hint="name a folder that exists, or one of them with --number",
        )


def _target(out: Path | None, exported: Exported) -> Path:
    if out is None:
        return Path(exported.file_name)
    return out / exported.file_name if is_folder(out) else out


@click.command()
@click.argument("bundle", type=FILE)
@click.option("--out", type=FILE, help="Write to this file; default BUNDLE itself.")
@FORCE_OPTION
@site_option
@json_option
def renew(
    bundle: Path, out: Path | None, site_path: Path, *, force: bool, as_json: bool
) -> None:
    """Add an archive time stamp to BUNDLE before the last one weakens.

    Nothing inside is signed again. The site's time-stamp authority is asked and judged.
    BUNDLE is left as it is unless our own verifier proves the renewed one.
    """
    output, before = Output("is_bundle", force), read_file(bundle)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        content, warnings = site.rooms.exporter.renew(before)
    if out:
        output.write(out, content)
    else:
        safe_write(bundle, content, replaces=before.__eq__)
    for warning in warnings:
        warn(warning)
    if as_json:
        print_json(
            {
                "file": str(out or bundle),
                "bytes": len(content),
                "warnings": list(warnings),
            }
        )
        return
    print_line(out or bundle)
