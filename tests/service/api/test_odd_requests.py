"""Requests that nobody sends by mistake: nothing of them is our fault (no 5xx)."""

import gzip
import json

import pytest
from starlette.testclient import TestClient

from notices.service.api.app import ApiSettings, make_app
from notices.service.api.routes import ROUTES
from notices.service.guard.limits import RateLimit
from tests.service.api.conftest import CASE_1, JSON, judgment

FACT = json.dumps(
    {
        "fact": "looked",
        "case_id": CASE_1,
        "at": "2026-11-28T01:00:00Z",
        "by": "x",
        "outcome": "removed",
        "from": "JP",
    }
).removesuffix("}")


@pytest.fixture
def client(api):
    return api.client(api.token())


def facts(client, body, kind="application/json"):
    return client.post("/v1/facts", content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("depth", [50, 450, 600, 900, 985, 5000, 200_000])
@pytest.mark.parametrize("signs", [('{"a":', "}"), ("[", "]")])
def test_facts_nested_however_deeply(client, depth, signs):
    opening, closing = signs
    one = opening * depth + "1" + closing * depth
    answer = facts(client, '{"facts": [' + one + "]}")
    if answer.status_code == 200:
        assert answer.json()["refused"] == 1
    else:
        assert answer.status_code == 400
        assert "nested too deeply" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (',"note":NaN}', "NaN is no number"),
        (',"x":' + "9" * 5000 + "}", "is an unknown field"),
        (',"by":"y"}', "stands twice"),
        (',"note":"\\ud800"}', "half of a character"),
    ],
)
def test_a_fact_is_judged_alike_in_a_list_and_on_a_line(client, more, said):
    told = [
        facts(client, '{"facts": [' + FACT + more + "]}").json(),
        facts(client, FACT + more, "application/jsonl").json(),
    ]
    assert told[0] == told[1]
    assert said in told[0]["results"][0]["errors"][0]["detail"]


@pytest.mark.parametrize(
    "body",
    [
        '{"facts": [], "facts": []}',
        '{"facts": [], "more": 1}',
        '{"facts": []} {}',
        '{"facts": {}}',
        '[{"facts": []}]',
        "null",
        "",
        "{}",
    ],
)
def test_another_shape_is_told(client, body):
    answer = facts(client, body)
    assert answer.status_code == 400
    assert "and nothing else" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["[1,]", "[1 2]", "[,1]", "[1", "[1,,2]", "[tru]"])
def test_what_is_no_json_is_told_with_its_place(client, body):
    answer = facts(client, '{"facts": ' + body + "}")
    assert answer.status_code == 400
    assert "it is not JSON" in answer.json()["detail"]
    assert "line 1, column" in answer.json()["detail"]


def test_a_byte_order_mark_says_nothing(client):
    for body, kind in [('{"facts": [1]}', "json"), ("1", "jsonl")]:
        answer = facts(client, b"\xef\xbb\xbf" + body.encode(), f"application/{kind}")
        assert (answer.status_code, answer.json()["refused"]) == (200, 1)
    answer = facts(client, b'{"facts": ["\xff"]}')
    assert "byte 12 is not UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize(
    "route", [one for one in ROUTES.all if one.body], ids=lambda one: one.name
)
def test_what_is_compressed_is_not_taken(client, route):
    path = route.path.replace("{number}", "R8-1-000001")
    packed = gzip.compress(json.dumps(judgment()).encode())
    answer = client.request(
        route.method, path, content=packed, headers={**JSON, "Content-Encoding": "gzip"}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "bad-media-type")
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("name", ["Authorization", "Idempotency-Key", "Content-Type"])
def test_a_field_that_says_two_things_is_refused(api, name):
    token = api.token()
    both = {
        "Authorization": [f"Bearer {token}"] * 2,
        "Idempotency-Key": ['"k-1"', '"k-2"'],
        "Content-Type": ["application/json", "application/jsonl"],
    }[name]
    one = [("Authorization", f"Bearer {token}"), *JSON.items()]
    fields = [(key, value) for key, value in one if key != name]
    fields += [(name, value) for value in both]
    answer = api.client().post("/v1/notices", json=judgment(), headers=fields)
    assert answer.status_code == 400
    assert f"{name.lower()} stands twice" in answer.json()["detail"]


def test_what_was_done_is_told_whatever_the_caller_knows(client):
    """304 is for looking (RFC 9110, 13.1.2): who acts wants to read the answer."""
    for status in (201, 200):
        made = client.post(
            "/v1/notices", json=judgment(), headers={"If-None-Match": "*"}
        )
        assert (made.status_code, made.json()["state"]) == (status, "drafted")
    href = made.json()["href"]
    sent = client.post(f"{href}/send", headers={"If-None-Match": "*"})
    assert (sent.status_code, sent.json()["number"]) == (202, made.json()["number"])


def test_versions_may_come_in_several_fields(client):
    """If-Match and If-None-Match are lists (RFC 9110, 5.3)."""
    made = client.post("/v1/notices", json=judgment())
    href, tag = made.json()["href"], made.headers["etag"]
    for tags in ([tag, '"other"'], ['"other"', tag]):
        fields = [("If-None-Match", one) for one in tags]
        assert client.get(href, headers=fields).status_code == 304
    fields = [("If-Match", '"other"'), ("If-Match", tag)]
    assert client.post(f"{href}/send", headers=fields).status_code == 202


@pytest.mark.parametrize("name", ["again", "rung_reason"])
@pytest.mark.parametrize("text", ["two\nlines", "a\x00b", "\x1b[2J", "a\u2028b"])
def test_a_reason_is_one_line(client, name, text):
    assert client.post("/v1/notices", json=judgment()).status_code == 201
    answer = client.post(
        "/v1/notices",
        json=judgment(),
        params={name: text},
        headers={"Idempotency-Key": '"again"'},
    )
    assert answer.status_code == 400
    [fault] = answer.json()["errors"]
    assert fault["path"] == f"query.{name}"
    assert "must be one line" in fault["detail"]


def test_a_key_of_another_request_sends_nothing(client):
    key = {"Idempotency-Key": '"k-1"'}
    made = client.post("/v1/notices", json=judgment(), headers=key)
    answer = client.post(made.json()["href"] + "/send", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "key-used")
    assert client.get(made.json()["href"]).json()["send_asked_at"] is None
    own = {"Idempotency-Key": '"k-2"'}
    for status in (202, 200):
        answer = client.post(made.json()["href"] + "/send", headers=own)
        assert answer.status_code == status


def test_a_network_of_one_subscriber_has_one_allowance(api):
    """Who brings no good token is limited by the address; IPv6 has very many."""
    app = make_app(
        ApiSettings(site_path=api.home, unknown=RateLimit(requests=3)),
        clock=lambda: api.clock.now,
        monotonic=lambda: api.clock.seconds,
    )

    def asked(address):
        client = TestClient(app, client=(address, 50_000))
        head = {"Authorization": "Bearer guessed-0123456789"}
        return client.get("/v1/due", headers=head).status_code

    assert [asked(f"2001:db8:7:7::{n:x}") for n in range(5)] == [401] * 3 + [429] * 2
    assert asked("2001:db8:7:8::1") == 401
