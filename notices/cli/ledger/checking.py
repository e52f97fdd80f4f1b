"""`notices ledger verify`."""

from base64 import b64encode
from pathlib import Path

import click

from notices.cli.ledger.group import FILE, opened_note, read_note, reader, text_of
from notices.cli.options import json_option, keys_of, site_option, witness_options
from notices.cli.output import print_json, say
from notices.evidence import is_checkpoint
from notices.files import safe_write
from notices.files.asking import is_there
from notices.ledger import Checkpoint, parse_verifier_key
from notices.messages import Text
from notices.site import Site
from notices.verifying.log.cosigned import (
    CosignedCheckpoint,
    open_cosigned,
    read_witness_policy,
)
from notices.verifying.log.following import (
    EXIT_CODES,
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
    if folder is not None:
        if log_key is None:
            raise click.UsageError("--from needs --log-key")
        keys = keys_of(witness_keys)
        key = text_of(log_key)
        return _follow(folder, key, seen, checkpoints, keys, quorum, as_json)
    if log_key or seen or witness_keys or quorum:
        raise click.UsageError(
            "--log-key, --seen, --witness-key and --quorum belong to --from"
        )
    notes = [text_of(path) for path in checkpoints]
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
    notes: tuple[Path, ...],
    witness_keys: list[str],
    quorum: int | None,
    as_json: bool,
) -> int:
    """Follow a published log; what was seen is written only where it continues."""
    key = parse_verifier_key(log_key)
    policy = read_witness_policy(witness_keys, quorum)
    note = read_note(folder / "checkpoint")
    new = open_cosigned(note, key, policy)
    before = opened_note(seen, key) if seen and is_there(seen) else None
    read = reader(folder)
    followed = (
        [follow(read, new.checkpoint, seen=before)] if before or not notes else []
    )
    for path in notes:
        # what others hold may be newer than what is published: no fault of anybody
        held = opened_note(path, key)
        followed.append(follow(read, new.checkpoint, seen=held, may_be_ahead=True))
    worst = max(followed, key=lambda one: _ORDER[one.finding])
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
    log: FollowedLog,
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
                "finding": log.finding.value,
                "detail": log.detail,
                "tiles": log.tiles,
                "withheld": log.withheld,
                "cosigned_by": names,
            }
        )
        return
    if log.finding is not LogFinding.CONTINUES:
        word = "?" if log.finding is LogFinding.CANNOT_TELL else "FAULT"
        say(Text("{word}   {detail}", word=word, detail=log.detail))
        return
    say(
        Text(
            "{size} entries continue the {earlier} that were seen; {detail}",
            size=size,
            earlier=earlier,
            detail=log.detail,
        )
    )
    if log.withheld:
        say(
            Text(
                "{count} tiles of level 0 are not served, as those of entries of "
                "version 1",
                count=log.withheld,
            )
        )
    if names:
        say(Text("cosigned by {names}", names=", ".join(names)))
