"""A server that is away, locked, read-only or unknown: a clear error, no password."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from notices.delivery import State
from notices.errors import ConfigError, RefusedError, StoreUnavailable
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.store import Store
from tests.queue.test_worker import CLAIM_AND_HANG, queued
from tests.store.conftest import NOW, add_notice
from tests.store.postgres.server import private_postgres, stopped, url_of
from tests.store.test_store import SENT

SECRET = "correct-horse"  # noqa: S105 - a made-up one
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("postgresql://", ConfigError, "names no PostgreSQL database"),
        (
            f"postgresql+asyncpg://u:{SECRET}@h/d",
            ConfigError,
            "names no PostgreSQL database",
        ),
        (f"mysql://u:{SECRET}@h/d", ConfigError, "cannot live on mysql"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/d", StoreUnavailable, "refused"),
        (
            f"postgresql://u:{SECRET}@/d?host=/nowhere",
            StoreUnavailable,
            "no server runs",
        ),
    ],
)
def test_a_url_that_leads_nowhere_is_named_without_its_password(url, error, words):
    with pytest.raises(error, match=words) as caught:
        Store.open(url)
    told = caught.value.diagnostics() + str(caught.value.__cause__)
    assert SECRET not in told
    assert caught.value.hint


def test_an_unknown_database_or_user_is_a_matter_of_configuration(server):
    with pytest.raises(ConfigError, match="no such database") as caught:
        Store.open(f"postgresql://notices@/unknown?host={server}")
    assert "createdb" in caught.value.hint
    with pytest.raises(ConfigError, match="refuses the login"):
        Store.open(f"postgresql://nobody@/postgres?host={server}")


def test_a_missing_driver_says_what_to_type(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match="psycopg") as caught:
        Store.open(url)
    assert "pip install 'notices[postgres]'" in caught.value.hint


def test_a_row_that_another_holds_is_waited_for_and_then_named(store, url):
    number = add_notice(store)
    with psycopg.connect(url) as other, Store.open(url, busy_timeout=0.1) as impatient:
        other.execute("SELECT 1 FROM deliveries FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="another process holds it"):
            impatient.queue(number, now=NOW)
        assert impatient.get(number).state is State.HELD
    store.queue(number, now=NOW)


def test_a_claim_does_not_wait_for_another(store, url):
    number = queued(store)
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM deliveries FOR UPDATE")
        assert store.make(Claim(number=number, now=NOW)) is None
    assert store.make(Claim(number=number, now=NOW))[0].state is State.SENDING


def test_an_outcome_whose_row_another_holds_keeps_back_no_other(store, url):
    """Together they cannot be recorded, so each is recorded alone."""
    numbers = [queued(store, f"HL-{index}") for index in range(3)]
    with psycopg.connect(url) as other, Store.open(url, busy_timeout=0.1) as impatient:
        impatient.perform([Claim(number=number, now=NOW) for number in numbers])
        held = "SELECT 1 FROM deliveries WHERE number = %s FOR UPDATE"
        other.execute(held, (numbers[1],))
        finishes = [
            Finish(number=number, now=NOW, attempt=SENT, next_attempt_at=None)
            for number in numbers
        ]
        first, waits, last = impatient.perform(finishes)
        assert (first, last) == (State.SENT, State.SENT)
        assert isinstance(waits, StoreUnavailable)
        other.rollback()
        [late] = impatient.perform(finishes[1:2])
    assert late is State.SENT


def test_what_the_server_cannot_store_is_refused_and_keeps_back_no_other(store):
    """A NUL is no matter of waiting: it would be refused again and again."""
    numbers = [queued(store, f"HL-{index}") for index in range(2)]
    store.perform([Claim(number=number, now=NOW) for number in numbers])
    refused, sent = store.perform(
        [
            Finish(number=number, now=NOW, attempt=attempt, next_attempt_at=None)
            for number, attempt in zip(
                numbers, (replace(SENT, note="\0"), SENT), strict=True
            )
        ]
    )
    assert isinstance(refused, RefusedError)
    assert sent is State.SENT


def test_a_read_only_server_is_named(store, url, superuser):
    number = add_notice(store)
    name = url.split("/")[3].split("?")[0]
    superuser.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store.open(url) as other:
        with pytest.raises(StoreUnavailable, match="read-only"):
            other.queue(number, now=NOW)
        assert other.get(number).state is State.HELD


def test_a_connection_that_the_server_cut_costs_nothing(store, superuser):
    """A restart between two steps: the next step connects again."""
    number = queued(store)
    store.make(Claim(number=number, now=NOW))
    superuser.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'notices'"
    )
    time.sleep(1.1)  # a connection that was used within a second is not asked
    store.make(Arm(number=number, now=NOW))
    assert store.get(number).stage == "data"


def test_every_commit_waits_for_the_disk_whatever_the_default(url, superuser):
    name = url.split("/")[3].split("?")[0]
    superuser.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with Store.open(url) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_database_of_a_newer_version_is_left_alone(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="9999"):
        Store.open(url)


def test_opening_at_once_migrates_once(empty_url):
    script = (
        "import sys; from notices.store.store import Store; Store.open(sys.argv[1])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, empty_url], stderr=subprocess.PIPE, cwd=ROOT
        )
        for _ in range(3)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()


@pytest.mark.parametrize(
    ("how_far", "state"), [("claimed", State.QUEUED), ("armed", State.IN_DOUBT)]
)
def test_a_killed_worker_is_noticed_soon_a_living_one_is_left_alone(
    store, url, how_far, state
):
    """By its lock: the lease would run for twenty minutes more."""
    number = queued(store)
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_HANG, url, number, NOW.isoformat(), how_far],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        assert store.recover(NOW) == {}
    finally:
        process.kill()
        process.communicate()
    assert _recovered_soon(store) == {number: state}
    event = store.ledger.told(number)[-1]
    assert (event["event"], event["state"]) == ("recovered", str(state))


def _recovered_soon(store):
    """What recovery finds once the server has let go of the killed one's lock: it ends
    a session when it next reads the socket, which is soon, but not at once."""
    end = time.monotonic() + 20
    while not (found := store.recover(NOW)) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_worker_that_lost_its_lock_takes_it_again_and_is_not_dead(
    store, url, superuser
):
    """Before, it took a new id, and declared dead what it had in hand itself."""
    number = queued(store)
    store.make(Claim(number=number, now=NOW))
    store.make(Arm(number=number, now=NOW))
    first = store._liveness.owner
    superuser.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [store.engine.url.database],
    )
    with Store.open(url) as other, store.under_way(number):
        assert other.recover(NOW) == {}
        assert store.recover(NOW) == {}
    assert store.share().workers == 1
    assert store._liveness.owner == first
    store.make(Finish(number=number, attempt=SENT, next_attempt_at=None, now=NOW))
    assert store.get(number).state is State.SENT


@pytest.mark.parametrize(
    ("how_far", "state"), [("claimed", State.QUEUED), ("armed", State.IN_DOUBT)]
)
def test_two_who_recover_at_once_do_it_once(store, url, how_far, state):
    """Both have seen it `sending`; before, the second one died of what it found then,
    and only a primary key kept a doubt from being queued again."""
    number = queued(store)
    with Store.open(url) as gone:
        gone.make(Claim(number=number, now=NOW))
        if how_far == "armed":
            gone.make(Arm(number=number, now=NOW))
    started = threading.Barrier(3)

    def recover():
        with Store.open(url) as other:
            started.wait()
            return other.recover(NOW)

    pool = ThreadPoolExecutor(2)
    recovering = [pool.submit(recover) for _ in range(2)]
    # both come to the row and wait there
    with store.engine.connect() as blocker, blocker.begin():
        blocker.exec_driver_sql("SELECT * FROM deliveries FOR UPDATE")
        started.wait()
        end = time.monotonic() + 20
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while blocker.exec_driver_sql(waiting).scalar() < 2 and time.monotonic() < end:
            time.sleep(0.05)
    pool.shutdown()
    found = [each.result() for each in recovering]
    assert sorted(found, key=len) == [{}, {number: state}]
    assert [each.state for each in store.attempts(number)] == [state]


def test_a_restart_of_the_server_makes_no_doubt_of_what_the_living_have():
    """Eight of eight were in doubt before; all are recorded as what they became."""
    with private_postgres() as server:
        url = url_of(server, "postgres")
        with Store.open(url) as store:
            assert _restart(server, url, store) == {State.SENT}


def _restart(server, url, store):
    """Gives the states of eight deliveries whose worker lived through it."""
    numbers = [queued(store, f"R-{index}") for index in range(8)]
    for number in numbers:
        store.make(Claim(number=number, now=NOW))
        store.make(Arm(number=number, now=NOW))
    with stopped(server):
        pass
    with Store.open(url) as other, ExitStack() as under_way:
        for number in numbers:
            under_way.enter_context(store.under_way(number))
        assert other.recover(NOW) == {}
        assert store.recover(NOW) == {}
    for number in numbers:
        store.make(Finish(number=number, attempt=SENT, next_attempt_at=None, now=NOW))
    return {store.get(number).state for number in numbers}


def test_each_living_worker_begins_with_a_share_of_its_own(url):
    """Every delivery is in one share; when a worker leaves, the others take over."""
    numbers = [f"2026-{index:05}" for index in range(200)]
    with Store.open(url) as one, Store.open(url) as two:
        with Store.open(url) as three:
            for store in (one, two, three):
                store.share()  # signs in
            shares = [store.share() for store in (one, two, three)]
            assert {share.workers for share in shares} == {3}
            for number in numbers:
                assert sum(share.has(number) for share in shares) == 1
            assert all(any(map(share.has, numbers)) for share in shares)
        end = time.monotonic() + 10
        while one.share().workers == 3 and time.monotonic() < end:
            time.sleep(0.01)  # the server sees the end of a connection at once, nearly
        assert {store.share().workers for store in (one, two)} == {2}
