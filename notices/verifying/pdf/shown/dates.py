"""When programs say that a letter was made and changed: not before the day it bears.

Made is midnight in Japan of the letter's date, in every version; changed was the moment
of signing in the first ones.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from notices.judgment import JST
from notices.messages import Text
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import malformed

_PDF_DATE = re.compile(r"D:(\d{14})(?:Z|([+-]\d\d)'(\d\d)'?)")
_XMP_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-]\d\d):(\d\d))"
)


def check_dates(day: date, made: Sequence[str], changed: Sequence[str]) -> None:
    """Made on that day, changed on it or later; empty ones say nothing. Refusal."""
    for told in filter(None, made):
        at = _moment(told)
        if at is None or at != datetime(day.year, day.month, day.day, tzinfo=JST):
            raise _refused(told)
    for told in filter(None, changed):
        at = _moment(told)
        if at is None or at.astimezone(JST).date() < day:
            raise _refused(told)


def _refused(told: str) -> Exception:
    return malformed(
        Text("the letter's file is of another day: {told}", told=told[:40])
    )


@bounded_cache(entries=64, octets=64)
def _moment(told: str) -> datetime | None:
    """A PDF's date (ISO 32000-1, 7.9.4) or one of XMP, as ours write it.

    A letter tells one day four times, and an archive has few days.
    """
    match = _PDF_DATE.fullmatch(told)
    if match:
        digits, hours, minutes = match.groups()
    else:
        match = _XMP_DATE.fullmatch(told)
        if match is None:
            return None
        digits = "".join(match.groups()[:6])
        hours, minutes = match[7], match[8]
    try:
        return datetime.strptime(
            f"{digits}{hours or '+00'}{minutes or '00'}", "%Y%m%d%H%M%S%z"
        )
    except (ValueError, OverflowError):
        return None
