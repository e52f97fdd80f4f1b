"""Which answer counts, and who is asked: judged where it is fetched.

The authority here is made with `cryptography`, so that it can publish what no sound one
does: stale, foreign and huge lists, answers that contradict each other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto.core import Null, ParsableOctetString
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import NameOID

from notices.signing import HttpTransport
from notices.signing.moment import Moment
from notices.signing.revocation.fetching import fetch_answers
from notices.signing.revocation.judging import is_wanting, statuses, used_answers
from notices.signing.revocation.status import (
    ANY_ANSWER,
    NO_ANSWERS,
    AnswerPolicy,
    RevocationAnswers,
    Standing,
    Status,
)
from notices.signing.revocation.transport import TransportError
from tests.clocks import MovingClock

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST, OTHER_LIST, RESPONDER = (
    f"http://pki.hotline.example/{name}" for name in ("a.crl", "b.crl", "ocsp")
)
HOLD = x509.ReasonFlags.certificate_hold
TOLERANCE = timedelta(seconds=60)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True, eq=False)
class Authority:
    """A root that issued one certificate, and answers for it as it is told."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    signer: x509.Certificate

    @property
    def path(self) -> tuple[x509.Certificate, ...]:
        return (self.signer, self.certificate)

    def crl(
        self,
        age: timedelta = HOUR,
        life: timedelta = 7 * DAY,
        *,
        revoked: bool = False,
        reason: x509.ReasonFlags | None = None,
        others: int = 0,
        scope: str = "",
        is_weak: bool = False,
    ) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(NOW - age)
            .next_update(NOW - age + life)
        )
        serials = [10_000 + number for number in range(others)]
        for serial in [*serials, *([self.signer.serial_number] if revoked else [])]:
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            entry = entry.revocation_date(NOW - 30 * DAY)
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        if scope:
            name = x509.UniformResourceIdentifier(scope)
            point = x509.IssuingDistributionPoint(
                full_name=[name],
                relative_name=None,
                only_contains_user_certs=False,
                only_contains_ca_certs=False,
                only_some_reasons=None,
                indirect_crl=False,
                only_contains_attribute_certs=False,
            )
            builder = builder.add_extension(point, critical=True)
        made = builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        return self._with_sha1(made) if is_weak else made

    def ocsp(
        self,
        age: timedelta = HOUR,
        life: timedelta = DAY,
        *,
        revoked: bool = False,
        reason: x509.ReasonFlags | None = None,
        is_weak: bool = False,
    ) -> bytes:
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=self.signer,
            issuer=self.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - a name for the issuer
            cert_status=status,
            this_update=NOW - age,
            next_update=NOW - age + life,
            revocation_time=NOW - 30 * DAY if revoked else None,
            revocation_reason=reason,
        )
        builder = builder.responder_id(
            ocsp.OCSPResponderEncoding.HASH, self.certificate
        )
        made = builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        return self._with_sha1(made, is_response=True) if is_weak else made

    def _with_sha1(self, answer: bytes, *, is_response: bool = False) -> bytes:
        """The same signed with SHA-1, which `cryptography` does not make any more."""
        assert isinstance(self.key, rsa.RSAPrivateKey)
        weak = {"algorithm": "sha1_rsa", "parameters": Null()}
        if is_response:
            whole = asn1_ocsp.OCSPResponse.load(answer)
            basic = whole["response_bytes"]["response"].parsed
            basic["signature_algorithm"] = weak
            signed = basic["tbs_response_data"].dump()
        else:
            whole = basic = crl.CertificateList.load(answer)
            basic["signature_algorithm"] = weak
            basic["tbs_cert_list"]["signature"] = weak
            signed = basic["tbs_cert_list"].dump(force=True)
        value = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        basic["signature"] = value
        if is_response:
            content = ParsableOctetString(basic.dump(force=True))
            whole["response_bytes"]["response"] = content
        encoded: bytes = whole.dump(force=True)
        return encoded


@cache
def authority(bits: int = 0, *, has_responder: bool = True) -> Authority:
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    key = rsa.generate_private_key(65537, bits) if bits else _new_ec()
    root = _certificate("Root", key.public_key(), key, is_ca=True, names=())
    places = (LIST, OTHER_LIST)
    responder = RESPONDER if has_responder else ""
    signer = _certificate(
        "Signer", _new_ec().public_key(), key, is_ca=False, names=places, ocsp=responder
    )
    return Authority(key, root, signer)


def _new_ec() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(subject, public, key, *, is_ca, names, ocsp=""):
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named("Root"))
        .public_key(public)
        .serial_number(7 if is_ca else 8)
        .not_valid_before(NOW - 300 * DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    )
    if names:
        points = [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier(one)], None, None, None
            )
            for one in names
        ]
        builder = builder.add_extension(
            x509.CRLDistributionPoints(points), critical=False
        )
    if ocsp:
        one = x509.AccessDescription(Access.OCSP, x509.UniformResourceIdentifier(ocsp))
        builder = builder.add_extension(
            x509.AuthorityInformationAccess([one]), critical=False
        )
    return builder.sign(key, hashes.SHA256())


