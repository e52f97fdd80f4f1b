"""What the database says of its own is told in our words, in every language."""

import sqlite3

import pytest
from sqlalchemy import delete, insert, text, update

from notices.codec.languages import load_texts
from notices.errors import OutboxMoved, RefusedError, StoreUnavailable
from notices.messages import told
from notices.store import copying
from notices.store.backup import back_up
from notices.store.database.engine import make_engine, writing
from notices.store.database.schema import deliveries, identities, numbers
from notices.store.lost_numbers import LostNumber
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice

_ROW = {"ordinal": 7, "place": "{}", "size": 0, "given_at": NOW}


def _said(store, statement):
    with pytest.raises(RefusedError) as refused, writing(store.engine) as connection:
        connection.execute(statement)
    return refused.value.message, told(refused.value.message, load_texts("ja"))


@pytest.mark.parametrize("refused", ["unique", "missing", "foreign", "check"])
def test_a_refused_change_is_told_by_its_kind(store, refused):
    """SQLite's sentence stood in it: `UNIQUE constraint failed: identities.identity`,
    on a screen in Japanese, too."""
    store.identity.identify("first", now=NOW)
    statement = {
        "unique": insert(identities).values(identity="first", **_ROW),
        "missing": insert(identities).values(identity=None, **_ROW),
        "foreign": text(
            "INSERT INTO attempts (number, ordinal, started_at, ended_at, state,"
            " stage, remote, tls, reply_enhanced, reply_text, note) VALUES"
            " ('X-1', 1, '2026', '2026', 'failed', 'connect', '', '', '', '', '')"
        ),
        "check": insert(identities).values(identity="x", **(_ROW | {"ordinal": 0})),
    }[refused]
    english, japanese = _said(store, statement)
    assert "failed" not in english
    assert "violates" not in english
    assert english.startswith("the outbox refused the change: ")
    assert japanese.startswith("送信箱が変更を拒んだ: ")
    words = {
        "unique": "その行は既にある",
        "missing": "値が欠けている",
        "foreign": "それが属するものがない",
        "check": "値が、置こうとする箇所に合わない",
    }
    assert words[refused] in japanese


@pytest.mark.parametrize("table", [numbers, deliveries])
def test_what_a_trigger_says_of_a_table_is_told_in_japanese(store, table):
    add_notice(store)
    _, japanese = _said(store, delete(table))
    assert "削除" in japanese or "除かれない" in japanese


def test_that_an_outbox_was_moved_is_told_in_japanese(store, tmp_path):
    """The record in the database is English; it was told as it stands there."""
    add_notice(store)
    with Store.open(f"sqlite:///{tmp_path}/new.db") as target:
        store.move_to(target, now=NOW)
    moved = copying.moved_before(store.identity.standing(None, ()).moved)
    assert isinstance(moved, OutboxMoved)
    assert "moved to" not in told(moved.message, load_texts("ja"))
    _, japanese = _said(store, update(deliveries).values(attempts=9))
    assert "moved to" not in japanese


def test_a_backup_that_cannot_be_made_says_why_in_our_words(tmp_path):
    """`database is locked`, `file is not a database`: sentences of SQLite."""
    path = tmp_path / "outbox.db"
    Store.open(f"sqlite:///{path}").close()
    engine = make_engine(f"sqlite:///{path}", busy_timeout=1)
    path.write_bytes(b"no database, but long enough to be read as one" * 100)
    with pytest.raises(StoreUnavailable) as refused:
        back_up(engine, tmp_path / "copy.db")
    with pytest.raises(sqlite3.DatabaseError) as theirs:
        sqlite3.connect(path).execute("SELECT * FROM sqlite_master")
    assert str(theirs.value) not in refused.value.message
    assert not (tmp_path / "copy.db").exists()


def test_a_number_that_two_sides_gave_is_told_as_it_is_printed(store):
    """`HL-7 was asked as lost 2026-00001`: the name that it is kept under here."""
    number = add_notice(store)
    other = LostNumber(
        number=f"lost {number}",
        year=2026,
        serial=1,
        case_id="HL-7",
        rung="website_administrator",
    )
    store.reconcile((), {"reason": "x"}, skip=(other,), now=NOW)
    with pytest.raises(RefusedError) as refused:
        add_notice(store, "HL-7")
    assert f"HL-7 was asked as {number} before" in refused.value.message
