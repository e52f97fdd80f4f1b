"""`notices ledger consistency`: two checkpoints of one log."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from notices.cli.ledger.group import FILE, opened_note, reader, text_of
from notices.cli.options import json_option, site_option
from notices.cli.output import FORCE_OPTION, Output, print_json, say
from notices.errors import InputError
from notices.ledger import Checkpoint, parse_verifier_key, verify_consistency
from notices.messages import Text
from notices.site import Site
from notices.verifying.log.following import (
    EXIT_CODES,
    FollowedLog,
    LogFinding,
    compared,
    follow,
)

_IS_BEGINNING = "the log of {old} entries is the beginning of the log of {new} entries"
_IS_NOT_BEGINNING = (
    "the log of {old} entries is NOT the beginning of the log of {new} entries"
)
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenProof:
    """A consistency proof from a file."""

    path: Path
    """The file."""
    sizes: tuple[Any, Any] | None
    """Of which trees it says that it is; None: it does not say."""
    hashes: tuple[bytes, ...]
    """RFC 9162, 2.1.4."""

    def require_of(self, old: Checkpoint, new: Checkpoint) -> None:
        """InputError if it says that it is of other trees: then it shows nothing."""
        if self.sizes not in (None, (old.size, new.size)):
            raise InputError(
                Text(
                    "{path} is the proof of {sizes} entries, the checkpoints have "
                    "{old} and {new}",
                    path=self.path,
                    sizes=", ".join(str(one)[:20] for one in self.sizes or ()),
                    old=old.size,
                    new=new.size,
                ),
                hint="ask for the proof of these two: notices ledger consistency",
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
@json_option
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
    as_json: bool,
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
        if out:
            raise click.UsageError("--out belongs to the site, which makes the proof")
        found = _judged(old, new, proof_file, folder, text_of(log_key))
        return _told(found, as_json=as_json)
    output = Output("is_consistency_proof", force)
    if out:
        output.require_free(out)
    with Site.open(site_path) as site:
        proven = site.rooms.log.ledger.consistency(text_of(old), text_of(new))
    if isinstance(proven, FollowedLog):
        return _told(proven, as_json=as_json)
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


def _told(log: FollowedLog, *, as_json: bool) -> int:
    if as_json:
        print_json({"finding": log.finding.value, "detail": log.detail})
    else:
        say(log.detail)
    return EXIT_CODES[log.finding]


def _judged(
    old: Path, new: Path, proof_file: Path | None, folder: Path | None, log_key: str
) -> FollowedLog:
    key = parse_verifier_key(log_key)
    first, second = opened_note(old, key), opened_note(new, key)
    if told := compared(first, second):
        return told
    if first.size > second.size:
        raise InputError(
            Text(
                "the old checkpoint has {size} entries, the new one {new_size}",
                size=first.size,
                new_size=second.size,
            ),
            hint="name the older one first",
        )
    if folder:
        return follow(reader(folder), second, seen=first)
    if proof_file:
        return _proven(first, second, _read_proof(proof_file))
    return FollowedLog(
        finding=LogFinding.CANNOT_TELL,
        detail=Text(
            "they are of other sizes: only a proof tells (--proof FILE), or a "
            "published log (--from DIR)"
        ),
    )


def _proven(old: Checkpoint, new: Checkpoint, proof: GivenProof) -> FollowedLog:
    proof.require_of(old, new)
    holds = verify_consistency(old.size, new.size, proof.hashes, old.root, new.root)
    return FollowedLog(
        finding=LogFinding.CONTINUES if holds else LogFinding.BROKEN,
        detail=Text(
            _IS_BEGINNING if holds else _IS_NOT_BEGINNING, old=old.size, new=new.size
        ),
    )


def _read_proof(path: Path) -> GivenProof:
    """A proof as `--out` writes it; InputError for anything else."""
    try:
        document: Any = json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise _no_proof(path) from error
    match document:
        case {"consistency_proof": [*hashes]}:
            sizes = document.get("old_size"), document.get("new_size")
            return GivenProof(
                path=path,
                sizes=None if sizes == (None, None) else sizes,
                hashes=tuple(_hash(each, path) for each in hashes),
            )
    raise _no_proof(path)


def _hash(text: object, path: Path) -> bytes:
    try:
        octets = b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError as error:
        raise _no_proof(path) from error
    if len(octets) != _HASH_BYTES:
        raise _no_proof(path)
    return octets


def _no_proof(path: Path) -> InputError:
    return InputError(
        Text("{path} is no consistency proof", path=path),
        hint="it has the members old_size, new_size and consistency_proof: a list of "
        "hashes in base64",
    )
