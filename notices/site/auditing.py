"""The ledger of a site: checkpoints, proofs, the full check."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from notices.errors import ConfigError, InputError
from notices.evidence import Audit, audit, record
from notices.ledger import Checkpoint, Tree, parse_checkpoint, parse_note
from notices.outbox import Issued, Store, Stored
from notices.site.holding import require_no_hold
from notices.site.log_key import log_key, origin, public_key
from notices.site.parts import Parts
from notices.verifying import open_checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Two checkpoints of one log, and the proof that the old is within the new."""

    old: Checkpoint
    """The earlier one."""
    new: Checkpoint
    """The later one."""
    proof: tuple[bytes, ...]
    """Hashes (RFC 9162, 2.1.4)."""


def checkpoint(parts: Parts) -> Issued:
    """Sign the ledger as it is now, record that, and return it.

    The same ledger gives the same checkpoint. Time-stamped where an authority is
    configured: TimestampUnavailable if none answers, then nothing is issued.
    """
    return issue(parts, Tree(parts.store.leaves()))


def issue(parts: Parts, tree: Tree) -> Issued:
    """`checkpoint` of a ledger that was read already."""
    size, top = len(tree), tree.root()
    earlier = parts.store.issued()
    if earlier and earlier[-1].size == size and earlier[-1].root == top:
        return earlier[-1]
    _refuse_fork(earlier, tree)
    require_no_hold(parts)
    body = Checkpoint(origin=origin(parts), size=size, root=top).text()
    note = str(log_key(parts).sign(body))
    issued = Issued(
        size=size,
        root=top,
        note=note,
        time_stamp=_time_stamp(parts, note),
        issued_at=parts.clock(),
    )
    parts.store.issue(issued)
    publish(parts, issued)
    return issued


def publish(parts: Parts, issued: Issued) -> None:
    """Keep the note beside the site: it tells when a database was set back."""
    path = parts.config.resolve(parts.config.ledger.checkpoint)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(issued.note, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ConfigError(
            f"the checkpoint was issued, but not written to {path}: {error.strerror}",
            hint="make the folder writable, or correct [ledger] checkpoint",
        ) from error


def _refuse_fork(earlier: Sequence[Issued], tree: Tree) -> None:
    """A log that signs two histories is worth nothing; so it never does."""
    for each in earlier[-1:]:
        if each.size > len(tree) or tree.root(each.size) != each.root:
            raise InputError(
                f"the ledger no longer continues its checkpoint of {each.size} "
                "entries: nothing was signed",
                hint="see `notices ledger verify`; restore the database",
            )


def _time_stamp(parts: Parts, note: str) -> bytes:
    urls = parts.config.signing.timestamp_urls
    if not urls:
        return b""
    return parts.desk.stampers.stamp(sha256(note.encode()).digest()).token


def prove(parts: Parts, case_id: str) -> dict[str, Any]:
    """The records of a case, each event with its proof, and the checkpoint."""
    tree = Tree(parts.store.leaves())
    issued = issue(parts, tree)
    return {
        "checkpoint": issued.note,
        "log_key": str(public_key(parts)),
        "records": [
            record_of(parts.store, stored, tree)
            for stored in found_notices(parts, case_id)
        ],
    }


def found_notices(parts: Parts, case_id: str) -> tuple[Stored, ...]:
    """The notices of a case; InputError if there are none."""
    found = parts.store.find(case_id)
    if not found:
        raise InputError(
            f"no notice of {case_id} has been prepared",
            hint="see `notices list`; `notices send` makes one",
        )
    return found


def record_of(store: Store, stored: Stored, tree: Tree) -> dict[str, Any]:
    """The record of one notice with its proofs."""
    number = stored.number
    return record(
        stored,
        artifacts={
            name: sha256(store.artifact(number, name)).hexdigest()
            for name in store.artifact_names(number)
        },
        events=store.events(number),
        tree=tree,
    )


def examine(parts: Parts, notes: Sequence[str] = ()) -> Audit:
    """Check every entry of the ledger, and every checkpoint issued or given.

    notes: checkpoints that somebody outside holds; without them a database that
    was rolled back whole, with its own record of checkpoints, is not noticed.
    """
    own = [_parsed(each) for each in parts.store.issued()]
    key = public_key(parts) if notes else None
    given = [open_checkpoint(note, key) for note in notes if key]
    return audit(parts.store.entries(), [*own, *given])


def _parsed(issued: Issued) -> Checkpoint:
    return parse_checkpoint(parse_note(issued.note).text)


def consistency(parts: Parts, old_note: str, new_note: str) -> Consistency:
    """Prove from the ledger that the old checkpoint is within the new one.

    InputError if one is not of this log, or the ledger no longer continues it.
    """
    key = public_key(parts)
    old, new = open_checkpoint(old_note, key), open_checkpoint(new_note, key)
    if old.size > new.size:
        raise InputError(
            f"the old checkpoint has {old.size} entries, the new one {new.size}",
            hint="name the older one first",
        )
    tree = Tree(parts.store.leaves())
    for each in (old, new):
        if each.size > len(tree) or tree.root(each.size) != each.root:
            raise InputError(
                f"the ledger does not continue the checkpoint of {each.size} entries",
                hint="see `notices ledger verify --checkpoint FILE`",
            )
    return Consistency(
        old=old, new=new, proof=tree.consistency_proof(old.size, new.size)
    )
