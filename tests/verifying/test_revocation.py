# ruff: noqa: ARG005 - the authority's parties, whether used or not
"""A known revocation is never thrown away, and nothing weak or foreign proves good.

Each vector is a question about one signer: what was answered, and what follows. They
have numbers; the sentence says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import pytest
from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.ocsp import OCSPCertStatus
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy

from notices.running import complete
from notices.verifying import verify
from notices.verifying.checks import Refusal
from notices.verifying.cms.path import Material, find
from notices.verifying.policy import read_policy
from tests.verifying.answers import Entry, a_list, an_answer, scope
from tests.verifying.genuine import Mail, blank_pdf, notice_json, sign_pdf, stamp_with
from tests.verifying.pki import (
    DAY,
    JUDGED_AT,
    SIGNED_AT,
    Party,
    World,
    issue,
    named,
    new_ec,
    new_root,
    new_rsa,
    world,
)

GOOD, REVOKED, LATER = "", "REVOKED_NO_POE", "TRY_LATER"
CA_REVOKED = "REVOKED_CA_NO_POE"
bad = OCSPCertStatus
FLAGS = x509.ReasonFlags


class Authority:
    """Its parties, made once."""

    def __init__(self) -> None:
        self.root = new_root("Answers Root")
        self.ca = issue(self.root, "Answers CA", new_rsa(), is_ca=True, end=FAR)
        self.twin = issue(self.root, "Answers CA", is_ca=True, end=FAR)
        self.signer = issue(self.ca, "Asked About")
        self.other = issue(self.ca, "Somebody Else")
        self.pointed = with_point(self.ca, "http://crl.example/1.crl")
        self.lists_key = list_signer(self.ca, "Answers CA")
        self.foreign_lists_key = list_signer(self.twin, "Answers CA")
        self.indirect = list_signer(self.root, "Indirect Lists")
        self.indirectly = with_point(self.ca, "", self.indirect)
        self.responder = delegate(self.ca)
        self.unvouched = delegate(self.ca, excused=False)
        self.small = delegate(self.ca, key=new_rsa(1024))
        self.no_responder = issue(self.ca, "No Responder")
        self.twin_responder = delegate(self.twin)

    @property
    def root_list(self) -> bytes:
        return a_list(self.root)


FAR = datetime.fromisoformat("2045-01-01T00:00:00+00:00")


@cache
def authority() -> Authority:
    return Authority()


def with_point(ca: Party, url: str, publisher: Party | None = None) -> Party:
    """A certificate that names where its lists are, or who publishes them."""
    names = [x509.UniformResourceIdentifier(url)] if url else None
    by = [x509.DirectoryName(publisher.certificate.subject)] if publisher else None
    point = x509.DistributionPoint(names, None, None, by)
    return extended(ca, "Pointed", (x509.CRLDistributionPoints([point]), False))


def list_signer(ca: Party, name: str) -> Party:
    bits = dict.fromkeys(USAGES, False) | {"crl_sign": True}
    usage = x509.KeyUsage(**bits)
    return extended(ca, name, (usage, True))


def delegate(ca: Party, *, key: object = None, excused: bool = True) -> Party:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    more = [(x509.OCSPNoCheck(), False)] if excused else []
    return extended(ca, "Responder", (usage, False), *more, key=key)


def extended(
    ca: Party,
    name: str,
    *extensions: tuple[x509.ExtensionType, bool],
    key: object = None,
) -> Party:
    key = key or new_ec()
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SIGNED_AT - 100 * DAY)
        .not_valid_after(SIGNED_AT + 400 * DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Party(key, builder.sign(ca.key, hashes.SHA256()), ca)


USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
Build = Callable[[Authority], Sequence[bytes]]


@dataclass(frozen=True)
class Vector:
    """What was answered about the signer, and how that is judged."""

    number: int
    why: str
    build: Build
    said: str
    about: Callable[[Authority], Party] = lambda pki: pki.signer
    at: datetime = JUDGED_AT
    others: Callable[[Authority], Sequence[Party]] = lambda pki: ()
    root_list: bool = True


def revoking(pki: Authority, **more: object) -> bytes:
    return a_list(pki.ca, Entry(pki.signer), **more)


def delta(number: int = 1) -> tuple[x509.ExtensionType, bool]:
    return x509.DeltaCRLIndicator(number), True


def point(url: str) -> tuple[x509.ExtensionType, bool]:
    return scope(full_name=[x509.UniformResourceIdentifier(url)])


def older(pki: Authority, **more: object) -> bytes:
    """A list of last year, run out long ago, with the signer on it."""
    start = SIGNED_AT - 90 * DAY
    entry = Entry(pki.signer, at=start - DAY, **more)
    return a_list(pki.ca, entry, start=start, days=7)


VECTORS = (
    Vector(1, "a fresh list without it", lambda p: [a_list(p.ca)], GOOD),
    Vector(2, "a fresh list with it", lambda p: [revoking(p)], REVOKED),
    Vector(
        3,
        "an outdated list says revoked, the newest has dropped it",
        lambda p: [a_list(p.ca), older(p)],
        REVOKED,
    ),
    Vector(
        4,
        "an outdated list alone proves nothing good, but bad",
        lambda p: [older(p)],
        REVOKED,
    ),
    Vector(
        5,
        "a delta says revoked beside a good base",
        lambda p: [a_list(p.ca), revoking(p, extensions=[delta()])],
        REVOKED,
    ),
    Vector(
        6,
        "a delta alone does not say who is good",
        lambda p: [a_list(p.ca, extensions=[delta()])],
        LATER,
    ),
    Vector(
        7,
        "a list of another distribution point says revoked",
        lambda p: [
            a_list(p.ca),
            revoking(p, extensions=[point("http://crl.example/2.crl")]),
        ],
        REVOKED,
    ),
    Vector(
        8,
        "a list of another distribution point proves nothing good",
        lambda p: [a_list(p.ca, extensions=[point("http://crl.example/2.crl")])],
        LATER,
        about=lambda p: p.pointed,
    ),
    Vector(
        9,
        "a list of its own distribution point does",
        lambda p: [a_list(p.ca, extensions=[point("http://crl.example/1.crl")])],
        GOOD,
        about=lambda p: p.pointed,
    ),
    Vector(
        10,
        "a list about authorities only says revoked",
        lambda p: [
            a_list(p.ca),
            revoking(p, extensions=[scope(only_contains_ca_certs=True)]),
        ],
        REVOKED,
    ),
    Vector(
        11,
        "a list about authorities only proves nothing good",
        lambda p: [a_list(p.ca, extensions=[scope(only_contains_ca_certs=True)])],
        LATER,
    ),
    Vector(
        12,
        "a list about some reasons only says revoked",
        lambda p: [
            a_list(p.ca),
            revoking(
                p, extensions=[scope(only_some_reasons=frozenset([FLAGS.superseded]))]
            ),
        ],
        REVOKED,
    ),
    Vector(
        13,
        "a list about some reasons only proves nothing good",
        lambda p: [
            a_list(
                p.ca,
                extensions=[scope(only_some_reasons=frozenset([FLAGS.superseded]))],
            )
        ],
        LATER,
    ),
    Vector(
        14, "MD5 proves nothing good", lambda p: [a_list(p.ca, digest="md5")], LATER
    ),
    Vector(
        15, "SHA-1 proves nothing good", lambda p: [a_list(p.ca, digest="sha1")], LATER
    ),
    Vector(
        16,
        "but what is said with SHA-1 counts against it",
        lambda p: [a_list(p.ca), revoking(p, digest="sha1")],
        REVOKED,
    ),
    Vector(
        17,
        "a critical extension that nobody knows: the list proves nothing good",
        lambda p: [a_list(p.ca, extensions=[(x509.CRLNumber(1), True)])],
        LATER,
    ),
    Vector(
        18,
        "an entry with a critical extension that nobody knows is still an entry",
        lambda p: [a_list(p.ca, Entry(p.signer, odd=True))],
        REVOKED,
    ),
    Vector(
        19,
        "the twin's empty list, of the same name and another key",
        lambda p: [a_list(p.twin)],
        LATER,
        others=lambda p: [p.twin],
    ),
    Vector(
        20,
        "the twin's list beside the genuine one that says revoked",
        lambda p: [a_list(p.twin), revoking(p)],
        REVOKED,
        others=lambda p: [p.twin],
    ),
    Vector(
        21,
        "what the twin says against it counts no more",
        lambda p: [a_list(p.ca), a_list(p.twin, Entry(p.signer))],
        GOOD,
        others=lambda p: [p.twin],
    ),
    Vector(
        22,
        "a key for lists that the issuer named itself",
        lambda p: [a_list(p.lists_key)],
        GOOD,
        others=lambda p: [p.lists_key],
    ),
    Vector(
        23,
        "and what it says against it",
        lambda p: [a_list(p.ca), a_list(p.lists_key, Entry(p.signer))],
        REVOKED,
        others=lambda p: [p.lists_key],
    ),
    Vector(
        24,
        "a key for lists that the twin named",
        lambda p: [a_list(p.foreign_lists_key)],
        LATER,
        others=lambda p: [p.twin, p.foreign_lists_key],
    ),
    Vector(
        25,
        "an indirect list that the certificate names",
        lambda p: [a_list(p.indirect, extensions=[scope(indirect_crl=True)])],
        GOOD,
        about=lambda p: p.indirectly,
        others=lambda p: [p.indirect],
    ),
    Vector(
        26,
        "an indirect list that the certificate does not name proves nothing good",
        lambda p: [a_list(p.indirect, extensions=[scope(indirect_crl=True)])],
        LATER,
        others=lambda p: [p.indirect],
    ),
    Vector(
        27,
        "but it counts against it, beside a good list",
        lambda p: [
            a_list(p.ca),
            a_list(
                p.indirect,
                Entry(p.signer, issuer=p.ca.certificate.subject),
                extensions=[scope(indirect_crl=True)],
            ),
        ],
        REVOKED,
        others=lambda p: [p.indirect],
    ),
    Vector(
        28,
        "the same serial number of another issuer on an indirect list",
        lambda p: [
            a_list(
                p.indirect,
                Entry(p.indirectly, issuer=p.root.certificate.subject),
                extensions=[scope(indirect_crl=True)],
            )
        ],
        GOOD,
        about=lambda p: p.indirectly,
        others=lambda p: [p.indirect],
    ),
    Vector(
        29,
        "the certificate issuer of an entry holds for the entries after it",
        lambda p: [
            a_list(
                p.indirect,
                Entry(p.other, issuer=p.ca.certificate.subject),
                Entry(p.indirectly),
                extensions=[scope(indirect_crl=True)],
            )
        ],
        REVOKED,
        about=lambda p: p.indirectly,
        others=lambda p: [p.indirect],
    ),
    Vector(
        30,
        "revoked after the moment",
        lambda p: [a_list(p.ca, Entry(p.signer, at=JUDGED_AT + DAY), start=JUDGED_AT)],
        GOOD,
    ),
    Vector(
        31,
        "revoked after the moment, but suspected before it: invalidityDate",
        lambda p: [
            a_list(
                p.ca,
                Entry(p.signer, at=JUDGED_AT + DAY, invalid_since=SIGNED_AT - DAY),
                start=JUDGED_AT + 2 * DAY,
            )
        ],
        REVOKED,
    ),
    Vector(
        32,
        "revoked in the second of the moment",
        lambda p: [a_list(p.ca, Entry(p.signer, at=JUDGED_AT), start=JUDGED_AT)],
        REVOKED,
    ),
    Vector(
        33,
        "on hold",
        lambda p: [a_list(p.ca, Entry(p.signer, reason=FLAGS.certificate_hold))],
        REVOKED,
    ),
    Vector(
        34,
        "a hold that a later complete list has no more",
        lambda p: [older(p, reason=FLAGS.certificate_hold), a_list(p.ca)],
        GOOD,
    ),
    Vector(
        35,
        "a hold that only a later delta has no more",
        lambda p: [
            older(p, reason=FLAGS.certificate_hold),
            a_list(p.ca, extensions=[delta()]),
        ],
        REVOKED,
    ),
    Vector(
        36,
        "taken off by a delta: nothing is said against it",
        lambda p: [
            a_list(p.ca),
            a_list(
                p.ca,
                Entry(p.signer, reason=FLAGS.remove_from_crl),
                extensions=[delta()],
            ),
        ],
        GOOD,
    ),
    Vector(
        37,
        "the whole list is older than the policy allows, though it says to be fresh",
        lambda p: [a_list(p.ca, start=SIGNED_AT - 60 * DAY, days=3_650)],
        LATER,
    ),
    Vector(
        38,
        "a list of the root may be a year old",
        lambda p: [a_list(p.ca), a_list(p.root, start=SIGNED_AT - 360 * DAY, days=400)],
        GOOD,
        root_list=False,
    ),
    Vector(
        39,
        "a list of the root may not be ten years old",
        lambda p: [
            a_list(p.ca),
            a_list(p.root, start=SIGNED_AT - 3_650 * DAY, days=9_000),
        ],
        LATER,
        root_list=False,
    ),
    Vector(
        40,
        "the authority was revoked",
        lambda p: [a_list(p.ca), a_list(p.root, Entry(p.ca))],
        CA_REVOKED,
        root_list=False,
    ),
    Vector(
        41,
        "the authority was revoked by an outdated list, and dropped since",
        lambda p: [
            a_list(p.ca),
            a_list(p.root),
            a_list(
                p.root,
                Entry(p.ca, at=SIGNED_AT - 400 * DAY),
                start=SIGNED_AT - 300 * DAY,
                days=7,
            ),
        ],
        CA_REVOKED,
        root_list=False,
    ),
    Vector(
        42,
        "the authority's own word on itself counts for nothing",
        lambda p: [a_list(p.ca)],
        LATER,
        root_list=False,
    ),
    Vector(43, "an OCSP answer by the issuer", lambda p: [an_answer(p.signer)], GOOD),
    Vector(
        44,
        "an OCSP answer says revoked, though the certificate names no responder",
        lambda p: [a_list(p.ca), an_answer(p.signer, bad.REVOKED)],
        REVOKED,
    ),
    Vector(
        45,
        "an outdated OCSP answer says revoked",
        lambda p: [
            a_list(p.ca),
            an_answer(
                p.signer,
                bad.REVOKED,
                start=SIGNED_AT - 90 * DAY,
                revoked_at=SIGNED_AT - 91 * DAY,
            ),
        ],
        REVOKED,
    ),
    Vector(
        46,
        "an outdated OCSP answer proves nothing good",
        lambda p: [an_answer(p.signer, start=SIGNED_AT - 90 * DAY)],
        LATER,
    ),
    Vector(
        47, "unknown is not good", lambda p: [an_answer(p.signer, bad.UNKNOWN)], LATER
    ),
    Vector(
        48,
        "unknown beside a good list",
        lambda p: [a_list(p.ca), an_answer(p.signer, bad.UNKNOWN)],
        GOOD,
    ),
    Vector(
        49,
        "an OCSP answer by a delegate",
        lambda p: [an_answer(p.signer, by=p.responder)],
        GOOD,
    ),
    Vector(
        50,
        "a delegate that may be revoked itself, and nobody says so",
        lambda p: [an_answer(p.signer, by=p.unvouched)],
        LATER,
    ),
    Vector(
        51,
        "and what it says against a certificate counts",
        lambda p: [an_answer(p.signer, bad.REVOKED, by=p.unvouched)],
        REVOKED,
    ),
    Vector(
        52,
        "a delegate that a list has as revoked, of a year ago",
        lambda p: [
            an_answer(p.signer, by=p.unvouched),
            a_list(p.ca, Entry(p.unvouched), start=SIGNED_AT - 300 * DAY),
        ],
        LATER,
    ),
    Vector(
        53,
        "a delegate with an RSA key of 1024 bits proves nothing good",
        lambda p: [an_answer(p.signer, by=p.small)],
        LATER,
    ),
    Vector(
        54,
        "but what it says against a certificate counts",
        lambda p: [a_list(p.ca), an_answer(p.signer, bad.REVOKED, by=p.small)],
        REVOKED,
    ),
    Vector(
        55,
        "SHA-1 in an OCSP answer proves nothing good",
        lambda p: [an_answer(p.signer, digest="sha1")],
        LATER,
    ),
    Vector(
        56,
        "SHA-1 in an OCSP answer counts against it",
        lambda p: [a_list(p.ca), an_answer(p.signer, bad.REVOKED, digest="sha1")],
        REVOKED,
    ),
    Vector(
        57,
        "somebody whom the issuer gave no OCSPSigning",
        lambda p: [an_answer(p.signer, by=p.no_responder)],
        LATER,
    ),
    Vector(
        58,
        "the twin's delegate answers for the issuer",
        lambda p: [an_answer(p.signer, by=p.twin_responder)],
        LATER,
        others=lambda p: [p.twin],
    ),
    Vector(
        59,
        "an OCSP answer about the same serial number of the twin",
        lambda p: [an_answer(p.signer, issuer=p.twin)],
        LATER,
        others=lambda p: [p.twin],
    ),
    Vector(
        60, "an OCSP answer about somebody else", lambda p: [an_answer(p.other)], LATER
    ),
    Vector(
        61,
        "a good OCSP answer hides no list",
        lambda p: [an_answer(p.signer), revoking(p)],
        REVOKED,
    ),
    Vector(62, "no answer", lambda p: [], LATER),
    Vector(
        63,
        "a list that has no end stands for half an hour only",
        lambda p: [an_answer(p.signer, days=None)],
        LATER,
    ),
    Vector(
        64,
        "the list of an authority whose key may not sign lists",
        lambda p: [a_list(p.other, name=p.ca.certificate.subject)],
        LATER,
    ),
)


def material(vector: Vector, pki: Authority) -> Material:
    evidence = list(vector.build(pki))
    if vector.root_list:
        evidence.append(pki.root_list)
    policy = read_policy(trust=[pki.root.pem], at=vector.at, evidence=evidence)
    parties = [pki.ca, *vector.others(pki)]
    return Material(
        anchors=policy.anchors,
        certificates=tuple(asn1.Certificate.load(one.der) for one in parties),
        revocation=policy.revocation,
        revocation_age=timedelta(days=40),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_what_was_answered_is_judged(vector: Vector) -> None:
    pki = authority()
    signer = asn1.Certificate.load(vector.about(pki).der)
    question = material(vector, pki)
    for shuffled in (question, backwards(question)):  # whatever comes first
        try:
            find(signer, shuffled, vector.at)
        except Refusal as refusal:
            said = str(refusal.sub_indication)
        else:
            said = GOOD
        assert said == vector.said


def backwards(question: Material) -> Material:
    given = question.revocation
    turned = replace(given, crls=given.crls[::-1], ocsps=given.ocsps[::-1])
    return replace(question, revocation=turned)


def test_the_vectors_are_numbered() -> None:
    assert [one.number for one in VECTORS] == list(range(1, len(VECTORS) + 1))


def test_why_nothing_proves_good_is_told() -> None:
    pki = authority()
    signer = asn1.Certificate.load(pki.signer.der)
    told = {}
    for number in (14, 37, 47, 53):
        with pytest.raises(Refusal) as refused:
            find(signer, material(VECTORS[number - 1], pki), JUDGED_AT)
        told[number] = str(refused.value.detail)
    assert "MD5" in told[14]
    assert "too old" in told[37]
    assert "unknown" in told[47]
    assert "1024 bits" in told[53]


# Where an answer stands does not matter: each place holds the one list that says
# `revoked`, and everything else in the file is as when all was good.


def said_by(world_: World, party: Party) -> bytes:
    ca = Party(world_.ca.key, world_.ca.certificate)
    return a_list(ca, Entry(party))


def in_the_mail(pki: World) -> bytes:
    return Mail(pki, crls=(*pki.crls, said_by(pki, pki.signer))).build()


def in_the_letter(pki: World) -> bytes:
    """65: the letter's own signer is another, of whom nothing bad is known."""
    lists = [*pki.crls, said_by(pki, pki.signer)]
    blank = blank_pdf(notice_json())
    letter = sign_pdf(blank, pki, pki.rsa_signer, level="B-LT", crls=lists)
    return Mail(pki, letter=letter).build()


