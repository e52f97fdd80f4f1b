"""`notices sign --watch` as a process of its own, killed in the middle: nothing is half
signed, nothing is signed twice, and who comes after goes on.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest

from notices.approval import ApprovalRefused
from notices.delivery import State
from tests.site.approval.people import approve
from tests.site.approval.test_doors import drafted, raw
from tests.site.approval.test_stale import revoke
from tests.site.conftest import CASE_1

PATIENCE = 120
COUNT = 8


class Watching:
    """The process that has the key, as a service runs it."""

    def __init__(self, desk):
        self._log = desk.home.parent / "sign.log"
        self._out = self._log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "notices", "sign", "--watch", "--site", desk.home],
            stdout=self._out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def told(self):
        return self._log.read_text("utf-8", errors="replace")

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self._out.close()
        return self.process.returncode


def states(desk):
    with raw(desk) as connection:
        found = connection.execute("SELECT number, state, message_id FROM deliveries")
        return {number: (state, message) for number, state, message in found}


def wait_for(seen, watching):
    until = time.monotonic() + PATIENCE
    while not seen():
        assert watching.process.poll() is None, watching.told()
        assert time.monotonic() < until, watching.told()
        time.sleep(0.01)


def count(desk, *wanted):
    return sum(state in wanted for state, _ in states(desk).values())


def test_killed_in_the_middle_it_is_as_if_it_had_stopped_between(
    wanting, opened, checker
):
    with opened() as site:
        numbers = []
        for serial in range(COUNT):
            case = wanting.case(CASE_1, case_id=f"IHC-2026-03{serial:04}")
            notice = drafted(site, case)
            site.ask_to_send(notice)
            numbers.append(notice.number)
        for number in numbers[:-1]:
            approve(site, number, checker)
    seen = {}
    for goal in (1, 3, 5):
        watching = Watching(wanting)
        wait_for(lambda g=goal: count(wanting, "queued", "held") >= g, watching)
        assert watching.end(signal.SIGKILL) == -signal.SIGKILL
        # what was signed stays as it was signed
        now = states(wanting)
        for number, (state, message) in now.items():
            assert (message is None) == (state == "drafted")
            assert seen.setdefault(number, message) in (None, message)
            seen[number] = message
    watching = Watching(wanting)
    wait_for(lambda: count(wanting, "queued", "held") == COUNT - 1, watching)
    watching.end(signal.SIGTERM)
    now = states(wanting)
    assert now[numbers[-1]] == ("drafted", None)  # nobody approved it
    assert len({message for _, message in now.values()}) == COUNT
    with raw(wanting) as connection:
        names = connection.execute("SELECT number, name FROM artifacts").fetchall()
        kinds = connection.execute("SELECT number, kind FROM events").fetchall()
    assert max(Counter(names).values()) == 1
    for number in numbers:
        signed = number != numbers[-1]
        assert ((number, "message.eml") in names) is signed
        assert ((number, "letter.pdf") in names) is signed
        assert Counter(kinds)[number, "prepared"] == int(signed)
        assert Counter(kinds)[number, "queued"] <= 1
    assert wanting.run("ledger", "verify")[0] == 0
    # and what was to be sent is, whenever it was killed
    assert {now[number][0] for number in numbers[:-1]} == {"queued"}


class KilledError(BaseException):
    """Stands for the end of the process."""


def test_wherever_it_stops_what_is_to_be_sent_is_not_forgotten(
    wanting, opened, checker
):
    """Each time the clock is asked something begins; there it ends, once for each."""
    asked = 0
    while True:
        asked += 1
        with opened() as site:
            case = wanting.case(CASE_1, case_id=f"IHC-2026-05{asked:04}")
            notice = drafted(site, case)
            site.ask_to_send(notice)
            approve(site, notice.number, checker)
            left = [asked]

            def clock(site=site, left=left):
                left[0] -= 1
                if left[0] == 0:
                    raise KilledError
                return site.clock()

            with suppress(KilledError):
                replace(site.rooms.approvals.signer, clock=clock).go_on(notice.number)
            state = site.parts.store.get(notice.number).state
            assert state in (State.DRAFTED, State.QUEUED), asked
        if left[0] > 0:  # it was asked less often than that
            assert state is State.QUEUED
            break
    assert asked > 3


def test_what_is_revoked_while_it_watches_is_not_signed(
    wanting, opened, checker, cards
):
    with opened() as site:
        first, second = (
            drafted(site, wanting.case(CASE_1, case_id=f"IHC-2026-04000{serial}"))
            for serial in (1, 2)
        )
        watching = Watching(wanting)
        approve(site, first.number, checker)
        wait_for(lambda: states(wanting)[first.number][0] == "held", watching)
        request = site.approval_request(second.number, person=checker.person)
        revoke(site, checker.person, cards["kanri-a"])
        with pytest.raises(ApprovalRefused):
            site.approve(request.octets, cms=checker.sign(request.octets))
        third = drafted(site, wanting.case(CASE_1, case_id="IHC-2026-040003"))
        assert watching.process.poll() is None, watching.told()
        watching.end(signal.SIGTERM)
        for draft in (second, third):
            assert states(wanting)[draft.number] == ("drafted", None)
