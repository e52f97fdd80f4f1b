"""A site moves to another database whole, proved, and once."""

import pytest

from notices.delivery import State
from notices.errors import EvidenceBroken, RefusedError
from notices.ledger import Tree
from notices.store import copying
from notices.store.attempt_steps import Arm, Claim
from notices.store.store import Store
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.store.conftest import NOW, add_notice
from tests.store.test_store import bring_to

MOVABLE = [state for state in State if state not in (State.SENDING, State.DRAFTED)]


def fill(store):
    """One notice in every state that may be moved."""
    for index, state in enumerate(MOVABLE):
        bring_to(store, add_notice(store, f"M-{index}"), state)


@pytest.fixture(params=["to postgresql", "from postgresql", "file to file"])
def urls(request, tmp_path):
    """Source and target, in each direction."""
    file = f"sqlite:///{tmp_path}/"
    if request.param == "file to file":
        return file + "a.db", file + "b.db"
    server = request.getfixturevalue("empty_url")
    pair = (file + "a.db", server)
    return pair if request.param == "to postgresql" else pair[::-1]


def test_everything_arrives_and_says_the_same(urls):
    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        fill(old)
        before = old.list(), old.ledger.events(), root_of(old)
        proof = old.move_to(new, now=NOW)
        assert (new.list(), new.ledger.events(), root_of(new)) == before
        assert {each.name: each.rows for each in proof.tables}["notices"] == 9
        assert (proof.size, proof.root) == root_of(old)
        for row in new.list():
            mails = [each.artifact(row.number, "message.eml") for each in (old, new)]
            assert mails[0] == mails[1]
            assert new.attempts(row.number) == old.attempts(row.number)
        # and it goes on there
        number = add_notice(new, "M-NEW")
        assert number.endswith("00010")
        bring_to(new, number, State.SENT)


def test_the_old_outbox_changes_no_more(urls):
    """A worker that was forgotten must not send what now lies elsewhere."""
    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        number = add_notice(old)
        bring_to(old, number, State.QUEUED)
        old.move_to(new, now=NOW)
        with pytest.raises(RefusedError, match="was moved to"):
            old.make(Claim(number=number, now=NOW))
        with pytest.raises(RefusedError, match="was moved to"):
            add_notice(old, "M-LATE")
        assert new.make(Claim(number=number, now=NOW))[0].state is State.SENDING


def test_triggers_guard_the_new_outbox(urls):
    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        number = add_notice(old)
        old.move_to(new, now=NOW)
        with (
            pytest.raises(Exception, match="starts drafted or held"),
            new.engine.begin() as connection,
        ):
            connection.exec_driver_sql(
                "INSERT INTO deliveries (number, state, reverse_path, forward_path,"
                " archive_path, envid, message_id, message_sha256, attempts,"
                " changed_at, next_attempt_at) SELECT number, 'queued', '', '', '', '',"
                " 'x', message_sha256, 0, '', '2026' FROM deliveries"
            )
        assert new.get(number).state is State.HELD


def test_nothing_moves_while_something_is_sent(urls):
    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        number = add_notice(old)
        bring_to(old, number, State.SENDING)
        with pytest.raises(RefusedError, match="1 delivery is being sent"):
            old.move_to(new, now=NOW)
        assert new.queries.count() == 0
        old.make(Arm(number=number, now=NOW))


def test_a_target_that_is_not_empty_is_refused(urls):
    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        add_notice(old)
        add_notice(new, "M-OTHER")
        with pytest.raises(RefusedError, match="not empty"):
            old.move_to(new, now=NOW)
        add_notice(old, "M-1")  # still the living one


def test_a_copy_that_differs_is_thrown_away(urls, monkeypatch):
    """The comparison is of what stands in both databases, not of what was meant."""
    whole, calls = copying._rows, []

    def broken(connection, name, columns):
        calls.append(name)
        rows = whole(connection, name, columns)
        # the first reading of a table is the one that is copied
        if name == "attempts" and calls.count(name) == 1:
            return ((*row[:-1], "lost") for row in rows)
        return rows

    with Store.open(urls[0]) as old, Store.open(urls[1]) as new:
        bring_to(old, add_notice(old), State.SENT)
        monkeypatch.setattr(copying, "_rows", broken)
        with pytest.raises(EvidenceBroken, match="attempts"):
            old.move_to(new, now=NOW)
        assert new.queries.count() == 0
        bring_to(old, add_notice(old, "M-1"), State.SENT)


def test_a_site_moves_by_one_line(desk, received, empty_url):
    assert desk.run("send", CASE_1)[0] == 0
    before = desk.json("list"), desk.json("show", CASE_1)
    code, told = desk.json("migrate", empty_url)
    assert code == 0
    desk.set("url", told["line"].removeprefix("url = "), section="outbox")
    assert (desk.json("list"), desk.json("show", CASE_1)) == before
    code, rows = desk.json("send", CASE_2_ABROAD)
    assert code == 0
    assert rows[0]["number"].endswith("000002")
    assert desk.run("ledger", "verify")[0] == 0
    desk.set("url", '"sqlite:///outbox.sqlite"', section="outbox")
    assert desk.run("send", CASE_2_ABROAD)[0] == 69


def test_a_site_does_not_move_onto_itself(desk, received):
    desk.run("send", CASE_1)
    assert desk.run("migrate", "sqlite:///outbox.sqlite")[0] == 65
    assert desk.run("send", CASE_2_ABROAD)[0] == 0


def root_of(store):
    tree = Tree(store.ledger.leaves())
    return len(tree), tree.root()
