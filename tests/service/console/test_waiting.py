"""A checker's morning: what waits for him, by recipient, one draft after the other."""

import json
import re

import pytest

from tests.service.console.test_console import WITH_TEXT, decision, hidden, signed

BOARD, BLOG = "IHC-2026-004217", "IHC-2026-004220"


@pytest.fixture
def numbers(desk):
    """One to the board (made by the fixture), one to the blog, two more to the board."""
    return [number_of(desk, BOARD)] + [
        drafted(desk, f"IHC-2026-00500{serial}", like)
        for serial, like in enumerate((BLOG, BOARD, BOARD))
    ]


def drafted(desk, case_id, like, checker=None):
    cases = desk.home / "cases"
    case = json.loads((cases / f"{like}.json").read_text("utf-8"))
    case["case_id"] = case_id
    case["target"]["urls"] = [f"{case['target']['urls'][0]}/{case_id}"]
    if checker:
        case["checker"]["name"] = checker
    (cases / f"{case_id}.json").write_text(json.dumps(case), "utf-8")
    with desk.opened() as site:
        return site.prepare(site.read_case(case_id)).number


def number_of(desk, case_id):
    with desk.opened() as site:
        return site.parts.store.find(case_id)[0].number


def listed(client):
    return re.findall(r'"/notices/([^/"]+)/decision">\1', client.get("/approvals").text)


def approve(client, person, number):
    form = signed(person, decision(client, number))
    answer = client.post(f"/notices/{number}/decision", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_what_goes_to_one_recipient_comes_together(desk, numbers):
    to_board, to_blog = [numbers[0], *numbers[2:]], [numbers[1]]
    client = desk.browser("reiji-t")
    found = listed(client)
    assert sorted(found) == sorted(numbers)
    assert found in ([*to_board, *to_blog], [*to_blog, *to_board])
    assert "/approvals" in client.get("/").text


def test_after_a_decision_the_next_one_is_shown(desk, numbers):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    order = listed(client)
    here, seen = order[0], []
    while "/decision" in (place := approve(client, person, here)):
        seen.append(here)
        page = client.get(place).text
        assert f">{here}</a>" in page  # told what was decided just before
        here = re.search("/notices/([^/]+)/decision", place)[1]
    assert [*seen, here] == order
    assert place == f"/cases/{case_of(desk, here)}"
    assert listed(client) == []
    with desk.opened() as site:
        assert [state.error for state in site.rooms.approvals.desk.open()] == [None] * 4


def case_of(desk, number):
    with desk.opened() as site:
        return site.parts.store.get(number).key.case_id


def test_from_the_middle_to_the_end_and_to_the_beginning(desk, numbers):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    order = listed(client)
    assert f"/notices/{order[3]}/" in approve(client, person, order[2])
    assert f"/notices/{order[0]}/" in approve(client, person, order[3])


def test_a_rejection_goes_on_to_the_next_one_too(desk, numbers):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    order = listed(client)
    version = hidden(decision(client, order[0]), "version")
    form = {"reason": "宛先が違う", "version": version}
    text = client.post(f"/notices/{order[0]}/reject", data=form).text
    answer = client.post(f"/notices/{order[0]}/decision", data=signed(person, text))
    assert answer.headers["location"].startswith(f"/notices/{order[1]}/decision")
    assert (
        "Decided just now: Rejected"
        in client.get(answer.headers["location"], headers=WITH_TEXT).text
    )
    assert order[0] not in listed(client)


def test_what_waits_for_another_checker_is_not_his(desk, numbers):
    other = drafted(desk, "IHC-2026-005009", BOARD, checker="別人 一郎")
    client = desk.browser("reiji-t")
    assert other not in listed(client)
    assert len(listed(client)) == len(numbers)


def test_what_changed_since_it_was_approved_waits_for_nobody(desk, numbers):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    approve(client, person, numbers[0])
    path = desk.home / "cases" / f"{BOARD}.json"
    path.write_text(path.read_text("utf-8").replace("高額", "高価"), "utf-8")
    assert numbers[0] not in listed(client)


def test_nobody_else_is_shown_the_list(desk):
    assert desk.browser("unyo-s").get("/approvals").status_code == 403


@pytest.mark.parametrize("word", ["x", "%00", "2026-9999999", "'\"><script>"])
def test_a_number_in_the_address_that_is_none_says_nothing(desk, number, word):
    client = desk.browser("reiji-t")
    page = client.get(f"/notices/{number}/decision?decided={word}")
    assert page.status_code == 200
    assert 'role="status"' not in page.text
