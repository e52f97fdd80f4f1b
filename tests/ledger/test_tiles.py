"""Trees in tiles: the same roots and proofs as of all leaves, and few tiles are read."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from notices.ledger import Tree, leaf_hash, root, verify_consistency, verify_inclusion
from notices.ledger.tiles import WIDTH, TiledTree, TileName, full_tiles, partial_tiles

SIZE = 3000
LEAVES = [leaf_hash(str(n).encode()) for n in range(SIZE)]
WHOLE = Tree(LEAVES)
LEVELS = [
    LEAVES,
    [root(LEAVES[n : n + WIDTH]) for n in range(0, SIZE - WIDTH + 1, WIDTH)],
]


def tiled(size, asked=None):
    def read(name):
        if asked is not None:
            asked.append(name)
        first = name.place * WIDTH
        found = LEVELS[name.level][first : first + name.width]
        assert len(found) == name.width
        return found

    return TiledTree(size, read)


@given(st.data())
def test_proofs_of_tiles_are_those_of_leaves(data):
    size = data.draw(st.integers(1, SIZE))
    old = data.draw(st.integers(0, size))
    index = data.draw(st.integers(0, size - 1))
    asked = []
    tree = tiled(size, asked)
    assert tree.root() == WHOLE.root(size) == root(LEAVES[:size])
    assert tree.root(old) == WHOLE.root(old)
    proof = tree.inclusion_proof(index)
    assert verify_inclusion(LEAVES[index], index, size, proof, tree.root())
    steps = tree.consistency_proof(old)
    assert steps == WHOLE.consistency_proof(old, size)
    assert verify_consistency(old, size, steps, WHOLE.root(old), tree.root())
    assert len(asked) == len(set(asked)) <= 6, "each tile once, and few of them"


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_tiles_cover_a_tree_once(one, other):
    """tlog-tiles: floor(s / 256^l) hashes at level l, no tile empty, none twice."""
    old, size = sorted((one, other))
    names = [*full_tiles(0, size), *partial_tiles(size)]
    for level in range(4):
        hashes = sum(name.width for name in names if name.level == level)
        assert hashes == size // WIDTH**level
    assert len(set(names)) == len(names)
    assert {*full_tiles(0, old), *full_tiles(old, size)} == set(full_tiles(0, size))


def test_the_example_of_the_specification():
    """tlog-tiles: a tree of 70,000."""
    names = [*full_tiles(0, 70_000), *partial_tiles(70_000)]
    assert sum(name.level == 0 for name in names) == 274
    assert TileName(0, 273, 112) in names
    assert TileName(1, 0) in names
    assert TileName(1, 1, 17) in names
    assert TileName(2, 0, 1) in names
    assert TileName(0, 1234067).path == "tile/0/x001/x234/067"
    assert [one.path for one in partial_tiles(256)] == ["tile/1/000.p/1"]


def test_a_hash_above_a_tile_is_the_root_of_it():
    level = LEAVES[:WIDTH]
    while len(level) > 1:
        level = [
            hashlib.sha256(b"\x01" + level[n] + level[n + 1]).digest()
            for n in range(0, len(level), 2)
        ]
    assert tiled(SIZE).node(8, 0) == level[0]
