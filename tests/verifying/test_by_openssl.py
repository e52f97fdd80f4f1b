"""Authorities that `openssl` alone made: revocation, paths, time stamps, from outside.

Each vector is a mail of ours by such a signer. They have numbers, go on from those of
`test_answers_further.py`, and both verifiers have to say the same of each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.verifier_js.agreement import both
from tests.verifying.by_openssl import (
    AUTHORITY,
    DAY,
    HOUR,
    LISTER,
    NO_CHECK,
    NOW,
    RESPONDER,
    SIGNER,
    STAMPER,
    Authorities,
    Revoked,
)

MINUTE = timedelta(minutes=1)
JUDGED_AT = NOW + 5 * MINUTE
REVOKED, REVOKED_CA = "REVOKED_NO_POE", "REVOKED_CA_NO_POE"
LATER, CHAIN, GENERAL = (
    "TRY_LATER",
    "CHAIN_CONSTRAINTS_FAILURE",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE",
)
WEAK = "CRYPTO_CONSTRAINTS_FAILURE"
DELTA = ("2.5.29.27=critical,DER:020101",)
DOCUMENTS = "1.3.6.1.5.5.7.3.36"
SOME_NAME = "nameConstraints=critical,permitted;"


@pytest.fixture
def pki(authorities: Authorities) -> Authorities:
    """As of now: the others may have taken their time."""
    authorities.now = datetime.now(UTC).replace(microsecond=0)
    return authorities


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    made = Authorities(tmp_path_factory.mktemp("openssl"))
    made.issue("root", "root", AUTHORITY)
    made.issue("ca", "root", AUTHORITY)
    made.issue("signer", "ca", SIGNER)
    made.issue("tsa", "ca", STAMPER)
    made.issue("responder", "ca", (*RESPONDER, *NO_CHECK))
    made.issue("lister", "ca", LISTER, called="ca")
    made.issue("twin", "root", AUTHORITY, called="ca")
    made.issue("again", "root", AUTHORITY, called="ca", same_key="ca")
    return made


def point(*lines: str) -> tuple[str, ...]:
    return ("\n".join(("issuingDistributionPoint=critical,@p", "[p]", *lines)),)


def nothing(_: Authorities) -> Sequence[bytes]:
    return ()


@dataclass(frozen=True)
class Answered:
    """What was answered about somebody on the path, and what comes of it."""

    number: int
    why: str
    evidence: Callable[[Authorities], Sequence[bytes]] = nothing
    said: str = ""
    carried: Callable[[Authorities], Sequence[bytes]] = lambda p: [p.crl("ca")]
    tsa: str = ""
    extra: tuple[str, ...] = ()
    stamp: dict[str, str] = field(default_factory=dict)


def good(pki: Authorities) -> bytes:
    return pki.answer("signer", by="responder", known=["signer"])


ANSWERED = (
    Answered(101, "a list is enough"),
    Answered(102, "the signer on it", lambda p: [p.crl("ca", Revoked("signer"))], REVOKED),
    Answered(103, "its authority on the root's list", lambda p: [p.crl("root", Revoked("ca"))], REVOKED_CA),
    Answered(104, "the same, and nothing is known of the signer", lambda p: [p.crl("root", Revoked("ca"))], REVOKED_CA, nothing),
    Answered(105, "a delta", lambda p: [p.crl("ca", Revoked("signer"), extensions=DELTA)], REVOKED),
    Answered(106, "a list of another point", lambda p: [p.crl("ca", Revoked("signer"), extensions=point("fullname=URI:http://lists.example/2"))], REVOKED),
    Answered(107, "of some reasons", lambda p: [p.crl("ca", Revoked("signer"), extensions=point("onlysomereasons=keyCompromise"))], REVOKED),
    Answered(108, "an indirect one", lambda p: [p.crl("ca", Revoked("signer"), extensions=point("indirectCRL=TRUE"))], REVOKED),
    Answered(109, "for authorities alone, of nobody's revocation", nothing, LATER, lambda p: [p.crl("ca", extensions=point("onlyCA=TRUE"))]),
    Answered(110, "an old list, and the newer one has dropped it", lambda p: [p.crl("ca", Revoked("signer", NOW - 12 * DAY), at=NOW - 10 * DAY, days=2)], REVOKED),
    Answered(111, "a weak one that says revoked", lambda p: [p.crl("ca", Revoked("signer"), digest="sha1")], REVOKED),
    Answered(112, "a weak one that says nothing", nothing, LATER, lambda p: [p.crl("ca", digest="sha1")]),
    Answered(113, "a twin of the authority has the signer on its list", lambda p: [p.crl("twin", Revoked("signer"))]),
    Answered(114, "a twin alone vouches for it", nothing, LATER, lambda p: [p.crl("twin")]),
    Answered(115, "OCSP: good", lambda p: [p.answer("signer", by="responder", known=["signer"])], "", nothing),
    Answered(116, "OCSP: unknown", lambda p: [p.answer("signer", by="responder")], LATER, nothing),
    Answered(117, "OCSP: revoked, the certificate names no responder", lambda p: [p.answer("signer", Revoked("signer"), by="responder")], REVOKED),
    Answered(118, "OCSP: revoked, weakly", lambda p: [p.answer("signer", Revoked("signer"), by="responder", digest="sha1")], REVOKED),
    Answered(119, "OCSP: by one who may not", lambda p: [p.answer("signer", by="tsa", known=["signer"])], LATER, nothing),
    Answered(120, "its responder is on a list, nocheck or not", lambda p: [p.crl("ca", Revoked("responder"), extensions=DELTA), good(p)], LATER, nothing),
    Answered(121, "its responder was revoked, says the authority's own answer", lambda p: [p.answer("responder", Revoked("responder")), good(p)], LATER, nothing),
    Answered(122, "a list by another key that the authority named for lists", nothing, "", lambda p: [p.crl("lister")], extra=("lister",)),
    Answered(123, "that key is on the authority's own list", lambda p: [p.crl("ca", Revoked("lister"), extensions=DELTA)], LATER, lambda p: [p.crl("lister")], extra=("lister",)),
    Answered(124, "that key was revoked, says an OCSP answer", lambda p: [p.answer("lister", Revoked("lister"))], LATER, lambda p: [p.crl("lister")], extra=("lister",)),
    Answered(125, "another certificate of the authority's key: key lost", lambda p: [p.crl("root", Revoked("again", reason="keyCompromise"))], REVOKED_CA, extra=("again",)),
    Answered(126, "the same: superseded", lambda p: [p.crl("root", Revoked("again", reason="superseded"))], extra=("again",)),
    Answered(127, "the stamp's authority, superseded since", lambda p: [p.crl("ca", Revoked("tsa", NOW + 2 * MINUTE, "superseded"))], "", tsa="tsa"),
    Answered(128, "superseded within the accuracy of the stamp", lambda p: [p.crl("ca", Revoked("tsa", NOW + MINUTE, "superseded"))], REVOKED, tsa="tsa", stamp={"accuracy": "secs:200"}),
    Answered(129, "compromised since", lambda p: [p.crl("ca", Revoked("tsa", NOW + 2 * MINUTE, "keyCompromise"))], REVOKED, tsa="tsa"),
    Answered(130, "compromised after the time of judging", lambda p: [p.crl("ca", Revoked("tsa", NOW + 20 * MINUTE, "keyCompromise"))], "", tsa="tsa"),
    Answered(131, "superseded before it stamped", lambda p: [p.crl("ca", Revoked("tsa", reason="superseded"))], REVOKED, tsa="tsa"),
    Answered(132, "the signer after the stamp", lambda p: [p.crl("ca", Revoked("signer", NOW + 3 * MINUTE, "keyCompromise"))], "", tsa="tsa"),
    Answered(133, "the same, invalid since before it", lambda p: [p.crl("ca", Revoked("signer", NOW + 3 * MINUTE, "keyTime,{an_hour_ago}"))], REVOKED, tsa="tsa"),
)  # fmt: skip


@pytest.mark.parametrize("vector", ANSWERED, ids=lambda one: f"{one.number} {one.why}")
def test_what_openssl_answered_is_judged(pki: Authorities, vector: Answered) -> None:
    carried = (pki.crl("root"), *vector.carried(pki))
    mail = pki.mail(
        "signer", carried, tsa=vector.tsa, extra=vector.extra, **vector.stamp
    )
    assert judged(pki, mail, vector.evidence(pki)) == vector.said


def judged(pki: Authorities, mail: bytes, evidence: Sequence[bytes] = ()) -> str:
    """The first sub-indication; empty if it passed both verifiers, or one leaves it out."""
    report = both(
        mail, trust=[pki.pem("root")], at=pki.now + JUDGED_AT, evidence=list(evidence)
    )
    found = (one.sub_indication for one in report.findings if one.sub_indication)
    return str(next(found, ""))


def signer(**changes: str) -> tuple[str, ...]:
    """The usual signer's extensions, some changed; empty: left out."""
    made = {one.partition("=")[0]: one.partition("=")[2] for one in SIGNER} | changes
    return tuple(f"{name}={value}" for name, value in made.items() if value)


