"""When mail may go and how much at once: laws without a clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.codec import load_calendar
from notices.errors import ConfigError
from notices.judgment import JST
from notices.queue.limits import DeliveryLimits, Hours, Traffic, domain_of

NIGHT = Hours(quiet_from=time(20), quiet_to=time(8))
OFFICE = Hours(quiet_from=time(20), quiet_to=time(8), calendar=load_calendar())
ALWAYS = Hours()
NOON = Hours(quiet_from=time(12), quiet_to=time(13))

MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 5),  # noqa: DTZ001
    max_value=datetime(2027, 11, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ALL_HOURS = st.sampled_from([NIGHT, OFFICE, ALWAYS, NOON])


def jst(text):
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (NIGHT, "2026-03-05 19:59", "2026-03-05 19:59"),
        (NIGHT, "2026-03-05 20:00", "2026-03-06 08:00"),
        (NIGHT, "2026-03-06 07:59", "2026-03-06 08:00"),
        (NOON, "2026-03-05 12:30", "2026-03-05 13:00"),
        (NOON, "2026-03-05 00:30", "2026-03-05 00:30"),
        # a Friday evening, before a Monday that is a holiday
        (OFFICE, "2026-07-17 21:00", "2026-07-21 08:00"),
        # silver week of 2026: Saturday to Wednesday, with the day between two holidays
        (OFFICE, "2026-09-18 20:00", "2026-09-24 08:00"),
        # 29 December to 3 January
        (OFFICE, "2026-12-28 20:00", "2027-01-04 08:00"),
        # Sunday 21 March 2027 is a holiday, so Monday is one, too
        (OFFICE, "2027-03-19 20:00", "2027-03-23 08:00"),
        (ALWAYS, "2030-01-01 03:00", "2030-01-01 03:00"),
    ],
)
def test_mail_waits_for_the_hour_in_which_it_may_go(hours, moment, opens):
    assert hours.opens_at(jst(moment)) == jst(opens)


def test_the_year_end_is_a_setting():
    calendar = load_calendar(year_end=False)
    assert calendar.is_business_day(date(2026, 12, 29))
    assert not calendar.is_business_day(date(2027, 1, 1))
    assert not load_calendar().is_business_day(date(2026, 12, 29))


def test_every_holiday_is_a_day_off_and_sundays_have_their_substitute():
    """国民の祝日に関する法律, 第3条第2項: the next day that is no holiday."""
    calendar = load_calendar()
    for day in calendar.holidays:
        assert not calendar.is_business_day(day)
        if day.weekday() == 6:
            later = day + timedelta(days=1)
            while later in calendar.holidays and later + timedelta(days=1) in (
                calendar.holidays
            ):
                later += timedelta(days=1)
            assert later in calendar.holidays, day


@pytest.mark.parametrize("day", [date(2005, 12, 31), date(2028, 1, 1)])
def test_a_year_that_nobody_knows_yet_is_refused(day):
    with pytest.raises(ConfigError, match="2006 to 2027") as wrong:
        load_calendar().is_business_day(day)
    assert "business_days" in wrong.value.hint


@given(ALL_HOURS, MOMENTS)
def test_what_opens_is_open_and_not_earlier(hours, moment):
    opened = hours.opens_at(moment)
    assert opened >= moment
    assert hours.opens_at(opened) == opened
    a_second = timedelta(seconds=1)
    assert hours.closed_between(opened, opened + a_second) == timedelta(0)


@given(
    ALL_HOURS,
    MOMENTS,
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)),
)
def test_closed_time_adds_up_and_is_never_more_than_there_was(hours, start, one, two):
    middle, end = start + one, start + one + two
    whole = hours.closed_between(start, end)
    parts = hours.closed_between(start, middle) + hours.closed_between(middle, end)
    assert whole == parts
    assert timedelta(0) <= whole <= end - start


@given(ALL_HOURS, MOMENTS)
def test_the_wait_for_the_opening_is_all_closed(hours, moment):
    opened = hours.opens_at(moment)
    assert hours.closed_between(moment, opened) == opened - moment


DOMAINS = st.sampled_from(["a.example", "b.example", "c.example"])
STEPS = st.lists(st.tuples(DOMAINS, st.integers(0, 40), st.booleans()), max_size=120)


@given(STEPS, st.integers(1, 5), st.integers(1, 3), st.integers(0, 4))
def test_no_limit_is_ever_passed(steps, at_once, per_domain, per_minute):
    """Whatever comes in whatever order, judged by a record of its own."""
    traffic = Traffic(
        DeliveryLimits(
            concurrency=at_once,
            per_domain=per_domain,
            per_domain_per_minute=per_minute,
        )
    )
    now, running, begun = datetime(2026, 3, 5, tzinfo=UTC), [], []
    for domain, seconds, ends in steps:
        now += timedelta(seconds=seconds)
        if ends and running:
            traffic.end(running.pop(0))
        if traffic.admits(domain, now):
            traffic.begin(domain, now)
            running.append(domain)
            begun.append((domain, now))
        else:
            recent = [at for name, at in begun if name == domain]
            recent = [at for at in recent if now - at < timedelta(minutes=1)]
            assert (
                len(running) == at_once
                or running.count(domain) == per_domain
                or len(recent) == per_minute
            )
        assert len(running) <= at_once
        assert running.count(domain) <= per_domain
        minute = [at for name, at in begun if name == domain]
        minute = [at for at in minute if now - at < timedelta(minutes=1)]
        assert not per_minute or len(minute) <= per_minute


def test_the_limit_holds_in_the_second_minute_as_in_the_first():
    traffic = Traffic(DeliveryLimits(per_domain_per_minute=1))
    start = datetime(2026, 3, 5, tzinfo=UTC)
    traffic.begin("a.example", start)
    later = start + timedelta(minutes=1)
    assert traffic.admits("a.example", later)
    traffic.begin("a.example", later)
    assert not traffic.admits("a.example", later + timedelta(seconds=1))


def test_domains_are_counted_whatever_their_case():
    assert domain_of("Abuse@Board.Example") == domain_of("info@board.example")
