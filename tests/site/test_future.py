"""What somebody did cannot lie in the future of the clock that it is judged by."""

import json
from datetime import datetime, timedelta

import pytest

from notices import Site
from notices.errors import InvalidJudgment
from notices.judgment import JST
from tests.site.conftest import CASE_1, CASE_2_ABROAD

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=JST)
TOLERANCE = timedelta(seconds=60)
TOMORROW = "2026-11-28"


def faults_of(home, data, now=NOW):
    """The paths of what is wrong with a judgment at a time."""
    path = home / "cases" / "NEXT-1.json"
    path.write_text(json.dumps({**data, "case_id": "NEXT-1"}), encoding="utf-8")
    with Site.open(home, clock=lambda: now) as site:
        try:
            judgment = site.read_case("NEXT-1")
        except InvalidJudgment as wrong:
            return {fault.path for fault in wrong.faults}
        site.rooms.preparing.previewer.case(judgment)
    return set()


@pytest.fixture
def case(desk):
    path = desk.home / "cases" / f"{CASE_1}.json"
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("hour", ["judged_at", "checked_at"])
def test_a_judgment_of_tomorrow_is_refused(desk, case, hour):
    later = {"checked_at": f"{TOMORROW}T10:00:00+09:00"}
    later |= {hour: f"{TOMORROW}T10:00:00+09:00"}
    assert faults_of(desk.home, case | later) == {"checked_at", hour}


def test_everything_that_somebody_did_is_looked_at(desk, case):
    late = f"{TOMORROW}T10:00:00+09:00"
    data = case | {
        "found_on": TOMORROW,
        "judged_at": late,
        "checked_at": late,
        "police": {"reported_at": late},
        "consultation": {"consulted": "弁護士", "at": late, "result": "該当する。"},
        "target": case["target"] | {"ip_checked_at": late},
    }
    assert faults_of(desk.home, data) == {
        "found_on",
        "judged_at",
        "checked_at",
        "police.reported_at",
        "consultation.at",
        "target.ip_checked_at",
    }


def test_all_other_faults_come_with_it(desk, case):
    data = case | {"checked_at": f"{TOMORROW}T10:00:00+09:00", "reason": " "}
    assert faults_of(desk.home, data) == {"checked_at", "reason"}


def test_what_a_page_shows_as_its_time_is_not_ours_to_judge(desk, case):
    place = case["target"]["locator"] | {"posted_at": "2099-01-01T00:00:00+09:00"}
    data = case | {"target": case["target"] | {"locator": place}}
    assert faults_of(desk.home, data) == set()


@pytest.mark.parametrize(
    ("seconds", "wrong"), [(0, set()), (60, set()), (61, {"checked_at"})]
)
def test_clocks_may_differ_by_the_configured_time(desk, case, seconds, wrong):
    at = NOW + timedelta(seconds=seconds)
    assert faults_of(desk.home, case | {"checked_at": at.isoformat()}) == wrong


def test_a_hand_made_judgment_is_judged_by_the_clock_at_prepare(desk, received):
    with Site.open(desk.home) as site:
        judgment = site.read_case(CASE_2_ABROAD)
    before = judgment.checked_at - timedelta(hours=1)
    with Site.open(desk.home, clock=lambda: before) as site:
        with pytest.raises(InvalidJudgment) as caught:
            site.prepare(judgment)
        assert site.notices() == ()
    assert "checked_at" in {fault.path for fault in caught.value.faults}
    assert "in the future" in caught.value.diagnostics()
