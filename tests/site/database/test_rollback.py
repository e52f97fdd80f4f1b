"""A restored outbox sends nothing before it was compared, and nothing twice after."""

import pytest

from tests.site.conftest import CASE_1, CASE_2_ABROAD

REASON = ("--reason", "the disk broke")


def numbers(desk):
    return {row["case_id"]: row for row in desk.json("list")[1]}


def test_a_site_that_was_never_set_back_works(desk, received, archive, deliver):
    code, rows = desk.json("send", CASE_1)
    assert code == 0
    deliver(rows[0]["number"])
    assert desk.run("ledger", "checkpoint")[0] == 0
    assert desk.run("send", CASE_2_ABROAD)[0] == 0
    assert desk.run("ledger", "checkpoint")[0] == 0
    assert desk.run("work")[0] == 0
    assert len(list(received.iterdir())) == 2


@pytest.mark.parametrize("command", [("send", CASE_2_ABROAD), ("work",)])
def test_older_than_the_published_checkpoint_is_on_hold(
    desk, received, set_back, command
):
    restore = set_back()
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    restore()
    code, out, err = desk.run(*command)
    assert code == 69
    assert "on hold" in out + err
    assert "notices reconcile" in out + err
    assert "10 entries" in out + err
    assert len(list(received.iterdir())) == 1


def test_without_a_checkpoint_the_archive_tells(desk, received, deliver, set_back):
    restore = set_back()
    number = desk.json("send", CASE_1)[1][0]["number"]
    deliver(number)
    restore()
    code, _, err = desk.run("work")
    assert code == 69
    assert "archive mailbox holds a notice that it does not know" in err


def test_what_was_queued_and_sent_since_is_not_sent_again(
    desk, received, deliver, set_back
):
    """The backup says `queued`, the archive has the copy: it becomes `sent`."""
    desk.set("port", "1")  # nobody listens: it stays deferred
    assert desk.run("send", CASE_1)[0] == 75
    restore = set_back()
    desk.run("ledger", "checkpoint")
    number = numbers(desk)[CASE_1]["number"]
    deliver(number)
    restore()
    assert desk.run("work", "--now")[0] == 69
    code, told = desk.json("reconcile", *REASON)
    assert code == 0
    assert told["sent"] == [number]
    assert told["checkpoint_holds"] is True
    assert numbers(desk)[CASE_1]["state"] == "sent"
    assert desk.run("work", "--now")[0] == 0
    assert list(received.iterdir()) == []


def test_a_notice_that_only_the_archive_holds_keeps_number_and_case(
    desk, received, deliver, set_back
):
    restore = set_back()
    lost = desk.json("send", CASE_1)[1][0]["number"]
    deliver(lost)
    desk.run("ledger", "checkpoint")
    restore()
    code, told = desk.json("reconcile", *REASON)
    assert code == 0
    assert told["lost"] == [{"number": lost, "case_id": CASE_1}]
    assert told["checkpoint_holds"] is False
    code, rows = desk.json("send", CASE_1)
    assert code == 69
    assert lost in rows[0]["error"]["message"]
    code, rows = desk.json("send", CASE_2_ABROAD)
    assert code == 0
    assert rows[0]["number"].endswith("000002")
    code, rows = desk.json("send", CASE_1, "--again", "no answer")
    assert code == 0
    assert rows[0]["number"].endswith("000003")
    assert len(list(received.iterdir())) == 3


def test_lifting_the_hold_is_on_record_with_its_reason(desk, received, set_back):
    restore = set_back()
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    restore()
    assert desk.run("reconcile", "--reason", " ")[0] == 69
    assert desk.run("work")[0] == 69
    code, out, err = desk.run("reconcile", *REASON)
    assert code == 0
    assert "NOT within" in out
    assert "begin a new log" in err
    from notices.site import Site  # noqa: PLC0415

    with Site.open(desk.home) as site:
        last = site.parts.store.ledger.told("")[-1]
    assert (last["event"], last["reason"]) == ("reconciled", "the disk broke")
    assert desk.run("work")[0] == 0


def test_numbers_that_somebody_may_have_are_skipped_on_demand(desk, received, set_back):
    restore = set_back()
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    restore()
    code, told = desk.json("reconcile", *REASON, "--skip", "5")
    assert code == 0
    assert len(told["skipped"]) == 5
    _, rows = desk.json("send", CASE_2_ABROAD)
    assert rows[0]["number"].endswith("000006")


def test_a_mail_that_only_claims_to_be_ours_reserves_nothing(
    desk, received, archive, deliver, set_back
):
    restore = set_back()
    lost = desk.json("send", CASE_1)[1][0]["number"]
    deliver(lost)
    path = next((archive / "new").iterdir())
    forged = path.read_bytes().replace(b"Content-Type: multipart/signed", b"X: y", 1)
    path.write_bytes(forged)
    restore()
    code, told = desk.json("reconcile", *REASON)
    assert code == 0
    assert told["lost"] == []
    assert len(told["doubtful"]) == 1


def test_the_same_log_is_not_signed_a_second_time(desk, received, set_back):
    """A hold stops checkpoints, too: two histories under one name are a fork."""
    restore = set_back()
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    restore()
    code, _, err = desk.run("ledger", "checkpoint")
    assert code == 69
    assert "on hold" in err


@pytest.mark.parametrize("command", ["list", "show", "case", "cases", "due"])
@pytest.mark.parametrize("is_empty", [False, True])
def test_who_only_reads_hears_that_it_may_not_be_all(desk, set_back, command, is_empty):
    """An empty outbox printed an empty table, as if nothing had ever been sent."""
    words = [command, CASE_1] if command in {"show", "case"} else [command]
    desk.run("send", CASE_1)
    restore = set_back()
    assert "on hold" not in desk.run(*words)[2]
    desk.run("send", CASE_2_ABROAD)
    restore()
    if is_empty:
        (desk.home / "outbox.sqlite").unlink()
    _, out, err = desk.run(*words)
    assert "warning: this outbox is on hold" in err
    assert "on hold" not in out