def in_the_stamp(pki: World) -> bytes:
    """66: in SignedData.crls of the time stamp, which nobody but a validator reads."""

    def stamp(value: bytes) -> bytes:
        token = cms.ContentInfo.load(stamp_with(pki.tsa)(value))
        one = asn1_crl.CertificateList.load(said_by(pki, pki.signer))
        choice = cms.RevocationInfoChoice({"crl": one})
        token["content"]["crls"] = cms.RevocationInfoChoices([choice])
        return token.dump(force=True)

    return Mail(pki, cms=lambda made: replace(made, stamp=stamp)).build()


@pytest.mark.parametrize("build", [in_the_mail, in_the_letter, in_the_stamp])
def test_wherever_it_stands_it_counts(build: Callable[[World], bytes]) -> None:
    pki = world()
    report = verify(build(pki), trust=[pki.root.pem], at=JUDGED_AT)
    refused = {
        one.id: str(one.sub_indication) for one in report.findings if one.sub_indication
    }
    assert refused.get("M12") == REVOKED, refused


def test_evidence_from_outside_counts_too() -> None:
    """67: handed over, and as old as may be."""
    pki = world()
    old = a_list(
        Party(pki.ca.key, pki.ca.certificate),
        Entry(pki.signer, at=SIGNED_AT - 100 * DAY),
        start=SIGNED_AT - 99 * DAY,
        days=1,
    )
    trust, at = [pki.root.pem], JUDGED_AT
    mail = Mail(pki).build()
    assert verify(mail, trust=trust, at=at).verdict == "TOTAL-PASSED"
    report = verify(mail, trust=trust, at=at, evidence=[old])
    assert str(report.sub_indication) == REVOKED


