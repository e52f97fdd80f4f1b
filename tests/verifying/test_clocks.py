"""Two clocks never agree: what the tolerance between them excuses, and what never.

The stamp, lists and certificates are of one clock, the verifier's is moved.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from notices.errors import InputError
from notices.report import Report, SubIndication, Verdict
from notices.verifying import render_text, to_json, verify, verify_isolated
from tests.verifying.genuine import Mail, genuine_letter, notice_json, stamp_with
from tests.verifying.pki import DAY, SIGNED_AT, Party, issue, new_rsa, world

SECOND = timedelta(seconds=1)
STAMPED_AT = SIGNED_AT + timedelta(milliseconds=700)
"""Authorities tell milliseconds."""
EXCUSED = (-59, -5, -1, 0, 5, 59, 60)
REFUSED = (61, 600)


def stamped(moment: datetime = STAMPED_AT, signer: Party | None = None) -> bytes:
    made = Mail(world(), signer=signer or world().signer)
    stamp = stamp_with(world().tsa, moment)
    return made.but(cms=lambda cms: replace(cms, stamp=stamp)).build()


def judge(data: bytes, at: datetime, tolerance: int = 60, *evidence: bytes) -> Report:
    return verify(
        data,
        trust=[world().root.pem],
        at=at,
        evidence=evidence,
        clock_tolerance=tolerance * SECOND,
    )


def refusals(report: Report) -> set[tuple[str, str]]:
    return {
        (one.id, one.sub_indication) for one in report.findings if one.sub_indication
    }


@pytest.mark.parametrize("seconds", EXCUSED)
def test_a_clock_that_is_a_little_behind_accepts_what_was_stamped_just_now(
    seconds: int,
) -> None:
    report = judge(stamped(), STAMPED_AT - seconds * SECOND)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert report.best_signature_time == STAMPED_AT
    detail = next(one.detail for one in report.findings if one.id == "M11")
    assert ("after the time of judging" in detail) is (seconds > 0)
    assert f"{seconds} s after" in detail or seconds <= 0


@pytest.mark.parametrize("seconds", REFUSED)
def test_a_clock_that_is_too_far_behind_says_by_how_much(seconds: int) -> None:
    """And it is no forgery: INDETERMINATE, not TOTAL-FAILED."""
    report = judge(stamped(), STAMPED_AT - seconds * SECOND)
    assert report.verdict is Verdict.INDETERMINATE
    assert ("M11", "TIMESTAMP_ORDER_FAILURE") in refusals(report)
    detail = next(one.detail for one in report.findings if one.id == "M11")
    assert f"{seconds} s after the time of judging" in detail
    assert "clocks may differ by 60 s" in detail


@pytest.mark.parametrize(
    ("tolerance", "seconds", "passes"),
    [(0, 0, True), (0, 1, False), (5, 5, True), (5, 6, False), (600, 600, True)],
)
def test_the_tolerance_is_the_auditors_and_on_record(
    tolerance: int, seconds: int, passes: bool
) -> None:
    report = judge(stamped(), STAMPED_AT - seconds * SECOND, tolerance)
    assert (report.verdict is Verdict.TOTAL_PASSED) is passes
    assert report.clock_tolerance == tolerance * SECOND
    assert to_json(report, "mail.eml")["clock_tolerance_seconds"] == tolerance
    assert render_text(report, "mail.eml")


def test_the_process_of_its_own_knows_the_same_tolerance() -> None:
    mail, at = stamped(), STAMPED_AT - 6 * SECOND
    for tolerance in (5, 6):
        report = verify_isolated(
            mail,
            trust=[world().root.pem],
            at=at,
            clock_tolerance=tolerance * SECOND,
        )
        assert report == judge(mail, at, tolerance)
        assert (report.verdict is Verdict.TOTAL_PASSED) is (tolerance == 6)


@pytest.mark.parametrize("tolerance", [-1 * SECOND, 601 * SECOND, DAY])
def test_a_tolerance_that_excuses_anything_is_refused(tolerance: timedelta) -> None:
    with pytest.raises(InputError, match="clocks cannot differ by"):
        verify(
            stamped(),
            trust=[world().root.pem],
            at=SIGNED_AT,
            clock_tolerance=tolerance,
        )


@pytest.mark.parametrize("seconds", [*EXCUSED, *REFUSED])
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_the_letter_alone_is_judged_by_the_same_rule(level: str, seconds: int) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    lists = world().crls if level == "B-T" else ()
    report = judge(letter, SIGNED_AT - seconds * SECOND, 60, *lists)
    expected = Verdict.TOTAL_PASSED if seconds <= 60 else Verdict.INDETERMINATE
    assert report.verdict is expected


@pytest.mark.parametrize(("seconds", "passes"), [(5, True), (60, True), (61, False)])
def test_a_certificate_of_this_minute_is_there_for_a_clock_behind(
    seconds: int, passes: bool
) -> None:
    signer = issue(world().ca, "Brand New", start=SIGNED_AT)
    mail = Mail(world(), signer=signer, letter_signer=signer).build()
    report = judge(mail, SIGNED_AT - seconds * SECOND)
    assert (report.verdict is Verdict.TOTAL_PASSED) is passes
    if not passes:
        assert report.sub_indication is SubIndication.NOT_YET_VALID


@pytest.mark.parametrize("seconds", [1, 59, 61])
def test_a_certificates_end_is_its_end(seconds: int) -> None:
    """Nobody signs in a certificate's last minute: no clock needs that excuse."""
    signer = issue(world().ca, "Short", end=SIGNED_AT + 10 * SECOND)
    mail = Mail(world(), signer=signer, letter_signer=signer).build()
    report = judge(mail, SIGNED_AT + (10 + seconds) * SECOND)
    assert report.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_the_end_of_an_authority_is_its_end_too() -> None:
    """Of the one that issued, and of the one that stamped, also at length."""
    soon = SIGNED_AT + 10 * SECOND
    ca = issue(world().root, "Short CA", is_ca=True, end=soon)
    signer = issue(ca, "Under It")
    lists = (world().root.crl(), world().ca.crl(), ca.crl())
    mail = Mail(world(), signer=signer, letter_signer=signer, crls=lists).build()
    assert judge(mail, soon).verdict is Verdict.TOTAL_PASSED
    found = refusals(judge(mail, soon + SECOND))
    assert ("M12", "CERTIFICATE_CHAIN_GENERAL_FAILURE") in found
    stamping = (ExtendedKeyUsageOID.TIME_STAMPING,)
    tsa = issue(
        world().ca, "Short TSA", new_rsa(), mailbox=None, usages=stamping, end=soon
    )
    stamp = stamp_with(tsa, SIGNED_AT)
    stamped_by_it = Mail(world(), cms=lambda cms: replace(cms, stamp=stamp)).build()
    assert judge(stamped_by_it, soon).verdict is Verdict.TOTAL_PASSED
    found = refusals(judge(stamped_by_it, soon + SECOND))
    assert ("M11", "OUT_OF_BOUNDS_NO_POE") in found


