"""Reminders, withdrawals and corrections: notices of their own, at the right time."""

import email
import hashlib
import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from email import policy

import pytest

from notices.cli import run
from notices.errors import OnHold, RefusedError
from notices.site import Site
from tests.inbox.test_commands import inbox, make_doubt, report_on, told
from tests.site.conftest import CASE_1, CASE_2_ABROAD, desk, received
from tests.vectors import second_verifier
from tests.verifier_js.node import second_verifier as in_javascript

__all__ = ["desk", "inbox", "received"]

ASKED = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
"""A Tuesday: the fifth business day after it is Wednesday the 25th."""
LATER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def at(desk, moment):
    return Site.open(desk.home, clock=lambda: moment)


def ask(desk, case_id=CASE_1, when=ASKED):
    with at(desk, when) as site:
        return site.send(site.prepare(site.read_case(case_id)))


def mail_of(received, number):
    octets = (received / f"{number}.eml").read_bytes()
    return email.message_from_bytes(octets, policy=policy.default)


def leaves(mail):
    return {part.get_filename() or "text": part for part in mail.walk()}


def notice_json(mail):
    return leaves(mail)["notice.json"].get_payload(decode=True)


def body(mail):
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    return text.get_content()


def letter_words(mail, tmp_path):
    """The letter as another program reads it."""
    [pdf] = [name for name in leaves(mail) if name.endswith(".pdf")]
    path = tmp_path / "letter.pdf"
    path.write_bytes(leaves(mail)[pdf].get_payload(decode=True))
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True
    )
    return "".join(done.stdout.decode().split())


def require_follows(mail, before, kind):
    """Header fields, JSON, text lead to the mail before, as other programs read them."""
    assert mail["In-Reply-To"] == before["Message-ID"]
    *thread, own = mail["References"].split()
    assert (thread[-1], own) == (before["Message-ID"], mail["Message-ID"])
    told = json.loads(notice_json(mail))
    assert told["kind"] == kind
    earlier = json.loads(notice_json(before))
    digest = hashlib.sha256(notice_json(before)).hexdigest()
    assert told["follows"] == {
        "number": earlier["number"],
        "date": earlier["date"],
        "kind": earlier["kind"],
        "notice_sha256": digest,
        "message_id": before["Message-ID"],
    }
    assert mail["Subject"].startswith(f"[{told['number']}]")
    assert earlier["number"] in body(mail)
    assert digest in "".join(body(mail).split())
    return told


def verified(desk, received, number, before):
    code, out, _ = desk_free(
        desk,
        "verify",
        str(received / f"{number}.eml"),
        "--trust",
        str(desk.root),
        "--evidence",
        str(received / f"{before}.eml"),
        "--json",
    )
    [row] = json.loads(out)
    [check] = [one for one in row["checks"] if one["id"] == "M25"]
    with in_javascript() as second:
        there = second.judge(
            (received / f"{number}.eml").read_bytes(),
            trust=[desk.root.read_bytes()],
            at=datetime.now(UTC),
            evidence=[(received / f"{before}.eml").read_bytes()],
        )
    assert [one for one in there["checks"] if one["id"] == "M25"] == [check]
    assert there["verdict"] == row["verdict"]
    return code, row["verdict"], check


def desk_free(desk, *words):
    """A command without a site."""
    code = run(list(words))
    out, err = desk.capsys.readouterr()
    return code, out, err


def kinds(desk, case_id=CASE_1):
    _, story = desk.json("case", case_id)
    return [fact["kind"] for fact in story["facts"] if fact["fact"] == "requested"]


def state(desk, case_id=CASE_1):
    return desk.json("case", case_id)[1]["state"]


# the reminder


def test_a_reminder_goes_out_once_the_time_is_over(desk, received, tmp_path):
    first = ask(desk)
    with (
        at(desk, LATER - timedelta(days=1)) as site,
        pytest.raises(RefusedError, match="no reminder"),
    ):
        site.remind(CASE_1)
    assert len(list(received.iterdir())) == 1
    with at(desk, LATER) as site:
        desk.run("look", CASE_1, "--outcome", "still_there", "--at", LATER.isoformat())
        second = site.remind(CASE_1)
    assert (second.state.value, second.kind.value) == ("sent", "reminder")
    mail, before = (mail_of(received, one.number) for one in (second, first))
    told = require_follows(mail, before, "reminder")
    assert told["ordinal"] == 1
    words = letter_words(mail, tmp_path)
    for value in ("再度の依頼書", first.number, told["follows"]["notice_sha256"]):
        assert value in words
    assert "令和8年11月25日に確認" in words
    assert "対応を行うか否かは任意" in words
    assert kinds(desk) == ["request", "reminder"]
    code, verdict, check = verified(desk, received, second.number, first.number)
    assert (code, verdict, check["status"]) == (0, "TOTAL-PASSED", "passed")
    assert "was compared" in check["detail"]
    # the days run anew, and nobody is reminded twice by mistake
    with at(desk, LATER) as site, pytest.raises(RefusedError, match="no reminder"):
        site.remind(CASE_1)
    assert desk.run("ledger", "verify")[0] == 0


