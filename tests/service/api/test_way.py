"""The way of a judgment through the API: prepared, signed, sent, proven, looked after."""

import json
from base64 import b64decode

import pytest

from notices.delivery import State
from notices.ledger import leaf_hash, verify_consistency, verify_inclusion
from notices.site import Site
from tests.service.api.conftest import CASE_1, CASE_2, JSON, judgment
from tests.service.api.test_routes import guarded, problem


def operator(api, **more) -> Site:
    """Somebody at the machine, with the key."""
    return Site.open(api.home, clock=lambda: api.clock.now, **more)


def prepared(client, **changes) -> dict:
    response = client.post("/v1/notices", json=judgment(**changes))
    assert response.status_code == 201, response.text
    return response.json()


def test_a_judgment_becomes_a_notice_that_is_signed_elsewhere(api, client):
    made = prepared(client)
    assert made["state"] == "drafted"
    assert made["message_id"] is None
    assert client.post(made["href"] + "/send").status_code == 202
    told = client.get(made["href"]).json()
    assert told["state"] == "drafted"
    assert told["send_asked_at"]
    waiting = client.get("/v1/approvals").json()["approvals"]
    assert [one["waits_for"] for one in waiting] == ["signature"]
    assert waiting[0]["draft_sha256"] == told["draft_sha256"]
    with operator(api) as site:
        assert [one.state for one in site.sign_drafts()] == [State.QUEUED]
    told = client.get(made["href"]).json()
    assert told["state"] == "queued"
    names = [one["name"] for one in told["documents"]]
    assert {"message.eml", "letter.pdf", "notice.json", "judgment.json"} <= set(names)
    mail = client.get(f"{made['href']}/documents/message.eml")
    guarded(mail)
    assert mail.headers["content-type"] == "message/rfc822"
    assert mail.headers["content-disposition"].startswith("attachment")
    report = client.post("/v1/verify", content=mail.content).json()
    assert report["verdict"] == "TOTAL-PASSED"
    assert report["notice"]["number"] == made["number"]
    [queued] = client.get("/v1/approvals").json()["approvals"]
    assert (queued["state"], queued["waits_for"]) == ("queued", None)


def test_this_process_opens_no_key(api):
    """Without the centre's key everything of the API works."""
    for path in (api.home / "certs" / "example").glob("*.p12"):
        path.unlink()
    client = api.client(api.token())
    made = prepared(client)
    for path in (
        "/v1/due",
        "/v1/events",
        "/v1/approvals",
        "/v1/statistics/2026",
        made["href"],
    ):
        assert client.get(path).status_code == 200
    assert client.post(made["href"] + "/send").status_code == 202


def test_the_ledger_names_the_token(api, client):
    made = prepared(client)
    client.post(made["href"] + "/send")
    with operator(api) as site:
        site.sign_drafts()
    leaves = [one["leaf"] for one in client.get("/v1/events").json()["events"]]
    by = {(leaf["event"], leaf["by"]) for leaf in leaves}
    for event in ("analysed", "numbered", "drafted", "send_asked"):
        assert (event, "token:cms") in by
    assert ("prepared", "token:cms") not in by


def test_events_are_proven_in_the_tree_that_a_checkpoint_signs(api, client):
    prepared(client)
    with operator(api) as site:
        site.prepare(site.read_case(CASE_2))  # of the house: nobody else sees it
        issued = site.rooms.log.ledger.checkpoint()
    prepared(client, case_id="IHC-2026-900001")
    page = client.get("/v1/events").json()
    root, size = b64decode(page["tree"]["root"]), page["tree"]["size"]
    assert {one["leaf"].get("case_id") for one in page["events"]} <= {
        CASE_1, "IHC-2026-900001", None,
    }  # fmt: skip
    for one in page["events"]:
        octets = b64decode(one["leaf_bytes"])
        assert json.loads(octets) == one["leaf"]
        proof = tuple(map(b64decode, one["inclusion_proof"]))
        assert verify_inclusion(leaf_hash(octets), one["seq"], size, proof, root)
    checkpoint = page["checkpoint"]
    assert checkpoint["note"] == issued.note
    assert verify_consistency(
        checkpoint["size"],
        size,
        tuple(map(b64decode, page["consistency_proof"])),
        b64decode(checkpoint["root"]),
        root,
    )
    # the same within the signed tree itself
    signed = client.get(f"/v1/events?size={checkpoint['size']}").json()
    assert signed["tree"] == {"size": checkpoint["size"], "root": checkpoint["root"]}
    assert all(one["seq"] < checkpoint["size"] for one in signed["events"])


