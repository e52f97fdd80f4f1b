"""Requests that do not go by mail: prepared, copied by hand, recorded like the rest."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from notices import Site
from notices.delivery import State
from tests.site.manual.conftest import FORM_URL


def events(desk, case_id):
    [record] = desk.json("show", case_id)[1]
    return [event["leaf"] for event in record["events"]]


def outcome_of(desk, case_id):
    [found] = [leaf for leaf in events(desk, case_id) if leaf["event"] == "outcome"]
    return found


def test_send_signs_everything_keeps_it_held_and_tells_what_to_copy(
    desk, received, addressed
):
    case_id = addressed("form-only", "W-2026-1")
    code, [row] = desk.json("send", case_id)
    assert code == 75
    assert (row["state"], row["channel"], row["test"]) == ("held", "webform", False)
    assert f"notices submitted {case_id} --reference" in row["note"]
    judgment = json.loads((desk.home / "cases" / f"{case_id}.json").read_text("utf-8"))
    copied = row["submission"]
    assert copied["form_url"] == FORM_URL
    assert copied["number"] == row["number"]
    assert copied["urls"] == judgment["target"]["urls"]
    for name in ("content", "reason", "content_en", "reason_en"):
        assert copied[name] == judgment[name]
    assert copied["requested_action_en"]
    # the signed mail is the record of what was asked
    [record] = desk.json("show", case_id)[1]
    names = set(record["artifacts"])
    assert {"message.eml", "letter.pdf", "notice.json", "submission.json"} <= names
    assert record["notice"]["channel"] == "webform"
    assert list(received.iterdir()) == []


def test_send_prints_each_field_under_its_name(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    code, out, _ = desk.run("send", case_id)
    lines = out.splitlines()
    assert code == 75
    assert "by webform" in lines[0]
    assert lines[lines.index("  [web form]") + 1] == f"    {FORM_URL}"
    judgment = json.loads((desk.home / "cases" / f"{case_id}.json").read_text("utf-8"))
    start = lines.index("  [URLs]") + 1
    urls = judgment["target"]["urls"]
    assert lines[start : start + len(urls)] == [f"    {url}" for url in urls]
    assert "  [what is posted (English)]" in lines


def test_a_whole_site_is_said_to_be_one(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    path = desk.home / "cases" / f"{case_id}.json"
    data = json.loads(path.read_text("utf-8"))
    data["target"]["scope"] = "site"
    path.write_text(json.dumps(data), encoding="utf-8")
    code, [row] = desk.json("send", case_id)
    assert (code, row["submission"]["scope"]) == (75, "site")
    _, out, _ = desk.run("send", case_id)
    assert out.splitlines()[out.splitlines().index("  [meant as a whole]") + 1].strip()


def test_the_worker_never_touches_it(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    code, out, _ = desk.run("work", "--now")
    assert (code, out) == (0, "nothing is due\n")
    with Site.open(desk.home) as site:
        store = site.parts.store
        [stored] = store.find(case_id)
        store.queue(stored.number, now=datetime.now(UTC))
    assert desk.run("work", "--now")[1] == "nothing is due\n"
    assert list(received.iterdir()) == []


def test_submitted_records_who_said_what_and_when(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    code, row = desk.json("submitted", case_id, "--reference", "Ticket 4711")
    assert code == 0
    assert (row["state"], row["stage"]) == ("sent", "end_of_data")
    assert "Ticket 4711" in row["note"]
    kinds = [event["event"] for event in events(desk, case_id)]
    assert kinds[:5] == ["numbered", "prepared", "queued", "attempted", "armed"]
    assert kinds[5:] == ["outcome", "requested"], "the case is told after the notice"
    outcome = outcome_of(desk, case_id)
    assert outcome["note"] == "handed over; reference: Ticket 4711"
    assert outcome["remote"] == "social.example.com"
    assert outcome.get("reply") is None
    assert {each["by"] for each in events(desk, case_id)} == {outcome["by"]}
    assert outcome["by"].startswith("user:"), "no worker handed it over"
    assert list(received.iterdir()) == []


def test_the_time_may_be_told_and_is_japans(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    local = datetime.now(UTC) + timedelta(hours=9)
    at = local.replace(tzinfo=None).isoformat(timespec="microseconds")
    code, _ = desk.json("submitted", case_id, "--reference", "4711", "--at", at)
    assert code == 0
    told = datetime.fromisoformat(outcome_of(desk, case_id)["started_at"])
    assert told == (local - timedelta(hours=9)).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--reference", "x", "--at", "2001-01-01T00:00"), 65, "not in the future"),
        (("--reference", "x", "--at", "2999-01-01T00:00"), 65, "not in the future"),
        (("--reference", "x", "--at", "noon"), 2, "no time"),
        (("--reference", "a\nb"), 65, "reference"),
        (
            ("--reference", "x", "--number", "R8-1-999999"),
            65,
            "R8-1-999999 is no notice of",
        ),
        ((), 2, "reference"),
    ],
)
def test_what_cannot_have_been_is_not_recorded(
    desk, received, addressed, words, code, told
):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    found, _, err = desk.run("submitted", case_id, *words)
    assert (found, told in err) == (code, True), err
    assert events(desk, case_id)[-1]["event"] == "prepared"


def test_handing_over_twice_and_handing_over_mail_is_refused(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    desk.run("submitted", case_id, "--reference", "4711")
    code, _, err = desk.run("submitted", case_id, "--reference", "4712")
    assert code == 69
    assert "goes by webform and is sent" in err
    assert desk.json("send", case_id)[1][0]["note"].startswith("sent before")
    desk.run("send", "IHC-2026-004217")
    code, _, err = desk.run("submitted", "IHC-2026-004217", "--reference", "4711")
    assert code == 69
    assert "is waiting to be handed over" in err


def test_a_crash_between_queued_and_recorded_is_put_right_by_saying_it_again(
    desk, received, addressed
):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    with Site.open(desk.home) as site:
        store = site.parts.store
        [stored] = store.find(case_id)
        store.queue(stored.number, now=datetime.now(UTC))
    code, row = desk.json("submitted", case_id, "--reference", "4711")
    assert (code, row["state"]) == (0, "sent")


def test_what_another_system_takes_stays_here_until_that_is_recorded(
    desk, received, addressed
):
    case_id = addressed("by-others", "W-2026-2")
    code, [row] = desk.json("send", case_id)
    assert (code, row["state"], row["channel"]) == (75, "held", "outbox")
    assert "form_url" not in {k for k, v in row["submission"].items() if v}
    assert desk.run("work", "--now")[1] == "nothing is due\n"
    code, row = desk.json("submitted", case_id, "--reference", "queue 9")
    assert (code, row["state"]) == (0, "sent")
    assert outcome_of(desk, case_id)["remote"] == "outbox"


def test_it_may_be_taken_back_while_nobody_has_handed_it_over(
    desk, received, addressed
):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    assert desk.run("withdraw", case_id, "--reason", "wrong form")[0] == 0
    code, _, err = desk.run("submitted", case_id, "--reference", "4711")
    assert code == 69
    assert State.WITHDRAWN.value in err


@pytest.mark.parametrize(("column", "value"), [("channel", "smtp"), ("is_test", 1)])
def test_the_database_refuses_to_change_the_way(
    desk, received, addressed, column, value
):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="fixed at prepare"),
    ):
        connection.execute(f"UPDATE deliveries SET {column} = ?", (value,))  # noqa: S608


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ('channel = "webform"', "go together"),
        ('form_url = "https://a.example/"', "go together"),
        ('channel = "webform"\nform_url = "http://a.example/"', "https"),
        ('channel = "fax"', "must be 'smtp', 'webform' or 'outbox'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(desk, extra, told):
    path = desk.home / "recipients.toml"
    entry = f'\n[odd]\nname = "x"\nmailboxes = ["a@b.example"]\n{extra}\n'
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    code, _, err = desk.run("send", "IHC-2026-004217")
    assert code == 78
    assert told in err
    assert "recipients.toml:" in err
