"""The full check of the ledger: every leaf, the chains, every checkpoint."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from notices.errors import InputError, LaterVersion
from notices.ledger import (
    LEAF_VERSION,
    ChainFollower,
    Checkpoint,
    Hash,
    RecordedEvent,
    Tree,
    leaf_hash,
    leaf_version,
    read_entry,
)
from notices.ledger.tiles import HEIGHT
from notices.messages import Text
from notices.store import Entry

Subtree = tuple[int, int, Hash]
"""Level of tiles, place, hash."""
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


def audit(
    entries: Iterable[Entry],
    checkpoints: Sequence[Checkpoint],
    subtrees: Iterable[Subtree] = (),
) -> Audit:
    """Hash every entry again and compare with what was stored and what was issued.

    checkpoints: those of the store and those that auditors hold, verified already.
    subtrees: level, place and hash of the tree as it is kept (`store.ledger.subtrees`).
    LaterVersion if nothing was changed, but not all entries can be read here.
    """
    leaves: list[Hash] = []
    faults: list[str] = []
    unread: list[int] = []
    follower = ChainFollower()
    for entry in entries:
        leaf = leaf_hash(entry.payload)
        faults += _entry_faults(entry, leaf, len(leaves))
        if _is_later(entry.payload):
            unread.append(entry.seq)
        else:
            faults += _told_faults(entry, follower)
        leaves.append(leaf)
        if len(faults) >= MAX_FAULTS:
            break
    tree = Tree(leaves)
    if len(faults) < MAX_FAULTS:
        faults += _subtree_faults(tree, subtrees)
        faults += _checkpoint_faults(tree, checkpoints)
    if unread and not faults:
        raise LaterVersion(Text("entry {unread} of the ledger", unread=unread[0]))
    return Audit(
        size=len(tree),
        root=tree.root(),
        checkpoints=len(checkpoints),
        faults=tuple(faults[:MAX_FAULTS]),
    )


def _entry_faults(entry: Entry, leaf: Hash, place: int) -> Iterator[str]:
    if entry.seq != place:
        yield Text(
            "where entry {place} should be stands entry {seq}",
            place=place,
            seq=entry.seq,
        )
    if entry.leaf != leaf:
        yield Text(
            "entry {seq} does not have the hash that was stored for it", seq=entry.seq
        )


def _is_later(payload: bytes) -> bool:
    try:
        return leaf_version(payload) > LEAF_VERSION
    except InputError:
        return False  # it is none of any version


def _told_faults(entry: Entry, follower: ChainFollower) -> Iterator[str]:
    try:
        event = read_entry(entry.payload)
    except InputError:
        event = None
    if event is None or not _is_as_told(entry, event):
        yield Text(
            "entry {seq} says other things than the columns beside it", seq=entry.seq
        )
    else:
        yield from follower.faults(event)


def _is_as_told(entry: Entry, event: RecordedEvent) -> bool:
    told = event.seq, event.number, event.kind, event.at
    return told == (entry.seq, entry.number, entry.kind, entry.at)


def _subtree_faults(tree: Tree, subtrees: Iterable[Subtree]) -> Iterator[str]:
    for level, place, kept in subtrees:
        height = HEIGHT * level
        if (place + 1) << height > len(tree) or tree.node(height, place) != kept:
            yield Text(
                "the kept hash {place} of level {level} is not that of its entries",
                place=place,
                level=level,
            )


def _checkpoint_faults(tree: Tree, checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    for checkpoint in checkpoints:
        size = checkpoint.size
        if size > len(tree):
            yield (
                Text(
                    "a checkpoint of {size} entries was issued, the ledger has "
                    "{count}: the database was rolled back or cut",
                    size=size,
                    count=len(tree),
                )
            )
        elif tree.root(size) != checkpoint.root:
            yield (
                Text(
                    "the checkpoint of {size} entries has another root: what "
                    "happened before it was changed",
                    size=size,
                )
            )
