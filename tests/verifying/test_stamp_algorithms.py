"""Time stamps signed in other ways than usual: read at length, by the same rules.

A library judged these, and told in its own words why not; each is made of a genuine token,
its signature made anew.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from notices.verifying.checks import Refusal
from notices.verifying.cms import der, timestamp
from notices.verifying.cms.path import material_of
from notices.verifying.policy import read_policy
from tests.verifying.odd_der import becomes, changed, encoded
from tests.verifying.pki import JUDGED_AT, SIGNED_AT, Party
from tests.verifying.test_stamps import VALUE, stampers
from tests.verifying.tokens import Token

SIGNER = (1, 0, -1, 0)
FORMAT, WEAK = "FORMAT_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"
Signs = Callable[[Party, bytes], bytes]


def signed_anew(tsa: Party, digest: str, algorithm: object, sign: Signs) -> bytes:
    token = Token(tsa, digest=digest)(VALUE)
    at = token
    for place in SIGNER:
        at = der.children(at)[place]
    octets = b"\x31" + der.children(at)[3][1:]
    identifier = algos.SignedDigestAlgorithm(algorithm).dump()
    token = changed(token, *SIGNER, 4, change=becomes(identifier))
    return changed(token, *SIGNER, 5, change=becomes(encoded(4, sign(tsa, octets))))


def by_pss(party: Party, octets: bytes) -> bytes:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return party.key.sign(octets, scheme, hashes.SHA256())


PSS = {
    "algorithm": "rsassa_pss",
    "parameters": {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {
            "algorithm": "mgf1",
            "parameters": {"algorithm": "sha256"},
        },
        "salt_length": 32,
    },
}


def by_ecdsa(party: Party, octets: bytes) -> bytes:
    return party.key.sign(octets, ec.ECDSA(hashes.SHA256()))


def by_rsa(party: Party, octets: bytes) -> bytes:
    return party.key.sign(octets, padding.PKCS1v15(), hashes.SHA256())


def prove(token: bytes) -> datetime:
    pki = stampers()
    policy = read_policy(trust=[pki.root.pem], at=JUDGED_AT, evidence=pki.lists)
    read = timestamp.read_token(token)
    return timestamp.prove(read, VALUE, material_of(policy), JUDGED_AT)


def test_rsassa_pss_counts() -> None:
    assert prove(signed_anew(stampers().good, "sha256", PSS, by_pss)) == SIGNED_AT


def test_plain_rsa_takes_the_digest_that_is_named_apart() -> None:
    plain = {"algorithm": "rsassa_pkcs1v15"}
    assert prove(signed_anew(stampers().good, "sha256", plain, by_rsa)) == SIGNED_AT


REFUSED = {
    "ECDSA with another digest than the one that was named": (
        lambda: signed_anew(
            stampers().elliptic, "sha384", {"algorithm": "sha256_ecdsa"}, by_ecdsa
        ),
        FORMAT,
    ),
    "RSASSA-PSS with another one": (
        lambda: signed_anew(stampers().good, "sha384", PSS, by_pss),
        FORMAT,
    ),
    "RSA by a key of an elliptic curve": (
        lambda: signed_anew(
            stampers().elliptic, "sha256", {"algorithm": "sha256_rsa"}, by_ecdsa
        ),
        "SIG_CRYPTO_FAILURE",
    ),
    "an algorithm with SHA-1": (
        lambda: signed_anew(
            stampers().good, "sha256", {"algorithm": "sha1_rsa"}, by_rsa
        ),
        WEAK,
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_does_not_fit_is_refused(why: str) -> None:
    build, said = REFUSED[why]
    with pytest.raises(Refusal) as refused:
        prove(build())
    assert str(refused.value.sub_indication) == said, refused.value.detail
