"""The ledger's hashes and proofs, against known answers and every small tree."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.ledger import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The tree of the Certificate Transparency reference implementation (RFC 6962).
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(b"%d" % index) for index in range(130)]
ROOTS = [root(LEAVES[:size]) for size in range(131)]


def broken(proof):
    """Each proof with one thing wrong."""
    for index, sibling in enumerate(proof):
        flipped = bytes([sibling[0] ^ 1]) + sibling[1:]
        yield (*proof[:index], flipped, *proof[index + 1 :])
        yield (*proof[:index], *proof[index + 1 :])
    yield (*proof, b"\0" * 32)
    yield (b"\0" * 32, *proof)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size):
    assert root(map(leaf_hash, CT_LEAVES[:size])).hex() == CT_ROOTS[size]


def test_a_proof_of_certificate_transparency():
    """PATH(5, D[8]) of the reference implementation's tests."""
    hashes = [leaf_hash(leaf) for leaf in CT_LEAVES]
    assert [node.hex() for node in inclusion_proof(5, hashes)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_inclusion_proof_up_to_130_holds_and_every_broken_one_does_not():
    checked = 0
    for size in range(1, 131):
        for index in range(size):
            proof = inclusion_proof(index, LEAVES[:size])
            assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            checked += 1
            if size % 13 and size > 20:
                continue  # the broken ones: all small trees, and some large ones
            for bad in broken(proof):
                assert not verify_inclusion(
                    LEAVES[index], index, size, bad, ROOTS[size]
                )
            other = (index + 1) % size
            if other != index:
                assert not verify_inclusion(
                    LEAVES[index], other, size, proof, ROOTS[size]
                )
            assert not verify_inclusion(
                LEAVES[index], index, size, proof, ROOTS[size - 1]
            )
    assert checked == 8515


def test_every_consistency_proof_up_to_130_holds_and_every_broken_one_does_not():
    checked = 0
    for size in range(1, 131):
        for old in range(size + 1):
            proof = consistency_proof(old, LEAVES[:size])
            assert verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])
            checked += 1
            if size % 13 and size > 20:
                continue
            for bad in broken(proof):
                assert not verify_consistency(old, size, bad, ROOTS[old], ROOTS[size])
            forged = leaf_hash(b"another history")
            assert not verify_consistency(old, size, proof, forged, ROOTS[size])
            if old:  # the empty log is a prefix of every log
                assert not verify_consistency(old, size, proof, ROOTS[old], forged)
    assert checked == 8645


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 2)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, LEAVES[:size])
    assert not verify_inclusion(LEAVES[0], index, size, (), ROOTS[1])


@pytest.mark.parametrize("old", [-1, 4])
def test_a_tree_larger_than_the_log_has_no_consistency(old):
    with pytest.raises(ValueError, match="no tree"):
        consistency_proof(old, LEAVES[:3])
    assert not verify_consistency(old, 3, (), ROOTS[3], ROOTS[3])


def test_a_node_cannot_pose_as_a_leaf():
    """RFC 9162, 2.1.1: the prefixes keep second preimages out."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert root([]) == EMPTY_ROOT


@given(st.integers(1, 2000), st.randoms(use_true_random=False))
def test_a_changed_leaf_is_always_seen(size, rng: random.Random):
    leaves = [leaf_hash(b"%d" % index) for index in range(size)]
    index = rng.randrange(size)
    proof = inclusion_proof(index, leaves)
    top = root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, top)
    assert not verify_inclusion(leaf_hash(b"changed"), index, size, proof, top)
