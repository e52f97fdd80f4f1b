"""Roots and proofs from the hashes of complete subtrees (RFC 9162, 2.1).

Whoever has these hashes, in a list, a database or files, gives them by height and
place: the subtree of height h at place p holds the leaves from p * 2^h on, 2^h of them.
"""

from collections.abc import Callable

from notices.ledger.merkle import EMPTY_ROOT, Hash, node_hash

Node = Callable[[int, int], Hash]
"""From height and place to the hash of a complete subtree."""


def root_of(node: Node, size: int) -> Hash:
    """The root over the first `size` leaves."""
    return _subtree(node, 0, size) if size else EMPTY_ROOT


def inclusion_path(node: Node, index: int, size: int) -> tuple[Hash, ...]:
    """Prove that leaf `index` is among the first `size` (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[Hash] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_subtree(node, middle, high))
            high = middle
        else:
            proof.append(_subtree(node, low, middle))
            low = middle
    return tuple(reversed(proof))


def consistency_path(node: Node, old_size: int, size: int) -> tuple[Hash, ...]:
    """Prove that the first `old_size` leaves are a prefix (RFC 9162, 2.1.4.1)."""
    if not 0 <= old_size <= size:
        raise ValueError(f"no tree of {old_size} within one of {size}")
    if old_size in (0, size):
        return ()
    proof: list[Hash] = []
    low, high = 0, size
    while old_size != high:
        middle = low + _split(high - low)
        if old_size <= middle:
            proof.append(_subtree(node, middle, high))
            high = middle
        else:
            proof.append(_subtree(node, low, middle))
            low = middle
    if low:
        # else this subtree is the old tree, whose root the verifier knows
        proof.append(_subtree(node, low, high))
    return tuple(reversed(proof))


def _subtree(node: Node, low: int, high: int) -> Hash:
    """The root over leaves `low` to `high`; `low` is where a subtree begins."""
    size = high - low
    height = (size - 1).bit_length()
    if size == 1 << height:
        return node(height, low >> height)
    middle = low + _split(size)
    return node_hash(_subtree(node, low, middle), _subtree(node, middle, high))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
