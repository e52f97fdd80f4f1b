"""The full check of the ledger: every leaf, the order, every checkpoint."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from notices.ledger import Checkpoint, Hash, Tree, leaf_hash, utc
from notices.outbox import Entry

MAX_FAULTS = 100
"""More tell nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a full check found."""

    size: int
    """How many entries there are."""
    root: Hash
    """Root over the leaves as they are hashed now."""
    checkpoints: int
    """How many checkpoints were compared."""
    faults: tuple[str, ...]
    """What does not hold, one sentence each; empty: nothing was changed."""


def audit(entries: Iterable[Entry], checkpoints: Sequence[Checkpoint]) -> Audit:
    """Hash every entry again and compare with what was stored and what was issued.

    checkpoints: those of the store and those that auditors hold, verified already.
    """
    leaves: list[Hash] = []
    faults: list[str] = []
    for entry in entries:
        leaf = leaf_hash(entry.payload)
        faults += _entry_faults(entry, leaf, len(leaves))
        leaves.append(leaf)
        if len(faults) >= MAX_FAULTS:
            break
    tree = Tree(leaves)
    if len(faults) < MAX_FAULTS:
        faults += _checkpoint_faults(tree, checkpoints)
    return Audit(
        size=len(tree),
        root=tree.root(),
        checkpoints=len(checkpoints),
        faults=tuple(faults[:MAX_FAULTS]),
    )


def _entry_faults(entry: Entry, leaf: Hash, place: int) -> Iterator[str]:
    if entry.seq != place:
        yield f"where entry {place} should be stands entry {entry.seq}"
    if entry.leaf != leaf:
        yield f"entry {entry.seq} does not have the hash that was stored for it"
    try:
        told = json.loads(entry.payload)
        same = (told["seq"], told["number"], told["event"], told["at"]) == (
            entry.seq,
            entry.number,
            entry.kind,
            utc(entry.at),
        )
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        yield f"entry {entry.seq} says other things than the columns beside it"


def _checkpoint_faults(tree: Tree, checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    for checkpoint in checkpoints:
        size = checkpoint.size
        if size > len(tree):
            yield (
                f"a checkpoint of {size} entries was issued, there are {len(tree)}: "
                "the database was rolled back or cut"
            )
        elif tree.root(size) != checkpoint.root:
            yield (
                f"the checkpoint of {size} entries has another root: "
                "what happened before it was changed"
            )