@dataclass(frozen=True)
class Issued:
    """A signer and its authority, and what comes of the path."""

    number: int
    why: str
    said: str = ""
    authority: tuple[str, ...] = ()
    signer: tuple[str, ...] = SIGNER
    more: dict[str, object] = field(default_factory=dict)
    """How the authority is made."""
    own: dict[str, object] = field(default_factory=dict)
    """How the signer is made."""


def curve(name: str) -> dict[str, object]:
    return {"key": f"ec -pkeyopt ec_paramgen_curve:{name}"}


BOTH = "emailProtection,1.3.6.1.5.5.7.3.36"
ISSUED = (
    Issued(141, "an authority for mail", authority=("extendedKeyUsage=emailProtection",)),
    Issued(142, "for documents: neither mail nor letter by a signer of mail", CHAIN, (f"extendedKeyUsage={DOCUMENTS}",)),
    Issued(143, "for documents: the letter alone by a signer of both", CHAIN, (f"extendedKeyUsage={DOCUMENTS}",), signer(extendedKeyUsage=BOTH)),
    Issued(144, "for anything", "", ("extendedKeyUsage=anyExtendedKeyUsage",)),
    Issued(145, "may certify the mailbox", "", (f"{SOME_NAME}email:hotline.example",)),
    Issued(146, "may certify another", CHAIN, (f"{SOME_NAME}email:other.example",)),
    Issued(147, "may certify names of the directory", "", (f"{SOME_NAME}dirName:d\n[d]\nC=JP\nO=Example",)),
    Issued(148, "may certify addresses", "", (f"{SOME_NAME}IP:192.0.2.0/255.255.255.0",), signer(subjectAltName="email:notices@hotline.example,IP:192.0.2.7")),
    Issued(149, "may certify other addresses", CHAIN, (f"{SOME_NAME}IP:192.0.2.0/255.255.255.0",), signer(subjectAltName="email:notices@hotline.example,IP:198.51.100.7")),
    Issued(150, "an RSA key of 1024 bits", WEAK, more={"key": "rsa -pkeyopt rsa_keygen_bits:1024"}),
    Issued(151, "on P-521", more=curve("P-521")),
    Issued(152, "by Ed25519", more={"key": "ed25519"}),
    Issued(153, "its life begins tomorrow: not the signer's, so nothing is forged", GENERAL, more={"start": NOW + DAY}),
    Issued(154, "a signer without keyUsage", CHAIN, signer=signer(keyUsage="")),
    Issued(155, "a signer for any purpose", CHAIN, signer=signer(extendedKeyUsage="anyExtendedKeyUsage")),
    Issued(156, "a critical QC statement", signer=(*SIGNER, "1.3.6.1.5.5.7.1.3=critical,DER:300a3008060604008e460101")),
    Issued(157, "something critical that nobody knows", GENERAL, signer=(*SIGNER, "1.2.3.4.5=critical,DER:0500")),
    Issued(158, "what must not be critical", GENERAL, signer=(*SIGNER, "authorityInfoAccess=critical,OCSP;URI:http://ocsp.example/")),
    Issued(159, "a host that is none", GENERAL, signer=signer(subjectAltName="email:notices@hotline.example,DNS:a_b.example")),
    Issued(160, "the signer's life begins tomorrow", "NOT_YET_VALID", own={"start": NOW + DAY}),
    Issued(161, "it ended yesterday", "OUT_OF_BOUNDS_NO_POE", own={"end": NOW - DAY}),
    Issued(162, "signed with SHA-1", WEAK, own={"digest": "sha1"}),
    Issued(163, "signed with SHA-224", WEAK, own={"digest": "sha224"}),
    Issued(164, "signed with SHA-3", own={"digest": "sha3-256"}),
)  # fmt: skip


