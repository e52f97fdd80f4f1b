"""Business days of 2006 to 2027, judged by two calendars that others keep."""

from datetime import date, timedelta

import holidays
import jpholiday
import pytest

from notices.codec import load_calendar
from notices.errors import ConfigError

DAYS = [
    date(2006, 1, 1) + timedelta(days=count)
    for count in range((date(2028, 1, 1) - date(2006, 1, 1)).days)
]
JAPAN = holidays.country_holidays("JP", years=range(2006, 2028))


def test_every_holiday_is_one_in_both_calendars_and_none_lacks() -> None:
    ours = load_calendar().holidays
    assert ours == {day for day in DAYS if jpholiday.is_holiday(day)}
    assert ours == set(JAPAN)


def test_every_day_is_a_business_day_or_not_as_the_judges_say() -> None:
    open_at_new_year = load_calendar(year_end=False)
    for day in DAYS:
        closed = day.weekday() >= 5 or day in JAPAN
        assert open_at_new_year.is_business_day(day) is not closed, day


def test_the_turn_of_the_year_is_closed_unless_it_is_switched_off() -> None:
    """行政機関の休日に関する法律, 1条1項3号: 29 December to 3 January."""
    usual, open_ = load_calendar(), load_calendar(year_end=False)
    closed = {day for day in DAYS if not usual.is_business_day(day)}
    added = closed - {day for day in DAYS if not open_.is_business_day(day)}
    turn = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    assert {(day.month, day.day) for day in added} <= turn
    assert all(
        not usual.is_business_day(day) for day in DAYS if (day.month, day.day) in turn
    )


def test_the_special_days_of_three_years_are_there() -> None:
    """What no rule of the act itself gives: 2019, 2020 and 2021."""
    ours = load_calendar().holidays
    for there in ("2019-05-01", "2019-10-22", "2020-07-24", "2021-07-23"):
        assert date.fromisoformat(there) in ours
    for gone in ("2020-10-12", "2020-07-20", "2021-10-11", "2021-08-11"):
        assert date.fromisoformat(gone) not in ours


def test_the_clock_of_the_statistics_of_2024_can_be_computed() -> None:
    """Five business days after the last request of 2024, a Friday (seed 000)."""
    calendar, day, count = load_calendar(), date(2024, 12, 27), 0
    while count < 5:
        day += timedelta(days=1)
        count += calendar.is_business_day(day)
    assert day == date(2025, 1, 10)


@pytest.mark.parametrize("day", [date(2005, 12, 31), date(2028, 1, 1)])
def test_years_that_are_not_known_are_no_guess(day: date) -> None:
    with pytest.raises(ConfigError, match="2006 to 2027"):
        load_calendar().is_business_day(day)
