"""Test mode: a trial is walked to its end, and touches neither facts nor addresses."""

import json
import zipfile

import pytest

from tests.site.casework.test_following import (
    ask,
    body,
    desk_free,
    mail_of,
    notice_json,
    require_follows,
    verified,
)
from tests.site.casework.test_lives import ABOVE, SOURCE
from tests.site.casework.test_lives import OWN as WEBSITE
from tests.site.conftest import CASE_1, CASE_2_ABROAD, desk, received

__all__ = ["desk", "received"]

TRIAL = "trial@hotline.example.jp"


@pytest.fixture
def trial(desk):
    desk.set("address", f'"{TRIAL}"', section="test")
    return desk


def followed(trial, received, *words):
    """A following notice of a trial: sent to our own address, and said to be a test."""
    code, told = trial.json(*words)
    [row] = told if isinstance(told, list) else [told]
    assert (code, row["state"], row["test"]) == (0, "sent", True), row
    assert row["recipient"] == TRIAL
    assert row["number"].startswith("T-R8-")
    mail = mail_of(received, row["number"])
    assert mail["To"].addresses[0].addr_spec == TRIAL
    assert mail["Subject"].startswith(("【試験】", "[TEST]"))
    assert "【試験】" in body(mail)
    assert json.loads(notice_json(mail))["test"] is True
    return row


def require_like(mail, before, kind):
    """`require_follows`, whose subject begins with the mark of tests here."""
    subject = str(mail["Subject"])
    mail.replace_header("Subject", subject.removeprefix("【試験】"))
    return require_follows(mail, before, kind)


def test_a_trial_is_walked_to_its_end(trial, received, tmp_path):
    """Asked, reminded, corrected and taken back on one day: nobody waits for a test."""
    _, [first] = trial.json("send", CASE_1)
    second = followed(trial, received, "remind", CASE_1)
    mails = {row["number"]: mail_of(received, row["number"]) for row in (first, second)}
    require_like(mails[second["number"]], mails[first["number"]], "reminder")
    trial.case(CASE_1, reason="訂正後の判断理由。")
    third = followed(trial, received, "correct", CASE_1, "--reason", "誤記")
    last = followed(trial, received, "withdraw", CASE_1, "--reason", "試した")
    end = mail_of(received, last["number"])
    require_like(end, mail_of(received, third["number"]), "withdrawal")
    for words in (["remind", CASE_1], ["correct", CASE_1, "--reason", "x"]):
        code, _, err = trial.run(*words)
        assert (code, "no test of" in err) == (69, True), err
    code, _, err = trial.run("withdraw", CASE_1, "--reason", "x")
    assert (code, "was taken back by" in err) == (69, True)
    kinds = [row["kind"] for row in trial.json("list")[1]]
    assert kinds == ["request", "reminder", "correction", "withdrawal"]
    assert trial.json("list", "--kind", "reminder")[1][0]["number"] == second["number"]
    assert trial.run("ledger", "verify")[0] == 0
    # tests are no facts
    assert trial.run("case", CASE_1)[0] == 65
    assert trial.json("due") == (0, [])


def test_bundles_and_mails_of_a_trial_are_judged(trial, received, tmp_path):
    _, [first] = trial.json("send", CASE_1)
    second = followed(trial, received, "remind", CASE_1)
    code, verdict, check = verified(trial, received, second["number"], first["number"])
    assert (code, verdict, check["status"]) == (0, "TOTAL-PASSED", "passed")
    assert trial.run("export", CASE_1, "--out", str(tmp_path))[0] == 0
    bundles = sorted(tmp_path.glob("*.asice"))
    _, out, _ = desk_free(
        trial, "verify", *map(str, bundles), "--trust", str(trial.root), "--json"
    )
    rows = json.loads(out)
    assert [row["verdict"] for row in rows] == ["TOTAL-PASSED"] * 2
    told = [{one["id"]: one for one in row["checks"]}["B31"] for row in rows]
    assert [one["status"] for one in told] == ["skipped", "passed"]
    assert told[1]["detail"].startswith("reminder after entry")
    with zipfile.ZipFile(bundles[1]) as bundle:
        assert any(name.endswith("letter.txt") for name in bundle.namelist())


def test_the_next_rung_is_tried(trial, received):
    """The look of the letter is today's: a trial has no five business days."""
    case_id = trial.case(SOURCE, case_id="IHC-2026-000777", ladder=[WEBSITE, ABOVE])
    _, [first] = trial.json("send", case_id)
    row = followed(trial, received, "escalate", case_id)
    told = json.loads(notice_json(mail_of(received, row["number"])))
    assert first["number"] in json.dumps(told, ensure_ascii=False)
    assert row["kind"] == "request"


def test_the_screen_says_that_it_is_a_test(trial, received):
    trial.json("send", CASE_1)
    for words in (["remind", CASE_1], ["withdraw", CASE_1, "--reason", "x"]):
        code, out, _ = trial.run(*words)
        assert (code, out.startswith("【試験】TEST")) == (0, True), out


def test_only_a_website_leads_on_to_the_next_rung_in_a_trial_too(trial, received):
    trial.json("send", CASE_1)
    code, _, err = trial.run("escalate", CASE_1)
    assert (code, "website" in err) == (69, True)


def test_abroad_english_comes_first_in_a_trial_too(trial, received):
    trial.json("send", CASE_2_ABROAD)
    row = followed(trial, received, "withdraw", CASE_2_ABROAD, "--reason", "x")
    mail = mail_of(received, row["number"])
    assert "we no longer ask you for any action" in body(mail)


def test_trials_and_real_notices_are_never_each_others_followers(desk, received):
    """Asked for real; in test mode nothing follows it, and the reverse."""
    real = ask(desk)
    desk.set("address", f'"{TRIAL}"', section="test")
    for words in (["remind", CASE_1], ["withdraw", CASE_1, "--reason", "x"]):
        code, _, _ = desk.run(*words)
        assert code == 69
    assert len(list(received.iterdir())) == 1
    [test] = desk.json("send", CASE_1)[1]
    followed(desk, received, "remind", CASE_1)
    back = followed(desk, received, "withdraw", CASE_1, "--reason", "x")
    desk.set("address", '""', section="test")
    # the real one still stands, and is taken back as itself
    assert desk.json("case", CASE_1)[1]["state"] == "requested"
    code, row = desk.json("withdraw", CASE_1, "--reason", "y")
    assert (code, row["test"], row["state"]) == (0, False, "sent")
    mail = mail_of(received, row["number"])
    assert json.loads(notice_json(mail))["follows"]["number"] == real.number
    assert {test["number"], back["number"]}.isdisjoint({row["number"], real.number})


def test_a_trial_tells_what_it_would_take_back(trial, received):
    """What waits of a trial is taken back without a word."""
    trial.json("send", CASE_1)
    port = trial.set("port", "9")
    assert trial.run("remind", CASE_1)[0] == 75
    assert port is None
    _, rows = trial.json("list", "--kind", "reminder")
    code, row = trial.json(
        "withdraw", CASE_1, "--number", rows[0]["number"], "--reason", "x"
    )
    assert (code, row["state"], row["kind"]) == (0, "withdrawn", "reminder")
