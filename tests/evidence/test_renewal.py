"""A bundle stays provable: renewed in time, judged in 2026, 2031, 2044 and 2047."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from notices import Site
from notices.cli import run
from notices.config import load_config
from notices.errors import (
    InputError,
    NotProvable,
    RefusedError,
    StamperNotUsable,
    TimestampUnavailable,
)
from notices.evidence import RevocationSources, renew
from notices.evidence.container import write_container
from notices.evidence.proving import ResultJudge, require_genuine
from notices.report import CheckStatus, Verdict
from notices.signing import NO_ANSWERS, RevocationAnswers, Timestamp
from tests.clocks import MovingClock
from tests.evidence.conftest import CASE, day, members_of
from tests.signing.authority import NOW
from tests.verifying.genuine import time_stamper
from tests.verifying.pki import DAY, Party, issue, new_root, new_rsa

TSA_USAGE = (x509.oid.ExtendedKeyUsageOID.TIME_STAMPING,)


class Stamper:
    """An authority of our own whose certificate ends when the test says."""

    def __init__(self, root: Party, start: str, end: str) -> None:
        self.root = root
        self.party = issue(
            root,
            f"Stamps until {end}",
            new_rsa(),
            mailbox=None,
            usages=TSA_USAGE,
            start=day(start),
            end=day(end),
        )
        self.now = day(start)

    def stamp(self, digest: bytes) -> Timestamp:
        stamper = time_stamper(self.party, self.now)
        token = asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()
        return Timestamp(
            token=token, time=self.now, accuracy=None, policy="1.2.3", authority=""
        )

    def crl(self, at: datetime) -> bytes:
        return self.root.crl(this_update=at - timedelta(hours=1))


def answers(authority, at: datetime) -> list[bytes]:
    return list(authority.crls(at).crls)


def statuses(report):
    return {each.id: each.status.value for each in report.findings}


def renewed_by(centre, bundle, stamper, at, *crls) -> bytes:
    stamper.now = at
    sources = RevocationSources(
        trust=[*centre.authority.roots, stamper.root.certificate],
        answers=RevocationAnswers(crls=(*crls, stamper.crl(at))),
        transport=None,
        clock=MovingClock(at),
    )
    content, warnings = renew(bundle, stamper, sources)
    assert warnings == ()
    return content


def test_without_fresh_answers_on_the_authority_nothing_is_said(at_home, bundle):
    at_home.clock(day("2031-06-01"))
    report = at_home.judge(bundle)
    assert report.verdict is Verdict.INDETERMINATE
    assert statuses(report)["B10"] == "indeterminate"


@pytest.mark.parametrize("year", [2026, 2031, 2044, 2047])
def test_the_site_renews_and_the_signer_may_be_long_gone(at_home, bundle, year):
    """The signer's certificate ended in 2028."""
    at_home.clock(datetime(year, 12, 1, tzinfo=UTC))
    with at_home.site() as site:
        renewed, warnings = site.rooms.exporter.renew(bundle)
    assert warnings == ()
    at_home.clock(at_home.now + timedelta(days=2))
    report = at_home.judge(renewed)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert NOW < report.best_signature_time < NOW + timedelta(hours=1)
    assert any("renewed" in each.text for each in report.story)


def test_renewing_signs_nothing_again(at_home, bundle):
    with at_home.site() as site:
        once, _ = site.rooms.exporter.renew(bundle)
        twice, _ = site.rooms.exporter.renew(once)
    before = members_of(bundle)
    for renewed in (once, twice):
        after = members_of(renewed)
        assert {name: after[name] for name in before} == before
        assert at_home.judge(renewed).verdict is Verdict.TOTAL_PASSED
    names = set(members_of(twice)) - set(members_of(once))
    assert "META-INF/ASiCArchiveManifest001.xml" in names
    assert "META-INF/timestamp002.tst" in names


