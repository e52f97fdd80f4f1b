"""PostgreSQL refuses by itself what the design forbids, and says why."""

import psycopg
import pytest

from notices.delivery import LEGAL, Attempt, Stage, State
from notices.errors import EvidenceBroken
from notices.store.attempt_steps import Arm, Claim, Finish
from tests.store.conftest import NOW, add_notice
from tests.store.test_refused_changes import (  # noqa: F401 - here of PostgreSQL
    test_a_refused_change_is_told_by_its_kind,
    test_what_a_trigger_says_of_a_table_is_told_in_japanese,
)
from tests.store.test_store import HISTORY, bring_to

INTEGRITY = psycopg.errors.IntegrityError


@pytest.fixture
def raw(url):
    """The database as someone without our program sees it."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("current", [one for one in State if one is not State.DRAFTED])
def test_the_database_knows_the_same_transitions(store, raw, current):
    number = add_notice(store)
    bring_to(store, number, current)
    passed, refusals = set(), set()
    for to in set(State) - {current}:
        waits, sends = to in ("queued", "deferred"), to == "sending"
        try:
            with raw.transaction(force_rollback=True):
                raw.execute(
                    "UPDATE deliveries SET state = %s, next_attempt_at = %s,"
                    " stage = %s, lease_owner = %s, lease_until = %s",
                    (
                        str(to),
                        "2026" if waits else None,
                        "connect" if sends else None,
                        *(["x", "2026"] if sends else [None, None]),
                    ),
                )
            passed.add(to)
        except INTEGRITY as error:
            refusals.add(error.diag.message_primary)
    arrived = {State.SENT, State.DELIVERED, State.BOUNCED}
    unproved = arrived if store.get(number).attempts == 0 else set()
    assert passed == LEGAL[current] - unproved
    assert refusals <= {
        "deliveries: this state may not follow that one",
        "deliveries: before an attempt nothing can have arrived",
    }
    assert refusals


@pytest.mark.parametrize(
    "change",
    [
        """state = 'queued', stage = NULL, lease_owner = NULL, lease_until = NULL,
        next_attempt_at = '2026'""",
        "stage = 'connect'",
    ],
)
def test_what_was_armed_is_never_queued_again(store, raw, change):
    number = add_notice(store)
    bring_to(store, number, State.SENDING)
    store.make(Arm(number=number, now=NOW))
    with pytest.raises(INTEGRITY, match="deliveries: "):
        raw.execute(f"UPDATE deliveries SET {change}")  # noqa: S608


@pytest.mark.parametrize(("table", "column"), list(HISTORY.items()))
def test_history_is_append_only(store, raw, table, column):
    bring_to(store, add_notice(store), State.SENT)
    store.ledger.events()
    for statement in (
        f"UPDATE {table} SET {column} = 'x'",  # noqa: S608
        f"DELETE FROM {table}",  # noqa: S608
        f"TRUNCATE {table} CASCADE",
        f"INSERT INTO {table} SELECT * FROM {table}",  # noqa: S608
    ):
        with pytest.raises(INTEGRITY):
            raw.execute(statement)


def test_a_delivery_starts_held(store, raw):
    add_notice(store)
    with pytest.raises(INTEGRITY, match="held"):
        raw.execute(
            "INSERT INTO deliveries SELECT 'other', 'queued', stage, reverse_path,"
            " forward_path, archive_path, envid, 'y', message_sha256, attempts,"
            " queued_at, '2026', lease_owner, lease_until, changed_at FROM deliveries"
        )


def test_an_event_leaves_the_queue_only_for_the_ledger(store, raw):
    add_notice(store)
    assert raw.execute("SELECT count(*) FROM unordered").fetchone() == (2,)
    for statement in (
        "DELETE FROM unordered",
        "UPDATE unordered SET facts = '{}'",
        "TRUNCATE unordered",
    ):
        with pytest.raises(INTEGRITY, match="unordered: "):
            raw.execute(statement)
    assert len(store.ledger.events()) == 3, "the first says that version 2 began"
    assert raw.execute("SELECT count(*) FROM unordered").fetchone() == (0,)


def test_changed_bytes_and_leaves_are_seen(store, raw):
    number = add_notice(store)
    store.ledger.events()
    raw.execute("SET session_replication_role = replica")  # no triggers: a superuser
    raw.execute("UPDATE artifacts SET content = '\\x20'")
    raw.execute("UPDATE events SET payload = '{}' WHERE seq = 0")
    with pytest.raises(EvidenceBroken, match="changed since it was signed"):
        store.artifact(number, "message.eml")
    with pytest.raises(EvidenceBroken, match="entry 0"):
        store.ledger.events()


def test_the_order_within_a_notice_is_the_order_of_its_moves(store):
    number = add_notice(store)
    bring_to(store, number, State.DELIVERED)
    assert [told["event"] for told in store.ledger.told(number)] == [
        "numbered",
        "prepared",
        "queued",
        "attempted",
        "armed",
        "outcome",
        "evidence",
    ]
    assert store.ledger.size() == 8


def test_an_attempt_keeps_a_reply_of_any_language(store):
    number = add_notice(store)
    store.queue(number, now=NOW)
    store.make(Claim(number=number, now=NOW))
    attempt = Attempt(
        started_at=NOW,
        ended_at=NOW,
        state=State.FAILED,
        stage=Stage.RCPT,
        remote="192.0.2.1:25",
        note="宛先不明 髙①",
    )
    store.make(Finish(number=number, attempt=attempt, next_attempt_at=None, now=NOW))
    assert store.attempts(number) == (attempt,)
    assert store.ledger.told(number)[-1]["note"] == "宛先不明 髙①"
    assert "宛先".encode() not in store.ledger.events(number)[-1], "it lies beside"
