"""Notices that follow another one go through the same door: reminder, next rung,
withdrawal, correction; by command, by method, by the worker, by the process that signs.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from notices.delivery import State
from notices.errors import NoticesError
from tests.site.approval.people import approve
from tests.site.approval.test_doors import judged, mails, raw
from tests.site.approval.test_stale import revoke
from tests.site.conftest import CASE_1

ASKED = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
CASE_2 = "IHC-2026-000903"
OWN = {
    "rung": "website_administrator",
    "name": "見本サイト運営者",
    "mailbox": "webmaster@site.example.jp",
    "language": "ja",
}
HOW = {
    "remind": (CASE_1, lambda site: site.remind(CASE_1), ("remind", CASE_1)),
    "escalate": (CASE_2, lambda site: site.escalate(CASE_2), ("escalate", CASE_2)),
    "withdraw": (
        CASE_1,
        lambda site: site.withdraw(CASE_1, reason="x"),
        ("withdraw", CASE_1, "--reason", "x"),
    ),
    "correct": (
        CASE_1,
        lambda site: site.correct(site.read_case(CASE_1), reason="x"),
        ("correct", CASE_1, "--reason", "x"),
    ),
}


@pytest.fixture
def watch(watch):
    """Everything began some days ago: commands go by the real clock afterwards."""
    watch.ahead = ASKED - datetime.now(UTC)
    return watch


@pytest.fixture(params=HOW)
def first(request, watch, wanting, received, opened, checker):
    """The request before, approved and sent; and how it is followed."""
    case_id, act, command = HOW[request.param]
    source = wanting.home / "cases" / "IHC-2026-004218.json"
    ladder = json.loads(source.read_text("utf-8"))["ladder"]
    wanting.case("IHC-2026-004218", case_id=CASE_2, ladder=[OWN, ladder[1]])
    with opened() as site:
        receipt = site.send(site.prepare(site.read_case(case_id)))
        assert receipt.state is State.DRAFTED
        approve(site, receipt.number, checker)
        assert [each.state for each in site.sign_drafts()] == [State.QUEUED]
        assert [each.state for each in site.work()] == [State.SENT]
    watch.ahead = timedelta(0)
    if request.param in ("remind", "escalate"):
        assert wanting.run("look", case_id, "--outcome", "still_there")[0] == 0
    if request.param == "correct":
        wanting.case(CASE_1, reason="訂正後の判断理由。")
    return receipt.number, act, command


def newest(site, first):
    [number] = [each.number for each in site.parts.store.list() if each.number != first]
    return number


def tried(site, number):
    """Every way out, one after the other."""
    store = site.parts.store
    assert list(site.sign_drafts()) == []
    assert list(site.work(ignore_backoff=True)) == []
    for way in (
        lambda: store.queue(number, now=site.clock()),
        lambda: site.rooms.approvals.signer.sign(number),
        lambda: site.rooms.approvals.signer.go_on(number),
    ):
        with pytest.raises(NoticesError):
            way()
    assert site.rooms.sender.send(number).state is State.DRAFTED
    assert store.get(number).state is State.DRAFTED


def test_nothing_follows_without_an_approval(first, wanting, received, opened):
    before, act, command = first
    with opened() as site:
        assert act(site).state is State.DRAFTED
        tried(site, newest(site, before))
    for words in (command, ("work", "--now"), ("sign",)):
        wanting.run(*words)
    with opened() as site:
        number = newest(site, before)  # typed again: the same one
        tried(site, number)
        assert site.parts.store.artifact(number, "letter.unsigned.pdf")
    assert len(mails(received)) == 1


def test_the_command_says_for_what_it_waits(first, wanting, received, opened):
    before, _, command = first
    _, out, err = wanting.run(*command)
    assert "drafted" in out
    assert "waits for an approval" in out + err
    with opened() as site:
        tried(site, newest(site, before))
    assert len(mails(received)) == 1


def test_approved_it_follows_and_its_bundle_says_by_whom(
    first, wanting, received, opened, checker, tmp_path
):
    before, act, command = first
    with opened() as site:
        act(site)
        number = newest(site, before)
        approve(site, number, checker)
    assert wanting.run("sign")[0] == 0
    assert wanting.run("work", "--now")[0] == 0
    assert len(mails(received)) == 2
    folder = tmp_path / "bundles"
    folder.mkdir()
    assert wanting.run("export", command[1], "--out", str(folder))[0] == 0
    code, [report] = judged(wanting, folder / f"{number}.asice")
    assert code == 0, report
    found = {each["id"]: each["status"] for each in report["checks"]}
    assert {found[f"A0{n}"] for n in (1, 2, 5, 6, 7, 8)} == {"passed"}


def test_an_approval_of_the_first_is_none_of_the_second(
    first, opened, checker, wanting
):
    """The row before is copied to the new number by hand: it ends in `held`."""
    before, act, _ = first
    with opened() as site:
        act(site)
        number = newest(site, before)
    with raw(wanting) as connection, connection:
        connection.execute(
            "INSERT INTO approvals SELECT ?, ?, 1, decision, approver, statement, "
            "kind, signature, written_at FROM approvals WHERE number = ?",
            ["cd" * 32, number, before],
        )
    with opened() as site:
        assert list(site.sign_drafts()) == []
        assert site.parts.store.get(number).state is State.DRAFTED


def test_a_key_that_was_revoked_stops_it_on_its_way(
    first, received, opened, checker, cards
):
    before, act, _ = first
    with opened() as site:
        act(site)
        number = newest(site, before)
        approve(site, number, checker)
        assert [each.state for each in site.sign_drafts()] == [State.QUEUED]
        revoke(site, checker.person, cards["kanri-a"])
        site.work(ignore_backoff=True)
        assert site.parts.store.get(number).state is State.HELD
    assert len(mails(received)) == 1