@dataclass
class Places:
    """What lies where; a place that is not there does not answer."""

    content: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, **_: object) -> bytes:
        self.asked.append(url)
        if url not in self.content:
            raise TransportError(f"{url} did not answer")
        return self.content[url]


def fetched(
    pki: Authority,
    content: dict[str, bytes],
    known: RevocationAnswers = NO_ANSWERS,
    policy: AnswerPolicy = ANY_ANSWER,
) -> tuple[Status, list[str]]:
    """The signer's standing by what came, and which places were asked."""
    places, clock = Places(content), MovingClock(NOW)
    told = fetch_answers(pki.path, places, clock=clock, known=known, policy=policy)
    [status] = statuses(pki.path, known | told, Moment(clock(), TOLERANCE), policy)
    return status, places.asked


POOR_LISTS: dict[str, Callable[[Authority], bytes]] = {
    "stale": lambda pki: pki.crl(9 * DAY),
    "of tomorrow": lambda pki: pki.crl(-DAY),
    "foreign": lambda _: authority(has_responder=False).crl(),
    "of another scope": lambda pki: pki.crl(scope="http://pki.hotline.example/c.crl"),
    "signed with SHA-1": lambda pki: pki.crl(is_weak=True),
    "no list": lambda _: b"<html>Not found</html>",
}


@pytest.mark.parametrize("kind", POOR_LISTS)
def test_ocsp_is_asked_where_the_list_does_not_hold(kind: str) -> None:
    pki = authority(2048) if kind == "signed with SHA-1" else authority()
    content = {LIST: POOR_LISTS[kind](pki), RESPONDER: pki.ocsp()}
    status, asked = fetched(pki, content)
    assert (status.standing, asked[-1]) == (Standing.GOOD, RESPONDER)
    assert not status.answer.crls


@pytest.mark.parametrize("kind", POOR_LISTS)
def test_the_other_list_is_asked_where_one_does_not_hold(kind: str) -> None:
    pki = authority(2048) if kind == "signed with SHA-1" else authority()
    status, asked = fetched(pki, {LIST: POOR_LISTS[kind](pki), OTHER_LIST: pki.crl()})
    assert (status.standing, asked) == (Standing.GOOD, [LIST, OTHER_LIST])


def test_the_list_is_used_where_the_responder_does_not_hold() -> None:
    """A stale answer at hand, and one over the network that is as stale."""
    pki = authority()
    known = RevocationAnswers(ocsp=(pki.ocsp(5 * DAY),))
    status, asked = fetched(pki, {LIST: pki.crl()}, known)
    assert (status.standing, asked) == (Standing.GOOD, [LIST])


def test_of_what_holds_nobody_is_asked() -> None:
    pki = authority()
    status, asked = fetched(pki, {}, RevocationAnswers(crls=(pki.crl(),)))
    assert (status.standing, asked) == (Standing.GOOD, [])


@pytest.mark.parametrize("kind", ["list", "OCSP"])
def test_the_newest_counts_also_over_a_kept_one_that_is_still_fresh(kind: str) -> None:
    """The file lies there for five days; it was revoked the day before yesterday."""
    pki = authority()
    kept = RevocationAnswers(crls=(pki.crl(5 * DAY, 30 * DAY),))
    content = (
        {LIST: pki.crl(revoked=True)}
        if kind == "list"
        else {RESPONDER: pki.ocsp(revoked=True)}
    )
    policy = AnswerPolicy(may_ask_again=lambda _: True)
    status, _ = fetched(pki, content, kept, policy)
    assert status.standing is Standing.REVOKED
    # and where nothing newer can be had, the kept one counts as before
    assert fetched(pki, {}, kept, policy)[0].standing is Standing.GOOD


def test_the_newest_good_one_goes_along() -> None:
    pki = authority()
    old, new = pki.crl(5 * DAY), pki.crl()
    for crls in ((old, new), (new, old)):
        status, _ = fetched(pki, {}, RevocationAnswers(crls=crls))
        assert status.answer.crls == (new,)


@pytest.mark.parametrize("build", ["crl", "ocsp"])
@pytest.mark.parametrize(
    ("hold", "expected"), [(HOLD, Standing.GOOD), (None, Standing.REVOKED)]
)
def test_only_a_hold_is_taken_back_by_a_newer_answer(build, hold, expected) -> None:
    """RFC 5280, 5.3.1; every other revocation is for ever."""
    pki = authority()
    before = getattr(pki, build)(20 * HOUR, revoked=True, reason=hold)
    told = {"crls": (before, pki.crl())}
    if build == "ocsp":
        told = {"ocsp": (before,), "crls": (pki.crl(),)}
    [status] = statuses(pki.path, RevocationAnswers(**told), Moment(NOW, TOLERANCE))
    assert status.standing is expected
    # an older good one takes nothing back
    later = getattr(pki, build)(HOUR, revoked=True, reason=hold)
    told = {"crls": (later, pki.crl(2 * DAY))}
    if build == "ocsp":
        told = {"ocsp": (later,), "crls": (pki.crl(2 * DAY),)}
    [status] = statuses(pki.path, RevocationAnswers(**told), Moment(NOW, TOLERANCE))
    assert status.standing is Standing.REVOKED