def test_an_answer_that_waits_stops_a_reminder(desk, received, inbox):
    ask(desk)
    message_id = told(desk)["notice"]["message_id"]
    (inbox / "1").write_bytes(
        (
            "From: abuse@provider.example.jp\r\nSubject: Re: a request\r\n"
            f"In-Reply-To: {message_id}\r\n\r\n対応不可\r\n"
        ).encode()
    )
    desk.run("inbox")
    code, _, err = desk.run("remind", CASE_1)
    assert (code, "nobody dealt with" in err) == (69, True)


def test_a_reminder_that_waits_does_not_outlive_what_it_asks_for(desk, received):
    """Seen to be gone while it is held: `send` and the worker leave it."""
    ask(desk)
    with at(desk, LATER) as site:
        site.rooms.preparing.following.remind(CASE_1)
    desk.run("look", CASE_1, "--outcome", "removed", "--at", LATER.isoformat())
    [row] = [row for row in desk.json("list")[1] if row["kind"] == "reminder"]
    with at(desk, LATER) as site, pytest.raises(RefusedError, match="any more"):
        site.rooms.sender.send(row["number"])
    desk.run(
        "look", CASE_1, "--outcome", "still_there", "--at", "2026-11-26T10:00+09:00"
    )
    with at(desk, LATER + timedelta(days=2)) as site:
        site.parts.store.queue(row["number"], now=site.clock())
        desk.run(
            "look", CASE_1, "--outcome", "removed", "--at", "2026-11-27T10:00+09:00"
        )
        assert site.work() == []
    assert len(list(received.iterdir())) == 1


def test_several_are_reminded_each_by_itself(desk, received):
    ask(desk)
    code, rows = desk.json("remind", CASE_1, "IHC-2026-009999")
    assert code in {65, 69}
    assert [row.get("error", {}).get("code") for row in rows][1] is not None


# the withdrawal


def test_a_withdrawal_says_first_that_nothing_more_is_asked(desk, received, tmp_path):
    first = ask(desk)
    code, row = desk.json("withdraw", CASE_1, "--reason", "内部の事情")
    assert (code, row["state"], row["kind"]) == (0, "sent", "withdrawal")
    mail = mail_of(received, row["number"])
    require_follows(mail, mail_of(received, first.number), "withdrawal")
    line = body(mail).splitlines()[0]
    assert "取り下げます" in line
    assert "対応をお願いすることはありません" in line
    words = letter_words(mail, tmp_path)
    assert "先にお送りした下記の依頼を取り下げます。今後、" in words
    assert "内部の事情" not in body(mail) + words
    assert json.loads(notice_json(mail))["requested_action"].startswith("なし")
    assert state(desk) == "withdrawn"
    assert desk.json("due") == (0, [])
    code, _, err = desk.run("withdraw", CASE_1, "--reason", "again")
    assert (code, "was taken back by" in err) == (69, True)
    assert desk.run("remind", CASE_1)[0] == 69


def test_abroad_english_comes_first(desk, received):
    ask(desk, CASE_2_ABROAD, ASKED + timedelta(days=1))
    _, row = desk.json("withdraw", CASE_2_ABROAD, "--reason", "x")
    lines = body(mail_of(received, row["number"])).splitlines()
    assert "we no longer ask you for any action" in lines[0]


@pytest.mark.parametrize("how", ["hold", "close"])
def test_a_withdrawal_goes_out_through_a_hold_and_after_the_close(desk, received, how):
    ask(desk)
    if how == "hold":
        desk.run("police", CASE_1, "--hold", "証拠の保全")
    else:
        desk.run("close", CASE_1, "--reason", "終了")
    code, row = desk.json("withdraw", CASE_1, "--reason", "x")
    assert (code, row["state"]) == (0, "sent")
    assert kinds(desk) == ["request", "withdrawal"]


