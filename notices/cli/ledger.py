"""`notices ledger`: checkpoints, proofs, and the check of the whole log."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import (
    FORCE_OPTION,
    Output,
    print_json,
    print_line,
    read_file,
    say,
    tell_troubles,
)
from notices.errors import InputError
from notices.ledger import parse_verifier_key, verify_consistency, write_export
from notices.messages import Text
from notices.site import Site
from notices.verifying import open_checkpoint

FILE = click.Path(path_type=Path)
STAMP_SUFFIX = ".tst"
_UNCHANGED = (
    "{size} entries, {checkpoints} checkpoints, root {root}: nothing was changed"
)
_CHANGED = (
    "{size} entries, {checkpoints} checkpoints, root {root}: something was changed"
)
_IS_BEGINNING = "the log of {old} entries is the beginning of the log of {new} entries"
_IS_NOT_BEGINNING = (
    "the log of {old} entries is NOT the beginning of the log of {new} entries"
)


@click.group()
def ledger() -> None:
    """The log of all that happened: sign it, prove from it, check it."""


@ledger.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option(
    "--whole",
    is_flag=True,
    help="Also what version 1 wrote, which has mailboxes and free text.",
)
@FORCE_OPTION
@site_option
def export(file: Path, site_path: Path, *, whole: bool, force: bool) -> None:
    """Write the log as JSON lines: `notices statistics --from` counts from it.

    No free text and no mailbox is in it. Of entries of version 1 the hash alone, unless
    --whole. Give it with a checkpoint of the same moment.
    """
    output = Output("is_ledger_export", force)
    output.require_free(file)
    with Site.open(site_path) as site:
        leaves = site.parts.store.ledger.events()
    output.write(file, b"".join(write_export(leaves, whole=whole)))
    say(Text("{count} entries written to {file}", count=len(leaves), file=file))


@ledger.command()
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
    A time stamp, where an authority is configured, is written beside it (.tst).
    """
    note, stamp = Output("is_checkpoint", force), Output("is_time_stamp", force)
    if out:
        note.require_free(out)
        stamp.require_free(_stamp_path(out))
    with Site.open(site_path) as site:
        issued = site.rooms.ledger.checkpoint()
        tell_troubles(site.troubles)
        if mail is not None:
            attempt = site.rooms.checkpoint_mailer.mail(issued, mail)
            say(
                Text("mailed to {mail}: {reply}", mail=mail, reply=attempt.reply),
                err=True,
            )
    if out:
        note.write(out, issued.note.encode())
        if issued.time_stamp:
            stamp.write(_stamp_path(out), issued.time_stamp)
    if as_json:
        print_json(
            {
                "size": issued.size,
                "root": b64encode(issued.root).decode(),
                "note": issued.note,
                "issued_at": issued.issued_at.isoformat(),
                "time_stamped": bool(issued.time_stamp),
            }
        )
    elif not out:
        print_line(issued.note, nl=False)


def _stamp_path(out: Path) -> Path:
    return out.with_name(out.name + STAMP_SUFFIX)


@ledger.command()
@site_option
def key(site_path: Path) -> None:
    """Print the log's public key, which auditors pin (C2SP verifier key)."""
    with Site.open(site_path) as site:
        print_line(site.rooms.ledger.log_key.public())


@ledger.command()
@click.argument("case_id", metavar="CASE-ID")
@click.option("--out", type=FILE, help="Write it to this file.")
@FORCE_OPTION
@site_option
def prove(case_id: str, out: Path | None, site_path: Path, *, force: bool) -> None:
    """Prove every event of CASE-ID with the checkpoint that it is in, as JSON.

    No other notice is shown.
    """
    output = Output("is_ledger_proof", force)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        proof = site.rooms.ledger.prove(case_id)
        tell_troubles(site.troubles)
    if out:
        text = json.dumps(proof, ensure_ascii=False, indent=2)
        output.write(out, f"{text}\n".encode())
    else:
        print_json(proof)


@ledger.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=FILE,
    help="A checkpoint that somebody outside holds; may be given more than once.",
)
@site_option
@json_option
def verify(checkpoints: tuple[Path, ...], site_path: Path, *, as_json: bool) -> int:
    """Check every entry and every checkpoint; exit code 1 if something changed."""
    notes = [_text(path) for path in checkpoints]
    with Site.open(site_path) as site:
        result = site.rooms.ledger.examine(notes)
    if as_json:
        print_json(
            {
                "size": result.size,
                "root": b64encode(result.root).decode(),
                "checkpoints": result.checkpoints,
                "faults": list(result.faults),
            }
        )
    else:
        for fault in result.faults:
            say(Text("FAULT   {fault}", fault=fault))
        say(
            Text(
                _CHANGED if result.faults else _UNCHANGED,
                size=result.size,
                checkpoints=result.checkpoints,
                root=b64encode(result.root).decode(),
            )
        )
        if not notes:
            advice = (
                "only a checkpoint from outside (--checkpoint FILE) shows that the "
                "database was not rolled back as a whole"
            )
            say(Text("hint: {advice}", advice=advice), err=True)
    return 1 if result.faults else 0


@ledger.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--out", type=FILE, help="Write the proof to this file.")
@click.option("--proof", "proof_file", type=FILE, help="Check this proof; no site.")
@click.option("--log-key", type=FILE, help="The log's public key, with --proof.")
@FORCE_OPTION
@site_option
def consistency(
    old: Path,
    new: Path,
    out: Path | None,
    proof_file: Path | None,
    log_key: Path | None,
    site_path: Path,
    *,
    force: bool,
) -> int:
    """Prove that the checkpoint OLD is within the checkpoint NEW.

    In the site this makes the proof. An auditor checks it with --proof and
    --log-key, and needs nothing else. Exit code 1 if it does not hold.
    """
    if proof_file:
        if not log_key:
            raise click.UsageError("--proof needs --log-key")
        return _check(_text(old), _text(new), proof_file, _text(log_key))
    output = Output("is_consistency_proof", force)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        proven = site.rooms.ledger.consistency(_text(old), _text(new))
    proof = {
        "old_size": proven.old.size,
        "new_size": proven.new.size,
        "consistency_proof": [b64encode(each).decode() for each in proven.proof],
    }
    if out:
        output.write(out, json.dumps(proof).encode())
    else:
        print_json(proof)
    return 0


def _check(old: str, new: str, proof_file: Path, log_key: str) -> int:
    key = parse_verifier_key(log_key)
    first, second = open_checkpoint(old, key), open_checkpoint(new, key)
    holds = verify_consistency(
        first.size, second.size, _hashes(proof_file), first.root, second.root
    )
    pattern = _IS_BEGINNING if holds else _IS_NOT_BEGINNING
    say(Text(pattern, old=first.size, new=second.size))
    return 0 if holds else 1


def _hashes(path: Path) -> list[bytes]:
    try:
        document: dict[str, Any] = json.loads(_text(path))
        return [
            b64decode(each, validate=True) for each in document["consistency_proof"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            Text("{path} is no consistency proof: {error}", path=path, error=error)
        ) from error


def _text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Text("{path} is no text: {error}", path=path, error=error)
        ) from error
