"""Two engines answer "is it revoked?": one before signing, the verifier's after.

The same answers go to both. Where they differ the case says so, and never does ours
call good what the other calls revoked (docs/adr/0010).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from notices.report import SubIndication
from notices.signing.moment import Moment
from notices.signing.revocation.judging import statuses
from notices.signing.revocation.status import RevocationAnswers
from notices.verifying.checks import Refusal
from notices.verifying.cms.path import Material, find_anew
from notices.verifying.policy import read_policy
from tests.verifying.pki import DAY, Party, World, issue, world

NOW = datetime.fromisoformat("2026-06-16T03:00:00+00:00")
FRESH = NOW - timedelta(hours=3)
NO_CHECK = x509.Extension(
    x509.OCSPNoCheck.oid, critical=False, value=x509.OCSPNoCheck()
)
UNKNOWN, GOOD, REVOKED = "unknown", "good", "revoked"


@dataclass(frozen=True)
class Vector:
    """One answer, or several, about a certificate."""

    name: str
    build: Callable[[World], list[bytes]]
    ours: str
    theirs: str = ""
    """Empty: the same."""


def crl(
    pki: World,
    *,
    by: Party | None = None,
    name: x509.Name | None = None,
    start: datetime = FRESH,
    end: datetime = FRESH + 30 * DAY,
    revoked: Party | None = None,
    since: datetime = NOW - 10 * DAY,
    reason: x509.ReasonFlags | None = None,
    extension: x509.ExtensionType | None = None,
) -> bytes:
    by = by or pki.ca
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name or by.certificate.subject)
        .last_update(start)
        .next_update(end)
    )
    if extension:
        builder = builder.add_extension(extension, critical=True)
    if revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(revoked.certificate.serial_number)
            .revocation_date(since)
        )
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def scope(**more: object) -> x509.IssuingDistributionPoint:
    fields = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**fields, **more})


def lists(**changes: object) -> Callable[[World], list[bytes]]:
    return lambda pki: [crl(pki, **changes)]


def response(
    pki: World,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    *,
    about: Party | None = None,
    issuer: Party | None = None,
    by: Party | None = None,
    start: datetime = FRESH,
    end: datetime | None = FRESH + 7 * DAY,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    about, by = about or pki.answered, by or pki.ca
    is_revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=(issuer or pki.ca).certificate,
        algorithm=algorithm or hashes.SHA1(),  # noqa: S303 - a name for the issuer
        cert_status=status,
        this_update=start,
        next_update=end,
        revocation_time=NOW - 2 * DAY if is_revoked else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    if by is not pki.ca:
        builder = builder.certificates([by.certificate])
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answers(*changes: object, **more: object) -> Callable[[World], list[bytes]]:
    return lambda pki: [response(pki, *changes, **more)]


def delegate(pki: World, issuer: Party | None = None, **changes: object) -> Party:
    usages = (ExtendedKeyUsageOID.OCSP_SIGNING,)
    return issue(
        issuer or pki.ca, "Responder", **{"mailbox": None, "usages": usages, **changes}
    )


def lasting(pki: World) -> Party:
    """A delegate that its authority says not to ask about (RFC 6960, 4.2.2.2.1)."""
    made = delegate(pki)
    asked = made.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(asked.issuer)
        .public_key(made.key.public_key())
        .serial_number(asked.serial_number)
        .not_valid_before(asked.not_valid_before_utc)
        .not_valid_after(asked.not_valid_after_utc)
    )
    for extension in (*asked.extensions, NO_CHECK):
        builder = builder.add_extension(extension.value, critical=extension.critical)
    certificate = builder.sign(pki.ca.key, hashes.SHA256())
    return Party(key=made.key, certificate=certificate, issuer=pki.ca)


def by_delegate(**changes: object) -> Callable[[World], list[bytes]]:
    return lambda pki: [response(pki, by=delegate(pki, **changes))]


def lists_vectors() -> Iterator[Vector]:
    yield Vector("no answer", lambda _: [], UNKNOWN)
    yield Vector("a fresh list", lists(), GOOD)
    yield Vector("revoked", lambda pki: [crl(pki, revoked=pki.answered)], REVOKED)
    yield Vector("too old", lists(end=NOW - DAY, start=NOW - 2 * DAY), UNKNOWN)
    yield Vector(
        "of tomorrow",  # later answers count for a judgment of the past
        lists(start=NOW + DAY, end=NOW + 9 * DAY),
        UNKNOWN,
        theirs=GOOD,
    )
    yield Vector(
        "by another key",
        lambda pki: [crl(pki, by=pki.evil_ca, name=pki.ca.certificate.subject)],
        UNKNOWN,
    )
    yield Vector(
        "of another name",
        lambda pki: [crl(pki, name=pki.root.certificate.subject)],
        UNKNOWN,
    )
    yield Vector("by the signer", lambda pki: [crl(pki, by=pki.answered)], UNKNOWN)
    yield Vector(
        "with what nobody knows, critical",
        lists(
            extension=x509.UnrecognizedExtension(
                x509.ObjectIdentifier("2.999.1"), b"\x05\x00"
            )
        ),
        UNKNOWN,
    )
    yield Vector("a delta", lists(extension=x509.DeltaCRLIndicator(1)), UNKNOWN)
    yield Vector(
        "indirect_crl",  # RFC 5280, 5.2.5: it is complete for its own issuer
        lists(extension=scope(indirect_crl=True)),
        UNKNOWN,
        theirs=GOOD,
    )
    for name, expected in {
        "only_contains_user_certs": GOOD,
        "only_contains_ca_certs": UNKNOWN,
        "only_contains_attribute_certs": UNKNOWN,
    }.items():
        yield Vector(name, lists(extension=scope(**{name: True})), expected)
    yield Vector(
        "for some reasons only",
        lists(
            extension=scope(
                only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})
            )
        ),
        UNKNOWN,
    )
    url = x509.UniformResourceIdentifier("http://crl.example/other")
    yield Vector(
        "of a place that the certificate does not name",
        lists(extension=scope(full_name=[url])),
        UNKNOWN,
    )
    yield Vector(
        "on hold",
        lambda pki: [
            crl(pki, revoked=pki.answered, reason=x509.ReasonFlags.certificate_hold)
        ],
        REVOKED,
    )
    yield Vector(
        "revoked as of tomorrow",  # not yet, but ours signs nothing with it any more
        lambda pki: [crl(pki, revoked=pki.answered, since=NOW + DAY)],
        REVOKED,
        theirs=GOOD,
    )
    yield Vector(
        "taken off the list",  # RFC 5280, 5.3.1: for deltas, which ours does not take
        lambda pki: [
            crl(pki, revoked=pki.answered, reason=x509.ReasonFlags.remove_from_crl)
        ],
        REVOKED,
        theirs=GOOD,
    )
    yield Vector(
        "an old list that revokes, a new one that does not",
        lambda pki: [
            crl(pki, revoked=pki.answered, start=NOW - 5 * DAY),
            crl(pki),
        ],
        REVOKED,
    )
    yield Vector("cut off", lambda pki: [crl(pki)[:-1]], UNKNOWN)
    yield Vector("with a byte behind", lambda pki: [crl(pki) + b"\x00"], UNKNOWN)


def ocsp_vectors() -> Iterator[Vector]:
    bad = ocsp.OCSPCertStatus
    yield Vector("OCSP good", answers(), GOOD)
    yield Vector("OCSP revoked", answers(bad.REVOKED), REVOKED)
    yield Vector("OCSP unknown", answers(bad.UNKNOWN), UNKNOWN)
    yield Vector("OCSP too old", answers(start=NOW - 9 * DAY, end=NOW - DAY), UNKNOWN)
    yield Vector(
        "OCSP of tomorrow",
        answers(start=NOW + DAY, end=NOW + 2 * DAY),
        UNKNOWN,
        theirs=GOOD,
    )
    yield Vector("OCSP without an end", answers(end=None), UNKNOWN)
    yield Vector(
        "OCSP without an end, old", answers(start=NOW - 8 * DAY, end=None), UNKNOWN
    )
    yield Vector("OCSP named by SHA-256", answers(algorithm=hashes.SHA256()), GOOD)
    yield Vector(
        "OCSP about another", lambda pki: [response(pki, about=pki.other)], UNKNOWN
    )
    yield Vector(
        "OCSP about another's issuer",
        lambda pki: [response(pki, issuer=pki.evil_ca)],
        UNKNOWN,
    )
    yield Vector(
        "OCSP by somebody else", lambda pki: [response(pki, by=pki.evil_ca)], UNKNOWN
    )
    yield Vector("OCSP by the signer", lambda p: [response(p, by=p.answered)], UNKNOWN)
    yield Vector("OCSP by a delegate", lambda p: [response(p, by=lasting(p))], GOOD)
    yield Vector("OCSP by one who may be revoked", by_delegate(), UNKNOWN)
    yield Vector(
        "OCSP by one who may be revoked, with the list",
        lambda pki: [*by_delegate()(pki), crl(pki)],
        GOOD,
    )
    yield Vector(
        "OCSP by one who may be revoked, says revoked",
        lambda pki: [response(pki, bad.REVOKED, by=delegate(pki))],
        REVOKED,
    )
    yield Vector(
        "OCSP without an end, with a list",
        lambda pki: [response(pki, end=None), crl(pki)],
        GOOD,
    )
    yield Vector(
        "OCSP without an end, says revoked",
        lambda pki: [response(pki, bad.REVOKED, end=None)],
        REVOKED,
    )
    yield Vector(
        "OCSP by one without the usage",
        by_delegate(usages=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)),
        UNKNOWN,
    )
    yield Vector("OCSP by an expired delegate", by_delegate(end=NOW - DAY), UNKNOWN)
    yield Vector(
        "OCSP by a delegate of another authority",
        lambda pki: [response(pki, by=delegate(pki, pki.evil_ca))],
        UNKNOWN,
    )
    yield Vector(
        "OCSP by a delegate of the root",
        lambda pki: [response(pki, by=delegate(pki, pki.root))],
        UNKNOWN,
    )
    yield Vector(
        "OCSP try later",
        lambda _: [
            ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.TRY_LATER
            ).public_bytes(Encoding.DER)
        ],
        UNKNOWN,
    )
    yield Vector(
        "OCSP good, a list revokes",
        lambda pki: [response(pki), crl(pki, revoked=pki.answered)],
        REVOKED,
    )
    yield Vector(
        "OCSP revoked, a list does not",
        lambda pki: [response(pki, bad.REVOKED), crl(pki)],
        REVOKED,
    )
    yield Vector("OCSP cut off", lambda pki: [response(pki)[:-1]], UNKNOWN)


VECTORS = [*lists_vectors(), *ocsp_vectors()]


def is_ocsp(answer: bytes) -> bool:
    try:
        ocsp.load_der_ocsp_response(answer)
    except ValueError:
        return False
    return True


def by_ours(given: list[bytes], pki: World) -> str:
    """What `notices.signing` says of the certificate, its issuer's list aside."""
    path = (pki.answered.certificate, pki.ca.certificate, pki.root.certificate)
    held = RevocationAnswers(
        crls=(*(one for one in given if not is_ocsp(one)), pki.root.crl()),
        ocsp=tuple(filter(is_ocsp, given)),
    )
    return statuses(path, held, Moment(NOW, timedelta(0)))[0].standing.value