def test_a_stamp_excused_is_still_after_a_certificates_end() -> None:
    """The stamp's own time is what it proves: not the time of judging, before it."""
    signer = issue(world().ca, "Short", end=SIGNED_AT)
    report = judge(stamped(SIGNED_AT + 30 * SECOND, signer), SIGNED_AT - SECOND)
    assert ("M12", "OUT_OF_BOUNDS_NO_POE") in refusals(report)


def revoking(moment: datetime, listed: datetime) -> bytes:
    ca = Party(world().ca.key, world().ca.certificate)
    ca.revoked = {world().signer.certificate.serial_number: moment}
    return ca.crl(this_update=listed)


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_a_revocation_is_never_excused(seconds: int) -> None:
    """Revoked a second before it was stamped, by a clock that is behind both."""
    revoked_at = STAMPED_AT.replace(microsecond=0)
    late = revoking(revoked_at, revoked_at)
    report = judge(stamped(), STAMPED_AT - seconds * SECOND, 60, late)
    assert ("M12", "REVOKED_NO_POE") in refusals(report)


@pytest.mark.parametrize(
    ("seconds", "passes"), [(-59, True), (1, True), (60, True), (61, False)]
)
def test_a_list_that_ended_just_before_counts(seconds: int, passes: bool) -> None:
    """The sender's clock said that it was fresh, and sent it along."""
    lists = tuple(
        one.crl(this_update=SIGNED_AT - DAY, days=1)
        for one in (world().root, world().ca)
    )
    mail = Mail(world(), crls=lists).build()
    report = judge(mail, SIGNED_AT + seconds * SECOND)
    assert (report.verdict is Verdict.TOTAL_PASSED) is passes
    if not passes:
        assert report.sub_indication is SubIndication.TRY_LATER


@pytest.mark.parametrize(
    ("hours", "passes"), [(1, True), (1.02, False), (-1.02, False)]
)
def test_date_and_signing_time_get_no_minute_more(hours: float, passes: bool) -> None:
    """They are of one clock; what M10 allows is what mail programs allow."""
    moved = SIGNED_AT + hours * timedelta(hours=1)
    made = Mail(world()).but(cms=lambda cms: replace(cms, signing_time=moved))
    report = judge(made.build(), SIGNED_AT + DAY, 600)
    assert (("M10", "FORMAT_FAILURE") in refusals(report)) is not passes


def test_the_moment_is_told_in_the_zone_in_which_it_was_given() -> None:
    """Moments are equal in all zones: one read before was told for another."""
    data = stamped(STAMPED_AT)
    at = (STAMPED_AT + DAY).astimezone(UTC)
    for zone in (UTC, timezone(timedelta(hours=9)), UTC):
        told = judge(data, at.astimezone(zone)).validation_time
        assert told.isoformat() == at.astimezone(zone).isoformat()
