"""A Merkle tree that keeps its inner hashes: proofs take time by the logarithm."""

from collections.abc import Iterable

from notices.ledger.merkle import Hash, node_hash
from notices.ledger.tiles.subtrees import consistency_path, inclusion_path, root_of
from notices.ledger.tiles.tiled_tree import TiledTree


class Tree:
    """The hashes of all complete subtrees, level by level, the leaves below.

    Two hashes a leaf are kept, 100 MB for a million leaves. Proofs and roots are
    those of `merkle` over the same leaves, for the whole tree or an older one.
    """

    def __init__(self, leaves: Iterable[Hash] = ()) -> None:
        level = list(leaves)
        self._levels: list[list[Hash]] = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [node_hash(left, right) for left, right in pairs]
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: Hash) -> None:
        """Add a leaf at the end."""
        node, height = leaf, 0
        self._levels[0].append(leaf)
        while len(self._levels[height]) % 2 == 0:
            node = node_hash(self._levels[height][-2], node)
            height += 1
            if height == len(self._levels):
                self._levels.append([])
            self._levels[height].append(node)

    def root(self, size: int | None = None) -> Hash:
        """Give the root of the first `size` leaves; None: of all."""
        return root_of(self.node, self._checked(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[Hash, ...]:
        """Prove that leaf `index` is among the first `size` (RFC 9162, 2.1.3.1)."""
        return inclusion_path(self.node, index, self._checked(size))

    def consistency_proof(
        self, old_size: int, size: int | None = None
    ) -> tuple[Hash, ...]:
        """Prove that the first `old_size` leaves are a prefix (RFC 9162, 2.1.4.1)."""
        return consistency_path(self.node, old_size, self._checked(size))

    def _checked(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise ValueError(f"no tree of {size} within one of {len(self)}")
        return size

    def node(self, height: int, place: int) -> Hash:
        """The hash of the complete subtree of that height at that place."""
        return self._levels[height][place]


Proving = Tree | TiledTree
"""A tree of leaves that gives roots and proofs, of itself and of older ones."""
