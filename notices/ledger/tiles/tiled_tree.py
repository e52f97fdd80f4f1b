"""A tree whose hashes lie in tiles elsewhere: a proof reads a few of them."""

from collections.abc import Callable, Sequence

from notices.ledger.merkle import Hash, node_hash
from notices.ledger.tiles.layout import HEIGHT, WIDTH, TileName
from notices.ledger.tiles.subtrees import consistency_path, inclusion_path, root_of

ReadTile = Callable[[TileName], Sequence[Hash]]
"""Gives the hashes of a tile, exactly as many as it is wide."""


class TiledTree:
    """Proofs and roots of the first `size` leaves, as `Tree` gives them.

    Tiles are read when they are needed and kept: three or four for a proof in a tree
    of a million leaves.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self._size = size
        self._read = read
        self._known: dict[tuple[int, int], list[list[Hash]]] = {}

    def __len__(self) -> int:
        return self._size

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

    def node(self, height: int, place: int) -> Hash:
        """The hash of a complete subtree."""
        level, above = divmod(height, HEIGHT)
        shift = HEIGHT - above
        inner = self._inner(level, place >> shift)
        return inner[above][place & ((1 << shift) - 1)]

    def tile(self, name: TileName) -> Sequence[Hash]:
        """The hashes of a tile; it is not kept, as whoever asks asks once."""
        return self._read(name)

    def _inner(self, level: int, place: int) -> list[list[Hash]]:
        """The hashes within a tile, from its own up to the one above all of them."""
        if found := self._known.get((level, place)):
            return found
        there = (self._size >> (HEIGHT * level)) - place * WIDTH
        hashes = list(self._read(TileName(level, place, min(there, WIDTH))))
        inner = [hashes]
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=False)
            hashes = [node_hash(left, right) for left, right in pairs]
            inner.append(hashes)
        self._known[level, place] = inner
        return inner

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self._size
        if not 0 <= size <= self._size:
            raise ValueError(f"no tree of {size} within one of {self._size}")
        return size
