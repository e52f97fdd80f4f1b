"""An approval dies when a character of what it rests on changes, and says what."""

import json
from datetime import timedelta

import pytest

from notices.approval import ENROLMENT_PREFIX
from notices.delivery import Attempt, Stage, State
from notices.errors import RefusedError
from notices.site.approval.people_desk import NO_KEY
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.verifying.approval.signatures import SignatureKind
from tests.site.approval.people import approve
from tests.site.conftest import CASE_1


def revoke(site, person, administrator):
    desk = site.rooms.approvals.people
    octets = desk.request_revocation(
        person, administrator.person, reason="the card was lost"
    ).octets()
    signature = administrator.sign(octets, ENROLMENT_PREFIX, site.clock())
    desk.take(octets, SignatureKind.CMS, signature, NO_KEY)


def into_doubt(site, number):
    store, now = site.parts.store, site.clock()
    store.queue(number, now=now)
    store.make(Claim(number=number, now=now))
    store.make(Arm(number=number, now=now))
    attempt = Attempt(
        started_at=now, ended_at=now, state=State.IN_DOUBT, stage=Stage.DATA, remote=""
    )
    store.make(Finish(number=number, attempt=attempt, next_attempt_at=None, now=now))


def in_template(desk):
    path = desk.home / "templates" / "form1" / "letter.ja.j2"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def in_judgment(desk):
    path = desk.home / "cases" / f"{CASE_1}.json"
    judgment = json.loads(path.read_text("utf-8"))
    judgment["content"] += "。"
    path.write_text(json.dumps(judgment, ensure_ascii=False), "utf-8")


def in_center(desk):
    path = desk.home / "notices.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("03-0000-0000", "03-0000-0001"), "utf-8")


def in_recipient(desk):
    path = desk.home / "recipients.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("みほん掲示板窓口", "みほん掲示板 窓口"), "utf-8")


def in_catalogue(desk):
    path = desk.home / "texts.toml"
    path.write_text(path.read_text("utf-8") + "# one more character\n", "utf-8")


CHANGES = {
    "the templates": in_template,
    "the file of the judgment": in_judgment,
    "the centre's own data": in_center,
    "the recipient's entry in the directory": in_recipient,
    "the catalogue": in_catalogue,
}


def with_entry(desk):
    """The judgment names an entry of the directory, and the site has words of law."""
    path = desk.home / "recipients.toml"
    entry = (
        '\n[mihon]\nname = "みほん掲示板窓口"\nmailboxes = ["abuse@board.example.jp"]\n'
    )
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    desk.home.joinpath("texts.toml").write_text("# words of articles\n", "utf-8")
    desk.set("texts", '"texts.toml"', section="judgment")
    file = desk.home / "cases" / f"{CASE_1}.json"
    judgment = json.loads(file.read_text("utf-8"))
    step = next(each for each in judgment["ladder"] if not each.get("skipped"))
    for name in ("name", "mailbox"):
        step.pop(name, None)
    step["recipient"] = "mihon"
    file.write_text(json.dumps(judgment, ensure_ascii=False), "utf-8")


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("is_signed", [False, True])
def test_one_character_makes_it_stale(
    wanting, received, opened, checker, what, is_signed
):
    with_entry(wanting)
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        if is_signed:
            site.sign_drafts()
    CHANGES[what](wanting)
    with opened() as site:
        [state] = site.rooms.approvals.desk.open()
        assert state.error.code == "approval-stale"
        assert what in [fault.message for fault in state.error.faults]
        with pytest.raises(RefusedError):
            site.parts.store.queue(number, now=site.clock())
        site.sign_drafts()
        site.work(ignore_backoff=True)
    assert list(received.glob("*.eml")) == []
    code, rows = wanting.json("approvals", "--stale")
    assert (code, [row["number"] for row in rows]) == (0, [number])


def spoilt(*parts):
    def spoil(desk):
        desk.home.joinpath(*parts).write_bytes(b"\xff\xfe = [")

    return spoil


def removed(*parts):
    def remove(desk):
        desk.home.joinpath(*parts).unlink()

    return remove


def a_folder(*parts):
    def exchange(desk):
        desk.home.joinpath(*parts).unlink()
        desk.home.joinpath(*parts).mkdir()

    return exchange


LETTER = ("templates", "form1", "letter.ja.j2")
SPOILT = {
    f"{how.__name__} {parts[-1]}": how(*parts)
    for how in (spoilt, removed, a_folder)
    for parts in (LETTER, ("recipients.toml",), ("texts.toml",))
    # without the site's own letter the program's holds, which says the same here
    if (how, parts) != (removed, LETTER)
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_cannot_be_read_any_more_is_stale_and_stops_nobody(
    wanting, received, opened, checker, what
):
    """A worker that runs goes on; the notice is held, and told with what it lacks."""
    with_entry(wanting)
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        list(site.sign_drafts())
        site.parts.store.queue(number, now=site.clock())
        SPOILT[what](wanting)
        list(site.work(ignore_backoff=True))
        assert site.parts.store.get(number).state is State.HELD
        [state] = site.rooms.approvals.desk.open()
        assert state.error.code == "approval-stale"
    assert list(received.glob("*.eml")) == []


def test_a_queued_one_is_held_again_and_says_why(wanting, received, opened, checker):
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        site.sign_drafts()
        site.parts.store.queue(number, now=site.clock())
    in_template(wanting)
    with opened() as site:
        site.work(ignore_backoff=True)
        assert site.parts.store.get(number).state is State.HELD
        last = site.parts.store.ledger.told(number)[-1]
        assert last["event"] == "outcome"
        assert "the templates" in last["note"]
        [attempt] = site.parts.store.attempts(number)
        assert attempt.state is State.HELD
    assert list(received.glob("*.eml")) == []


def test_it_is_good_for_business_days_and_then_looked_at_again(
    wanting, opened, checker, watch
):
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        watch.ahead = timedelta(days=5)  # at most three of these are business days
        assert site.rooms.approvals.desk.open()[0].error is None
        watch.ahead = timedelta(days=16)
        [state] = site.rooms.approvals.desk.open()
        assert state.error.code == "approval-expired"
        approve(site, number, checker)
        assert site.rooms.approvals.desk.open()[0].error is None


def test_a_revoked_key_lets_nothing_more_out(wanting, opened, checker, cards, received):
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        site.sign_drafts()
        site.parts.store.queue(number, now=site.clock())
        revoke(site, checker.person, cards["kanri-a"])
        site.work(ignore_backoff=True)
        assert site.parts.store.get(number).state is State.HELD
        [state] = site.rooms.approvals.desk.open()
        assert state.error.code == "approver-revoked"
    assert list(received.glob("*.eml")) == []


def test_a_rejection_after_it_stops_it(wanting, opened, checker):
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, checker)
        approve(site, number, checker, decision="reject", reason="the URL is wrong")
        assert site.sign_drafts() == []
        [state] = site.rooms.approvals.desk.open()
        assert state.error.code == "approval-rejected"
        # and who looked again may approve it after all
        approve(site, number, checker)
        assert [each.state for each in site.sign_drafts()] == [State.HELD]