@pytest.mark.parametrize(
    ("days", "verdict"), [(1, "TOTAL-PASSED"), (0, "INDETERMINATE")]
)
def test_how_old_an_answer_may_be_is_the_auditors(days: int, verdict: str) -> None:
    """68: the lists are of three hours before the signing time, 27 before judging."""
    pki = world()
    report = verify(
        Mail(pki).build(),
        trust=[pki.root.pem],
        at=JUDGED_AT - timedelta(hours=4),
        revocation_age=timedelta(days=days),
    )
    assert report.verdict == verdict


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_pyhanko_calls_nothing_revoked_that_is_good_here(vector: Vector) -> None:
    """The library that judged before: what it knows to be revoked is so here."""
    pki = authority()
    question = material(vector, pki)
    context = ValidationContext(
        trust_roots=list(question.anchors),
        other_certs=list(question.certificates),
        crls=[one.octets for one in question.revocation.crls],
        ocsps=[one.octets for one in question.revocation.ocsps],
        moment=vector.at,
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True),
    )
    signer = asn1.Certificate.load(vector.about(pki).der)
    validator = CertificateValidator(signer, validation_context=context)
    try:
        complete(validator.async_validate_path())
    except errors.RevokedError:
        assert vector.said in (REVOKED, CA_REVOKED)
    except (errors.ValidationError, errors.PathError, AssertionError):
        pass  # it cannot tell, or stumbles over a twin with a key of another kind
