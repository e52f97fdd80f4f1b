"""Business days counted from a day; years that nobody knows give provisional days."""

from dataclasses import dataclass
from datetime import date, timedelta

from notices.rules.calendar import Calendar

_SATURDAY = 5
_TURN_OF_YEAR = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDay:
    """A day that was counted."""

    day: date
    """The day in Japan."""
    is_provisional: bool
    """True: it lies, or was counted, in a year whose holidays are not known."""


def business_days_after(start: date, count: int, calendar: Calendar) -> DueDay:
    """The business day `count` after `start`, which is day 0 itself.

    In a year that the calendar does not know only Saturdays, Sundays and the turn of
    the year are taken off, and the day is provisional.
    """
    day, provisional = start, False
    while count > 0:
        day += timedelta(days=1)
        works, guessed = _works(day, calendar)
        provisional = provisional or guessed
        count -= works
    return DueDay(day=day, is_provisional=provisional)


def business_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many business days after `start` have begun by `end`.

    Weeks are counted as such: what was asked two years ago is looked at on every page.
    """
    weeks, rest = divmod(max(0, (end - start).days), 7)
    last = start + timedelta(days=7 * weeks)
    days = [last + timedelta(days=n) for n in range(1, rest + 1)]
    off = _days_off(start, last, calendar)
    return 5 * weeks - off + sum(_works(day, calendar)[0] for day in days)


def _days_off(start: date, end: date, calendar: Calendar) -> int:
    """Days after `start` up to `end` that are off though no Saturday or Sunday."""
    turns = (
        date(year, month, day)
        for year in range(start.year, end.year + 1)
        for month, day in _TURN_OF_YEAR
    )
    return sum(
        start < day <= end
        and day.weekday() < _SATURDAY
        and not _works(day, calendar)[0]
        for day in calendar.holidays.union(turns)
    )


def last_business_day(day: date, calendar: Calendar) -> DueDay:
    """The day itself, or the last business day before it."""
    while True:
        works, guessed = _works(day, calendar)
        if works:
            return DueDay(day=day, is_provisional=guessed)
        day -= timedelta(days=1)


def _works(day: date, calendar: Calendar) -> tuple[bool, bool]:
    if calendar.first_year <= day.year <= calendar.last_year:
        return calendar.is_business_day(day), False
    off = calendar.year_end and (day.month, day.day) in _TURN_OF_YEAR
    return day.weekday() < _SATURDAY and not off, True