def test_the_worker_takes_a_withdrawal_through_a_hold(desk, received):
    ask(desk)
    port = re.search(
        r"^port = (\d+)$", (desk.home / "notices.toml").read_text("utf-8"), re.MULTILINE
    )[1]
    desk.set("port", "9")
    assert desk.run("withdraw", CASE_1, "--reason", "x")[0] == 75
    desk.run("police", CASE_1, "--hold", "証拠の保全")
    # typed again while it waits: the same one, and it is not taken back itself
    assert desk.run("withdraw", CASE_1, "--reason", "x")[0] == 75
    desk.set("port", port)
    [row] = desk.json("work", "--now")[1]
    assert (row["kind"], row["state"]) == ("withdrawal", "sent")


def test_what_may_have_arrived_is_taken_back_by_a_notice(desk, received):
    port = re.search(
        r"^port = (\d+)$", (desk.home / "notices.toml").read_text("utf-8"), re.MULTILINE
    )[1]
    number = make_doubt(desk)
    desk.set("port", port)
    code, row = desk.json("withdraw", CASE_1, "--reason", "判断を改めた")
    assert (code, row["kind"], row["state"]) == (0, "withdrawal", "sent")
    code, _, err = desk.run("resolve", CASE_1, "--resend", "--reason", "x")
    assert (code, "was taken back by" in err) == (69, True)
    assert desk.run("resolve", CASE_1, "--sent", "--reason", "電話で確認")[0] == 0
    # whenever it is known, it was asked before it was taken back
    assert kinds(desk) == ["request", "withdrawal"]
    assert state(desk) == "withdrawn"
    assert number != row["number"]


def test_what_was_not_sent_is_taken_back_without_a_word(desk, received):
    with at(desk, ASKED) as site:
        site.prepare(site.read_case(CASE_1))
    code, row = desk.json("withdraw", CASE_1, "--reason", "x")
    assert (code, row["state"], row["kind"]) == (0, "withdrawn", "request")
    assert not list(received.iterdir())


def test_what_waits_behind_a_request_is_taken_back_with_it(desk, received):
    ask(desk)
    with at(desk, LATER) as site:
        site.rooms.preparing.following.remind(CASE_1)
        receipt = site.withdraw(CASE_1, reason="x")
    assert receipt.kind.value == "withdrawal"
    states = {row["kind"]: row["state"] for row in desk.json("list")[1]}
    assert states == {"request": "sent", "reminder": "withdrawn", "withdrawal": "sent"}


# the correction


