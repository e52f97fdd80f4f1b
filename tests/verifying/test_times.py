"""With a time stamp a verdict holds as of the proven time, without one as of now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notices.report import Report
from notices.verifying import verify
from tests.verifying.genuine import (
    Mail,
    genuine_letter,
    notice_json,
    stamp_with,
)
from tests.verifying.pki import DAY, SIGNED_AT, Party, issue, world

YEARS_LATER = datetime(2030, 1, 1, tzinfo=UTC)
"""The signer's certificate ended in 2027; the time-stamp authority's holds."""


def stamped() -> bytes:
    stamp = stamp_with(world().tsa)
    return Mail(world(), cms=lambda made: replace(made, stamp=stamp)).build()


def fresh(at: datetime) -> list[bytes]:
    """Lists of that day for the authorities above the time stamp."""
    return [
        world().root.crl(this_update=at - DAY),
        world().ca.crl(this_update=at - DAY),
    ]


def revoking(moment: datetime, listed: datetime) -> bytes:
    ca = Party(world().ca.key, world().ca.certificate)
    ca.revoked = {world().signer.certificate.serial_number: moment}
    return ca.crl(this_update=listed)


def judge(data: bytes, at: datetime, evidence: list[bytes] = []) -> Report:  # noqa: B006
    return verify(data, trust=[world().root.pem], at=at, evidence=evidence)


def outcome(report: Report) -> str:
    return f"{report.verdict}/{report.sub_indication}"


def test_a_stamped_mail_outlives_the_signers_certificate() -> None:
    report = judge(stamped(), YEARS_LATER, fresh(YEARS_LATER))
    assert outcome(report) == "TOTAL-PASSED/None"
    assert report.best_signature_time == SIGNED_AT


def test_a_mail_without_stamp_does_not() -> None:
    report = judge(Mail(world()).build(), YEARS_LATER, fresh(YEARS_LATER))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


def test_years_later_the_authoritys_newest_list_must_be_handed_over() -> None:
    assert outcome(judge(stamped(), YEARS_LATER)) == "INDETERMINATE/TRY_LATER"


def test_a_revocation_after_the_proven_time_does_not_matter() -> None:
    later = revoking(SIGNED_AT + DAY, SIGNED_AT + 2 * DAY)
    report = judge(stamped(), SIGNED_AT + 3 * DAY, [later])
    assert outcome(report) == "TOTAL-PASSED/None"


def test_a_revocation_before_the_proven_time_does() -> None:
    earlier = revoking(SIGNED_AT - DAY, SIGNED_AT + 2 * DAY)
    report = judge(stamped(), SIGNED_AT + 3 * DAY, [earlier])
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


def test_without_a_stamp_a_later_revocation_matters() -> None:
    later = revoking(SIGNED_AT + DAY, SIGNED_AT + 2 * DAY)
    report = judge(Mail(world()).build(), SIGNED_AT + 3 * DAY, [later])
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


def test_at_an_earlier_clock_it_does_not() -> None:
    later = revoking(SIGNED_AT + DAY, SIGNED_AT + 2 * DAY)
    report = judge(Mail(world()).build(), SIGNED_AT + timedelta(hours=1), [later])
    assert outcome(report) == "TOTAL-PASSED/None"


def test_a_list_from_after_the_certificates_end_proves_nothing_good() -> None:
    """The authority may have dropped the revoked certificate as expired."""
    signer = issue(world().ca, "Short", end=SIGNED_AT + DAY)
    made = Mail(world(), signer=signer, letter_signer=world().signer, crls=())
    stamp = stamp_with(world().tsa)
    data = made.but(cms=lambda cms: replace(cms, stamp=stamp)).build()
    at = SIGNED_AT + 5 * DAY
    report = judge(data, at, fresh(at))
    refused = next(f for f in report.findings if f.sub_indication)
    assert (refused.id, refused.sub_indication) == ("M12", "TRY_LATER")


def test_fitness_the_certificate_may_not_be_there_yet() -> None:
    early = datetime(2025, 1, 1, tzinfo=UTC)
    assert outcome(judge(Mail(world()).build(), early)) == "TOTAL-FAILED/NOT_YET_VALID"


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_a_letter_with_a_stamp_outlives_the_certificate(level: str) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    report = judge(letter, YEARS_LATER, fresh(YEARS_LATER))
    assert outcome(report) == "TOTAL-PASSED/None"
    assert report.best_signature_time == SIGNED_AT


def test_the_letter_inside_a_stamped_mail_is_proven_by_the_mail() -> None:
    report = judge(stamped(), YEARS_LATER, fresh(YEARS_LATER))
    path = next(f for f in report.findings if f.id == "P13")
    assert "proven time" in path.detail


def test_a_stamp_authority_that_expired_needs_a_newer_stamp() -> None:
    after_its_end = datetime(2037, 6, 1, tzinfo=UTC)
    report = judge(stamped(), after_its_end, fresh(after_its_end))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"