def test_events_come_page_by_page_and_none_is_missed(api, client):
    prepared(client)
    whole = client.get("/v1/events").json()["events"]
    found, after = [], -1
    while True:
        page = client.get(f"/v1/events?after={after}&limit=2").json()
        found += page["events"]
        after = page["next_after"]
        if not page["has_more"]:
            break
    assert [one["seq"] for one in found] == [one["seq"] for one in whole]
    assert client.get(f"/v1/events?after={after}").json()["events"] == []
    made = prepared(client, case_id="IHC-2026-900001")
    later = client.get(f"/v1/events?after={after}").json()["events"]
    assert {one["leaf"]["case_id"] for one in later if "case_id" in one["leaf"]} == {
        made["case_id"]
    }


def test_an_exported_bundle_of_what_came_over_http_is_proven(api, client):
    made = prepared(client)
    client.post(made["href"] + "/send")
    with operator(api) as site:
        site.sign_drafts()
        [bundle] = site.rooms.exporter.export(CASE_1)
    report = client.post("/v1/verify", content=bundle.content).json()
    assert report["verdict"] == "TOTAL-PASSED", report["checks"]


def test_each_case_system_sees_its_own_cases(api, client):
    made = prepared(client)
    other = api.client(api.token("other"))
    for path in (
        made["href"],
        made["href"] + "/documents/letter.txt",
        f"/v1/cases/{CASE_1}",
    ):
        problem(other.get(path), 404, "not-found")
    problem(other.post(made["href"] + "/send"), 404, "not-found")
    assert other.get("/v1/notices").json()["notices"] == []
    assert other.get("/v1/events").json()["events"] == []
    assert other.get("/v1/due").json()["due"] == []
    assert other.get("/v1/approvals").json()["approvals"] == []
    told = problem(other.post("/v1/notices", json=judgment()), 409, "refused")
    assert "was not handed in with this token" in told["detail"]
    fact = {"fact": "looked", "case_id": CASE_1, "at": "2026-11-20T10:00:00+09:00",
            "by": "x", "outcome": "removed"}  # fmt: skip
    [result] = other.post("/v1/facts", json={"facts": [fact]}).json()["results"]
    assert result["result"] == "refused"
    # a second token of the same case system sees the same
    second = api.client(api.token("cms", "read"))
    assert second.get(made["href"]).json()["number"] == made["number"]


def test_what_the_house_prepared_is_not_a_case_systems(api, client):
    with operator(api) as site:
        site.prepare(site.read_case(CASE_1))
    problem(client.post("/v1/notices", json=judgment()), 409, "refused")
    assert client.get("/v1/notices").json()["notices"] == []


def test_a_judgment_with_faults_names_them_all_and_uses_no_number(api, client):
    body = judgment(reason="", found_on="2099-01-01")
    told = problem(client.post("/v1/notices", json=body), 422, "invalid-judgment")
    pointers = {error["pointer"] for error in told["errors"]}
    assert {"/reason", "/found_on"} <= pointers
    checked = client.post("/v1/judgments", json=body).json()
    assert not checked["valid"]
    assert {error["pointer"] for error in checked["errors"]} == pointers
    assert prepared(client)["number"].endswith("000001")


def test_what_the_police_hold_is_neither_made_nor_sent(api, client):
    made = prepared(client)
    hold = {"fact": "police_hold", "case_id": CASE_1, "by": "op-1",
            "at": api.clock.now.isoformat(), "reason": "evidence"}  # fmt: skip
    assert client.post("/v1/facts", json={"facts": [hold]}).json()["added"] == 1
    problem(client.post(made["href"] + "/send"), 409, "on-hold")
    held = judgment("IHC-2026-900002")
    held["police"]["hold"] = True
    problem(client.post("/v1/notices", json=held), 409, "on-hold")


