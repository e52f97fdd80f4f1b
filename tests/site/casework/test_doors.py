"""A case's hold stops what would go out, at every door; what is sent is on record."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from notices.codec import read_judgment
from notices.errors import OnHold
from notices.site import Site
from notices.store import Decision
from tests.inbox.test_commands import inbox, make_doubt, report_on, told
from tests.site.conftest import CASE_1, desk, received

__all__ = ["desk", "inbox", "received"]


def mails(received):
    return list(received.glob("*.eml"))


def config(desk):
    return (desk.home / "notices.toml").read_text("utf-8")


def facts(desk, case_id=CASE_1):
    code, story = desk.json("case", case_id)
    assert code == 0
    return [fact["fact"] for fact in story["facts"]]


def test_what_is_sent_is_known_of_the_case(desk, received):
    assert desk.run("send", CASE_1)[0] == 0
    _, story = desk.json("case", CASE_1)
    assert story["state"] == "requested"
    requested = story["facts"][-1]
    assert requested["fact"] == "requested"
    [notice] = story["notices"]
    assert requested["number"] == notice["number"]
    assert (requested["kind"], requested["channel"]) == ("request", "smtp")
    later = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    assert [one["kind"] for one in desk.json("due", "--on", later)[1]] == ["look"]
    assert desk.run("ledger", "verify")[0] == 0
    # the same case sent again tells nothing new
    desk.run("send", CASE_1)
    assert facts(desk).count("requested") == 1
    assert len(mails(received)) == 1


def test_a_hold_stops_what_is_not_made_yet(desk, received):
    desk.run("preview", CASE_1)
    assert desk.run("send", CASE_1)[0] == 0
    other = desk.case(CASE_1, case_id="IHC-2026-000901")
    with Site.open(desk.home) as site:
        text = (desk.home / "cases" / f"{other}.json").read_bytes()
        site.rooms.cases.gate.require(read_judgment(text))
    assert desk.run("police", other, "--hold", "証拠の保全")[0] == 0
    code, _, err = desk.run("send", other)
    assert (code, "on hold" in err) == (69, True)
    assert desk.run("show", other)[0] == 65
    assert len(mails(received)) == 1


def test_a_hold_stops_what_is_held_and_what_is_queued(desk, received):
    with Site.open(desk.home) as site:
        notice = site.prepare(site.read_case(CASE_1))
    desk.run("police", CASE_1, "--hold", "証拠の保全")
    with Site.open(desk.home) as site, pytest.raises(OnHold):
        site.send(notice)
    desk.run("police", CASE_1, "--release", "済み")
    port = re.search(r"^port = (\d+)$", config(desk), re.MULTILINE)[1]
    desk.set("port", "9")
    assert desk.run("send", CASE_1)[0] == 75  # deferred: nobody listens there
    desk.run("police", CASE_1, "--hold", "もう一度")
    desk.set("port", port)
    assert desk.json("work", "--now")[1] == []
    assert desk.run("send", CASE_1)[0] in {69, 75}
    assert mails(received) == []
    desk.run("police", CASE_1, "--release", "済み")
    [row] = desk.json("work", "--now")[1]
    assert row["state"] == "sent"
    assert facts(desk).count("requested") == 1


def test_a_hold_does_not_resend_what_is_in_doubt(desk, received):
    number = make_doubt(desk)
    desk.run("police", CASE_1, "--hold", "証拠の保全")
    code, _, err = desk.run("resolve", CASE_1, "--resend", "--reason", "x")
    assert (code, "on hold" in err) == (69, True)
    with Site.open(desk.home) as site:
        site.resolve(CASE_1, Decision.SENT, reason="told by telephone")
    assert facts(desk).count("requested") == 1
    assert number


def test_a_closed_case_asks_nobody(desk, received):
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    desk.run("close", CASE_1, "--reason", "判断を改めた")
    code, _, err = desk.run("send", CASE_1)
    assert (code, "closed" in err) == (69, True)
    assert mails(received) == []


def test_a_bounce_and_an_answer_are_facts(desk, received, inbox):
    desk.run("send", CASE_1)
    record = told(desk)
    (inbox / "1").write_bytes(report_on(record, action="failed", status="5.1.1"))
    assert desk.run("inbox")[0] == 0
    assert facts(desk)[-1] == "returned"
    assert desk.json("case", CASE_1)[1]["state"] == "returned"
    assert "bounce" in [one["kind"] for one in desk.json("due")[1]]


def test_a_word_of_a_person_is_an_answer(desk, received, inbox):
    desk.run("send", CASE_1)
    message_id = told(desk)["notice"]["message_id"]
    (inbox / "1").write_bytes(
        (
            "From: abuse@provider.example.jp\r\nSubject: Re: a request\r\n"
            f"In-Reply-To: {message_id}\r\n\r\n対応済\r\n"
        ).encode()
    )
    desk.run("inbox")
    _, story = desk.json("case", CASE_1)
    assert story["facts"][-1]["answer"] == "done"
    assert story["state"] == "answered"


@pytest.mark.parametrize("how", ["off", "warn", "required"])
def test_the_police_first(desk, received, how):
    case_id = desk.case(CASE_1, case_id="IHC-2026-000902", police={})
    desk.set("police_first", f'"{how}"')
    code, out, err = desk.run("send", case_id)
    assert (code == 69) == (how == "required")
    assert ("police were not told" in out + err) == (how != "off")
    assert bool(mails(received)) == (how != "required")


def test_a_test_is_no_fact_of_a_case(desk, received):
    desk.set("address", '"trial@hotline.example.jp"', section="test")
    assert desk.run("send", CASE_1)[0] == 0
    assert desk.json("cases") == (0, [])
    assert json.loads(desk.run("due", "--json")[1]) == []
