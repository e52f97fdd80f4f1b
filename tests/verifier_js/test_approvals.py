"""Signatures of persons of every kind of key, genuine and altered, read by both."""

import hashlib

import pytest

from notices.approval import APPROVAL_PREFIX, MalformedStatement, read_approval
from notices.signs import plain
from notices.verifying.approval.signatures import (
    SignatureKind,
    SignedStatement,
    check_statement_digest,
    check_statement_value,
    key_sha256_of,
)
from notices.verifying.checks import Refusal
from tests.site.approval.people import Card, Passkey
from tests.verifier_js.altered import altered
from tests.verifier_js.test_vectors import approval, example

OCTETS = example("approval.json")
KINDS = ("rsa", "p256", "p384", "ES256", "EdDSA")


@pytest.fixture(scope="module", params=KINDS)
def signed(request):
    if request.param in KINDS[:3]:
        card = Card.made("reiji-t", "例示 太郎", kind=request.param)
        return SignatureKind.CMS, card.sign(OCTETS)
    passkey = Passkey.made("key-1", "例示 太郎", eddsa=request.param == "EdDSA")
    digest = hashlib.sha256(APPROVAL_PREFIX + OCTETS).digest()
    return SignatureKind.ASSERTION, passkey.tap(digest).octets()


def ours(octets: bytes, kind: SignatureKind, signature: bytes) -> tuple[str, object]:
    """Why the program refuses it, and what it says of one that holds."""
    one = SignedStatement(
        prefix=APPROVAL_PREFIX, octets=octets, kind=kind, signature=signature
    )
    try:
        read_approval(octets)
        told = [str(check_statement_value(one)), str(check_statement_digest(one))]
        return "", [*told, key_sha256_of(one)]
    except (Refusal, MalformedStatement) as error:
        return plain(str(getattr(error, "detail", "") or error)), None
    except (ValueError, TypeError, KeyError):
        return "unreadable", None


def theirs(second, octets: bytes, kind: SignatureKind, signature: bytes):
    is_passkey = kind is SignatureKind.ASSERTION
    told = approval(second, octets, signature, is_passkey=is_passkey)
    if told["refused"]:
        return told["refused"], None
    return "", [*told["told"], told["key"]]


def test_a_genuine_one_says_the_same_to_both(second, signed):
    assert ours(OCTETS, *signed)[0] == ""
    assert theirs(second, OCTETS, *signed) == ours(OCTETS, *signed)


def test_altered_ones_are_refused_by_both(second, signed):
    """Words are the same, but where DER says at which octet it is broken."""
    kind, signature = signed
    for seed in range(60):
        octets = altered(OCTETS, seed) if seed % 3 == 0 else OCTETS
        changed = signature if seed % 3 == 0 else altered(signature, seed)
        here, there = ours(octets, kind, changed), theirs(second, octets, kind, changed)
        assert bool(here[0]) == bool(there[0]), (seed, here, there)
        is_library = here[0] == "unreadable" or there[0].startswith("unreadable")
        if is_library or "DER" in here[0] + there[0]:
            continue
        assert here == there, seed


def test_another_statement_is_refused_in_the_same_words(second, signed):
    kind, signature = signed
    other = OCTETS.replace(b'"decision":"approve"', b'"decision":"reject"')
    for octets in (other, OCTETS + b" ", OCTETS[:-1], b"[]", b"{}"):
        here = ours(octets, kind, signature)
        assert here[0]
        assert theirs(second, octets, kind, signature) == here
