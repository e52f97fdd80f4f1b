"""`notices ledger checkpoint`, `key`, `prove`, `export`."""

import json
from base64 import b64encode
from pathlib import Path

import click

from notices.cli.ledger.group import FILE
from notices.cli.options import json_option, site_option
from notices.cli.output import (
    FORCE_OPTION,
    Output,
    print_json,
    print_line,
    say,
    tell_troubles,
)
from notices.ledger import write_export
from notices.messages import Text
from notices.site import Site

STAMP_SUFFIX = ".tst"


@click.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option(
    "--whole",
    is_flag=True,
    help="Also what version 1 wrote, which has mailboxes and free text.",
)
@FORCE_OPTION
@site_option
@json_option
def export(
    file: Path, site_path: Path, *, whole: bool, force: bool, as_json: bool
) -> None:
    """Write the log as JSON lines; `notices statistics YEAR --from FILE` counts them.

    No free text and no mailbox is in it. Of entries of version 1 the hash alone, unless
    --whole. Give it with a checkpoint of the same moment: where witnesses cosign the
    log, theirs is written beside it (.checkpoint), and the export ends there.
    """
    output = Output("is_ledger_export", force)
    output.require_free(file)
    beside, note = file.with_name(f"{file.name}.checkpoint"), ""
    size: int | None = None
    notes = Output("is_checkpoint", force)
    with Site.open(site_path) as site:
        if site.rooms.log.witnesses.witnesses:
            notes.require_free(beside)
            issued = site.rooms.log.ledger.cosigned_now()
            tell_troubles(site.troubles)
            note, size = issued.cosigned_note, issued.size
        leaves = site.parts.store.ledger.events()
    if note:
        leaves = leaves[:size]
        notes.write(beside, note.encode())
    output.write(file, b"".join(write_export(leaves, whole=whole)))
    if as_json:
        told = {"file": str(file), "entries": len(leaves), "whole": whole}
        print_json({**told, "checkpoint": str(beside) if note else None})
    else:
        say(Text("{count} entries written to {file}", count=len(leaves), file=file))


@click.command()
@click.option("--out", type=FILE, help="Write it to this file, for a witness.")
@click.option("--mail", metavar="MAILBOX", help="Send it to this witness, signed.")
@FORCE_OPTION
@site_option
@json_option
def checkpoint(
    out: Path | None, mail: str | None, site_path: Path, *, force: bool, as_json: bool
) -> None:
    """Sign size and root of the log as they are now (C2SP tlog-checkpoint).

    Give the file to somebody outside: who holds it notices when history changes.
    The witnesses of [ledger] witnesses are asked to cosign it. A time stamp, where an
    authority is configured, is written beside it (.tst); it is over the note without
    the lines of witnesses.
    """
    note, stamp = Output("is_checkpoint", force), Output("is_time_stamp", force)
    if out:
        note.require_free(out)
        stamp.require_free(_stamp_path(out))
    with Site.open(site_path) as site:
        issued = site.rooms.log.ledger.checkpoint()
        tell_troubles(site.troubles)
        if mail is not None:
            attempt = site.rooms.log.checkpoint_mailer.mail(issued, mail)
            say(
                Text("mailed to {mail}: {reply}", mail=mail, reply=attempt.reply),
                err=True,
            )
    if out:
        note.write(out, issued.cosigned_note.encode())
        if issued.time_stamp:
            stamp.write(_stamp_path(out), issued.time_stamp)
    if as_json:
        print_json(
            {
                "size": issued.size,
                "root": b64encode(issued.root).decode(),
                "note": issued.cosigned_note,
                "issued_at": issued.issued_at.isoformat(),
                "time_stamped": bool(issued.time_stamp),
                "cosigned_by": list(issued.cosigners),
            }
        )
    elif not out:
        print_line(issued.cosigned_note, nl=False)


def _stamp_path(out: Path) -> Path:
    return out.with_name(out.name + STAMP_SUFFIX)


@click.command()
@site_option
@json_option
def key(site_path: Path, *, as_json: bool) -> None:
    """Print the log's public key, which auditors pin (C2SP verifier key)."""
    with Site.open(site_path) as site:
        log_key = str(site.rooms.log.ledger.log_key.public())
    if as_json:
        print_json({"log_key": log_key})
    else:
        print_line(log_key)


@click.command()
@site_option
@json_option
def forks(site_path: Path, *, as_json: bool) -> None:
    """Show what witnesses refused because they have seen another history.

    Each with both notes: the checkpoint that was refused, and the last one that the
    witness cosigned, as far as it is known here.
    """
    with Site.open(site_path) as site:
        refusals = site.parts.store.ledger.forks()
    if as_json:
        print_json(
            [
                {
                    "witness": one.witness,
                    "told": one.told,
                    "at": one.at.isoformat(),
                    "refused": one.note,
                    "cosigned": one.other or None,
                }
                for one in refusals
            ]
        )
        return
    if not refusals:
        say("no witness has seen another history")
    for refusal in refusals:
        name = refusal.witness.partition("+")[0]
        say(
            Text(
                "{at}  {witness}: {told}",
                at=refusal.at,
                witness=name,
                told=refusal.told,
            )
        )
        say("it refused")
        print_line(refusal.note)
        say("and had cosigned")
        print_line(refusal.other or "-")


@click.command()
@click.argument("case_id", metavar="CASE-ID")
@click.option("--out", type=FILE, help="Write it to this file.")
@FORCE_OPTION
@site_option
@json_option
def prove(
    case_id: str, out: Path | None, site_path: Path, *, force: bool, as_json: bool
) -> None:
    """Prove every event of CASE-ID with the checkpoint that it is in, as JSON.

    No other notice is shown. The proof is JSON with and without --json; with --out,
    --json tells what was written.
    """
    output = Output("is_ledger_proof", force)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        proof = site.rooms.log.ledger.prove(case_id)
        tell_troubles(site.troubles)
    if out:
        text = json.dumps(proof, ensure_ascii=False, indent=2)
        output.write(out, f"{text}\n".encode())
        if as_json:
            print_json({"file": str(out), "records": len(proof["records"])})
    else:
        print_json(proof)
