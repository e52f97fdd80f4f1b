"""The API where approvals are wanted: no request, no token lets anything out."""

import pytest

from notices.approval import Role
from notices.delivery import State
from tests.service.api.conftest import CASE_1, judgment
from tests.service.api.test_way import operator, prepared, problem
from tests.site.approval.people import CHECKER, Card, approve, enrol

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


@pytest.fixture
def people():
    return {
        "kanri-a": Card.made("kanri-a", "管理 明", Role.ADMINISTRATOR),
        "reiji-t": Card.made("reiji-t", CHECKER),
    }


@pytest.fixture
def wanting(api, people):
    path = api.home / "notices.toml"
    text = path.read_text("utf-8").replace('required = "none"', 'required = "checker"')
    path.write_text(text, "utf-8")
    with operator(api) as site:
        for card in people.values():
            enrol(site, card.candidate, people["kanri-a"])
    return api


@pytest.fixture
def asker(wanting):
    return wanting.client(wanting.token())


def test_sending_is_asked_for_and_waits_for_the_checker(wanting, asker, people):
    made = prepared(asker)
    assert made["state"] == "drafted"
    for _ in range(2):
        told = asker.post(made["href"] + "/send")
        assert told.status_code in (200, 202)
        assert told.json()["state"] == "drafted"
    with operator(wanting) as site:
        assert site.sign_drafts() == []
        assert site.work(ignore_backoff=True) == []
        assert site.parts.store.get(made["number"]).state is State.DRAFTED
    [waiting] = asker.get("/v1/approvals").json()["approvals"]
    assert waiting["waits_for"] == "not-approved"
    with operator(wanting) as site:
        approve(site, made["number"], people["reiji-t"])
        assert [each.state for each in site.sign_drafts()] == [State.QUEUED]


def test_a_waiting_notice_has_no_signature_that_the_api_could_give(asker):
    made = prepared(asker)
    told = asker.get(made["href"]).json()
    assert told["message_id"] is None
    names = [each["name"] for each in told["documents"]]
    assert names
    assert not {"message.eml", "letter.pdf"} & set(names)
    for name in [*names, "message.eml", "letter.pdf", "approval.p7s"]:
        answer = asker.get(f"{made['href']}/documents/{name}")
        assert SIGNED_DATA not in answer.content
        assert b"/ByteRange" not in answer.content
        if name not in names:
            problem(answer, 404, "not-found")


def test_no_address_of_the_api_approves(asker):
    """Every operation is a known one, and none takes a signature of a person."""
    made = prepared(asker)
    paths = asker.get("/openapi.json")
    assert paths.status_code in (200, 404)
    for path in (
        "approve",
        "approval",
        "reject",
        "decision",
        "sign",
        "queue",
        "people",
    ):
        for address in (
            f"{made['href']}/{path}",
            f"/v1/{path}",
            f"/v1/approvals/{made['number']}",
        ):
            for method in ("post", "put", "patch", "delete"):
                answer = getattr(asker, method)(address)
                assert answer.status_code in (404, 405), (method, address)
    assert asker.get(made["href"]).json()["state"] == "drafted"


def test_what_is_handed_in_as_a_fact_approves_nothing(wanting, asker):
    made = prepared(asker)
    for name in ("approved", "queued", "person_enrolled", "policy_changed"):
        fact = {"fact": name, "case_id": CASE_1, "number": made["number"], "by": "x",
                "at": wanting.clock.now.isoformat(), "approver": "reiji-t"}  # fmt: skip
        answer = asker.post("/v1/facts", json={"facts": [fact]})
        assert answer.status_code in (200, 422, 400)
        assert answer.json().get("added", 0) == 0
    with operator(wanting) as site:
        assert site.parts.approvals.of(made["number"]) == ()
        assert site.sign_drafts() == []


def test_a_judgment_that_names_other_persons_is_another_one(wanting, asker, people):
    """Asked again by another judgment: the approval of the first is none of it."""
    made = prepared(asker)
    with operator(wanting) as site:
        approve(site, made["number"], people["reiji-t"])
    changed = judgment(reason=judgment()["reason"] + "追記。")
    again = asker.post(
        "/v1/notices?again=%E8%A8%82%E6%AD%A3",
        json=changed,
        headers={"Idempotency-Key": '"k-1"'},
    )
    assert again.status_code == 201
    assert asker.post(again.json()["href"] + "/send").json()["state"] == "drafted"
    with operator(wanting) as site:
        assert site.sign_drafts() == []
        states = {each.number: each.state for each in site.parts.store.list()}
        assert states[again.json()["number"]] is State.DRAFTED
        assert states[made["number"]] is State.WITHDRAWN
