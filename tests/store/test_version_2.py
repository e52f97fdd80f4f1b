"""Leaves of version 2: chains over both versions, clocks, who did it, what lies beside."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from notices.delivery import Decision, State
from notices.errors import RefusedError
from notices.evidence import audit
from notices.ledger import Event, EventKind, leaf_hash, read_entry
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice
from tests.store.test_schema import of_before  # noqa: F401 - a fixture
from tests.store.test_store import bring_to
from tests.vectors import specification as page


def judged(store):
    """The leaves, if the page's own reader finds every chain whole."""
    leaves = store.ledger.events()
    page.read_export(b"".join(leaf + b"\n" for leaf in leaves))
    assert audit(store.ledger.entries(), []).faults == ()
    return [read_entry(leaf) for leaf in leaves]


def leaves_in(path):
    """The ledger as it lies there; to open it brings it up, which adds to it."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT payload FROM events ORDER BY seq")
        return tuple(payload.encode() for (payload,) in rows)


def test_a_site_of_version_1_goes_on_in_its_log(of_before):  # noqa: F811
    old = leaves_in(of_before)
    with Store.open(f"sqlite:///{of_before}", origin="log.example/n") as store:
        assert not any(b'"v":2' in leaf for leaf in old)
        [deferred] = [row.number for row in store.list() if row.state == "deferred"]
        store.withdraw(deferred, reason="no longer needed", now=NOW)
        events = judged(store)
        assert store.ledger.events()[: len(old)] == old
        began, *cases, withdrawn = events[len(old) :]
        assert {each.by for each in cases} == {"program:upgrade"}
        assert began.facts == {"version": 2, "origin": "log.example/n"}
        before = [each for each in events[: len(old)] if each.number == deferred][-1]
        link = withdrawn.leaf.previous["notice"]
        assert (link.seq, link.leaf) == (before.seq, before.hash.hex())


def test_a_case_goes_on_from_its_last_event_of_version_1(of_before):  # noqa: F811
    old = [read_entry(leaf) for leaf in leaves_in(of_before)]
    with Store.open(f"sqlite:///{of_before}") as store:
        case_id = store.list()[0].key.case_id
        wanted = [one for one in old if one.case_id == case_id][-1]
        since = [one for one in judged(store)[len(old) :] if one.case_id == case_id]
        link = since[0].leaf.previous["case"]
        assert (link.seq, link.leaf) == (wanted.seq, wanted.hash.hex())


def test_a_program_of_before_cannot_go_on_beside(of_before):  # noqa: F811
    with Store.open(f"sqlite:///{of_before}") as store:
        store.withdraw(store.list(["deferred"])[0].number, reason="x", now=NOW)
        size = store.ledger.size()
    leaf = Event(seq=size, at=NOW, number="1", kind=EventKind.QUEUED).payload()
    values = (size, "1", "queued", "2026", leaf.decode(), leaf_hash(leaf))
    with (
        closing(sqlite3.connect(of_before)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="version 1"),
    ):
        connection.execute(
            "INSERT INTO events (seq, number, kind, at, payload, leaf) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )


def test_a_clock_that_was_set_back_is_told_and_not_followed(store):
    number = add_notice(store)
    store.queue(number, now=NOW - timedelta(seconds=90, microseconds=1))
    store.withdraw(number, reason="x", now=NOW + timedelta(seconds=1))
    queued, withdrawn = judged(store)[-2:]
    assert (queued.at, queued.facts["clock_behind_ms"]) == (NOW, 90_001)
    assert withdrawn.at == NOW + timedelta(seconds=1)
    assert "clock_behind_ms" not in withdrawn.facts


def test_the_ledger_tells_who_did_it(url):
    with Store.open(url, by="user:tanaka") as store:
        number = add_notice(store)
        bring_to(store, number, State.IN_DOUBT)
        store.resolve(number, Decision.SENT, reason="in the archive", now=NOW)
    with Store.open(url, by="person:sato-h") as store:
        other = add_notice(store, "HL-0002")
        store.withdraw(other, reason="an error", now=NOW)
        by = {
            (each.number, each.kind): each.by for each in judged(store) if each.number
        }
    assert by[number, "queued"] == by[number, "resolved"] == "user:tanaka"
    assert by[number, "armed"] == by[number, "outcome"] == "program:worker"
    assert by[other, "withdrawn"] == "person:sato-h"


def test_no_entry_holds_a_text_or_a_mailbox(store):
    """What people and servers wrote lies beside, and opens the commitment."""
    number = add_notice(store)
    bring_to(store, number, State.IN_DOUBT)
    store.resolve(number, Decision.RESEND, reason="担当者が電話で確認", now=NOW)
    leaves = b"".join(store.ledger.events())
    for text in ("担当者", "abuse@provider.example", "Example Board"):
        assert text.encode() not in leaves
    assert leaves.isascii()
    told = store.ledger.told(number)
    assert told[-1]["reason"] == "担当者が電話で確認"
    assert told[1]["mailbox"] == "abuse@provider.example"
    for leaf in map(page.leaf_2, store.ledger.events(number)):
        lying = store.ledger.beside(number).get(leaf["seq"], {})
        assert lying.keys() == leaf["beside"].keys()
        for name, one in lying.items():
            if one.text is not None:
                octets = one.text.encode()
                made = page.commitment_2(one.salt, name, octets)
                assert made == leaf["beside"][name]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM beside", "UPDATE beside SET octets = x'00'"]
)
def test_what_lies_beside_is_kept(store, url, statement):
    add_notice(store)
    with (
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection,
        pytest.raises(sqlite3.IntegrityError, match="beside"),
    ):
        connection.execute(statement)


def test_an_answer_from_outside_that_is_no_word_lies_beside(store):
    """A relay may say what it likes; the attempt is on record all the same."""
    number = add_notice(store)
    bring_to(store, number, State.SENT)
    facts = {"report": "delivery_status", "action": "delivered <a@b.example>", "x": ""}
    store.record_evidence(number, State.DELIVERED, facts, now=NOW)
    event = judged(store)[-1]
    assert "action" not in event.facts
    assert event.facts["x"] == ""
    assert store.ledger.told(number)[-1]["action"] == "delivered <a@b.example>"


def test_a_refused_move_leaves_nothing_beside(store):
    number = add_notice(store)
    before = store.ledger.beside(number)
    with pytest.raises(RefusedError):
        store.resolve(number, Decision.SENT, reason="x", now=NOW)
    assert store.ledger.beside(number) == before
