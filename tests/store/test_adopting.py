"""Cases of a site of before: what went out then is followed up, too.

`revision-0008.sqlite` was made by the version before the program told cases by itself
(commit 3b03661c), by its own store: a notice in each state, HL-0001 to HL-0008.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notices.casework import CaseState, Requested
from notices.delivery import Decision, State
from notices.evidence import audit
from notices.ledger import read_entry
from notices.store import Store
from notices.store.casework import CaseFilter, StoredCasework
from notices.store.casework.adopting import adopt
from notices.store.database.engine import writing
from tests.store.test_schema import OF_BEFORE
from tests.store.test_store import SENT

OLD = Path(__file__).with_name("vectors") / "revision-0008.sqlite"
SENT_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture
def old(tmp_path):
    return f"sqlite:///{shutil.copy(OLD, tmp_path / 'outbox.sqlite')}"


def states(store):
    casework = StoredCasework(store.engine, by="program:notices")
    return {one.case_id: one.state for one in casework.list(CaseFilter())}


def sent(store, case_id):
    casework = StoredCasework(store.engine, by="program:notices")
    return casework.case(case_id).of(Requested)


def test_what_went_out_before_is_told_with_the_time_of_its_evidence(old):
    """They were no cases at all: nothing was ever due, no reminder could be made."""
    with Store.open(old, now=NOW) as store:
        told = states(store)
        assert {case_id for case_id in told if sent(store, case_id)} == {
            "HL-0003",
            "HL-0004",
            "HL-0005",
            "HL-0008",
        }
        assert set(told) == {f"HL-{n:04}" for n in range(1, 9)}
        [fact] = sent(store, "HL-0004")
        assert (fact.at, fact.by) == (SENT_AT, "upgrade")
        [fact] = sent(store, "HL-0008")
        assert fact.at == SENT_AT + timedelta(days=3)  # until then it was in doubt
        assert told["HL-0003"] == CaseState.REQUESTED


def test_the_ledger_says_when_and_by_whom_and_goes_on(old):
    with Store.open(old, now=NOW) as store:
        leaves = [read_entry(leaf) for leaf in store.ledger.events()]
        added = [leaf for leaf in leaves if leaf.by == "program:upgrade"]
        assert {leaf.kind for leaf in added} == {
            "analysed",
            "police_reported",
            "requested",
        }
        assert {leaf.at for leaf in added} == {NOW}
        assert audit(store.ledger.entries(), []).faults == ()


def test_nothing_is_written_twice(old):
    with Store.open(old, now=NOW) as store:
        size = store.ledger.size()
    with Store.open(old, now=NOW) as store, writing(store.engine) as connection:
        adopt(connection, now=NOW + timedelta(days=1))
    with Store.open(old, now=NOW) as store:
        assert store.ledger.size() == size


def test_what_is_found_to_be_sent_later_is_told_by_itself(old):
    """Of a case that is none nothing was told, whatever became of its notice."""
    with Store.open(old, now=NOW) as store:
        [doubt] = [row.number for row in store.list([State.IN_DOUBT])]
        store.resolve(doubt, Decision.SENT, reason="in the archive", now=NOW)
        assert [fact.at for fact in sent(store, "HL-0006")] == [NOW]


def test_a_reply_that_was_heard_late_tells_the_case(old):
    """It settled the doubt, and the case went on as one in which nobody was asked."""
    with Store.open(old, now=NOW) as store:
        [doubt] = [row.number for row in store.list([State.IN_DOUBT])]
        store.record_late(doubt, 1, SENT, next_attempt_at=None, now=NOW)
        assert store.get(doubt).state is State.SENT
        assert [fact.at for fact in sent(store, "HL-0006")] == [NOW]


def test_a_site_of_the_first_revision_has_its_cases(tmp_path):
    path = shutil.copy(OF_BEFORE, tmp_path / "outbox.sqlite")
    with Store.open(f"sqlite:///{path}", now=NOW) as store:
        assert set(states(store).values()) == {CaseState.ANALYSED}
        assert len(states(store)) == 2


def test_what_came_in_before_is_told_as_well(old):
    """A request that came back waits for another address, not for a look."""
    row = ("00" * 32, "2026-00005", "delivery_status", "bounced", 0, "", "INBOX")
    facts = ("2026-11-21T09:00:00.000000Z", '{"cause":"unknown_user"}')
    with closing(sqlite3.connect(old.removeprefix("sqlite:///"))) as database:
        database.execute(
            "INSERT INTO reports (sha256, number, kind, proves, waits, reason, mailbox, "
            "received_at, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row + facts,
        )
        database.commit()
    with Store.open(old, now=NOW) as store:
        assert states(store)["HL-0005"] == CaseState.RETURNED
