"""The store: gapless numbers, one commit, nothing altered, clear errors."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from notices.delivery import (
    BY_EVIDENCE,
    LEGAL,
    Attempt,
    Decision,
    IllegalTransition,
    Reply,
    Stage,
    State,
)
from notices.errors import (
    ConfigError,
    EvidenceBroken,
    InputError,
    NoticesError,
    RefusedError,
    StoreUnavailable,
    TryLater,
)
from notices.ledger import (
    inclusion_proof,
    leaf_hash,
    root,
    verify_inclusion,
)
from notices.store.attempt_steps import OUTCOMES, Arm, Claim, Finish
from notices.store.model import CaseKey
from notices.store.numbering import Numbering
from notices.store.store import Store
from tests.store.conftest import (
    MESSAGE,
    NOW,
    add_notice,
    due,
    make_number,
    prepared_for,
)
from tests.vectors import specification as page

KEY = CaseKey(case_id="HL-0001", rung="website_administrator")
HOUR = timedelta(hours=1)
SENT = Attempt(
    started_at=NOW,
    ended_at=NOW,
    state=State.SENT,
    stage=Stage.END_OF_DATA,
    remote="127.0.0.1:25",
    tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
    reply=Reply(code=250, enhanced_status="2.0.0", text="queued"),
)


def raw(url):
    """The database as someone without our program sees it."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA foreign_keys=ON")
    return closing(connection)


def bring_to(store, number, state):
    """Lead a held delivery to a state by lawful ways."""
    if state is State.WITHDRAWN:
        store.withdraw(number, reason="an error of ours", now=NOW)
        return
    if state is State.HELD:
        return
    store.queue(number, now=NOW)
    if state is State.QUEUED:
        return
    store.make(Claim(number=number, now=NOW))
    if state is State.SENDING:
        return
    store.make(Arm(number=number, now=NOW))
    first = {State.DELIVERED: State.SENT, State.BOUNCED: State.SENT}.get(state, state)
    due = NOW + HOUR if first is State.DEFERRED else None
    store.make(
        Finish(
            number=number,
            attempt=replace(SENT, state=first),
            next_attempt_at=due,
            now=NOW,
        )
    )
    if first is not state:
        store.record_evidence(number, state, {"report": "DSN"}, now=NOW)


# numbers


def test_numbers_are_gapless_per_year_and_series(store):
    def reserve(case, year, series=""):
        key = CaseKey(case_id=case, rung="r")
        return store.reserve_number(
            key,
            year=year,
            series=series,
            make_number=lambda serial: f"{series}{year}-{serial}",
            now=NOW,
        )

    assert [reserve(f"CASE-{n}", 2026) for n in range(3)] == [
        "2026-1",
        "2026-2",
        "2026-3",
    ]
    assert reserve("CASE-4", 2027) == "2027-1"
    assert reserve("CASE-5", 2026, "T") == "T2026-1"
    assert reserve("CASE-6", 2026) == "2026-4"


def test_a_failed_prepare_keeps_its_number_for_the_next_try(store):
    first = store.reserve_number(KEY, year=2026, make_number=make_number, now=NOW)
    other = CaseKey(case_id="HL-0002", rung="website_administrator")
    store.reserve_number(other, year=2026, make_number=make_number, now=NOW)
    again = store.reserve_number(KEY, year=2026, make_number=make_number, now=NOW)
    assert first == again == "2026-00001"


@pytest.mark.parametrize(
    ("change", "number", "why"),
    [
        (
            {"year": 2027, "make_number": lambda n: f"2027-{n:05}"},
            "2027-00001",
            "a number of 2026",
        ),
        ({"form": "form2"}, "2026-00002", "a number for form1"),
        ({"make_number": lambda n: f"N{n}"}, "N2", "written otherwise"),
    ],
)
def test_a_number_of_another_letter_is_void_and_not_given(store, change, number, why):
    """A number of one year, form or pattern must not stand on a letter of another."""
    wanted = {"year": 2026, "form": "form1", "make_number": make_number}
    first = store.reserve_number(KEY, **wanted, now=NOW)
    for _ in range(2):  # the new one waits in its turn
        second = store.reserve_number(KEY, **wanted | change, now=NOW)
        assert second == number
    [void] = store.queries.voided_numbers()
    assert (void.number, void.case_id) == (first, KEY.case_id)
    assert why in void.reason
    # back to the first letter: what is void stays so
    third = store.reserve_number(KEY, **wanted, now=NOW)
    assert third not in {first, second}
    assert {each.number for each in store.queries.voided_numbers()} == {first, second}


