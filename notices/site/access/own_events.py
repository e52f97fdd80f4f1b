"""The ledger as a case system sees it: its cases' entries, each with its proof."""

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from notices.errors import InputError
from notices.ledger import Hash, Tree
from notices.messages import Text
from notices.store import Issued
from notices.store.access import StoredHandIns
from notices.store.access.handed_in import PlacedLeaf
from notices.store.ledger.stored import StoredLedger


class GrowingTree:
    """The ledger's tree, kept between requests; safe to share between threads.

    Only what is new is read. A ledger that no longer continues it, such as one of a
    database that was put in its place, is read anew.
    """

    def __init__(self) -> None:
        self._tree = Tree()
        self._newest: Hash | None = None
        self.lock = Lock()
        """To be held while the tree is used."""

    def grown(self, hand_ins: StoredHandIns) -> Tree:
        """The tree of the ledger as it is now; the caller holds the lock."""
        size = len(self._tree)
        hashes = hand_ins.leaf_hashes(max(0, size - 1))
        if size and (not hashes or hashes[0] != self._newest):
            self._tree, hashes = Tree(), hand_ins.leaf_hashes(0)
        elif size:
            del hashes[0]
        for leaf in hashes:
            self._tree.append(leaf)
        if hashes:
            self._newest = hashes[-1]
        return self._tree


@dataclass(frozen=True, kw_only=True)
class OwnEvents:
    """Reads the ledger for one case system."""

    hand_ins: StoredHandIns
    """Whose cases are whose."""
    ledger: StoredLedger
    """The log of all events."""
    owner: str
    """The case system."""

    def page(
        self, growing: GrowingTree, *, after: int, size: int | None, limit: int
    ) -> dict[str, Any]:
        """The entries behind a place, proven in the tree of the first `size` entries.

        size: None is all that there are. InputError for a size that there is not.
        """
        self.ledger.put_in_order()
        with growing.lock:
            tree = growing.grown(self.hand_ins)
            whole = len(tree) if size is None else size
            if whole > len(tree):
                raise InputError(
                    Text("the ledger has {whole} entries", whole=len(tree)),
                    hint="name a smaller size, or none",
                )
            leaves = self.hand_ins.leaves(
                self.owner, after=after, below=whole, limit=limit + 1
            )
            shown, has_more = leaves[:limit], len(leaves) > limit
            return {
                "events": [_told(leaf, tree, whole) for leaf in shown],
                "next_after": shown[-1].seq if has_more else max(after, whole - 1),
                "has_more": has_more,
                "tree": {"size": whole, "root": _text(tree.root(whole))},
                **_checkpoint(self.ledger.newest_issued(), tree, whole),
            }


def _told(leaf: PlacedLeaf, tree: Tree, size: int) -> dict[str, Any]:
    return {
        "seq": leaf.seq,
        "leaf": json.loads(leaf.payload),
        "leaf_bytes": _text(leaf.payload),
        "inclusion_proof": _texts(tree.inclusion_proof(leaf.seq, size)),
    }


def _checkpoint(issued: Issued | None, tree: Tree, size: int) -> dict[str, Any]:
    """The newest signed checkpoint, and that one of the two continues the other."""
    if issued is None or issued.size > len(tree):
        return {"checkpoint": None, "consistency_proof": []}
    small, large = sorted((issued.size, size))
    return {
        "checkpoint": {
            "size": issued.size,
            "root": _text(issued.root),
            "note": issued.note,
            "issued_at": issued.issued_at.isoformat(),
        },
        "consistency_proof": _texts(tree.consistency_proof(small, large)),
    }


def _texts(hashes: Iterable[Hash]) -> list[str]:
    return [_text(each) for each in hashes]


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