def by_theirs(given: list[bytes], pki: World) -> str:
    """What the verifier says."""
    evidence = [*filter(is_read_by_verifier, given), pki.root.crl()]
    policy = read_policy(trust=[pki.root.pem], at=NOW, evidence=evidence)
    material = Material(
        anchors=policy.anchors,
        certificates=(asn1.Certificate.load(pki.ca.der),),
        revocation=policy.revocation,
    )
    try:
        find_anew(asn1.Certificate.load(pki.answered.der), material, NOW)
    except Refusal as refusal:
        is_revoked = refusal.sub_indication is SubIndication.REVOKED_NO_POE
        return REVOKED if is_revoked else UNKNOWN
    return GOOD


def is_read_by_verifier(answer: bytes) -> bool:
    """A file of evidence that is no answer is told at once, not judged."""
    return is_list(answer) or (
        is_ocsp(answer)
        and ocsp.load_der_ocsp_response(answer).response_status
        is ocsp.OCSPResponseStatus.SUCCESSFUL
    )


def is_list(answer: bytes) -> bool:
    try:
        x509.load_der_x509_crl(answer)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=[one.name for one in VECTORS])
def test_both_engines_on_the_same_answers(vector: Vector) -> None:
    pki = world()
    given = vector.build(pki)
    assert by_ours(given, pki) == vector.ours
    assert by_theirs(given, pki) == (vector.theirs or vector.ours)


def test_ours_never_calls_good_what_the_other_does_not() -> None:
    """Else a number would be used for a mail that our own verifier refuses."""
    pairs = {(vector.ours, vector.theirs) for vector in VECTORS if vector.theirs}
    assert pairs == {(UNKNOWN, GOOD), (REVOKED, GOOD)}