def test_only_the_version_that_was_seen_is_sent(api, client):
    response = client.post("/v1/notices", json=judgment())
    tag, href = response.headers["etag"], response.headers["location"]
    assert client.get(href).headers["etag"] == tag
    with operator(api) as site:
        site.sign_drafts()
    stale = client.post(href + "/send", headers={"If-Match": tag})
    problem(stale, 412, "version-mismatch")
    now = stale.headers["etag"]
    assert client.get(href).headers["etag"] == now
    assert client.get(href, headers={"If-None-Match": now}).status_code == 304
    sent = client.post(href + "/send", headers={"If-Match": now})
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    assert client.post(href + "/send").status_code == 200


def test_what_goes_by_hand_says_what_to_hand_over(api, client):
    entry = """
[mihon-form]
name = "みほん掲示板"
mailboxes = ["abuse@board.example.jp"]
country = "JP"
channel = "webform"
form_url = "https://board.example.jp/request"
"""
    path = api.home / "recipients.toml"
    path.write_text(path.read_text("utf-8") + entry, encoding="utf-8")
    body = judgment()
    step = {"rung": "board_administrator", "recipient": "mihon-form"}
    response = client.post("/v1/notices", json={**body, "ladder": [step]})
    assert response.status_code == 201, response.text
    made = response.json()
    assert made["channel"] == "webform"
    assert made["submission"]["number"] == made["number"]
    problem(client.post(made["href"] + "/send"), 409, "refused")


def test_asking_again_needs_a_reason_and_a_key(api, client):
    first = prepared(client)
    changed = judgment(reason=judgment()["reason"] + "追記。")
    problem(client.post("/v1/notices", json=changed), 409, "refused")
    again = "/v1/notices?again=%E8%A8%82%E6%AD%A3"
    problem(client.post(again, json=changed), 400, "key-missing")
    keyed = {"Idempotency-Key": '"k-1"'}
    second = client.post(again, json=changed, headers=keyed)
    assert second.status_code == 201
    assert second.json()["number"] != first["number"]
    replay = client.post(again, json=changed, headers=keyed)
    assert (replay.status_code, replay.headers["idempotent-replayed"]) == (200, "true")
    assert replay.json()["number"] == second.json()["number"]
    assert client.get(first["href"]).json()["state"] == "withdrawn"
    assert len(client.get("/v1/notices").json()["notices"]) == 2


def test_another_rung_needs_its_reason(client):
    path = "/v1/notices?rung=website_administrator"
    problem(client.post(path, json=judgment()), 400, "bad-request")
    assert client.get("/v1/notices").json()["notices"] == []


def test_a_key_is_one_request_for_ever(api, client):
    body = json.dumps(judgment()).encode()
    fields = {**JSON, "Idempotency-Key": '"key-1"'}
    first = client.post("/v1/notices", content=body, headers=fields)
    assert (first.status_code, first.json()["replayed"]) == (201, False)
    other = client.post("/v1/notices", content=body + b" ", headers=fields)
    problem(other, 422, "key-used")
    with operator(api) as site:
        site.sign_drafts()
    api.clock.move(days=400)
    replay = client.post("/v1/notices", content=body, headers=fields)
    assert replay.json()["replayed"]
    assert replay.json()["state"] == "held"  # as it stands now, not as it was
    # another case system's key of the same name is another key
    stranger = api.client(api.token("other"))
    problem(stranger.post("/v1/notices", content=body, headers=fields), 409, "refused")


def test_a_refused_request_does_not_use_its_key_up(client):
    fields = {**JSON, "Idempotency-Key": '"key-2"'}
    wrong = json.dumps(judgment(reason="")).encode()
    problem(
        client.post("/v1/notices", content=wrong, headers=fields),
        422,
        "invalid-judgment",
    )
    right = json.dumps(judgment()).encode()
    assert client.post("/v1/notices", content=right, headers=fields).status_code == 201


def test_notices_come_page_by_page(client):
    made = [prepared(client, case_id=f"IHC-2026-90000{n}")["number"] for n in range(5)]
    found, path = [], "/v1/notices?limit=2"
    while path:
        page = client.get(path)
        found += [one["number"] for one in page.json()["notices"]]
        path = page.links.get("next", {}).get("url")
    assert found == made
    assert client.get("/v1/notices?case_id=IHC-2026-900003").json()["notices"][0][
        "number"
    ] == made[3]  # fmt: skip
    assert client.get("/v1/notices?state=sent").json()["notices"] == []


