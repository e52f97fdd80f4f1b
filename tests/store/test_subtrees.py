"""The tree that is kept: written as tiles fill, and filled in where it is lacking."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from notices.errors import EvidenceBroken
from notices.evidence import audit
from notices.ledger import EventKind, Tree
from notices.store.database.engine import reading, writing
from notices.store.ledger import subtrees
from notices.store.ledger.events import UnplacedEvent, append_all
from notices.store.store import Store
from tests.store.conftest import NOW
from tests.store.test_schema import OF_BEFORE


def grow(store, count):
    told = [
        UnplacedEvent(EventKind.EVIDENCE, f"N-{n}", {"n": n}, NOW) for n in range(count)
    ]
    with writing(store.engine) as connection:
        append_all(connection, told)


def kept(store):
    return list(store.ledger.subtrees())


def test_it_is_written_with_the_events(store):
    for count in (200, 54, 1, 1, 300, 2000):
        grow(store, count)
        size = store.ledger.size()
        assert len(kept(store)) == size // 256
    assert audit(store.ledger.entries(), (), store.ledger.subtrees()).faults == ()
    tree = Tree(store.ledger.leaves())
    assert store.ledger.tree().root() == tree.root()
    for place in (0, 255, 256, 1000, size - 1):
        proof = store.ledger.tree().inclusion_proof(place)
        assert proof == tree.inclusion_proof(place)


def test_a_database_of_before_opens_without_a_step(tmp_path):
    path = tmp_path / "old.sqlite"
    shutil.copy(OF_BEFORE, path)
    with Store.open(f"sqlite:///{path}") as store:
        old = store.ledger.leaves()
        assert store.ledger.tree().root() == Tree(old).root()
        grow(store, 600)
        assert store.ledger.tree().root() == Tree(store.ledger.leaves()).root()
        assert len(kept(store)) == 2


def emptied(path):
    """As a version wrote it that kept no tree."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS subtrees_delete")
        connection.execute("DELETE FROM subtrees")
        connection.commit()


def test_what_is_lacking_is_computed_and_then_written(tmp_path):
    path = tmp_path / "outbox.sqlite"
    with Store.open(f"sqlite:///{path}") as store:
        grow(store, 70_000)
        whole = kept(store)
        root = Tree(store.ledger.leaves()).root()
    assert len(whole) == 273 + 1
    emptied(path)
    with Store.open(f"sqlite:///{path}") as store:
        size = 70_001
        with reading(store.engine) as connection:
            assert subtrees.lacks(connection, size)
        # as where nothing may be written
        assert store.ledger.tree(size).root() == root
        assert kept(store) == []
        # whoever reads the ledger fills it in; a grown one catches up by itself
        assert store.ledger.size() == size
        assert kept(store) == whole
    emptied(path)
    with Store.open(f"sqlite:///{path}") as store:
        grow(store, 300)
        assert 0 < len(kept(store)) < len(whole), "an event waits for a few only"
        store.ledger.put_in_order()
        assert len(kept(store)) == 274 + 1


def test_a_leaf_that_is_missing_is_no_proof(tmp_path):
    path = tmp_path / "outbox.sqlite"
    with Store.open(f"sqlite:///{path}") as store:
        grow(store, 300)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER events_delete")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM events WHERE seq = 290")
        connection.commit()
    with Store.open(f"sqlite:///{path}") as store, pytest.raises(EvidenceBroken):
        store.ledger.tree().inclusion_proof(280)
