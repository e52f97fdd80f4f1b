"""What is due, by days that were counted by hand or by another library."""

from dataclasses import replace
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.casework import due
from notices.casework.calendar import business_days_after, business_days_between
from notices.codec import load_calendar
from tests.casework.conftest import ANALYSED, START, asked, looked, told

CALENDAR = load_calendar()
FIRST_LOOK = date(2026, 12, 1)
"""Five business days after Tuesday 24 November: 25, 26, 27, 30 and this one."""


def kinds(case, day, calendar=CALENDAR):
    return [(one.kind.value, one.on.isoformat()) for one in due(case, day, calendar)]


def hours_to(day, hour=3):
    """Hours from START to noon in Japan of a day."""
    return (day - START.date()).days * 24 + hour - START.hour


def test_it_is_looked_at_again_after_five_business_days():
    case = told(ANALYSED, asked())
    assert kinds(case, FIRST_LOOK - timedelta(days=1)) == []
    assert kinds(case, FIRST_LOOK) == [("look", "2026-12-01")]
    [one] = due(case, FIRST_LOOK + timedelta(days=9), CALENDAR)
    assert (one.on, one.number) == (FIRST_LOOK, "R8-1-000001")
    assert str(one.derivation) == "5 business days after 2026-11-24"


@pytest.mark.parametrize(
    ("fact", "is_due"),
    [
        (looked(hours_to(FIRST_LOOK)), False),
        # too early, and nothing that is done: the day still comes
        (looked(hours_to(FIRST_LOOK - timedelta(days=1))), True),
        (looked(hours_to(FIRST_LOOK - timedelta(days=1)), "removed"), False),
        (looked(hours_to(FIRST_LOOK), "unreachable"), True),
        (looked(hours_to(FIRST_LOOK), "still_there", "probe"), True),
        (("closed", 5, {}), False),
        (asked(hours_to(FIRST_LOOK), "R8-1-000002", "withdrawal"), False),
        # asked again: the days are counted from there
        (asked(hours_to(FIRST_LOOK), "R8-1-000002", "reminder"), False),
    ],
)
def test_what_ends_it(fact, is_due):
    case = told(ANALYSED, asked(), fact)
    assert bool(kinds(case, FIRST_LOOK + timedelta(days=1))) == is_due


def test_only_what_was_known_that_day_counts():
    late = ("closed", hours_to(date(2026, 12, 20)), {})
    case = told(ANALYSED, asked(), late)
    assert kinds(case, FIRST_LOOK) == [("look", "2026-12-01")]
    assert kinds(case, date(2026, 12, 20)) == []


def test_a_day_ends_at_midnight_in_japan():
    """24 November, 23:59 in Japan is 14:59 in UTC; one minute later it is the 25th."""
    for minutes, day in ((59, FIRST_LOOK), (60, FIRST_LOOK + timedelta(days=1))):
        case = told(ANALYSED, asked(at=11 + minutes / 60))
        assert [one.on for one in due(case, date(2026, 12, 9), CALENDAR)] == [day]


@pytest.mark.parametrize("seen", ["removed", "still_there"])
def test_all_of_a_year_is_looked_at_at_the_end_of_january(seen):
    """31 January 2027 is a Sunday: the last day for it is Friday the 29th."""
    case = told(ANALYSED, asked(), looked(hours_to(FIRST_LOOK), seen))
    assert kinds(case, date(2027, 1, 28)) == []
    assert kinds(case, date(2027, 1, 29)) == [("look_in_january", "2027-01-29")]
    january = looked(hours_to(date(2027, 1, 20)), seen)
    assert (
        kinds(told(ANALYSED, asked(), looked(200, seen), january), date(2027, 3, 1))
        == []
    )


def test_a_reply_and_a_bounce_wait_until_somebody_acts():
    answer = ("answered", 3, {"number": "R8-1-000001", "answer": "declined"})
    bounce = ("returned", 4, {"number": "R8-1-000001", "reason": "unknown_user"})
    case = told(ANALYSED, asked(), answer, bounce)
    assert [kind for kind, _ in kinds(case, START.date())] == ["bounce", "reply"]
    machine = looked(5, "removed", "probe")
    assert len(kinds(told(ANALYSED, asked(), answer, machine), START.date())) == 1
    assert not kinds(told(ANALYSED, asked(), answer, bounce, looked(5)), START.date())


@given(
    start=st.dates(date(2026, 1, 1), date(2027, 10, 1)),
    count=st.integers(1, 30),
)
def test_days_agree_with_another_library(start, count):
    """`holidays` knows the days off and counts: neither is ours."""
    japan = holidays.country_holidays("JP", years=(2025, 2026, 2027, 2028))
    for year in (2025, 2026, 2027, 2028):
        for month, day in ((1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31)):
            japan.append(date(year, month, day))
    counted = business_days_after(start, count, CALENDAR)
    assert counted.day == japan.get_nth_working_day(start, count)
    assert not counted.is_provisional


def test_beyond_the_known_years_a_day_is_provisional():
    last = date(CALENDAR.last_year, 12, 24)
    counted = business_days_after(last, 5, CALENDAR)
    assert counted.is_provisional
    assert counted.day.year == CALENDAR.last_year + 1


@given(
    start=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    days=st.integers(-10, 1500),
    year_end=st.booleans(),
)
def test_business_days_are_counted_in_weeks_as_day_by_day(start, days, year_end):
    """Known years and others; one loop over days was a seventh of the page of a case."""
    calendar = replace(CALENDAR, year_end=year_end)
    count, day = 0, start
    for _ in range(days):
        day += timedelta(days=1)
        count += business_days_after(day - timedelta(days=1), 1, calendar).day == day
    found = business_days_between(start, start + timedelta(days=days), calendar)
    assert found == count
