"""On PostgreSQL the database's clock decides; a machine whose clock is wrong is told."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from notices.delivery import State
from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.database.test_high_water import away

AHEAD = [timedelta(hours=2), timedelta(days=3), timedelta(hours=-2)]
HANG = """
import sys, time
from notices.site import Site
from notices.store.attempt_steps import Arm, Claim
with Site.open(sys.argv[1]) as site:
    store, now = site.parts.store, site.clock()
    store.make(Claim(number=sys.argv[2], now=now, ignore_backoff=True))
    store.make(Arm(number=sys.argv[2], now=now))
    print("ready", flush=True)
    time.sleep(60)
"""


def clock_of(ahead):
    return lambda: datetime.now(UTC) + ahead


@pytest.fixture
def shared(desk, received, empty_url):
    """A site on PostgreSQL with two notices: one queued just now, one in hand."""
    desk.set("url", json.dumps(empty_url), section="outbox")
    with away(desk):
        for case in (CASE_1, CASE_2_ABROAD):
            assert desk.run("send", case)[0] == 75
    return desk


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_worker_with_a_wrong_clock_doubts_and_gives_up_nothing(shared, ahead):
    """Before: two hours ended every lease, three days the life of every delivery."""
    first, second = [row["number"] for row in shared.json("list")[1]]
    other = subprocess.Popen(
        [sys.executable, "-c", HANG, str(shared.home), second], stdout=subprocess.PIPE
    )
    try:
        assert other.stdout.readline() == b"ready\n"
        with (
            away(shared),
            Site.open(shared.home, clock=clock_of(ahead)) as site,
        ):
            site.work(ignore_backoff=True)
            states = {row.number: row.state for row in site.parts.store.list()}
            due = site.parts.store.get(first).next_attempt_at
            troubles = [str(error.message) for error in site.troubles]
    finally:
        other.kill()
        other.communicate()
    assert states == {first: State.DEFERRED, second: State.SENDING}
    assert abs(due - datetime.now(UTC)) < timedelta(minutes=20)
    way = "ahead of" if ahead > timedelta(0) else "behind"
    assert any(f"s {way} the database's" in told for told in troubles), troubles


def test_doctor_tells_the_difference(shared):
    with Site.open(shared.home, clock=clock_of(timedelta(hours=2))) as site:
        [found] = [each for each in site.doctor() if each.name == "clock"]
    assert found.status == "warning"
    assert "7200 s ahead" in found.detail
    with Site.open(shared.home) as site:
        assert [each for each in site.doctor() if each.name == "clock"] == []
