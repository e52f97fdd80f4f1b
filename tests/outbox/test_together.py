"""Writes that share a commit: each is told the truth, and only after the commit."""

import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import event, text

from notices.errors import RefusedError, StoreUnavailable
from notices.outbox.schema import REVISION
from notices.outbox.store import Store
from notices.outbox.together import Together

INSERT = text("INSERT INTO alembic_version VALUES (:word)")


def in_threads(together, writes):
    """Start all writes while the first one still holds the turn; give what came."""
    outcomes = {}
    inside, go_on = threading.Event(), threading.Event()

    def hold(connection):
        inside.set()
        go_on.wait(10)

    def run(name, write):
        try:
            outcomes[name] = together.write(write)
        except Exception as error:  # noqa: BLE001 - the outcome of a thread
            outcomes[name] = error

    threads = [threading.Thread(target=together.write, args=(hold,))]
    threads[0].start()
    inside.wait(10)
    for name, write in writes.items():
        threads.append(threading.Thread(target=run, args=(name, write)))
        threads[-1].start()
    while len(together._waiting) < len(writes):
        pass
    go_on.set()
    for thread in threads:
        thread.join(10)
    return outcomes


def insert(word):
    return lambda connection: connection.execute(INSERT, {"word": word}).rowcount


def words(url):
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version")
        return {word for (word,) in found} - {REVISION}


@pytest.fixture
def together(store: Store):
    return Together(store._engine)


def test_what_waits_together_is_committed_once(store, url, together):
    commits = []
    event.listen(store._engine, "commit", lambda _: commits.append(1))
    outcomes = in_threads(together, {word: insert(word) for word in "abcdef"})
    assert outcomes == dict.fromkeys("abcdef", 1)
    assert words(url) == set("abcdef")
    assert len(commits) == 2  # the one that held the turn, and all the others


def test_one_that_is_refused_undoes_itself_and_nothing_else(url, together):
    def refused(connection):
        insert("half")(connection)
        raise RefusedError("no")

    outcomes = in_threads(together, {"a": insert("a"), "x": refused, "b": insert("b")})
    assert (outcomes["a"], outcomes["b"]) == (1, 1)
    assert isinstance(outcomes["x"], RefusedError)
    assert words(url) == {"a", "b"}


def test_if_the_commit_fails_all_have_failed(store, url, together):
    """Nobody may send a byte because a neighbour's write looked well."""

    def full(_):
        raise sqlite3.OperationalError("disk I/O error")

    def break_disk(connection):
        event.listen(store._engine, "commit", full, once=True)

    writes = {"a": insert("a"), "b": insert("b"), "c": break_disk}
    outcomes = in_threads(together, writes)
    assert all(isinstance(each, Exception) for each in outcomes.values()), outcomes
    assert words(url) == set()


def test_an_outbox_that_is_away_fails_all_of_them(store, url, together):
    blocker = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    with Store.open(url, busy_timeout=0.1) as impatient, closing(blocker):
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process"):
            Together(impatient._engine).write(insert("a"))
    assert words(url) == set()