def test_a_correction_says_what_is_corrected(desk, received, tmp_path):
    first = ask(desk)
    code, _, err = desk.run("correct", CASE_1, "--reason", "x")
    assert (code, "says what" in err) == (65, True)
    target = json.loads((desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8"))[
        "target"
    ]
    target["urls"] = ["https://board.example.jp/thread/1208/53"]
    desk.case(CASE_1, target=target, reason="訂正後の判断理由。")
    code, row = desk.json("correct", CASE_1, "--reason", "URLの誤記")
    assert (code, row["kind"], row["state"]) == (0, "correction", "sent")
    mail = mail_of(received, row["number"])
    told = require_follows(mail, mail_of(received, first.number), "correction")
    assert told["urls"] == target["urls"]
    words = letter_words(mail, tmp_path)
    assert "送信防止措置依頼書（訂正）" in words
    assert "掲載されている場所、判断した理由" in words
    # what follows now follows the correction, in one thread
    code, last = desk.json("withdraw", CASE_1, "--reason", "x")
    end = mail_of(received, last["number"])
    require_follows(end, mail, "withdrawal")
    assert end["References"].split()[0] == mail_of(received, first.number)["Message-ID"]
    assert kinds(desk) == ["request", "correction", "withdrawal"]


def test_a_correction_waits_for_the_police(desk, received):
    ask(desk)
    desk.case(CASE_1, reason="訂正後の判断理由。")
    desk.run("police", CASE_1, "--hold", "証拠の保全")
    with at(desk, LATER) as site, pytest.raises(OnHold):
        site.correct(site.read_case(CASE_1), reason="x")
    assert kinds(desk) == ["request"]


def test_the_corrected_judgment_counts_from_then_on(desk, received):
    ask(desk)
    target = json.loads((desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8"))[
        "target"
    ]
    urls = ["https://board.example.jp/thread/1208/53"]
    desk.case(CASE_1, target={**target, "urls": urls, "server_location": "US"})
    desk.run("correct", CASE_1, "--reason", "サーバの所在")
    facts = desk.json("case", CASE_1)[1]["facts"]
    judged = [one for one in facts if one["fact"] == "analysed"]
    assert [one["server_location"] for one in judged] == ["JP", "US"]
    code, out, err = desk.run("statistics", "2026", "--format", "json")
    assert code == 0, err
    tables = json.loads(out)
    assert tables["tables"]["processing-1"]["total"]["requested"] == 1


# all of them


def test_bundles_show_what_follows_what(desk, received, tmp_path):
    ask(desk)
    with at(desk, LATER) as site:
        site.remind(CASE_1)
    desk.run("withdraw", CASE_1, "--reason", "x")
    assert desk.run("export", CASE_1, "--out", str(tmp_path))[0] == 0
    bundles = sorted(tmp_path.glob("*.asice"))
    assert len(bundles) == 3
    _, out, _ = desk_free(
        desk, "verify", *map(str, bundles), "--trust", str(desk.root), "--json"
    )
    rows = json.loads(out)
    assert [row["verdict"] for row in rows] == ["TOTAL-PASSED"] * 3
    assert [row["notice"]["kind"] for row in rows] == [
        "request",
        "reminder",
        "withdrawal",
    ]
    checks = [
        {one["id"]: one["status"] for one in row["checks"]}["B31"] for row in rows
    ]
    assert checks == ["skipped", "passed", "passed"]


def test_another_mail_than_the_one_it_follows_is_refused(desk, received):
    first = ask(desk)
    row = desk.json("withdraw", CASE_1, "--reason", "x")[1]
    mail = received / f"{first.number}.eml"
    other = mail.read_bytes().replace(b"Message-ID: <R8", b"Message-ID: <R9", 2)
    mail.write_bytes(other)
    code, verdict, check = verified(desk, received, row["number"], first.number)
    assert (code, verdict, check["status"]) == (1, "TOTAL-FAILED", "failed")
    assert "message_id" in check["detail"]


def test_lists_tell_the_kinds_apart(desk, received):
    ask(desk)
    desk.run("withdraw", CASE_1, "--reason", "x")
    assert [row["kind"] for row in desk.json("list", "--kind", "withdrawal")[1]] == [
        "withdrawal"
    ]
    assert len(desk.json("list", "--limit", "1")[1]) == 1
    first = desk.json("list", "--limit", "1")[1][0]["number"]
    assert [row["kind"] for row in desk.json("list", "--after", first)[1]] == [
        "withdrawal"
    ]
    assert desk.json("list", "--since", "2099-01-01")[1] == []
    assert len(desk.json("list", "--recipient", "abuse@board.example.jp")[1]) == 2
    assert desk.run("list", "--recipient", "nobody")[0] == 65


def test_a_bounced_reminder_is_told_of_the_case(desk, received, inbox):
    ask(desk)
    with at(desk, LATER) as site:
        site.remind(CASE_1)
    _, records = desk.json("show", CASE_1)
    (inbox / "1").write_bytes(report_on(records[-1], action="failed", status="5.1.1"))
    desk.run("inbox")
    assert desk.json("case", CASE_1)[1]["state"] == "returned"


def test_the_second_verifier_takes_their_bundles(desk, received, tmp_path):
    """Written from the page of formats alone, it knows nothing of kinds."""
    ask(desk)
    desk.case(CASE_1, reason="訂正後の判断理由。")
    desk.run("correct", CASE_1, "--reason", "x")
    desk.run("withdraw", CASE_1, "--reason", "x")
    assert desk.run("export", CASE_1, "--out", str(tmp_path))[0] == 0
    log_key = desk.run("ledger", "key")[1].strip()
    at = int(datetime.now(UTC).timestamp())
    for bundle in sorted(tmp_path.glob("*.asice")):
        told = second_verifier.judge(bundle.read_bytes(), desk.root, log_key, at)
        assert told.split(":")[0] == "passed", told


def test_a_correction_that_waits_is_overtaken_by_the_next(desk, received):
    ask(desk)
    for reason in ("訂正後の理由、その1。", "訂正後の理由、その2。"):
        desk.case(CASE_1, reason=reason)
        with at(desk, LATER) as site:
            changed = site.read_case(CASE_1)
            site.rooms.preparing.following.correct(changed, reason="x")
    waiting = [row["state"] for row in desk.json("list", "--kind", "correction")[1]]
    assert waiting == ["withdrawn", "held"]
