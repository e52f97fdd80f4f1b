"""What may be done with a case, and the reason where it may not."""

from datetime import date, timedelta

import pytest

from notices.casework import Act, CaseworkPolicy, Requirement, allowed
from notices.codec import load_calendar
from tests.casework.conftest import ANALYSED, START, asked, looked, told
from tests.casework.test_due import hours_to

CALENDAR = load_calendar()
OVER = date(2026, 12, 1)
"""The fifth business day after the request."""
REPORTED = ("police_reported", 1, {})
HELD = ("police_hold", 1, {})
CLOSED = ("closed", 500, {})
SEEN = looked(hours_to(OVER))
BOARD = asked(rung="board_administrator")
BOUNCED = ("returned", 4, {"number": "R8-1-000001", "reason": "unknown_user"})
ANSWERED = ("answered", 4, {"number": "R8-1-000001", "answer": "declined"})
BACK = asked(5, "R8-1-000002", "withdrawal")


def verdict(act, *facts, day=OVER, group="illegal", policy=None):
    return allowed(
        told(*facts),
        act,
        group=group,
        now=START + timedelta(hours=hours_to(day, hour=9)),
        calendar=CALENDAR,
        policy=policy or CaseworkPolicy(),
    )


@pytest.mark.parametrize(
    ("act", "facts", "is_allowed"),
    [
        (Act.REQUEST, [], False),
        (Act.REQUEST, [ANALYSED], True),
        (Act.REQUEST, [ANALYSED, HELD], False),
        (Act.REQUEST, [ANALYSED, CLOSED], False),
        (Act.REQUEST, [ANALYSED, asked()], False),
        (Act.REQUEST, [ANALYSED, asked(), BACK], True),
        (Act.REMIND, [ANALYSED], False),
        (Act.REMIND, [ANALYSED, asked()], True),
        (Act.REMIND, [ANALYSED, asked(), HELD], False),
        (Act.REMIND, [ANALYSED, asked(), ANSWERED], False),
        (Act.REMIND, [ANALYSED, asked(), BOUNCED], False),
        (Act.REMIND, [ANALYSED, asked(), looked(100, "removed")], False),
        (Act.ESCALATE, [ANALYSED, asked()], False),
        (Act.ESCALATE, [ANALYSED, asked(), SEEN], True),
        (Act.ESCALATE, [ANALYSED, asked(), looked(30)], False),
        (Act.ESCALATE, [ANALYSED, asked(), SEEN, HELD], False),
        (Act.ESCALATE, [ANALYSED, BOARD, SEEN], False),
        (Act.ESCALATE, [ANALYSED, BOARD, BOUNCED], True),
        (Act.ESCALATE, [ANALYSED, asked(), looked(hours_to(OVER), "moved")], False),
        (Act.ESCALATE, [ANALYSED, asked(), looked(hours_to(OVER), "partly")], True),
        (Act.WITHDRAW, [ANALYSED], False),
        (Act.WITHDRAW, [ANALYSED, asked()], True),
        (Act.WITHDRAW, [ANALYSED, asked(), HELD], True),
        (Act.WITHDRAW, [ANALYSED, asked(), CLOSED], True),
        (Act.WITHDRAW, [ANALYSED, asked(), BACK], False),
        (Act.CORRECT, [ANALYSED, asked()], True),
        (Act.CORRECT, [ANALYSED, asked(), HELD], False),
        (Act.LOOK, [], False),
        (Act.RELEASE, [ANALYSED], False),
        (Act.RELEASE, [ANALYSED, HELD], True),
        (Act.REOPEN, [ANALYSED], False),
        (Act.REOPEN, [ANALYSED, CLOSED], True),
        (Act.CLOSE, [ANALYSED, CLOSED], False),
        (Act.DISPOSE, [ANALYSED], False),
        (Act.DISPOSE, [ANALYSED, CLOSED], True),
        (Act.DISPOSE, [ANALYSED, CLOSED, ("kept", 501, {})], False),
    ],
)
def test_allowed(act, facts, is_allowed):
    said = verdict(act, *facts)
    assert said.is_allowed is is_allowed
    assert is_allowed == (not said.refusals)


def test_a_reminder_waits_for_its_day():
    day_before = OVER - timedelta(days=1)
    [reason] = verdict(Act.REMIND, ANALYSED, asked(), day=day_before).refusals
    assert str(reason) == "the time runs until 2026-12-01"


@pytest.mark.parametrize("group", ["illegal", "serious-crime", "suicide"])
@pytest.mark.parametrize("how", Requirement)
def test_the_police_are_told_first_but_never_of_suicide(group, how):
    policy = CaseworkPolicy(police_first=how)
    said = verdict(Act.REQUEST, ANALYSED, group=group, policy=policy)
    counts = group != "suicide"
    assert bool(said.refusals) == (counts and how is Requirement.REQUIRED)
    assert bool(said.warnings) == (counts and how is Requirement.WARN)
    told_before = verdict(Act.REQUEST, ANALYSED, REPORTED, group=group, policy=policy)
    assert told_before.is_allowed
    assert not told_before.warnings


def test_a_look_is_fresh_for_five_business_days():
    policy = CaseworkPolicy(
        police_first=Requirement.OFF, look_before_send=Requirement.REQUIRED
    )
    for day, is_fresh in ((OVER, True), (OVER + timedelta(days=1), False)):
        said = verdict(Act.REQUEST, ANALYSED, day=day, policy=policy)
        assert said.is_allowed is is_fresh
    late = looked(hours_to(OVER))
    day = OVER + timedelta(days=1)
    assert verdict(Act.REQUEST, ANALYSED, late, day=day, policy=policy).is_allowed
