"""A signature of 2026, judged in 2027, 2031 and 2044 by our verifier.

The authorities are as long-lived as in the world: the signer's certificate lives two
years, those that stamp and the ones above them decades, and each clock has the list of
its day, as an auditor fetches it.
"""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_crl

from notices.report import Report
from notices.signing import (
    HttpTransport,
    PdfLevel,
    RevocationAnswers,
    TimestampClient,
    sign_pdf,
)
from notices.verifying import verify
from tests.signing.authority import NOW, Authority
from tests.verifying.genuine import blank_pdf, notice_json

CLOCKS = [datetime(year, 6, 1, tzinfo=UTC) for year in (2027, 2031, 2044)]


def letter(
    authority: Authority,
    pdf: bytes,
    level: PdfLevel,
    name: str = "p256",
    stamper: str = "tsa",
) -> bytes:
    is_stamped = level is not PdfLevel.B_B
    url = authority.stamper_url(stamper)
    return sign_pdf(
        pdf,
        authority.key(name),
        signing_time=NOW,
        level=level,
        timestamper=TimestampClient(urls=(url,)) if is_stamped else None,
        revocation=authority.crls(),
        trust=authority.roots,
        transport=HttpTransport(),
        clock=authority.clock,
    )


def judge(
    authority: Authority,
    data: bytes,
    at: datetime,
    evidence: RevocationAnswers | None = None,
) -> Report:
    """With the lists of the clock's day, unless told otherwise."""
    roots = [one.public_bytes(Encoding.PEM) for one in authority.roots]
    if evidence is None:
        evidence = authority.crls(at)
    return verify(data, trust=roots, at=at, evidence=evidence.crls)


def outcome(report: Report) -> str:
    bad = [
        f"{one.id} {one.sub_indication} {one.detail}"
        for one in report.findings
        if one.sub_indication
    ]
    return "; ".join([report.verdict.value, *bad])


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """With the metadata of a letter, without which the verifier accepts none."""
    return blank_pdf(notice_json())


@pytest.mark.parametrize("at", CLOCKS, ids=str)
@pytest.mark.parametrize("name", ["p256", "rsa3072", "revoked-later"])
def test_a_letter_at_b_lta_is_proven_for_decades(
    authority: Authority, pdf: bytes, name: str, at: datetime
) -> None:
    """Also after the signer's certificate ended, or was revoked in March 2027."""
    report = judge(authority, letter(authority, pdf, PdfLevel.B_LTA, name), at)
    assert outcome(report) == "TOTAL-PASSED"
    assert NOW < report.best_signature_time < authority.now


def test_the_later_revocation_is_in_the_list_that_was_handed_over(
    authority: Authority,
) -> None:
    issuing, *_ = authority.crls(CLOCKS[0]).crls
    serial = authority.certificate("revoked-later").serial_number
    found = load_der_x509_crl(issuing).get_revoked_certificate_by_serial_number(serial)
    assert found is not None
    assert found.revocation_date_utc > NOW


@pytest.mark.parametrize(
    ("level", "words"),
    [(PdfLevel.B_B, "OUT_OF_BOUNDS_NO_POE"), (PdfLevel.B_T, "TOTAL-PASSED")],
)
def test_what_proves_it_is_the_time_stamp(
    authority: Authority, pdf: bytes, level: PdfLevel, words: str
) -> None:
    report = judge(authority, letter(authority, pdf, level), CLOCKS[1])
    assert words in outcome(report)


def test_a_revocation_without_a_time_stamp_matters(
    authority: Authority, pdf: bytes
) -> None:
    octets = letter(authority, pdf, PdfLevel.B_B, "revoked-later")
    assert "REVOKED_NO_POE" in outcome(judge(authority, octets, CLOCKS[0]))


def test_the_newest_stamp_needs_the_list_of_the_day(
    authority: Authority, pdf: bytes
) -> None:
    """EN 319 102-1, 5.6.3: what no later stamp covers is judged at the clock."""
    octets = letter(authority, pdf, PdfLevel.B_LTA)
    assert "TRY_LATER" in outcome(
        judge(authority, octets, CLOCKS[1], RevocationAnswers())
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (CLOCKS[0], "TOTAL-PASSED"),
        (CLOCKS[1], "TOTAL-PASSED"),
        (CLOCKS[2], "OUT_OF_BOUNDS_NO_POE"),
    ],
    ids=str,
)
def test_an_authority_of_eleven_years_proves_for_eleven_years(
    authority: Authority, pdf: bytes, at: datetime, words: str
) -> None:
    octets = letter(authority, pdf, PdfLevel.B_LTA, stamper="tsa-2026")
    assert words in outcome(judge(authority, octets, at))
