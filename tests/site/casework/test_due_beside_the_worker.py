"""`due` while a worker sends: each answer is whole, and no case stands in it twice."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from notices.casework import DueKind, Requested, RequestKind
from notices.casework.facts import Fact
from notices.judgment import JST, Rung
from notices.site import Site
from notices.store.casework import StoredCasework, stored
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.casework.test_lives import SOURCE
from tests.site.conftest import desk, received

__all__ = ["desk", "received", "record"]

COUNT = 12


def test_every_answer_is_whole_while_mails_go_out(desk, received):
    """Asked in a loop from the first attempt to the last, in processes of their own."""
    ids = [desk.case(SOURCE, case_id=f"DUE-2026-{n:06}") for n in range(COUNT)]
    with Site.open(desk.home) as site:
        for case_id in ids:
            number = site.prepare(site.read_case(case_id)).number
            site.parts.store.queue(number, now=site.clock())
    later = (datetime.now(JST) + timedelta(days=14)).date().isoformat()
    worker = subprocess.Popen(
        [sys.executable, "-m", "notices", "work", "--site", str(desk.home)],
        stdout=subprocess.DEVNULL,
    )
    known, answers = set(), 0
    while worker.poll() is None or not answers:
        code, found = desk.json("due", "--on", later)
        assert code == 0
        looks = [one["case_id"] for one in found if one["kind"] == "look"]
        assert len(looks) == len(set(looks))
        assert known <= set(looks) <= set(ids)
        known, answers = set(looks), answers + 1
    assert worker.returncode == 0
    _, found = desk.json("due", "--on", later)
    assert {one["case_id"] for one in found if one["kind"] == "look"} == set(ids)
    assert {one["case_id"] for one in desk.json("cases")[1]} >= set(ids)


def test_a_case_that_is_asked_for_meanwhile_stands_there_once(
    desk, record, monkeypatch
):
    """Its day moves behind the page that is read: it would come a second time."""
    ids = [f"DUE-2026-{n:06}" for n in range(6)]
    for n, case_id in enumerate(ids):
        record(judged(case_id), sent(case_id, 470 - n, f"R8-1-00077{n}"))
    monkeypatch.setattr(stored, "_PAGE", 2)
    day = (datetime.now(JST) + timedelta(days=30)).date()
    read = StoredCasework.cases_of
    asked = []

    def beside(self, case_ids, **more):
        """Reads, and then a worker sends a reminder in the first case of all."""
        cases = read(self, case_ids, **more)
        if not asked:
            asked.append(ids[0])
            with Site.open(desk.home) as site:
                site.record([reminder(ids[0])])
        return cases

    monkeypatch.setattr(StoredCasework, "cases_of", beside)
    with Site.open(desk.home) as site:
        found = site.due(day)
    told = [one.case_id for one in found if one.kind is DueKind.LOOK]
    assert asked
    assert sorted(told) == ids


def reminder(case_id):
    return Fact(
        case_id=case_id,
        at=datetime.now(UTC) - timedelta(minutes=1),
        by="worker",
        details=Requested(
            number="R8-1-000999",
            kind=RequestKind.REMINDER,
            rung=Rung.WEBSITE_ADMINISTRATOR,
        ),
    )
