"""`notices ledger verify`: the site's log, or a published one."""

from base64 import b64encode
from pathlib import Path

import click

from notices.cli.ledger.group import FILE, text_of
from notices.cli.ledger.published import EXIT_CODES, reader_of
from notices.cli.options import json_option, keys_of, site_option, witness_options
from notices.cli.output import print_json, say
from notices.errors import InputError
from notices.evidence import is_checkpoint
from notices.files import read_plain, safe_write
from notices.ledger import Checkpoint, parse_verifier_key
from notices.messages import Text
from notices.site import Site
from notices.verifying import open_checkpoint
from notices.verifying.log.cosigned import (
    CosignedCheckpoint,
    open_cosigned,
    read_witness_policy,
)
from notices.verifying.log.following import (
    FollowedLog,
    LogFinding,
    follow,
)

_UNCHANGED = (
    "{size} entries, {checkpoints} checkpoints, root {root}: nothing was changed"
)
_CHANGED = (
    "{size} entries, {checkpoints} checkpoints, root {root}: something was changed"
)
_LARGEST_NOTE = 1 << 17


@click.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=FILE,
    help="A checkpoint that somebody outside holds; may be given more than once.",
)
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=FILE,
    help="Follow a published log instead of the site's; no site is needed.",
)
@click.option("--log-key", type=FILE, help="With --from: the log's key (log.pub).")
@click.option(
    "--seen",
    type=FILE,
    help="With --from: the checkpoint that was seen last; it is brought up to date.",
)
@witness_options
@site_option
@json_option
def verify(
    checkpoints: tuple[Path, ...],
    folder: Path | None,
    log_key: Path | None,
    seen: Path | None,
    witness_keys: tuple[str, ...],
    quorum: int | None,
    site_path: Path,
    *,
    as_json: bool,
) -> int:
    """Check every entry and every checkpoint; exit code 1 if something changed.

    With --from DIR what `notices ledger publish` wrote is followed from the checkpoint
    in --seen on: the tiles must agree with one another and with the checkpoint, which
    must continue the one that was seen, and be cosigned by the witnesses.
    """
    notes = [text_of(path) for path in checkpoints]
    if folder is not None:
        if log_key is None:
            raise click.UsageError("--from needs --log-key")
        keys = keys_of(witness_keys)
        return _follow(folder, text_of(log_key), seen, notes, keys, quorum, as_json)
    if log_key or seen or witness_keys or quorum:
        raise click.UsageError(
            "--log-key, --seen, --witness-key and --quorum belong to --from"
        )
    with Site.open(site_path) as site:
        result = site.rooms.log.ledger.examine(notes)
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


def _follow(
    folder: Path,
    log_key: str,
    seen: Path | None,
    notes: list[str],
    witness_keys: list[str],
    quorum: int | None,
    as_json: bool,
) -> int:
    """Follow a published log; what was seen is written only where it continues."""
    key = parse_verifier_key(log_key)
    note = read_note(folder / "checkpoint")
    policy = read_witness_policy(witness_keys, quorum)
    new = open_cosigned(note, key, policy)
    before = open_checkpoint(read_note(seen), key) if seen and seen.exists() else None
    held = [before, *(open_checkpoint(one, key) for one in notes)]
    known = [one for one in held if one]
    found = [
        follow(reader_of(folder), new.checkpoint, seen=one) for one in known or (None,)
    ]
    worst = max(found, key=lambda one: _ORDER[one.finding])
    if worst.finding is LogFinding.CONTINUES and seen:
        safe_write(seen, note.encode(), replaces=is_checkpoint)
    _tell(worst, new, before, as_json=as_json)
    return EXIT_CODES[worst.finding]


_ORDER = {
    LogFinding.CONTINUES: 0,
    LogFinding.CANNOT_TELL: 1,
    LogFinding.BROKEN: 2,
    LogFinding.FORK: 3,
}


def _tell(
    found: FollowedLog,
    new: CosignedCheckpoint,
    before: Checkpoint | None,
    *,
    as_json: bool,
) -> None:
    size, earlier = new.checkpoint.size, before.size if before else 0
    names = [one.witness.name for one in new.cosignatures]
    if as_json:
        print_json(
            {
                "size": size,
                "root": b64encode(new.checkpoint.root).decode(),
                "seen_size": before.size if before else None,
                "finding": found.finding.value,
                "detail": found.detail,
                "tiles": found.tiles,
                "withheld": found.withheld,
                "cosigned_by": names,
            }
        )
        return
    if found.finding is not LogFinding.CONTINUES:
        word = "?" if found.finding is LogFinding.CANNOT_TELL else "FAULT"
        say(Text("{word}   {detail}", word=word, detail=found.detail))
        return
    say(
        Text(
            "{size} entries continue the {earlier} that were seen; {detail}",
            size=size,
            earlier=earlier,
            detail=found.detail,
        )
    )
    if found.withheld:
        say(
            Text(
                "{count} tiles of level 0 are not served, as those of entries of "
                "version 1",
                count=found.withheld,
            )
        )
    if names:
        say(Text("cosigned by {names}", names=", ".join(names)))


def read_note(path: Path) -> str:
    """The text of a checkpoint; InputError if it is away or none."""
    try:
        return read_plain(path, _LARGEST_NOTE).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise InputError(
            Text("{path} cannot be read: {told}", path=path, told=told)
        ) from error
