"""Checkpoints make themselves, so that a restored database is known by the last one."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from notices.ledger import Tree, parse_checkpoint, parse_note
from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.database.test_high_water import away

REASON = ("--reason", "the disk broke")


def published(desk):
    path = desk.home / "checkpoint.txt"
    with Site.open(desk.home) as site:
        path = site.parts.checkpoint
    if not path.exists():
        return None
    return parse_checkpoint(parse_note(path.read_text("utf-8")).text)


def root_of(desk):
    with Site.open(desk.home) as site:
        tree = Tree(site.parts.store.ledger.leaves())
    return len(tree), tree.root()


@pytest.fixture
def waiting(desk, received):
    """Two notices that wait, because nobody listened."""
    with away(desk):
        for case in (CASE_1, CASE_2_ABROAD):
            assert desk.run("send", case)[0] == 75
    return desk


def test_a_round_that_sent_something_ends_with_one(waiting):
    assert published(waiting) is None
    assert waiting.run("work", "--now")[0] == 0
    last = published(waiting)
    assert (last.size, last.root) == root_of(waiting)
    assert waiting.run("work")[0] == 0
    assert published(waiting) == last, "nothing was sent: none is due"
    code, _, err = waiting.run("ledger", "verify")
    assert code == 0, err


def test_restored_with_the_mark_lost_the_checkpoint_tells(waiting, set_back):
    """The mark came back with the database, and lies on the same disk."""
    mark = (waiting.home / "high-water.mark").read_bytes()
    restore = set_back()
    assert waiting.run("work", "--now")[0] == 0
    restore()
    (waiting.home / "high-water.mark").write_bytes(mark)
    code, out, err = waiting.run("work", "--now")
    assert (code, "was published" in out + err) == (69, True)


def test_every_hour_where_the_ledger_grew(waiting, received):
    """Also where nothing was sent: `send` of a web form, a decision, a failure."""
    assert waiting.run("work", "--now")[0] == 0
    first = published(waiting)
    later = datetime.now(UTC) + timedelta(minutes=59)
    for minutes in (0, 2):
        at = later + timedelta(minutes=minutes)
        with Site.open(waiting.home, clock=lambda at=at: at) as site:
            case = waiting.case(CASE_1, case_id=f"IHC-2026-00430{minutes}")
            site.send(site.prepare(site.read_case(case)))
            assert site.troubles == ()
        assert (published(waiting) == first) == (minutes == 0)
    size, root = root_of(waiting)
    last = published(waiting)
    assert (last.size, last.root) == (size, root)
    assert last.size > first.size


def test_each_continues_the_one_before_and_the_whole_ledger(waiting, received):
    """They are made from the mark, not by reading all of it."""
    notes = []
    for turn in range(3):
        with away(waiting):
            case = waiting.case(CASE_1, case_id=f"IHC-2026-00440{turn}")
            assert waiting.run("send", case)[0] == 75
        assert waiting.run("work", "--now")[0] == 0
        notes.append(published(waiting))
    with Site.open(waiting.home) as site:
        tree = Tree(site.parts.store.ledger.leaves())
    for note in notes:
        assert tree.root(note.size) == note.root
    assert waiting.run("ledger", "verify")[0] == 0


def test_trouble_with_it_is_told_and_stops_no_mail(waiting, received):
    assert waiting.run("work", "--now")[0] == 0
    before = published(waiting)
    with Site.open(waiting.home) as site:
        site.rooms.log.ledger.log_key.path.unlink()
    with away(waiting):
        case = waiting.case(CASE_1, case_id="IHC-2026-004500")
        assert waiting.run("send", case)[0] == 75
    code, out, err = waiting.run("work", "--now")
    assert code == 0
    assert "sent" in out
    assert "ledger's key" in err
    assert published(waiting) == before


def test_a_log_that_was_set_back_is_not_signed_on_by_itself(waiting, set_back):
    """Two histories under one name are a fork, which auditors would find."""
    restore = set_back()
    assert waiting.run("work", "--now")[0] == 0
    restore()
    before = published(waiting)
    code, told = waiting.json("reconcile", *REASON)
    assert (code, told["checkpoint_holds"]) == (0, False)
    third = waiting.case(CASE_1, case_id="IHC-2026-004600")
    with away(waiting):
        assert waiting.run("send", third)[0] == 75
    code, _, err = waiting.run("work", "--now")
    assert (code, "begin a new log" in err) == (0, True), err
    assert published(waiting) == before


def test_of_several_machines_none_makes_a_key_by_itself(waiting, empty_url):
    """Each would have one of its own, and the log two."""
    assert waiting.run("migrate", empty_url)[0] == 0
    waiting.set("url", json.dumps(empty_url), section="outbox")
    code, _, err = waiting.run("work", "--now")
    assert (code, "notices ledger checkpoint" in err) == (0, True), err
    assert published(waiting) is None
    assert waiting.run("ledger", "checkpoint")[0] == 0