@pytest.mark.parametrize("build", ["crl", "ocsp"])
@pytest.mark.parametrize("how", ["stale", "weak"])
def test_revoked_is_revoked_however_old_or_weak_the_answer(build, how) -> None:
    pki = authority(2048)
    more = {"is_weak": how == "weak"}
    age = 60 * DAY if how == "stale" else HOUR
    answer = getattr(pki, build)(age, revoked=True, **more)
    kind = "crls" if build == "crl" else "ocsp"
    known = RevocationAnswers(**{kind: (answer,)})
    assert fetched(pki, {}, known)[0].standing is Standing.REVOKED
    # and good it is by none of them
    good = RevocationAnswers(**{kind: (getattr(pki, build)(age, **more),)})
    assert fetched(pki, {}, good)[0].standing is Standing.UNKNOWN


@pytest.mark.parametrize("build", ["crl", "ocsp"])
def test_an_authority_with_a_short_key_calls_nobody_good(build) -> None:
    pki = authority(1024)
    kind = "crls" if build == "crl" else "ocsp"
    for revoked, expected in ((False, Standing.UNKNOWN), (True, Standing.REVOKED)):
        answer = getattr(pki, build)(revoked=revoked)
        known = RevocationAnswers(**{kind: (answer,)})
        assert fetched(pki, {}, known)[0].standing is expected


@pytest.mark.parametrize(
    ("hours", "standing"), [(0, "good"), (49, "good"), (47, "unknown")]
)
def test_how_old_an_answer_may_be_is_policy(hours: int, standing: str) -> None:
    pki = authority()
    policy = AnswerPolicy(max_age=timedelta(hours=hours) if hours else None)
    known = RevocationAnswers(crls=(pki.crl(2 * DAY),))
    status, asked = fetched(pki, {}, known, policy)
    assert status.standing == standing
    assert bool(asked) is (standing == "unknown")
    if asked:
        assert "48 hours old, signing.max_age_hours is 47" in str(status.detail)
        renewed, _ = fetched(pki, {LIST: pki.crl()}, known, policy)
        assert renewed.standing is Standing.GOOD


def test_a_huge_list_is_replaced_by_an_answer() -> None:
    """60,000 entries made a mail of 8.9 MB."""
    pki = authority()
    huge = pki.crl(others=30_000)
    assert len(huge) > 512 * 1024
    status, asked = fetched(pki, {LIST: huge, RESPONDER: pki.ocsp()})
    assert (status.standing, asked[-1]) == (Standing.GOOD, RESPONDER)
    assert status.octets < 2_000
    # also where the huge one is newer, and where it is revoked in it
    old = RevocationAnswers(crls=(huge,), ocsp=(pki.ocsp(20 * HOUR),))
    [status] = statuses(pki.path, old, Moment(NOW, TOLERANCE))
    assert used_answers([status]).ocsp
    revoked = RevocationAnswers(
        crls=(pki.crl(others=30_000, revoked=True),), ocsp=(pki.ocsp(),)
    )
    [status] = statuses(pki.path, revoked, Moment(NOW, TOLERANCE))
    assert status.standing is Standing.REVOKED


def test_a_huge_list_goes_along_where_nobody_else_answers() -> None:
    pki = authority(has_responder=False)
    huge = pki.crl(others=30_000)
    status, asked = fetched(pki, {LIST: huge})
    assert (status.standing, asked) == (Standing.GOOD, [LIST])
    assert status.answer.crls == (huge,)


def test_for_a_newer_one_is_asked_only_when_it_may() -> None:
    pki = authority()
    [status] = statuses(
        pki.path, RevocationAnswers(crls=(pki.crl(2 * DAY),)), Moment(NOW, TOLERANCE)
    )
    asks = AnswerPolicy(may_ask_again=lambda _: True)
    assert is_wanting(status, Moment(NOW, TOLERANCE), asks)
    assert not is_wanting(status, Moment(NOW, TOLERANCE), ANY_ANSWER)
    young = replace(status, told_at=NOW - HOUR)
    assert not is_wanting(young, Moment(NOW, TOLERANCE), asks)


def test_for_a_newer_one_nobody_waits_long() -> None:
    """Behind a firewall that drops, each `send` would wait for half a minute."""

    class Silent(HttpTransport):
        __slots__ = ()

        def fetch(self, url: str, **_: object) -> bytes:
            waited.append((self.until or 0) - time.monotonic())
            raise TransportError(f"{url} did not answer")

    waited: list[float] = []
    pki = authority()
    old = RevocationAnswers(crls=(pki.crl(5 * DAY, 30 * DAY),))
    asks = AnswerPolicy(may_ask_again=lambda _: True)
    for known, longest in ((old, 5), (NO_ANSWERS, 30)):
        waited.clear()
        fetch_answers(
            pki.path, Silent(), clock=MovingClock(NOW), known=known, policy=asks
        )
        assert waited
        assert longest - 2 < max(waited) <= longest