def test_a_void_number_is_void_once_and_one_with_a_notice_never(store):
    number = add_notice(store)
    with pytest.raises(NoticesError, match="has a notice"):
        store.void_number(number, reason="an error of ours", now=NOW)
    key = replace(KEY, ordinal=2)
    waiting = store.reserve_number(key, year=2026, make_number=make_number, now=NOW)
    for reason in ("the first", "the second"):
        store.void_number(waiting, reason=reason, now=NOW)
    [void] = store.queries.voided_numbers()
    assert (void.number, void.reason) == (waiting, "the first")
    assert sum(b'"voided"' in leaf for leaf in store.ledger.events()) == 1


def test_a_notice_is_stored_under_the_number_that_took_the_place_of_a_void_one(store):
    first = store.reserve_number(KEY, year=2026, make_number=make_number, now=NOW)
    store.void_number(first, reason="signed, and not kept", now=NOW)
    assert add_notice(store) == "2026-00002"


def test_what_is_peeked_at_is_what_is_given(store):
    wanted = Numbering(key=KEY, form="form1", year=2026, make_number=make_number)
    assert store.queries.peek_number(wanted) == "2026-00001"
    assert store.queries.peek_number(wanted) == "2026-00001"
    assert store.ledger.size() == 0
    give = {"form": "form1", "year": 2026, "make_number": make_number, "now": NOW}
    assert store.reserve_number(KEY, **give) == "2026-00001"
    assert store.queries.peek_number(wanted) == "2026-00001"


def test_the_last_numbers_of_all_years_are_one_question(store):
    """A comparison with the mark asked four times, four times for each notice."""
    add_notice(store)
    asked = []
    note = lambda *seen: asked.append(seen[2])  # noqa: E731
    event.listen(store.identity.engine, "before_cursor_execute", note)
    counted = [("", 2025), ("", 2026), ("TEST", 2026)]
    shown = store.identity.standing(None, counted)
    assert shown.serials == {("", 2026): 1}
    assert sum("serial" in each for each in asked) == 1
    assert store.identity.standing(None, ()).serials == {}
    assert store.queries.newest_serial(2026) == 1
    assert store.queries.newest_serial(2026, series="TEST") == 0


def test_a_used_key_gets_no_second_number(store):
    number = add_notice(store)
    with pytest.raises(RefusedError, match=f"prepared already, as {number}"):
        store.reserve_number(KEY, year=2026, make_number=make_number, now=NOW)
    again = replace(KEY, ordinal=2)
    assert (
        store.reserve_number(again, year=2026, make_number=make_number, now=NOW)
        == "2026-00002"
    )


def test_a_pattern_that_repeats_itself_is_named(store):
    store.reserve_number(KEY, year=2026, make_number=lambda _: "X", now=NOW)
    other = replace(KEY, ordinal=2)
    with pytest.raises(InputError, match="twice"):
        store.reserve_number(other, year=2026, make_number=lambda _: "X", now=NOW)
    assert len(store.ledger.events("X")) == 1


