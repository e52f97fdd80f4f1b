"""The times of a mail are in one order; each vector has one of them out of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from notices.verifying import verify
from notices.verifying.checks import Refusal
from notices.verifying.pdf.shown.dates import check_dates
from tests.verifying.genuine import (
    Mail,
    blank_pdf,
    genuine_letter,
    notice_json,
    sign_pdf,
    stamp_with,
)
from tests.verifying.pki import DAY, JUDGED_AT, SIGNED_AT, issue, world

ORDER, FORMAT = "TIMESTAMP_ORDER_FAILURE", "FORMAT_FAILURE"
HOUR = timedelta(hours=1)


def moved(by: timedelta) -> bytes:
    """Date and signingTime together, with the letter's date on that day."""
    at = SIGNED_AT + by
    notice = notice_json(date=f"{at + 9 * HOUR:%Y-%m-%d}")
    day = f"{at + 9 * HOUR:%Y-%m-%d}"
    letter = sign_pdf(blank_pdf(notice, date=day), world(), moment=at)
    made = Mail(world(), date=at, notice=notice, letter=letter)
    return made.but(cms=lambda one: replace(one, signing_time=at)).build()


def dated(day: str, found_on: str | None = None) -> bytes:
    notice = notice_json(date=day, found_on=found_on or day)
    letter = sign_pdf(blank_pdf(notice, date=day), world())
    return Mail(world(), notice=notice, letter=letter).build()


def looked_up(moment: str) -> bytes:
    notice = notice_json(ip_addresses=["192.0.2.1"], ip_checked_at=moment)
    letter = sign_pdf(blank_pdf(notice, text="192.0.2.1"), world())
    return Mail(world(), notice=notice, letter=letter).build()


def by_a_later_certificate() -> bytes:
    """Signed, as it claims, before the certificate began; a stamp proves it later."""
    signer = issue(world().ca, "Later", start=SIGNED_AT + 10 * 60 * SECOND)
    stamp = stamp_with(world().tsa, SIGNED_AT + 30 * 60 * SECOND)
    made = Mail(world(), signer=signer, letter_signer=signer)
    return made.but(cms=lambda one: replace(one, stamp=stamp)).build()


SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Vector:
    """A mail, and what refuses it; empty: nothing."""

    number: int
    why: str
    build: Callable[[], bytes]
    check: str = ""
    said: str = ""


VECTORS = (
    Vector(1, "all in order", lambda: Mail(world()).build()),
    Vector(
        2,
        "signed twenty years after the judging",
        lambda: moved(7_300 * DAY),
        "M12",
        ORDER,
    ),
    Vector(
        3,
        "signed two minutes after the judging",
        lambda: moved(JUDGED_AT - SIGNED_AT + 120 * SECOND),
        "M12",
        ORDER,
    ),
    Vector(
        4,
        "signed half a minute after it: clocks differ",
        lambda: moved(JUDGED_AT - SIGNED_AT + 30 * SECOND),
    ),
    Vector(
        5,
        "the letter is dated the day after it was signed",
        lambda: dated("2026-06-16"),
        "M10",
        FORMAT,
    ),
    Vector(
        6,
        "the letter is dated a week before: it waited for an approval",
        lambda: dated("2026-06-08"),
    ),
    Vector(
        7,
        "found after the letter's date",
        lambda: dated("2026-06-15", "2026-06-16"),
        "M16",
        FORMAT,
    ),
    Vector(8, "found on the letter's date", lambda: dated("2026-06-15", "2026-06-15")),
    Vector(
        9,
        "signed before the certificate began, and stamped after",
        by_a_later_certificate,
        "M12",
        "SIG_CONSTRAINTS_FAILURE",
    ),
    Vector(
        10,
        "the addresses were looked up the day after the letter's date",
        lambda: looked_up("2026-06-16T00:00:00+09:00"),
        "M16",
        FORMAT,
    ),
    Vector(
        11,
        "looked up on that day in Japan, whichever zone it is told in",
        lambda: looked_up("2026-06-15T14:59:59+00:00"),
    ),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_times_are_in_one_order(vector: Vector) -> None:
    report = verify(vector.build(), trust=[world().root.pem], at=JUDGED_AT)
    found = [
        (one.id, str(one.sub_indication))
        for one in report.findings
        if one.sub_indication
    ]
    if not vector.said:
        assert found == []
    else:
        assert found[0][0] == vector.check
        assert found[0][1].startswith(vector.said)


def test_a_letter_from_tomorrow_is_not_judged_today() -> None:
    """12: the PDF alone, dated after the clock."""
    letter = sign_pdf(blank_pdf(notice_json(), date="2026-06-18"), world())
    report = verify(
        letter, trust=[world().root.pem], at=JUDGED_AT, evidence=world().crls
    )
    assert (str(report.sub_indication), report.verdict) == (ORDER, "INDETERMINATE")
    today = genuine_letter(world(), world().signer, notice_json())
    report = verify(
        today, trust=[world().root.pem], at=JUDGED_AT, evidence=world().crls
    )
    assert report.verdict == "TOTAL-PASSED"


MADE = "D:20260615000000+09'00'"


@pytest.mark.parametrize(
    ("made", "changed"),
    [
        ("", ""),
        (MADE, MADE),
        (MADE, "D:20260614150000Z"),
        ("2026-06-15T00:00:00+09:00", "2026-06-16T01:02:03.5-11:30"),
    ],
)
def test_a_file_is_made_on_the_letters_day(made: str, changed: str) -> None:
    check_dates(date(2026, 6, 15), [made], [changed])


@pytest.mark.parametrize(
    ("made", "changed"),
    [
        ("D:20260615000001+09'00'", MADE),
        ("D:20190101000000+09'00'", MADE),
        ("yesterday", MADE),
        (MADE, "D:20260614235959+09'00'"),
        (MADE, "2026-06-15T00:00:00+09:01"),
        (MADE, "D:20261399000000Z"),
        (MADE, "soon"),
    ],
)
def test_a_file_of_another_day_is_refused(made: str, changed: str) -> None:
    with pytest.raises(Refusal, match="of another day"):
        check_dates(date(2026, 6, 15), [made], [changed])
