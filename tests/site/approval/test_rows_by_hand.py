"""Each thing that the door reads in its one statement, changed by hand: nothing leaves.

A draft is approved; then somebody who has the database, without its triggers, changes one
row. It is neither signed nor queued, and what is said is a sentence of ours.
"""

import sqlite3
from contextlib import closing, contextmanager, suppress

import pytest

from notices.approval import NotApproved
from notices.errors import NoticesError
from notices.site import Site
from notices.site.starting import start_site
from tests.site.approval.people import approve, enrol
from tests.site.conftest import CASE_1, Desk

BY_HAND = {
    "the hash of the letter": "UPDATE artifacts SET sha256 = '{other}' "
    "WHERE name = 'letter.unsigned.pdf'",
    "the letter and its hash": "UPDATE artifacts SET content = x'25', sha256 = "
    "'{other}' WHERE name = 'letter.unsigned.pdf'",
    "the letter is gone": "DELETE FROM artifacts WHERE name = 'letter.unsigned.pdf'",
    "notice.json is gone": "DELETE FROM artifacts WHERE name = 'notice.json'",
    "the name of a document": "UPDATE artifacts SET name = 'Letter.unsigned.pdf' "
    "WHERE name = 'letter.unsigned.pdf'",
    "an enrolment in the ledger": "UPDATE events SET leaf = zeroblob(32) "
    "WHERE subject = 'person:reiji-t'",
    "the payload of an enrolment": "UPDATE events SET payload = "
    "replace(payload, '\"', '\" ') , leaf = zeroblob(32) WHERE subject = "
    "'person:reiji-t'",
    "an enrolment is gone": "DELETE FROM events WHERE subject = 'person:reiji-t'",
    "the administrator is gone": "DELETE FROM events WHERE subject = 'person:kanri-a'",
    "a revocation that waits": "INSERT INTO unordered (number, case_id, kind, at, "
    "\"by\", facts, beside) VALUES ('', '', 'person_revoked', '{moment}', "
    "'x', '{{\"person\": \"reiji-t\"}}', '{{}}')",
    "something that waits, not JSON": "INSERT INTO unordered (number, case_id, kind, "
    "at, \"by\", facts, beside) VALUES ('', '', 'person_revoked', '{moment}', 'x', "
    "'perhaps', '{{}}')",
    "a decision that waits, not JSON": "INSERT INTO unordered (number, case_id, kind, "
    "at, \"by\", facts, beside) SELECT number, '', 'approved', '{moment}', 'x', "
    "'perhaps', '{{}}' FROM drafts",
    "a decision that waits, of a list": "INSERT INTO unordered (number, case_id, kind, "
    "at, \"by\", facts, beside) SELECT number, '', 'approved', '{moment}', 'x', "
    "'[]', '{{}}' FROM drafts",
    "the draft": "UPDATE drafts SET draft = replace(draft, 'request', 'reminder')",
    "the draft, not JSON": "UPDATE drafts SET draft = 'perhaps'",
    "the hash of the draft": "UPDATE drafts SET sha256 = '{other}'",
    "the grounds": "UPDATE drafts SET grounds = replace(grounds, '\": \"', '\": \"0')",
    "the grounds, not JSON": "UPDATE drafts SET grounds = 'perhaps'",
    "the grounds, a list": "UPDATE drafts SET grounds = '[]'",
    "the judgment": "UPDATE notices SET judgment = judgment || ' '",
    "the judgment, not JSON": "UPDATE notices SET judgment = 'perhaps'",
    "the statement": "UPDATE approvals SET statement = statement || ' '",
    "the statement, not JSON": "UPDATE approvals SET statement = 'perhaps'",
    "the kind": "UPDATE approvals SET kind = 'assertion'",
    "the signature": "UPDATE approvals SET signature = x'3000'",
    "no signature": "UPDATE approvals SET signature = x''",
    "the decision": "UPDATE approvals SET decision = 'reject'",
    "the hash of the approval": "UPDATE approvals SET sha256 = '{other}'",
    "another ordinal": "UPDATE approvals SET number = 'R8-1-999999'",
    "when it was written": "UPDATE approvals SET written_at = 'perhaps'",
    "its entry in the ledger": "UPDATE events SET payload = payload || ' ' "
    "WHERE kind = 'approved'",
    "the leaf of its entry": "UPDATE events SET leaf = zeroblob(32) "
    "WHERE kind = 'approved'",
    "its entry is gone": "DELETE FROM events WHERE kind = 'approved'",
    "the forward path": "UPDATE deliveries SET forward_path = 'x@other.example.jp'",
}
"""What somebody writes; nothing of it lets a notice out."""
POLICIES = {
    "none": '{"origin": "", "required": "none", "rp_id": "", "valid_business_days": 5}',
    "not JSON": "perhaps",
    "a list": "[]",
    "nothing": "{}",
}
"""What somebody puts on record as the policy, that nobody must approve."""


@pytest.fixture(scope="module")
def home(tmp_path_factory, cards):
    """A site with one approved draft, and no triggers."""
    home = tmp_path_factory.mktemp("by-hand") / "site"
    start_site(home)
    desk = Desk(home, None)
    desk.set("look_before_send", '"off"')
    desk.set("required", '"checker"', section="approval")
    with Site.open(home) as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
        approve(site, site.prepare(site.read_case(CASE_1)).number, cards["reiji-t"])
    with database(home) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return home


@pytest.fixture
def approved(home):
    """The same, put back as it was after each test."""
    with database(home) as connection, closing(sqlite3.connect(":memory:")) as kept:
        connection.commit()
        connection.backup(kept)
        with Site.open(home) as site:
            assert why_shut(site) is None
        yield home
        kept.backup(connection)


@contextmanager
def database(home):
    with (
        closing(sqlite3.connect(home / "outbox.sqlite")) as connection,
        connection,
    ):
        yield connection


def why_shut(site):
    [stored] = site.parts.store.find(CASE_1)
    return site.parts.approvals.why_shut(stored, now=site.clock())


def is_shut(site):
    try:
        return why_shut(site) is not None
    except NoticesError:
        return True


@pytest.mark.parametrize("what", BY_HAND)
def test_changed_by_hand_it_is_not_signed(approved, what):
    told = BY_HAND[what].format(other="ab" * 32, moment="2026-01-01T00:00:00.000000Z")
    with database(approved) as connection:
        assert connection.execute(told).rowcount
    with Site.open(approved) as site:
        results = site.sign_drafts()
        assert is_shut(site)
        with suppress(NoticesError):
            site.rooms.approvals.desk.open()
    assert not [each for each in results if not isinstance(each, NoticesError)]
    with database(approved) as connection:
        assert connection.execute("SELECT message_id FROM deliveries").fetchall() in (
            [("",)],
            [(None,)],
        )


@pytest.mark.parametrize("what", POLICIES)
def test_a_policy_by_hand_does_not_take_the_approval_s_place(approved, what):
    with database(approved) as connection:
        connection.execute("DELETE FROM approvals")
        connection.execute(
            "INSERT INTO policies (ordinal, required, facts, written_at) "
            "VALUES (99, 'none', ?, '2026-01-01T00:00:00.000000Z')",
            [POLICIES[what]],
        )
    with Site.open(approved) as site:
        assert site.sign_drafts() == []
        assert isinstance(why_shut(site), NotApproved)