def test_numbers_stay_gapless_under_concurrent_processes(url):
    """Three processes at once: every number once, none left out."""
    script = """
import sys
from datetime import datetime, UTC
from notices.store.model import CaseKey
from notices.store.store import Store
with Store.open(sys.argv[1]) as store:
    for index in range(15):
        key = CaseKey(case_id=f"P{sys.argv[2]}-{index}", rung="r")
        print(store.reserve_number(
            key, year=2026, make_number=lambda n: f"2026-{n:05}", now=datetime.now(UTC)))
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, url, str(index)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for index in range(3)
    ]
    numbers = []
    for process in running:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        numbers += output.split()
    assert sorted(numbers) == [f"2026-{n:05}" for n in range(1, 46)]


# what goes in comes out


def test_everything_is_committed_together_and_comes_back(store):
    number = add_notice(store)
    row = store.get(number)
    assert (row.state, row.key, row.attempts) == (State.HELD, KEY, 0)
    assert row.letter_date.isoformat() == "2026-03-05"
    assert row.created_at == NOW
    assert store.artifact(number, "message.eml") == MESSAGE
    assert store.artifact_names(number) == ("letter.pdf", "message.eml")
    assert store.artifact(number, "letter.pdf") == b"%PDF-1.7"
    assert json.loads(store.judgment(number)) == {"case_id": "HL-0001"}
    assert store.find("HL-0001") == store.list() == (row,)
    assert store.latest("HL-0001", "website_administrator") == row
    assert store.latest("HL-0001", "server_administrator") is None
    assert store.queries.count() == 1


def test_a_notice_whose_number_is_not_reserved_is_not_stored(store):
    with pytest.raises(NoticesError, match="not the number reserved"):
        store.add(prepared_for("2026-00009", KEY), now=NOW)
    assert store.queries.count() == 0
    assert store.ledger.events() == ()


def test_the_same_key_is_stored_once(store):
    number = add_notice(store)
    with pytest.raises(RefusedError, match="prepared already"):
        store.add(prepared_for(number, KEY), now=NOW)


def test_all_or_nothing(store):
    """Two artifacts of one name: nothing of the notice stays."""
    number = store.reserve_number(KEY, year=2026, make_number=make_number, now=NOW)
    prepared = prepared_for(number, KEY)
    twice = replace(prepared, artifacts=prepared.artifacts * 2)
    with pytest.raises(RefusedError, match="artifacts"):
        store.add(twice, now=NOW)
    assert store.queries.count() == 0
    assert len(store.ledger.events(number)) == 1
    store.add(prepared, now=NOW)


def test_what_is_not_there_is_named(store):
    number = add_notice(store)
    for question in (
        lambda: store.get("2026-09999"),
        lambda: store.artifact("2026-09999", "message.eml"),
        lambda: store.judgment("2026-09999"),
        lambda: store.artifact(number, "other.pdf"),
    ):
        with pytest.raises(InputError, match=r"2026-09999|other\.pdf"):
            question()
    assert store.attempts("2026-09999") == ()


def test_naive_time_never_gets_in(store):
    with pytest.raises((NoticesError, ValueError), match="time zone"):
        add_notice(store, now=NOW.replace(tzinfo=None))


def test_lists_are_filtered_by_state(store):
    held, queued = add_notice(store, "A-1"), add_notice(store, "A-2")
    store.queue(queued, now=NOW)
    assert [row.number for row in store.list([State.HELD])] == [held]
    assert [row.number for row in store.list([State.QUEUED, State.HELD])] == [
        held,
        queued,
    ]
    assert len(store.list(limit=1)) == 1


# moves


def test_only_what_is_due_is_claimed(store):
    number = add_notice(store)
    assert store.make(Claim(number=number, now=NOW)) is None  # held: nobody said send
    store.queue(number, now=NOW)
    assert due(store, NOW) == (number,)
    assert store.make(Claim(number=number, now=NOW))[0].attempts == 1
    assert store.make(Claim(number=number, now=NOW)) is None  # another worker has it
    store.make(
        Finish(
            number=number,
            attempt=replace(SENT, state=State.DEFERRED),
            next_attempt_at=NOW + HOUR,
            now=NOW,
        )
    )
    assert due(store, NOW) == ()
    assert due(store, NOW, ignore_backoff=True) == due(store, NOW + HOUR) == (number,)
    assert store.make(Claim(number=number, now=NOW)) is None
    assert (
        store.make(Claim(number=number, now=NOW, ignore_backoff=True))[0].attempts == 2
    )


def test_deferred_without_a_next_time_has_failed(store):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    deferred = replace(SENT, state=State.DEFERRED, note="451")
    state = store.make(
        Finish(number=number, attempt=deferred, next_attempt_at=None, now=NOW)
    )
    assert state is store.get(number).state is State.FAILED
    assert store.attempts(number)[0].note == "451; given up: too old"


def test_attempts_are_kept_as_they_were(store):
    number = add_notice(store)
    bring_to(store, number, State.SENT)
    assert store.attempts(number) == (SENT,)


def test_a_dead_worker_before_data_is_queued_again(store):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    with store.under_way(number):
        assert store.recover(NOW + HOUR) == {}, "whoever is at it is no dead one"
    assert store.recover(NOW + HOUR) == {number: State.QUEUED}
    assert due(store, NOW + HOUR) == (number,)


def test_a_dead_worker_after_data_leaves_a_doubt(store):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    store.make(Arm(number=number, now=NOW))
    assert store.recover(NOW + HOUR) == {number: State.IN_DOUBT}
    assert due(store, NOW + HOUR, ignore_backoff=True) == ()
    with pytest.raises(RefusedError, match="may have been sent"):
        bring_to_queue_and_withdraw(store, number)


def bring_to_queue_and_withdraw(store, number):
    store.resolve(number, Decision.RESEND, reason="asked them", now=NOW)
    store.withdraw(number, reason="no", now=NOW)


def test_a_worker_that_lost_its_lease_may_not_send(store, url):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    with pytest.raises(TryLater, match="lease"):
        store.make(Arm(number=number, now=NOW + HOUR))
    with Store.open(url) as other:
        with pytest.raises(TryLater, match="lease"):
            other.make(Arm(number=number, now=NOW))
        with pytest.raises(TryLater, match="lease"):
            other.make(
                Finish(number=number, attempt=SENT, next_attempt_at=None, now=NOW)
            )
    store.make(Arm(number=number, now=NOW))
    with pytest.raises(TryLater, match="lease"):
        store.make(Arm(number=number, now=NOW))  # once per attempt


def test_a_doubt_is_settled_on_record(store):
    sent, resent = add_notice(store, "A-1"), add_notice(store, "A-2")
    for number in (sent, resent):
        bring_to(store, number, State.IN_DOUBT)
    with pytest.raises(RefusedError, match="reason"):
        store.resolve(sent, Decision.SENT, reason=" ", now=NOW)
    row = store.resolve(sent, Decision.SENT, reason="in the archive", now=NOW)
    assert row.state is State.SENT
    row = store.resolve(resent, Decision.RESEND, reason="they have nothing", now=NOW)
    assert row.state is State.QUEUED
    last = store.ledger.told(resent)[-1]
    assert (last["decision"], last["reason"]) == ("resend", "they have nothing")
    with pytest.raises(RefusedError, match="no doubt"):
        store.resolve(sent, Decision.RESEND, reason="x", now=NOW)


def test_a_report_moves_only_what_was_sent(store):
    number = add_notice(store)
    with pytest.raises(RefusedError, match="cannot change"):
        store.record_evidence(number, State.DELIVERED, {}, now=NOW)
    bring_to(store, number, State.IN_DOUBT)
    with pytest.raises(RefusedError, match="operator"):
        store.record_evidence(number, State.QUEUED, {}, now=NOW)
    row = store.record_evidence(number, State.DELIVERED, {"report": "x"}, now=NOW)
    assert row.state is State.DELIVERED


@pytest.mark.parametrize(
    "state", [each for each in State if each not in (State.HELD, State.DRAFTED)]
)
def test_send_queues_once_whatever_came_of_it(store, state):
    """Above all a doubt: only `resolve`, with its reason, queues that again."""
    number = add_notice(store)
    bring_to(store, number, state)
    before = store.get(number)
    with pytest.raises(IllegalTransition, match="only once"):
        store.queue(number, now=NOW)
    assert store.get(number) == before


def test_an_attempt_ends_as_one_of_four_states(store):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    for state in set(State) - OUTCOMES:
        with pytest.raises(IllegalTransition, match="no attempt ends"):
            store.make(
                Finish(
                    number=number,
                    attempt=replace(SENT, state=state),
                    next_attempt_at=NOW,
                    now=NOW,
                )
            )


# the database refuses by itself


@pytest.mark.parametrize("current", [each for each in State if each != State.DRAFTED])
def test_the_database_knows_the_same_transitions(store, url, current):
    """Raw SQL, all ten states: exactly what `LEGAL` has."""
    number = add_notice(store)
    bring_to(store, number, current)
    passed, refusals = set(), set()
    for to in set(State) - {current}:
        with raw(url) as connection:
            try:
                connection.execute(
                    "UPDATE deliveries SET state = ?,"
                    " next_attempt_at = CASE WHEN ?1 IN ('queued', 'deferred')"
                    " THEN '2026' END,"
                    " stage = CASE WHEN ?1 = 'sending' THEN 'connect' END,"
                    " lease_owner = CASE WHEN ?1 = 'sending' THEN 'x' END,"
                    " lease_until = CASE WHEN ?1 = 'sending' THEN '2026' END",
                    (str(to),),
                )
                passed.add(to)
            except sqlite3.IntegrityError as error:
                refusals.add(str(error))
    refused = {"deliveries: this state may not follow that one"}
    allowed = LEGAL[current]
    if current in (State.HELD, State.QUEUED):
        # it has had no attempt yet, so that no evidence of one can be true
        allowed = allowed - BY_EVIDENCE
        refused.add("deliveries: before an attempt nothing can have arrived")
    assert passed == allowed
    assert refusals == refused


def test_the_database_never_requeues_what_was_armed(store, url):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    store.make(Arm(number=number, now=NOW))
    for change in (
        """state = 'queued', stage = NULL, lease_owner = NULL, lease_until = NULL,
        next_attempt_at = '2026'""",
        "stage = 'connect'",
    ):
        with raw(url) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"UPDATE deliveries SET {change}")  # noqa: S608


HISTORY = {
    "numbers": "case_id",
    "notices": "judgment",
    "artifacts": "content",
    "attempts": "note",
    "events": "payload",
    "deliveries": "forward_path",
}


@pytest.mark.parametrize(("table", "column"), list(HISTORY.items()))
def test_the_database_refuses_to_alter_history(store, url, table, column):
    bring_to(store, add_notice(store), State.SENT)
    for statement in (
        f"UPDATE {table} SET {column} = 'x'",  # noqa: S608
        f"DELETE FROM {table}",  # noqa: S608
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608
    ):
        with raw(url) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


def test_a_delivery_starts_held(store, url):
    add_notice(store)
    with raw(url) as connection, pytest.raises(sqlite3.IntegrityError, match="held"):
        connection.execute(
            "INSERT INTO deliveries SELECT 'other', 'queued', stage, reverse_path,"
            " forward_path, archive_path, envid, 'y', message_sha256, attempts,"
            " queued_at, '2026', lease_owner, lease_until, changed_at,"
            " channel, is_test FROM deliveries"
        )


def overwrite(url, statement):
    """What only someone with the file and without the triggers can do."""
    with raw(url) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()


def test_changed_bytes_are_seen_before_they_are_used(store, url):
    number = add_notice(store)
    overwrite(url, "UPDATE artifacts SET content = x'20'")
    with pytest.raises(EvidenceBroken, match="changed since it was signed"):
        store.artifact(number, "message.eml")
    with pytest.raises(EvidenceBroken, match=r"letter\.pdf"):
        store.artifact(number, "letter.pdf")


def test_bytes_changed_together_with_their_hash_are_seen(store, url):
    """The delivery keeps the hash a second time."""
    number = add_notice(store)
    overwrite(
        url,
        "UPDATE artifacts SET content = x'20', sha256 ="
        " '36a9e7f1c95b82ffb99743e0c5c4ce95d83c9a430aac59f84ef3cbfab6145068'",
    )
    with pytest.raises(EvidenceBroken):
        store.artifact(number, "message.eml")


def test_a_message_that_was_taken_away_holds_up_nobody_else(store, url):
    """All who were claimed at the same moment failed with it, as our own fault."""
    numbers = [add_notice(store, case_id=f"CASE-{at}") for at in (1, 2)]
    for number in numbers:
        store.queue(number, now=NOW)
    overwrite(
        url,
        "DELETE FROM artifacts WHERE name = 'message.eml' "
        "AND number = (SELECT min(number) FROM deliveries)",
    )
    claims = [Claim(number=number, now=NOW) for number in numbers]
    lost, taken = store.perform(claims)
    assert isinstance(lost, EvidenceBroken)
    assert numbers[0] in str(lost)
    assert taken[0].state is State.SENDING


# the ledger


def test_every_move_is_a_leaf(store):
    number = add_notice(store)
    bring_to(store, number, State.DELIVERED)
    events = store.ledger.told(number)
    assert [event["event"] for event in events] == [
        "numbered",
        "prepared",
        "queued",
        "attempted",
        "armed",
        "outcome",
        "evidence",
    ]
    assert [event["seq"] for event in events] == list(range(1, 8))
    prepared = page.leaf_2(store.ledger.events(number)[1])
    opening = store.ledger.beside(number)[prepared["seq"]]["document/message.eml"]
    octets = store.artifact(number, "message.eml")
    committed = page.commitment_2(opening.salt, "document/message.eml", octets)
    assert prepared["beside"]["document/message.eml"] == committed
    assert events[4]["message_sha256"] == store.get(number).message_sha256
    assert events[5]["reply"] == "250 2.0.0 queued"


def test_each_leaf_can_be_proved(store):
    bring_to(store, add_notice(store), State.SENT)
    leaves = store.ledger.leaves()
    size, top = len(leaves), root(leaves)
    leaves = store.ledger.leaves()
    for index, payload in enumerate(store.ledger.events()):
        proof = inclusion_proof(index, leaves)
        assert verify_inclusion(leaf_hash(payload), index, size, proof, top)


def test_a_changed_or_missing_leaf_is_seen(store, url):
    add_notice(store)
    overwrite(url, "UPDATE events SET payload = '{}' WHERE seq = 0")
    with pytest.raises(EvidenceBroken, match="entry 0"):
        store.ledger.events()
    overwrite(url, "DELETE FROM events WHERE seq = 0")
    with pytest.raises(EvidenceBroken, match="missing"):
        store.ledger.leaves()


def test_a_refused_move_leaves_no_leaf(store):
    number = add_notice(store)
    before = store.ledger.events()
    with pytest.raises(NoticesError):
        store.resolve(number, Decision.SENT, reason="x", now=NOW)
    assert store.ledger.events() == before


# opening, and what goes wrong with disks


def test_the_store_survives_being_closed(url):
    with Store.open(url) as store:
        number = add_notice(store)
        row = store.get(number)
    with Store.open(url) as store:
        assert store.get(number) == row
        assert store.artifact(number, "message.eml") == MESSAGE


def test_only_the_owner_may_read_it(store, url):
    mode = Path(url.removeprefix("sqlite:///")).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "outbox.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://h/d",
        "sqlite:///x?a=1",
    ],
)
def test_a_wrong_url_is_a_configuration_error(url):
    with pytest.raises(ConfigError) as caught:
        Store.open(url)
    assert "sqlite:///" in caught.value.hint


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ConfigError, match="missing"):
        Store.open(f"sqlite:///{tmp_path}/missing/outbox.db")


def test_a_folder_in_place_of_the_file_is_the_configurations_fault(tmp_path):
    """It was told to try again later (75), which never helps."""
    with pytest.raises(ConfigError, match="is no file but a folder"):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "outbox.db").write_text("no database " * 1000, encoding="ascii")
    with pytest.raises(EvidenceBroken, match="no database"):
        Store.open(f"sqlite:///{tmp_path}/outbox.db")


def test_a_database_of_a_newer_version_is_left_alone(store, url):
    with raw(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigError, match="9999"):
        Store.open(url)


def test_a_locked_database_is_waited_for_and_then_named(store, url):
    number = add_notice(store)
    with Store.open(url, busy_timeout=0.1) as impatient, raw(url) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process"):
            impatient.queue(number, now=NOW)
        assert impatient.get(number).state is State.HELD  # readers go on
    store.queue(number, now=NOW)


def test_a_full_disk_is_named_and_nothing_is_half_done(store, url):
    number = add_notice(store)
    with raw(url) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="disk is full"):
        add_notice(store, "HL-0002", message=b"A: b\r\n" + b"x\r\n" * 100_000)
    store.queue(number, now=NOW)
    assert store.get(number).state is State.QUEUED
    assert [row.number for row in store.list()] == [number]


def test_a_read_only_file_is_named(url):
    """As root permissions do not count, so the file is opened read-only by mark."""
    with Store.open(url) as store:
        number = add_notice(store)
    with Store.open(url) as store:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(StoreUnavailable, match="read-only"):
            store.queue(number, now=NOW)
        assert store.get(number).state is State.HELD


def test_a_read_only_folder_is_named(tmp_path):
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreUnavailable):
            Store.open(f"sqlite:///{tmp_path}/outbox.db")
        tmp_path.chmod(0o700)
    else:
        with pytest.raises(StoreUnavailable, match="cannot be opened"):
            Store.open("sqlite:////proc/outbox.db")


def test_opening_at_once_migrates_once(tmp_path):
    """Three processes open a new store; all get it."""
    script = (
        "import sys; from notices.store.store import Store; Store.open(sys.argv[1])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, f"sqlite:///{tmp_path}/new.db"],
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(3)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()


def test_a_reader_takes_no_lock_after_its_connection_has_written(url):
    """A pooled connection remembers nothing of the transaction before."""
    with Store.open(url) as store, raw(url) as other:
        number = add_notice(store)
        other.execute("BEGIN IMMEDIATE")
        assert store.get(number).state is State.HELD
