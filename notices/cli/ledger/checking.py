"""`notices ledger verify`, `notices ledger consistency`."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import click

from notices.cli.ledger.group import FILE, text_of
from notices.cli.options import json_option, keys_of, site_option, witness_options
from notices.cli.output import FORCE_OPTION, Output, print_json, say
from notices.errors import InputError
from notices.evidence import is_checkpoint
from notices.files import read_plain, safe_write
from notices.ledger import Checkpoint, parse_verifier_key, verify_consistency
from notices.ledger.tiles import HASH_BYTES, WIDTH
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
    Read,
    compared,
    follow,
)

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
_EXIT_CODES = {
    LogFinding.CONTINUES: 0,
    LogFinding.FORK: 1,
    LogFinding.BROKEN: 1,
    LogFinding.CANNOT_TELL: 3,
}
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
        follow(_reader(folder), new.checkpoint, seen=one) for one in known or (None,)
    ]
    worst = max(found, key=lambda one: _ORDER[one.finding])
    if worst.finding is LogFinding.CONTINUES and seen:
        safe_write(seen, note.encode(), replaces=is_checkpoint)
    _tell(worst, new, before, as_json=as_json)
    return _EXIT_CODES[worst.finding]


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


def _reader(folder: Path) -> Read:
    def read(path: str) -> bytes | None:
        try:
            return read_plain(folder / path, WIDTH * HASH_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise InputError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=folder / path,
                    strerror=error.strerror,
                )
            ) from error

    return read


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--out", type=FILE, help="Write the proof to this file.")
@click.option("--proof", "proof_file", type=FILE, help="Check this proof; no site.")
@click.option("--log-key", type=FILE, help="The log's public key: no site is needed.")
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=FILE,
    help="With --log-key: take the proof from a published log.",
)
@FORCE_OPTION
@site_option
def consistency(
    old: Path,
    new: Path,
    out: Path | None,
    proof_file: Path | None,
    log_key: Path | None,
    folder: Path | None,
    site_path: Path,
    *,
    force: bool,
) -> int:
    """Prove that the checkpoint OLD is within the checkpoint NEW.

    In the site this makes the proof. An auditor checks it with --log-key and --proof,
    or with --from a published log, and needs nothing else. Two checkpoints of one size
    need no proof: other roots are a fork. Exit code 1 if it does not hold, 3 if
    neither a proof nor a published log was given and one is needed.
    """
    if (proof_file or folder) and not log_key:
        raise click.UsageError("--proof and --from need --log-key")
    if log_key:
        return _check(old, new, proof_file, folder, text_of(log_key))
    output = Output("is_consistency_proof", force)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        proven = site.rooms.ledger.consistency(text_of(old), text_of(new))
    if isinstance(proven, FollowedLog):
        say(proven.detail)
        return _EXIT_CODES[proven.finding]
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


def _check(
    old: Path, new: Path, proof_file: Path | None, folder: Path | None, log_key: str
) -> int:
    key = parse_verifier_key(log_key)
    first = open_checkpoint(text_of(old), key)
    second = open_checkpoint(text_of(new), key)
    if told := compared(first, second):
        say(told.detail)
        return _EXIT_CODES[told.finding]
    if folder:
        if first.size > second.size:
            raise _wrong_order(first, second)
        found = follow(_reader(folder), second, seen=first)
        say(found.detail)
        return _EXIT_CODES[found.finding]
    if not proof_file:
        say(
            "they are of other sizes: only a proof tells (--proof FILE), or a "
            "published log (--from DIR)"
        )
        return 3
    holds = verify_consistency(
        first.size, second.size, _hashes(proof_file), first.root, second.root
    )
    pattern = _IS_BEGINNING if holds else _IS_NOT_BEGINNING
    say(Text(pattern, old=first.size, new=second.size))
    return 0 if holds else 1


def _wrong_order(old: Checkpoint, new: Checkpoint) -> InputError:
    return InputError(
        Text(
            "the old checkpoint has {size} entries, the new one {new_size}",
            size=old.size,
            new_size=new.size,
        ),
        hint="name the older one first",
    )


def _hashes(path: Path) -> list[bytes]:
    try:
        document: dict[str, Any] = json.loads(text_of(path))
        return [
            b64decode(each, validate=True) for each in document["consistency_proof"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            Text("{path} is no consistency proof: {error}", path=path, error=error)
        ) from error
