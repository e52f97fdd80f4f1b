"""Merkle tree hashes and proofs as in Certificate Transparency (RFC 9162, 2.1).

A leaf is any bytes; a tree is the sequence of its leaf hashes; hashes are 32 bytes
of SHA-256. Proofs are tuples of such hashes, lowest level first.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from hmac import compare_digest

Hash = bytes
"""32 bytes of SHA-256."""

EMPTY_ROOT: Hash = sha256(b"").digest()
"""The root of the empty tree (RFC 9162, 2.1.1)."""


def leaf_hash(leaf: bytes) -> Hash:
    """Hash one leaf. The prefix keeps leaves and nodes apart (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash two subtrees into one."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Iterable[Hash]) -> Hash:
    """Hash a whole tree, leaf by leaf, keeping one hash per level."""
    peaks: list[tuple[int, Hash]] = []
    for leaf in leaf_hashes:
        size, peak = 1, leaf
        while peaks and peaks[-1][0] == size:
            peak = node_hash(peaks.pop()[1], peak)
            size *= 2
        peaks.append((size, peak))
    if not peaks:
        return EMPTY_ROOT
    result = peaks.pop()[1]
    while peaks:
        result = node_hash(peaks.pop()[1], result)
    return result


def inclusion_proof(index: int, leaf_hashes: Sequence[Hash]) -> tuple[Hash, ...]:
    """Prove that leaf `index` is in the tree of these leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(leaf_hashes):
        raise ValueError(f"no leaf {index} in a tree of {len(leaf_hashes)}")
    proof: list[Hash] = []
    low, high = 0, len(leaf_hashes)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(root(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root(leaf_hashes[low:middle]))
            low = middle
    return tuple(reversed(proof))


def consistency_proof(old_size: int, leaf_hashes: Sequence[Hash]) -> tuple[Hash, ...]:
    """Prove that the first `old_size` leaves are a prefix (RFC 9162, 2.1.4.1).

    Empty for an old size of nothing or of the whole tree: nothing is to be shown.
    """
    size = len(leaf_hashes)
    if not 0 <= old_size <= size:
        raise ValueError(f"no tree of {old_size} within one of {size}")
    if old_size in (0, size):
        return ()
    proof: list[Hash] = []
    low, high, is_old_root = 0, size, True
    while old_size != high:
        middle = low + _split(high - low)
        if old_size <= middle:
            proof.append(root(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root(leaf_hashes[low:middle]))
            low, is_old_root = middle, False
    if not is_old_root:
        # the verifier does not know this subtree's hash: the old root hides it
        proof.append(root(leaf_hashes[low:high]))
    return tuple(reversed(proof))


def verify_inclusion(
    leaf: Hash, index: int, size: int, proof: Sequence[Hash], expected_root: Hash
) -> bool:
    """Check an inclusion proof (RFC 9162, 2.1.3.2); anything odd is False."""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            node, last = _up_to_left_sibling(node, last)
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and compare_digest(result, expected_root)


def verify_consistency(
    old_size: int,
    size: int,
    proof: Sequence[Hash],
    old_root: Hash,
    expected_root: Hash,
) -> bool:
    """Check a consistency proof (RFC 9162, 2.1.4.2); anything odd is False."""
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and compare_digest(old_root, expected_root)
    if old_size == 0:
        return not proof and compare_digest(old_root, EMPTY_ROOT)
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)  # the old tree is a complete subtree
    return _climb(old_size - 1, size - 1, hashes, old_root, expected_root)


def _climb(
    node: int, last: int, hashes: list[Hash], old_root: Hash, expected_root: Hash
) -> bool:
    """Steps 4 to 6 of RFC 9162, 2.1.4.2: rebuild both roots side by side."""
    if not hashes:
        return False
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _up_to_left_sibling(node, last)
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    reached = last == 0
    return (
        reached and compare_digest(old, old_root) and compare_digest(new, expected_root)
    )


def _up_to_left_sibling(node: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a right border node has no sibling."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _split(size: int) -> int:
    """Give the largest power of two below `size` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1
