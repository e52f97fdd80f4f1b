"""Test notices and a set-back: their numbers are a series of their own there, too."""

from datetime import UTC, datetime

import pytest

from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD

REASON = ("--reason", "the disk broke")


@pytest.fixture
def lost_test(desk, received, deliver, set_back):
    """A test that came into our mailbox, and of which the database knows nothing.

    The address for tests is one of our own, perhaps the very one that we read.
    """
    restore = set_back()
    desk.set("address", '"archive@hotline.example"', section="test")
    [row] = desk.json("send", CASE_1)[1]
    deliver(row["number"])
    restore()
    return row["number"]


def send(desk, case_id, *words):
    code, [row] = desk.json("send", case_id, *words)
    assert code == 0, row
    return row["number"]


def test_a_lost_test_uses_up_a_number_of_tests(desk, lost_test):
    assert desk.run("work")[0] == 69
    code, told = desk.json("reconcile", *REASON)
    assert code == 0
    assert told["lost"] == [{"number": lost_test, "case_id": CASE_1}]
    assert (told["skipped"], told["doubtful"]) == ([], [])
    assert send(desk, CASE_2_ABROAD) == "T-R8-2-000002"
    assert desk.json("work", "--now")[0] == 0


def test_a_lost_test_takes_no_number_and_no_case_from_the_real(desk, lost_test):
    desk.run("reconcile", *REASON)
    desk.set("address", '""', section="test")
    assert send(desk, CASE_1) == "R8-1-000001"
    assert send(desk, CASE_2_ABROAD) == "R8-2-000002"


def test_a_lost_case_can_be_tested_again_and_lost_again(
    desk, lost_test, deliver, set_back
):
    """A test may go twice; nothing is asked of anybody."""
    desk.run("reconcile", *REASON)
    restore = set_back("again.db")
    second = send(desk, CASE_1)
    assert second == "T-R8-1-000002"
    deliver(second)
    restore()
    code, told = desk.json("reconcile", *REASON)
    assert (code, [each["number"] for each in told["lost"]]) == (0, [second])


def test_a_lost_real_case_can_still_be_tested(desk, received, deliver, set_back):
    restore = set_back()
    deliver(send(desk, CASE_1))
    restore()
    desk.run("reconcile", *REASON)
    desk.set("address", '"archive@hotline.example"', section="test")
    assert send(desk, CASE_1) == "T-R8-1-000001"


def test_a_gap_below_a_lost_test_is_skipped_among_the_tests(
    desk, received, deliver, set_back
):
    restore = set_back()
    desk.set("address", '"archive@hotline.example"', section="test")
    send(desk, CASE_1)
    deliver(send(desk, CASE_2_ABROAD))
    restore()
    _, told = desk.json("reconcile", *REASON)
    assert len(told["skipped"]) == 1
    assert told["skipped"][0].startswith("unused test")
    desk.set("address", '""', section="test")
    assert send(desk, CASE_1).endswith("-000001")


@pytest.mark.parametrize("mode", ["real", "test"])
def test_skipping_on_demand_is_for_the_numbers_that_are_given_here(
    desk, received, archive, mode
):
    if mode == "test":
        desk.set("address", '"archive@hotline.example"', section="test")
    _, told = desk.json("reconcile", *REASON, "--skip", "5")
    assert len(told["skipped"]) == (5 if mode == "real" else 10)
    assert send(desk, CASE_1).endswith("-000006")


def test_the_year_of_skipped_numbers_is_that_of_japan(desk, archive):
    """Half past nine in the morning of New Year's Day; in UTC it is the old year."""
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with Site.open(desk.home, clock=lambda: new_year) as site:
        done = site.rooms.reconciler.reconcile(reason="the disk broke", skip=1)
    assert [each.number for each in done.skipped] == ["unused 2027 1"]


def test_what_is_printed_tells_a_test_from_a_request(desk, lost_test):
    _, out, _ = desk.run("reconcile", *REASON)
    assert f"{lost_test}  lost  a test of {CASE_1}" in out
