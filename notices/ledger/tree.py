"""A Merkle tree that keeps its inner hashes: proofs take time by the logarithm."""

from collections.abc import Iterable

from notices.ledger.merkle import EMPTY_ROOT, Hash, node_hash


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
        size = self._checked(size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[Hash, ...]:
        """Prove that leaf `index` is among the first `size` (RFC 9162, 2.1.3.1)."""
        size = self._checked(size)
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        proof: list[Hash] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                proof.append(self._subtree(middle, high))
                high = middle
            else:
                proof.append(self._subtree(low, middle))
                low = middle
        return tuple(reversed(proof))

    def consistency_proof(
        self, old_size: int, size: int | None = None
    ) -> tuple[Hash, ...]:
        """Prove that the first `old_size` leaves are a prefix (RFC 9162, 2.1.4.1)."""
        size = self._checked(size)
        if not 0 <= old_size <= size:
            raise ValueError(f"no tree of {old_size} within one of {size}")
        if old_size in (0, size):
            return ()
        proof: list[Hash] = []
        low, high = 0, size
        while old_size != high:
            middle = low + _split(high - low)
            if old_size <= middle:
                proof.append(self._subtree(middle, high))
                high = middle
            else:
                proof.append(self._subtree(low, middle))
                low = middle
        if low:
            # else this subtree is the old tree, whose root the verifier knows
            proof.append(self._subtree(low, high))
        return tuple(reversed(proof))

    def _checked(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise ValueError(f"no tree of {size} within one of {len(self)}")
        return size

    def _subtree(self, low: int, high: int) -> Hash:
        """The root over leaves `low` to `high`; `low` is where a subtree begins."""
        size = high - low
        height = (size - 1).bit_length()
        if size == 1 << height:
            return self._levels[height][low >> height]
        middle = low + _split(size)
        return node_hash(self._subtree(low, middle), self._subtree(middle, high))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
