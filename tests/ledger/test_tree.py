"""The tree that keeps its hashes gives what the plain functions give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from notices.ledger import (
    Tree,
    commitment,
    consistency_proof,
    document_salt,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(130)]


@pytest.mark.parametrize("size", range(len(LEAVES) + 1))
def test_every_root_and_proof_up_to_130(size):
    tree = Tree(LEAVES)
    part = LEAVES[:size]
    assert tree.root(size) == Tree(part).root() == root(part)
    for index in range(0, size, 7):
        assert tree.inclusion_proof(index, size) == inclusion_proof(index, part)
    for old in range(0, size + 1, 5):
        assert tree.consistency_proof(old, size) == consistency_proof(old, part)


def test_a_tree_that_grows_is_the_tree_made_at_once():
    grown = Tree()
    for size, leaf in enumerate(LEAVES, 1):
        grown.append(leaf)
        assert grown._levels[:1] + [level for level in grown._levels[1:] if level] == (
            Tree(LEAVES[:size])._levels
        )
    assert len(grown) == len(LEAVES)


@given(st.integers(1, 130), st.data())
def test_proofs_verify_and_do_not_for_another_leaf(size, data):
    tree = Tree(LEAVES)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    top = tree.root(size)
    proof = tree.inclusion_proof(index, size)
    assert verify_inclusion(LEAVES[index], index, size, proof, top)
    assert not verify_inclusion(leaf_hash(b"x"), index, size, proof, top)
    between = tree.consistency_proof(old, size)
    assert verify_consistency(old, size, between, tree.root(old), top)


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.root(4),
        lambda tree: tree.inclusion_proof(3),
        lambda tree: tree.inclusion_proof(-1),
        lambda tree: tree.inclusion_proof(2, 2),
        lambda tree: tree.consistency_proof(4),
    ],
    ids=["root", "end", "negative", "older", "consistency"],
)
def test_what_is_not_in_the_tree_is_refused(ask):
    with pytest.raises(ValueError, match="tree of"):
        ask(Tree(LEAVES[:3]))


def test_another_implementation_finds_the_same_roots():
    other = InmemoryTree(algorithm="sha256")
    tree = Tree()
    for number in range(130):
        entry = str(number).encode()
        other.append_entry(entry)
        tree.append(leaf_hash(entry))
        assert other.get_root() == tree.root()


def test_a_commitment_depends_on_salt_and_document():
    secret = bytes(32)
    salt = document_salt(secret, "letter.pdf")
    assert salt != document_salt(secret, "letter.txt")
    assert salt != document_salt(bytes([1] * 32), "letter.pdf")
    assert commitment(salt, b"a") != commitment(salt, b"b")
    assert len(commitment(salt, b"a")) == 64
    with pytest.raises(ValueError, match="secret"):
        document_salt(b"short", "letter.pdf")
