"""The next rung is asked by the facts of the case; nobody types what they tell."""

import json
from datetime import UTC, datetime

import pytest

from notices.site import Site
from tests.inbox.test_commands import inbox, report_on, told
from tests.site.conftest import desk, received

__all__ = ["desk", "inbox", "received"]

SOURCE = "IHC-2026-004218"
CASE = "IHC-2026-000903"
ASKED = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
"""A Tuesday: the fifth business day after it is Wednesday the 25th."""
OWN = {
    "rung": "website_administrator",
    "name": "見本サイト運営者",
    "mailbox": "webmaster@site.example.jp",
    "language": "ja",
}


@pytest.fixture
def asked(desk, received):
    """The website's administrator was asked; the server's stands above."""
    ladder = json.loads((desk.home / "cases" / f"{SOURCE}.json").read_text("utf-8"))
    above = ladder["ladder"][1]
    desk.case(SOURCE, case_id=CASE, ladder=[OWN, above])
    with Site.open(desk.home, clock=lambda: ASKED) as site:
        receipt = site.send(site.prepare(site.read_case(CASE)))
    assert receipt.state.value == "sent"
    return receipt


def test_without_a_look_nobody_else_is_asked(desk, received, asked):
    code, _, err = desk.run("escalate", CASE)
    assert code == 69
    assert "still there" in err
    early = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).isoformat()
    desk.run("look", CASE, "--outcome", "still_there", "--at", early)
    assert desk.run("escalate", CASE)[0] == 69
    assert len(list(received.glob("*.eml"))) == 1


def test_the_server_is_asked_with_what_is_known(desk, received, asked):
    seen = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    desk.run("look", CASE, "--outcome", "still_there", "--at", seen.isoformat())
    code, out, err = desk.run("escalate", CASE)
    assert code == 0, err
    assert "sent" in out
    _, [first, second] = desk.json("show", CASE)
    assert second["notice"]["rung"] == "server_administrator"
    with Site.open(desk.home) as site:
        frozen = json.loads(site.parts.store.judgment(second["notice"]["number"]))
    step = frozen["ladder"][0]
    assert step["earlier_number"] == first["notice"]["number"] == asked.number
    assert datetime.fromisoformat(step["rechecked_at"]) == seen
    _, story = desk.json("case", CASE)
    assert [fact["fact"] for fact in story["facts"]].count("requested") == 2
    # the clock runs anew, and nobody is asked a third time by mistake
    assert desk.run("escalate", CASE)[0] == 69
    [_, mail] = sorted(received.glob("*.eml"))
    assert mail.stat().st_size


def test_a_bounce_leads_on_at_once(desk, received, asked, inbox):
    record = told(desk, CASE)
    (inbox / "1").write_bytes(report_on(record, action="failed", status="5.1.1"))
    desk.run("inbox")
    assert desk.run("escalate", CASE)[0] == 0
    _, [_, second] = desk.json("show", CASE)
    assert second["notice"]["rung"] == "server_administrator"


def test_a_hold_stops_this_too(desk, received, asked):
    desk.run("look", CASE, "--outcome", "still_there")
    desk.run("police", CASE, "--hold", "証拠の保全")
    code, _, err = desk.run("escalate", CASE)
    assert code == 69
    assert "asked to wait" in err


def test_where_the_ladder_ends_that_is_told(desk, received):
    desk.case(SOURCE, case_id=CASE, ladder=[OWN])
    with Site.open(desk.home, clock=lambda: ASKED) as site:
        site.send(site.prepare(site.read_case(CASE)))
    desk.run("look", CASE, "--outcome", "still_there")
    code, _, err = desk.run("escalate", CASE)
    assert code == 65
    assert "names nobody above" in err
