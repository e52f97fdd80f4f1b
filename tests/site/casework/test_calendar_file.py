"""`[calendar] file`: worker, `due` and the lists count by the same days."""

import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest

from notices.casework import DueKind, read_fact
from notices.site import Site
from notices.store.casework import CaseFilter
from tests.casework.conftest import ANALYSED, CASE, asked, line
from tests.site.conftest import CASE_1, desk, received

__all__ = ["desk", "received"]

ASKED = datetime(2028, 1, 5, 3, 0, tzinfo=UTC)
"""A Wednesday of a year that the program does not know."""
PROVISIONAL = date(2028, 1, 12)
RIGHT = date(2028, 1, 13)
"""With 10 January, 成人の日."""


def at(desk, moment):
    return Site.open(desk.home, clock=lambda: moment)


def noon(day):
    return datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)


def add_years(desk, days, first=2028, last=2028):
    told = {"first_year": first, "last_year": last, "days": days}
    (desk.home / "more.json").write_text(json.dumps(told), encoding="utf-8")
    desk.set("file", '"more.json"', section="calendar")


def tell(desk, case_id=CASE, number="R10-1-000001", when=ASKED):
    facts = [
        line(
            "analysed",
            (when - timedelta(hours=2)).isoformat(),
            case_id=case_id,
            **{**ANALYSED[2], "found_on": "2026-12-21"},
        ),
        line(
            "requested",
            when.isoformat(),
            case_id=case_id,
            **asked(number=number)[2],
        ),
    ]
    with at(desk, when + timedelta(hours=1)) as site:
        site.record([read_fact(one) for one in facts])


def told(desk, day):
    """What `due`, the list of cases and its days say on that day."""
    with at(desk, noon(day)) as site:
        due = {one.case_id: one for one in site.due() if one.kind is DueKind.LOOK}
        listed = {one.case_id for one in site.cases(CaseFilter(due_by=day))}
        days = {one.case_id: one.due_on for one in site.cases()}
    assert listed == set(due)
    assert all(days[case_id] == one.on for case_id, one in due.items())
    return due


def test_the_day_is_provisional_until_the_year_is_added(desk):
    tell(desk)
    assert told(desk, PROVISIONAL)[CASE].is_provisional
    add_years(desk, ["2028-01-01", "2028-01-10"])
    assert told(desk, PROVISIONAL) == {}
    found = told(desk, RIGHT)[CASE]
    assert (found.on, found.is_provisional) == (RIGHT, False)


def test_facts_taken_in_with_a_wrong_file_are_due_by_the_mended_one(desk):
    """A holiday too many made the day late; nothing of it stays in the table."""
    add_years(desk, ["2028-01-01", "2028-01-10", "2028-01-11", "2028-01-13"])
    tell(desk)
    assert told(desk, RIGHT) == {}
    add_years(desk, ["2028-01-01", "2028-01-10"])
    assert told(desk, RIGHT)[CASE].on == RIGHT
    desk.set("file", '""', section="calendar")
    assert told(desk, PROVISIONAL)[CASE].on == PROVISIONAL


def test_a_file_may_take_a_holiday_of_a_known_year_away(desk):
    """2027 without 成人の日, as a law may have it: due a day earlier."""
    when = datetime(2027, 1, 6, 3, 0, tzinfo=UTC)
    tell(desk, when=when, number="R9-1-000001")
    assert told(desk, date(2027, 1, 13)) == {}
    add_years(desk, ["2027-01-01"], 2027, 2027)
    assert told(desk, date(2027, 1, 13))[CASE].on == date(2027, 1, 13)


def test_pages_are_full_whatever_calendar_counts(desk):
    """Cases that the table thinks due and the calendar does not leave no gaps."""
    for number in range(7):
        when = ASKED + timedelta(days=2 * (number % 2), minutes=number)
        tell(desk, f"IHC-2028-00000{number}", f"R10-1-00000{number}", when)
    add_years(desk, ["2028-01-01", "2028-01-10"])
    with at(desk, noon(RIGHT)) as site:
        wanted = CaseFilter(due_by=RIGHT)
        whole = [one.case_id for one in site.cases(wanted)]
        pages, after = [], ""
        while page := site.cases(CaseFilter(due_by=RIGHT, limit=1, after=after)):
            pages += [one.case_id for one in page]
            after = page[-1].case_id
        first = [one.case_id for one in site.due(limit=2)]
        every = [one.case_id for one in site.due()]
    assert len(whole) == 4
    assert pages == whole
    assert sorted(every) == sorted(whole)
    assert every[:2] == first


def test_the_worker_keeps_the_added_holidays(desk, received):
    desk.set("business_days", "true", section="worker")
    add_years(desk, ["2028-01-01", "2028-01-10"])
    with at(desk, noon(date(2028, 1, 10))) as site:
        setup = site.rooms.sender.setup()
        opens = setup.hours.opens_at(noon(date(2028, 1, 10)))
    assert opens == datetime(2028, 1, 10, 15, 0, tzinfo=UTC)
    code, _, err = desk.run("send", CASE_1, "IHC-2026-009999")
    assert "calendar" not in err, code


@pytest.mark.parametrize("kind", ["away", "folder", "pipe", "broken"])
def test_a_file_that_cannot_be_read_is_told_and_stops_nothing_else(desk, kind):
    path = desk.home / "more.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "broken":
        path.write_bytes(b"\xff\xfe{")
    desk.set("file", '"more.json"', section="calendar")
    code, _, err = desk.run("due")
    assert (code, "more.json" in err) == (78, True)
    _, checkups = desk.json("doctor")
    [found] = [one for one in checkups if one["name"] == "calendar"]
    assert found["status"] == "fault"
    assert desk.run("list")[0] == 0


def test_doctor_tells_in_time_that_a_year_is_not_known(desk):
    def calendar(moment):
        with at(desk, moment) as site:
            [found] = [one for one in site.doctor() if one.name == "calendar"]
        return found.status

    assert calendar(datetime(2027, 6, 1, tzinfo=UTC)) == "ok"
    assert calendar(datetime(2027, 12, 1, tzinfo=UTC)) == "warning"
    add_years(desk, ["2028-01-01", "2028-01-10"])
    assert calendar(datetime(2027, 12, 1, tzinfo=UTC)) == "ok"
