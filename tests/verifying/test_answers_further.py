# tests of what answers are bound to; a vector is a sentence
"""Answers that openssl understands and nobody here did, or that came from tomorrow.

Each vector was TOTAL-PASSED before: an OCSP answer that names its issuer by a rare
digest was not heard, one by a responder that is known to be lost was believed, a list
of the day after the judging proved good, and a lost key had a second certificate.
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.ocsp import OCSPCertStatus

from notices.verifying.checks import Refusal
from notices.verifying.cms.path import Material, find
from notices.verifying.policy import read_policy
from tests.verifying.answers import Entry, a_list, an_answer, raw_signature
from tests.verifying.pki import DAY, JUDGED_AT, SIGNED_AT, Party, issue, new_root
from tests.verifying.test_revocation import (
    CA_REVOKED,
    FAR,
    GOOD,
    LATER,
    REVOKED,
    backwards,
    delegate,
)

FLAGS = x509.ReasonFlags
BAD = OCSPCertStatus.REVOKED
RARE = ("1.2.840.113549.2.5", "2.16.840.1.101.3.4.2.6", "1.2.156.10197.1.401")
"""MD5, SHA-512/256 and SM3."""


class Lost:
    """An authority with two certificates of one key, and who answers for it."""

    def __init__(self) -> None:
        self.root, self.other_root = new_root("First Root"), new_root("Second Root")
        self.ca = issue(self.root, "Twice Certified", is_ca=True, end=FAR)
        key = self.ca.key
        self.again = issue(self.root, "Twice Certified", key, is_ca=True, end=FAR)
        self.across = issue(
            self.other_root, "Twice Certified", key, is_ca=True, end=FAR
        )
        self.signer = issue(self.ca, "Its Signer")
        self.responder = delegate(self.ca)


@cache
def lost() -> Lost:
    return Lost()


def renamed(answer: bytes, by: Party, digest: str) -> bytes:
    """The same answer with CertID by another digest, signed again."""
    made = asn1_ocsp.OCSPResponse.load(answer)
    basic = made["response_bytes"]["response"].parsed
    named = basic["tbs_response_data"]["responses"][0]["cert_id"]
    named["hash_algorithm"] = {"algorithm": digest}
    basic["signature"] = raw_signature(
        by, basic["tbs_response_data"].dump(force=True), "sha256"
    )
    made["response_bytes"]["response"] = basic
    return bytes(made.dump(force=True))


Build = Callable[[Lost], Sequence[bytes]]


@dataclass(frozen=True)
class Vector:
    """What was answered, which certificates came along, and how it is judged."""

    number: int
    why: str
    build: Build
    said: str
    root_list: bool = True
    along: Callable[[Lost], Sequence[Party]] = lambda p: (p.ca,)


def rare(status: OCSPCertStatus, digest: str, pki: Lost) -> Sequence[bytes]:
    answer = renamed(an_answer(pki.signer, status), pki.ca, digest)
    return [answer, a_list(pki.ca)] if status is BAD else [answer]


def lists(reason: FLAGS | None, at: datetime, pki: Lost) -> Sequence[bytes]:
    """The first certificate of the authority is revoked; all else is well."""
    entry = Entry(pki.ca, at=at, reason=reason)
    return [a_list(pki.root, entry), a_list(pki.ca), a_list(pki.other_root)]


BEFORE, AFTER = SIGNED_AT - DAY, JUDGED_AT + DAY
both = {"along": lambda p: (p.ca, p.again), "root_list": False}
across = {"along": lambda p: (p.ca, p.across), "root_list": False}
VECTORS = (
    *(
        Vector(
            69 + place,
            f"revoked, by an answer that names the issuer by digest {name}",
            partial(rare, BAD, name),
            REVOKED,
        )
        for place, name in enumerate(RARE)
    ),
    Vector(
        72,
        "such an answer that says good proves nothing: its issuer cannot be compared",
        partial(rare, OCSPCertStatus.GOOD, RARE[0]),
        LATER,
    ),
    Vector(
        73,
        "such an answer by somebody whom nobody named",
        lambda p: [
            renamed(an_answer(p.signer, BAD, by=p.root), p.root, RARE[0]),
            a_list(p.ca),
        ],
        GOOD,
    ),
    Vector(
        74,
        "a responder with nocheck, of whom an old list says that its key is lost",
        lambda p: [
            an_answer(p.signer, by=p.responder),
            a_list(
                p.ca,
                Entry(
                    p.responder, at=SIGNED_AT - 90 * DAY, reason=FLAGS.key_compromise
                ),
                start=SIGNED_AT - 89 * DAY,
                days=1,
            ),
        ],
        LATER,
    ),
    Vector(
        75,
        "what that responder says against a certificate still counts",
        lambda p: [
            an_answer(p.signer, BAD, by=p.responder),
            a_list(p.ca, Entry(p.responder, reason=FLAGS.key_compromise)),
        ],
        REVOKED,
    ),
    Vector(
        76,
        "a list of the day after the judging proves nothing yet",
        lambda p: [a_list(p.ca, start=JUDGED_AT + DAY)],
        LATER,
    ),
    Vector(
        77,
        "but it counts against a certificate",
        lambda p: [a_list(p.ca), a_list(p.ca, Entry(p.signer), start=JUDGED_AT + DAY)],
        REVOKED,
    ),
    Vector(
        78,
        "a list of a minute ahead: clocks differ",
        lambda p: [a_list(p.ca, start=JUDGED_AT + timedelta(seconds=60))],
        GOOD,
    ),
    Vector(
        79,
        "an OCSP answer of tomorrow",
        lambda p: [an_answer(p.signer, start=JUDGED_AT + DAY)],
        LATER,
    ),
    Vector(
        80,
        "the root's list is of tomorrow",
        lambda p: [a_list(p.ca), a_list(p.root, start=JUDGED_AT + DAY)],
        LATER,
        root_list=False,
    ),
    Vector(
        81,
        "the authority's key is lost, and it has a second certificate by that root",
        partial(lists, FLAGS.ca_compromise, BEFORE),
        CA_REVOKED,
        **both,
    ),
    Vector(
        82,
        "the same by another trusted root",
        partial(lists, FLAGS.key_compromise, BEFORE),
        CA_REVOKED,
        **across,
    ),
    Vector(
        83,
        "its first certificate is superseded by the second: that says nothing of the key",
        partial(lists, FLAGS.superseded, BEFORE),
        GOOD,
        **both,
    ),
    Vector(
        84,
        "its key was lost after the moment",
        partial(lists, FLAGS.ca_compromise, AFTER),
        GOOD,
        **across,
    ),
)


def material(vector: Vector) -> Material:
    pki = lost()
    evidence = [*vector.build(pki), *([a_list(pki.root)] if vector.root_list else [])]
    roots = [pki.root.pem, pki.other_root.pem]
    policy = read_policy(trust=roots, at=JUDGED_AT, evidence=evidence)
    return Material(
        anchors=policy.anchors,
        certificates=tuple(asn1.Certificate.load(one.der) for one in vector.along(pki)),
        revocation=policy.revocation,
        judged_at=policy.at,
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_what_was_answered_is_judged(vector: Vector) -> None:
    question = material(vector)
    signer = asn1.Certificate.load(lost().signer.der)
    for shuffled in (question, backwards(question), otherwise(question)):
        try:
            find(signer, shuffled, JUDGED_AT)
        except Refusal as refusal:
            said = str(refusal.sub_indication)
        else:
            said = GOOD
        assert said == vector.said


def otherwise(question: Material) -> Material:
    """Whichever certificate or root is tried first."""
    return Material(
        anchors=question.anchors[::-1],
        certificates=question.certificates[::-1],
        revocation=question.revocation,
        judged_at=question.judged_at,
    )


def test_the_vectors_are_numbered() -> None:
    assert [one.number for one in VECTORS] == list(range(69, 69 + len(VECTORS)))


def test_a_clock_that_went_on_is_no_memory_of_the_one_before() -> None:
    """85: good an hour after the list of tomorrow, which today is not heard."""
    question = material(VECTORS[76 - 69])
    signer = asn1.Certificate.load(lost().signer.der)
    later = Material(
        anchors=question.anchors,
        certificates=question.certificates,
        revocation=question.revocation,
        judged_at=JUDGED_AT + DAY,
    )
    assert find(signer, later, JUDGED_AT)
    with pytest.raises(Refusal):
        find(signer, question, JUDGED_AT)


@pytest.mark.parametrize("digest", ["md5", "sha224", "sha3-256", "blake2s256", "sm3"])
def test_what_openssl_answers_and_reads_as_revoked_is_heard(
    tmp_path: Path, digest: str
) -> None:
    """86: `openssl ocsp` as responder, and as who reads its answer."""
    pki = lost()
    key = pki.ca.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    serial = f"{pki.signer.certificate.serial_number:X}"
    serial = serial.zfill(len(serial) + len(serial) % 2)
    line = f"R\t401231000000Z\t260101000000Z\t{serial}\tunknown\t/CN=x\n"
    for name, octets in {
        "ca.pem": pki.ca.pem,
        "ca.key": key,
        "signer.pem": pki.signer.pem,
        "root.pem": pki.root.pem,
        "index.txt": line.encode(),
    }.items():
        (tmp_path / name).write_bytes(octets)
    about = f"-issuer ca.pem -{digest} -cert signer.pem -no_nonce"
    by = "-index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 7"
    openssl(tmp_path, f"{about} -reqout asked.der")
    openssl(tmp_path, f"{by} -reqin asked.der -respout told.der")
    read = openssl(
        tmp_path, f"-respin told.der {about} -CAfile root.pem -no_cert_checks"
    )
    assert "signer.pem: revoked" in read
    told = (tmp_path / "told.der").read_bytes()
    heard = Vector(86, digest, lambda p: [told, a_list(p.ca)], REVOKED)
    with pytest.raises(Refusal) as refused:
        find(asn1.Certificate.load(pki.signer.der), material(heard), JUDGED_AT)
    assert str(refused.value.sub_indication) == REVOKED


def openssl(folder: Path, arguments: str) -> str:
    command = ["openssl", "ocsp", *arguments.split()]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
