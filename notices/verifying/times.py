"""The times in a file are in one order: found, dated, signed, stamped, judged.

Each of them is a claim of whoever signed. They prove nothing, but where they contradict
one another nothing that is built on them holds either.
"""

from datetime import date, datetime, timedelta

from asn1crypto import x509

from notices.judgment import JST
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms.certificates import end_of, start_of

DATE_TOLERANCE = timedelta(hours=1)
"""Between Date, signingTime and a time stamp; Thunderbird allows as much."""


def check_signed(
    claimed: datetime,
    certificate: x509.Certificate,
    judged_at: datetime,
    tolerance: timedelta,
) -> None:
    """It was signed in the certificate's life, and not after the judging. Refusal."""
    if claimed > judged_at + tolerance:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            Text(
                "signingTime {claimed} is after the time of judging, {at}; "
                "clocks may differ by {seconds:g} s",
                claimed=claimed,
                at=judged_at,
                seconds=tolerance.total_seconds(),
            ),
        )
    start, end = start_of(certificate), end_of(certificate)
    if not start - tolerance <= claimed <= end:
        raise Refusal(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            Text(
                "signingTime {claimed} is outside the certificate's life, "
                "{start:%Y-%m-%d} to {end:%Y-%m-%d}",
                claimed=claimed,
                start=start,
                end=end,
            ),
        )


def check_dated(day: date, signing_time: datetime) -> None:
    """A letter is dated before it is signed, or on that day. Refusal."""
    if day > in_japan(signing_time + DATE_TOLERANCE):
        raise malformed(
            Text(
                "the letter is dated {day}, and was signed before that, {signed}",
                day=day,
                signed=signing_time,
            )
        )


def check_found(found_on: date | None, day: date) -> None:
    """What a letter is about was found before it, or on that day. Refusal."""
    if found_on is not None and found_on > day:
        raise malformed(
            Text(
                "found on {found_on}, after the letter's date {day}",
                found_on=found_on,
                day=day,
            )
        )


def check_looked_up(moment: datetime | None, day: date) -> None:
    """Addresses that a letter names were looked up before it, or on that day. Refusal.

    When something was posted is what a page shows, and not the centre's to vouch for.
    """
    if moment is not None and in_japan(moment) > day:
        raise malformed(
            Text(
                "the addresses were looked up at {moment}, "
                "after the letter's date {day}",
                moment=moment,
                day=day,
            )
        )


def check_not_ahead(day: date, moment: datetime, tolerance: timedelta) -> None:
    """A letter is not dated after the time at which it is proven or judged. Refusal."""
    if day > in_japan(moment + tolerance):
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            Text("the letter is dated {day}, after {moment}", day=day, moment=moment),
        )


def in_japan(moment: datetime) -> date:
    """The letter's date is a day in Japan."""
    return moment.astimezone(JST).date()
