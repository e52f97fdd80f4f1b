"""Two people, or two tabs, at the same sheet of looks."""

import re
from datetime import timedelta

import pytest

from notices.cli.serving.example_people import fill
from tests.service.console.conftest import hidden

CASE, OTHER = "IHC-2026-003933", "IHC-2026-003940"


@pytest.fixture
def morning(desk):
    with desk.opened() as site:
        fill(site, desk.clock.now)
    return desk


def looks(desk, case_id):
    with desk.opened() as site:
        facts = site.case(case_id).facts
    return [
        (fact.by, fact.details.outcome.value)
        for fact in facts
        if fact.kind.value == "looked"
    ]


def form_of(client, **outcomes):
    page = client.get("/looks").text
    return {"from": "JP", "looked": hidden(page, "looked")} | outcomes


def test_who_comes_second_is_told_of_the_first_and_loses_nothing(morning):
    """Both looks went on record, also where they said the contrary."""
    first, second = morning.browser("reiji-t"), morning.browser("unyo-s")
    early = form_of(first, **{f"outcome-{CASE}": "removed"})
    late = form_of(
        second, **{f"outcome-{CASE}": "still_there", f"outcome-{OTHER}": "removed"}
    )
    assert first.post("/looks", data=early).status_code == 303
    morning.clock.now += timedelta(minutes=1)
    told = second.post("/looks", data=late)
    assert told.status_code == 409
    assert re.search(rf"{CASE}</a>: reiji-t, ", told.text)
    assert looks(morning, CASE) == [("reiji-t", "removed")]
    assert looks(morning, OTHER) == []
    # the rest of the sheet is as he filled it in, and is taken now
    assert f'name="outcome-{CASE}"' not in told.text
    row = told.text.partition(f'name="outcome-{OTHER}"')[2].partition("</select>")[0]
    assert '<option value="removed" selected>' in row
    again = {"from": "JP", "looked": hidden(told.text, "looked")}
    again[f"outcome-{OTHER}"] = "removed"
    assert second.post("/looks", data=again).status_code == 303
    assert looks(morning, OTHER) == [("unyo-s", "removed")]


def test_the_sheet_says_how_many_it_took_and_the_next_ones_follow(morning):
    """The next fifty stood there without a word of those that were sent."""
    client = morning.browser("reiji-t")
    rest = len(re.findall('name="outcome-', client.get("/looks").text)) - 1
    sent = client.post("/looks", data=form_of(client, **{f"outcome-{CASE}": "removed"}))
    shown = client.get(sent.headers["location"], headers={"Accept-Language": "en"}).text
    assert "Looks put on record just now: 1. The next ones follow." in shown
    assert len(re.findall('name="outcome-', shown)) == rest > 0
    for told in ("0", "51", "-1", "1e1", "９", "<b>", ""):
        assert "just now" not in client.get("/looks", params={"taken": told}).text


def test_a_sheet_that_is_sent_twice_is_one_look(morning):
    client = morning.browser("reiji-t")
    form = form_of(client, **{f"outcome-{CASE}": "still_there"})
    assert client.post("/looks", data=form).status_code == 303
    morning.clock.now += timedelta(seconds=2)
    assert client.post("/looks", data=form).status_code == 409
    assert looks(morning, CASE) == [("reiji-t", "still_there")]