@pytest.mark.parametrize("vector", ISSUED, ids=lambda one: f"{one.number} {one.why}")
def test_a_path_that_openssl_made_is_judged(pki: Authorities, vector: Issued) -> None:
    above, name = f"above-{vector.number}", f"signer-{vector.number}"
    pki.issue(above, "root", (*AUTHORITY, *vector.authority), **vector.more)
    pki.issue(name, above, vector.signer, **vector.own)
    mail = pki.mail(name, (pki.crl("root"), pki.crl(above)))
    assert judged(pki, mail) == vector.said


@dataclass(frozen=True)
class Stamped:
    """An authority for time stamps, and what comes of its stamp."""

    number: int
    why: str
    said: str = ""
    extensions: tuple[str, ...] = STAMPER
    above: tuple[str, ...] = ()
    own: dict[str, object] = field(default_factory=dict)
    stamp: dict[str, str] = field(default_factory=dict)


STAMPED = (
    Stamped(171, "usual"),
    Stamped(172, "without keyUsage", extensions=(STAMPER[0], STAMPER[2])),
    Stamped(173, "it had ended", "OUT_OF_BOUNDS_NO_POE", own={"end": NOW - HOUR}),
    Stamped(174, "it begins in an hour", "NOT_YET_VALID", own={"start": NOW + HOUR}),
    Stamped(175, "it begins within the tolerance between clocks", own={"start": NOW + timedelta(seconds=40)}),
    Stamped(176, "signed with SHA-1", WEAK, stamp={"digest": "sha1"}),
    Stamped(177, "SHA-1 only says which certificate", stamp={"ess": "sha1"}),
    Stamped(178, "named by SHA-384", stamp={"ess": "sha384"}),
    Stamped(179, "an RSA key of 1024 bits", WEAK, own={"key": "rsa -pkeyopt rsa_keygen_bits:1024"}),
    Stamped(180, "under an authority for mail", CHAIN, above=("extendedKeyUsage=emailProtection",)),
    Stamped(181, "under one for stamps", above=("extendedKeyUsage=timeStamping",)),
    Stamped(182, "with fractions of a second", stamp={"accuracy": "secs:1, millisecs:500, microsecs:100"}),
)  # fmt: skip


@pytest.mark.parametrize("vector", STAMPED, ids=lambda one: f"{one.number} {one.why}")
def test_a_stamp_that_openssl_made_is_judged(pki: Authorities, vector: Stamped) -> None:
    above, name = f"above-{vector.number}", f"tsa-{vector.number}"
    pki.issue(above, "root", (*AUTHORITY, *vector.above))
    pki.issue(name, above, vector.extensions, **vector.own)
    lists = (pki.crl("root"), pki.crl("ca"), pki.crl(above))
    mail = pki.mail("signer", lists, tsa=name, **vector.stamp)
    assert judged(pki, mail) == vector.said


def test_the_vectors_are_numbered() -> None:
    numbers = [one.number for one in (*ANSWERED, *ISSUED, *STAMPED)]
    assert numbers == sorted(set(numbers))