@pytest.mark.parametrize("late_year", [2044, 2047])
def test_a_dead_authority_is_outlived_by_the_next(at_home, bundle, late_year):
    """First stamp until 2033, renewed in 2032 by one until 2048."""
    root = new_root("Stamp Root")
    first = Stamper(root, "2026-01-01", "2033-01-01")
    second = Stamper(root, "2030-01-01", "2048-01-01")
    roots = [*at_home.roots, root.pem]
    at_2027, at_2032, at_last = (
        datetime(year, 6, 1, tzinfo=UTC) for year in (2027, 2032, late_year)
    )
    once = renewed_by(
        at_home, bundle, first, at_2027, *answers(at_home.authority, at_2027)
    )
    twice = renewed_by(
        at_home, once, second, at_2032, *answers(at_home.authority, at_2032)
    )
    late = {"trust": roots, "at": at_last}
    fresh = [second.crl(at_last)]
    assert at_home.judge(twice, **late, evidence=fresh).verdict is Verdict.TOTAL_PASSED
    assert at_home.judge(once, **late, evidence=fresh).verdict is Verdict.INDETERMINATE
    assert at_home.judge(twice, **late).verdict is Verdict.INDETERMINATE


def revoking(authority, since: datetime, at: datetime) -> bytes:
    """A list of the issuing CA that has the signer on it."""
    signer = authority.certificate("p256")
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(signer.serial_number)
        .revocation_date(since)
        .build()
    )
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.issuer)
        .last_update(at)
        .next_update(at + 30 * DAY)
        .add_revoked_certificate(entry)
        .sign(authority.keys["issuing"], hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def test_a_later_revocation_does_no_harm_an_earlier_one_does(at_home, bundle):
    later, earlier = day("2026-12-01"), day("2026-11-01")
    at = day("2026-12-10")
    for since, verdict in (
        (later, Verdict.TOTAL_PASSED),
        (earlier, Verdict.INDETERMINATE),
    ):
        *_, on_stamps = answers(at_home.authority, at)
        known = [revoking(at_home.authority, since, at - DAY), on_stamps]
        report = at_home.judge(bundle, at=at, evidence=known)
        assert report.verdict is verdict, since
    assert str(report.sub_indication) == "REVOKED_NO_POE"


@pytest.fixture
def renewed(at_home, bundle):
    with at_home.site() as site:
        once, _ = site.rooms.exporter.renew(bundle)
        twice, _ = site.rooms.exporter.renew(once)
    return twice


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("META-INF/ASiCArchiveManifest.xml", None),
        ("META-INF/ASiCArchiveManifest001.xml", None),
        ("META-INF/timestamp001.tst", None),
        ("META-INF/timestamp002.tst", None),
        ("META-INF/timestamp003.tst", b"x"),
        ("META-INF/ASiCArchiveManifest.xml", b"<x/>"),
        ("evidence/renewal-009-01.crl", b"x"),
        ("evidence/renewal-001-01.crl", None),
        ("README.txt", b"x"),
    ],
)
def test_a_renewed_bundle_is_as_tight(at_home, renewed, name, content):
    found = members_of(renewed)
    found.pop(name, None)
    if content is not None:
        found[name] = content
    report = at_home.judge(write_container(found))
    assert statuses(report)["B02"] == "failed"


@pytest.mark.parametrize("other", ["META-INF/timestamp001.tst", "README.txt"])
def test_a_stamp_over_another_manifest_is_refused(at_home, renewed, other):
    found = members_of(renewed)
    found["META-INF/timestamp002.tst"] = found[other]
    report = at_home.judge(write_container(found))
    assert statuses(report)["B09"] == "failed"


def test_a_stamp_of_an_unknown_authority_proves_nothing(at_home, bundle):
    stranger = Stamper(new_root("Stranger"), "2026-01-01", "2040-01-01")
    made = renewed_by(at_home, bundle, stranger, NOW, *answers(at_home.authority, NOW))
    report = at_home.judge(made)
    assert report.verdict is Verdict.INDETERMINATE
    assert statuses(report)["B09"] == "indeterminate"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no bundle"])
def test_what_is_no_bundle_is_not_renewed(data):
    sources = RevocationSources(
        trust=[], answers=NO_ANSWERS, transport=None, clock=MovingClock(NOW)
    )
    with pytest.raises(InputError):
        renew(data, Stamper(new_root(), "2026-01-01", "2040-01-01"), sources)


def test_what_cannot_be_had_is_told(at_home, bundle):
    stamper = Stamper(new_root("Alone"), "2026-01-01", "2040-01-01")
    stamper.now = NOW
    sources = RevocationSources(
        trust=[], answers=NO_ANSWERS, transport=None, clock=MovingClock(NOW)
    )
    _, warnings = renew(bundle, stamper, sources)
    assert warnings
    assert all("pinned root" in each for each in warnings)


BAD_STAMPERS = {
    "expired": ("tsa-2026", "2037-02-01", "is valid from"),
    "revoked": ("tsa-revoked", "2026-11-23", "is revoked"),
    "for TLS": ("tsa-for-tls", "2026-11-23", "not one for time stamps"),
}


