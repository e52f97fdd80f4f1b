"""`notices ledger consistency`: whether a later checkpoint continues an earlier one."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import click

from notices.cli.ledger.group import FILE, text_of
from notices.cli.ledger.published import EXIT_CODES, reader_of
from notices.cli.options import site_option
from notices.cli.output import FORCE_OPTION, Output, print_json, say
from notices.errors import InputError
from notices.ledger import Checkpoint, parse_verifier_key, verify_consistency
from notices.messages import Text
from notices.site import Site
from notices.verifying import open_checkpoint
from notices.verifying.log.following import FollowedLog, compared, follow

_IS_BEGINNING = "the log of {old} entries is the beginning of the log of {new} entries"
_IS_NOT_BEGINNING = (
    "the log of {old} entries is NOT the beginning of the log of {new} entries"
)


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
        proven = site.rooms.log.ledger.consistency(text_of(old), text_of(new))
    if isinstance(proven, FollowedLog):
        say(proven.detail)
        return EXIT_CODES[proven.finding]
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
        return EXIT_CODES[told.finding]
    if folder:
        if first.size > second.size:
            raise _wrong_order(first, second)
        found = follow(reader_of(folder), second, seen=first)
        say(found.detail)
        return EXIT_CODES[found.finding]
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