@pytest.mark.parametrize("cursor", ["x", "", "e30", "WzEsMl0", "a" * 401, "%C3%A9"])
def test_what_is_no_cursor_is_refused(cursor, client):
    told = problem(client.get(f"/v1/notices?cursor={cursor}"), 400, "bad-request")
    assert told["status"] == 400


def test_a_thousand_facts_are_told_one_by_one(api, client):
    prepared(client)
    look = {"fact": "looked", "case_id": CASE_1, "by": "op-1", "outcome": "still_there"}
    facts = [
        {**look, "at": f"2026-11-20T{n // 60:02}:{n % 60:02}:00+09:00"}
        for n in range(998)
    ]
    facts[500] = {**facts[500], "outcome": "nonsense"}
    facts += [
        facts[0],
        {**look, "case_id": "IHC-2026-777777", "at": "2026-11-20T01:00:00Z"},
    ]
    told = client.post("/v1/facts", json={"facts": facts}).json()
    assert (told["added"], told["known"], told["refused"]) == (997, 1, 2)
    by_index = {one["index"]: one for one in told["results"]}
    assert by_index[500]["errors"][0]["pointer"] == "/outcome"
    assert by_index[998]["result"] == "known"
    assert by_index[999]["errors"][0]["pointer"] == "/case_id"
    again = client.post("/v1/facts", json={"facts": facts}).json()
    assert (again["added"], again["known"]) == (0, 998)
    too_many = client.post("/v1/facts", json={"facts": facts + facts[:1]})
    problem(too_many, 422, "bad-input")


def test_facts_come_as_json_lines_too(client):
    prepared(client)
    line = {"fact": "looked", "case_id": CASE_1, "by": "op-1", "outcome": "removed",
            "at": "2026-11-20T10:00:00+09:00"}  # fmt: skip
    body = json.dumps(line).encode() + b"\n\n{broken\n"
    told = client.post(
        "/v1/facts", content=body, headers={"Content-Type": "application/jsonl"}
    ).json()
    assert [one["result"] for one in told["results"]] == ["added", "refused"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"facts":{}}', b'{"facts":[],"more":1}', b'{"facts":[],"facts":[]}',
     b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_list_of_facts_is_refused(body, client):
    told = client.post("/v1/facts", content=body, headers=JSON)
    assert "results" not in problem(told, 400, "bad-request")


@pytest.mark.parametrize(
    "fact",
    [1, None, "x", [], {}, {"fact": "approved"}, {"fact": "looked", "at": {}}, {"fact": "\ud800"},
     {"fact": "requested", "case_id": CASE_1, "by": "x", "at": "2026-11-20T10:00:00Z",
      "number": "R8-1-000001", "kind": "request", "rung": "website_administrator"}],
)  # fmt: skip
def test_what_is_no_fact_for_a_token_is_told(fact, client):
    body = json.dumps({"facts": [fact]}).encode()
    response = client.post("/v1/facts", content=body, headers=JSON)
    [result] = response.json()["results"]
    assert result["result"] == "refused"
    assert result["errors"]


def test_a_key_that_stands_twice_in_a_fact_is_told(client):
    line = b'{"facts":[{"fact":"closed","fact":"closed","case_id":"IHC-1","by":"x"}]}'
    [result] = client.post("/v1/facts", content=line, headers=JSON).json()["results"]
    assert {
        "pointer": "/fact",
        "path": "fact",
        "detail": "stands twice in its object",
    } in (result["errors"])


def test_statistics_are_those_of_the_shell(api, client):
    prepared(client)
    with operator(api) as site:
        counted = site.rooms.cases.statistician.count(2026)
    assert client.get("/v1/statistics/2026").json() == json.loads(json.dumps(counted))
    problem(client.get("/v1/statistics/2026?size=99999"), 422, "bad-input")
    problem(client.get("/v1/statistics/2026?as_of=2026-02-30"), 400, "bad-request")


def test_a_case_is_told_and_what_is_due(api, client):
    made = prepared(client)
    told = client.get(f"/v1/cases/{CASE_1}")
    assert told.json()["notices"][0]["number"] == made["number"]
    tag = told.headers["etag"]
    again = client.get(f"/v1/cases/{CASE_1}", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_what_is_none_of_ours_is_not_judged(client):
    for content in (b"hello", b""):
        told = client.post("/v1/verify", content=content)
        assert "verdict" not in problem(told, 422, "not-judgeable")
