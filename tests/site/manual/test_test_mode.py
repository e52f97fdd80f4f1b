"""Test mode: everything to one address of our own, and never mixed with the real."""

import asyncio
import email
import email.policy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses

import pytest

from notices import Site, verify
from notices.delivery import State
from notices.queue import deliver_one
from tests.site.conftest import CASE_1, CASE_2_ABROAD

OWN = "trial@hotline.example.jp"


@pytest.fixture
def trial(desk):
    """Switches test mode on and off."""

    def switch(address):
        desk.set("address", f'"{address}"', section="test")

    switch(OWN)
    return switch


def mail_in(folder, number):
    data = (folder / f"{number}.eml").read_bytes()
    return data, email.message_from_bytes(data, policy=email.policy.default)


@pytest.mark.parametrize("case_id", [CASE_1, CASE_2_ABROAD])
def test_everything_goes_to_the_own_address_and_says_that_it_is_a_test(
    desk, received, trial, case_id
):
    code, [row] = desk.json("send", case_id)
    assert (code, row["state"], row["test"]) == (0, "sent", True)
    assert row["number"].startswith("T-R8-")
    assert row["recipient"] == OWN
    data, mail = mail_in(received, row["number"])
    assert [pair[1] for pair in getaddresses(mail.get_all("To"))] == [OWN]
    subject = str(mail["Subject"])
    assert subject.startswith(("【試験】", "[TEST]"))
    assert f"[{row['number']}]" in subject
    body = mail.get_body(("plain",)).get_content()
    assert "【試験】" in body
    judgment = json.loads((desk.home / "cases" / f"{case_id}.json").read_text("utf-8"))
    real = judgment["ladder"][0]["mailbox"].encode()
    assert real not in data


def test_letter_and_machine_part_say_it_and_the_verifier_reads_them(
    desk, received, trial
):
    _, [row] = desk.json("send", CASE_1)
    data, mail = mail_in(received, row["number"])
    machine = next(
        json.loads(part.get_content())
        for part in mail.walk()
        if part.get_filename() == "notice.json"
    )
    assert machine["test"] is True
    assert machine["recipient"]["mailbox"] == OWN
    with Site.open(desk.home) as site:
        letter = site.parts.store.artifact(row["number"], "letter.txt").decode()
    assert "【試験】" in letter
    report = verify(data, trust=[desk.root.read_bytes()])
    assert report.verdict.value == "TOTAL-PASSED"
    assert report.notice.number == row["number"]


def test_a_real_notice_says_nothing_of_tests(desk, received):
    _, [row] = desk.json("send", CASE_1)
    assert row["test"] is False
    _, mail = mail_in(received, row["number"])
    machine = next(
        json.loads(part.get_content())
        for part in mail.walk()
        if part.get_filename() == "notice.json"
    )
    assert "test" not in machine
    assert "試験" not in str(mail["Subject"])


def test_numbers_of_tests_are_their_own_and_the_real_ones_have_no_gap(
    desk, received, trial
):
    _, [first] = desk.json("send", CASE_1)
    trial("")
    _, [real] = desk.json("send", CASE_1)
    trial(OWN)
    _, [again] = desk.json("send", CASE_1)
    _, [second] = desk.json("send", CASE_2_ABROAD)
    assert first["number"] == "T-R8-1-000001"
    assert real["number"] == "R8-1-000001"
    assert again["number"] == first["number"]
    assert again["note"].startswith("sent before")
    assert second["number"] == "T-R8-2-000002"


def test_every_screen_and_record_shows_it(desk, received, trial):
    assert "TEST" in desk.run("send", CASE_1)[1]
    assert "TEST" in desk.run("list")[1]
    assert desk.json("list")[1][0]["test"] is True
    assert "TEST" in desk.run("show", CASE_1)[1]
    [record] = desk.json("show", CASE_1)[1]
    assert record["notice"]["test"] is True
    prepared = next(
        event["leaf"]
        for event in record["events"]
        if event["leaf"]["event"] == "prepared"
    )
    assert prepared["test"] is True
    code, out, _ = desk.run("doctor")
    assert code == 0
    assert f"test mode: everything goes to {OWN}" in out


def test_a_test_is_never_sent_for_real_and_the_reverse(desk, received, trial):
    """Prepared in one mode, sent in the other: refused, and nothing is queued."""
    with Site.open(desk.home) as site:
        test = site.prepare(site.read_case(CASE_1))
    trial("")
    with Site.open(desk.home) as site:
        real = site.prepare(site.read_case(CASE_1))
        with pytest.raises(Exception, match="never sent for real") as refused:
            site.send(test)
    assert refused.value.exit_code == 69
    trial(OWN)
    with Site.open(desk.home) as site:
        with pytest.raises(Exception, match="no test, and the site is in test mode"):
            site.send(real)
        states = {site.parts.store.get(each.number).state for each in (test, real)}
    assert states == {State.HELD}
    trial("other@hotline.example.jp")
    with (
        Site.open(desk.home) as site,
        pytest.raises(Exception, match="another address"),
    ):
        site.send(test)
    assert list(received.iterdir()) == []


def test_the_worker_leaves_the_other_mode_alone_and_loses_nothing(
    desk, received, trial
):
    """Queued and then the mode changed: it waits, untouched, until it changes back."""
    with Site.open(desk.home) as site:
        test = site.prepare(site.read_case(CASE_1))
        site.parts.store.queue(test.number, now=datetime.now(UTC))
    trial("")
    assert desk.run("work", "--now")[1] == "nothing is due\n"
    trial(OWN)
    code, [row] = desk.json("work", "--now")
    assert (code, row["state"], row["number"]) == (0, "sent", test.number)


def test_the_flag_is_compared_again_before_each_attempt(desk, received, trial):
    """Even a worker that was told to take everything makes no connection."""
    with Site.open(desk.home) as site:
        test = site.prepare(site.read_case(CASE_1))
        site.parts.store.queue(test.number, now=datetime.now(UTC))
    trial("")
    with Site.open(desk.home) as site:
        setup = replace(site.rooms.sender.setup(), is_test=None)
        attempt = asyncio.run(deliver_one(setup, test.number))
    assert attempt.state is State.DEFERRED
    assert "never sent for real" in attempt.note
    assert attempt.remote == ""
    assert list(received.iterdir()) == []


def test_the_archive_gets_no_tests(desk, received, trial):
    desk.set("mailbox", '"archive@hotline.example.jp"', section="archive")
    with Site.open(desk.home) as site:
        test = site.prepare(site.read_case(CASE_1))
        assert site.parts.store.get(test.number).envelope.archive_path == ""


def test_quiet_hours_keep_what_send_queued(desk, received):
    """At night `send` queues and says until when; `work --now` does not wait."""
    now = datetime.now(UTC) + timedelta(hours=9)
    start = f"{now - timedelta(hours=1):%H:%M}"
    end = f"{now + timedelta(hours=1):%H:%M}"
    desk.set("quiet_hours", f'"{start}-{end}"', section="worker")
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (75, "queued")
    assert "nothing goes out before" in row["note"]
    code, out, err = desk.run("work")
    assert (code, out) == (0, "")
    assert "nothing goes out before" in err
    assert list(received.iterdir()) == []
    code, [row] = desk.json("work", "--now")
    assert (code, row["state"]) == (0, "sent")