@pytest.fixture(scope="module")
def busy(centre):
    """With an event that no checkpoint has yet."""
    centre.clock(NOW)
    with centre.site() as site:
        site.prepare(site.read_case("IHC-2026-004219"))
    return centre


def changed_site(centre, **signing) -> Site:
    """The same site with other keys in [signing]."""
    config = load_config(centre.home)
    config = replace(config, signing=replace(config.signing, **signing))
    return Site(config, clock=lambda: centre.now)


@pytest.mark.parametrize("kind", BAD_STAMPERS)
@pytest.mark.parametrize("what", ["renew", "checkpoint"])
def test_an_authority_that_is_not_to_be_believed_stamps_nothing(
    busy, at_home, bundle, what, kind
):
    """A renewal by an expired one turned TOTAL-PASSED into INDETERMINATE, exit 0."""
    name, date, words = BAD_STAMPERS[kind]
    at_home.clock(day(date))
    url = at_home.authority.stamper_url(name)
    with changed_site(at_home, timestamp_urls=(url,)) as site:
        issued = site.parts.store.ledger.issued()
        acts = {
            "renew": lambda: site.rooms.exporter.renew(bundle),
            "checkpoint": site.rooms.log.ledger.checkpoint,
        }
        with pytest.raises((TimestampUnavailable, StamperNotUsable), match=words):
            acts[what]()
        assert site.parts.store.ledger.issued() == issued


@pytest.mark.parametrize("kind", BAD_STAMPERS)
def test_the_next_authority_renews(at_home, bundle, kind):
    name, date, _ = BAD_STAMPERS[kind]
    at_home.clock(day(date))
    urls = (at_home.authority.stamper_url(name), at_home.authority.tsa_url)
    with changed_site(at_home, timestamp_urls=urls) as site:
        renewed, _ = site.rooms.exporter.renew(bundle)
    assert at_home.judge(renewed).verdict is Verdict.TOTAL_PASSED


def test_what_is_false_is_not_renewed(at_home, bundle):
    found = members_of(bundle)
    found["README.txt"] = b"something else"
    with at_home.site() as site, pytest.raises(RefusedError, match="not genuine"):
        site.rooms.exporter.renew(write_container(found))


def test_a_clock_that_is_behind_is_told_as_such(at_home, bundle):
    """To it the certificates of a sound bundle are of the future."""
    judge = ResultJudge(trust=at_home.roots, tolerance=timedelta(minutes=1))
    with pytest.raises(RefusedError, match="not genuine") as caught:
        require_genuine(bundle, judge, datetime(2001, 1, 1, tzinfo=UTC))
    assert "set this machine's clock" in caught.value.hint


def test_a_renewal_that_is_not_proven_is_none(at_home, bundle):
    """The authority is sound, the signer's root is not at hand."""
    stamp_root = at_home.home / "stamp-root.pem"
    stamp_root.write_bytes(at_home.roots[1])
    with (
        changed_site(at_home, trust=("stamp-root.pem",)) as site,
        pytest.raises(NotProvable, match="would not be proven: INDETERMINATE"),
    ):
        site.rooms.exporter.renew(bundle)


def test_the_file_is_kept_where_the_renewal_fails(at_home, bundle, tmp_path, capsys):
    """The command's clock is the machine's, the authority's is of another day."""
    path = tmp_path / "b.asice"
    path.write_bytes(bundle)
    at_home.clock(day("2030-01-01"))
    code = run(["renew", str(path), "--site", str(at_home.home)])
    assert (code, path.read_bytes()) == (75, bundle)
    assert "its clock is" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["b.asice"]


def test_an_export_is_judged_before_it_is_handed_out(at_home):
    with at_home.site() as site:
        exporter = replace(site.rooms.exporter, mailbox="other@hotline.example.jp")
        with pytest.raises(NotProvable, match="would not be proven") as caught:
            exporter.export(CASE)
        [made] = exporter.export(CASE, unproven=True)
        assert "--unproven" in caught.value.hint
        assert made.doubt in caught.value.message
        assert site.rooms.exporter.export(CASE)[0].doubt == ""


def test_every_status_is_told(at_home, renewed):
    report = at_home.judge(renewed)
    assert all(
        each.detail for each in report.findings if each.status is CheckStatus.PASSED
    )
    assert report.subject_sha256 == hashlib.sha256(renewed).hexdigest()
