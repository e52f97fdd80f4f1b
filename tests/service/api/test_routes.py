"""Every route walked: no token, wrong scope, wrong method, too large, and all headers."""

import re
import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import uvicorn

from notices.access import TokenScope
from notices.service.api.app import ApiSettings, make_app
from notices.service.api.problems import KINDS, MEDIA_TYPE
from notices.service.api.routes import ROUTES
from notices.service.api.routing import ApiRoute, Routes
from notices.service.guard.headers import SECURITY_HEADERS
from notices.service.guard.limits import RateLimit
from notices.site import Site
from tests.service.api.conftest import JSON

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
GUARDED = [route for route in ROUTES.all if route.scope is not None]
NAMES = [route.name for route in ROUTES.all]


def path_of(route: ApiRoute) -> str:
    return re.sub(r"\{year\}", "2026", re.sub(r"\{(?!year)\w+\}", "X-1", route.path))


def problem(response, status: int, code: str) -> dict:
    """The problem of an answer, which has all that every answer has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    guarded(response)
    told = response.json()
    assert told["code"] == code
    assert told["type"] == f"urn:notices:problem:{code}"
    assert told["status"] == status == KINDS[code].status
    assert told["detail"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", told["instance"])
    return told


def guarded(response) -> None:
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get_list(name) == [value]
    assert "server" not in response.headers


@pytest.fixture
def stranger(api):
    return api.client(unknown=RateLimit(requests=10_000))


@pytest.mark.parametrize("route", GUARDED, ids=[route.name for route in GUARDED])
def test_a_route_is_shut_to_whoever_has_no_good_token(route, api, stranger):
    path = path_of(route)
    told = problem(stranger.request(route.method, path), 401, "token-missing")
    assert str(route.scope) in told["hint"]
    for field in ("Bearer " + "a" * 40, "Bearer x", "Basic YTpi"):
        response = stranger.request(
            route.method, path, headers={"Authorization": field}
        )
        problem(response, 401, "token-unknown")
        assert response.headers["www-authenticate"].startswith("Bearer ")
    others = ",".join(scope for scope in TokenScope if scope is not route.scope)
    response = api.client(api.token("other", others)).request(route.method, path)
    problem(response, 403, "scope-missing")
    assert f'scope="{route.scope}"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("route", ROUTES.all, ids=NAMES)
def test_a_route_is_closed_to_other_methods(route, api, client):
    allowed = set(ROUTES.at(path_of(route)))
    for method in METHODS - allowed:
        response = client.request(method, path_of(route))
        if method == "HEAD":
            assert response.status_code == 405
        else:
            problem(response, 405, "bad-method")
        assert set(response.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("route", ROUTES.all, ids=NAMES)
def test_no_route_reads_more_than_it_says(route, client):
    most = route.body.octets if route.body else 0
    # what says so itself is refused before a byte of it is read
    headers = {**JSON, "Content-Length": str(most + 1)}
    response = client.request(
        route.method, path_of(route), headers=headers, content=b""
    )
    told = problem(response, 413, "too-large")
    assert told["status"] == 413
    if route.body:
        pieces = (b"x" * 65_536 for _ in range(most // 65_536 + 2))
        response = client.request(
            route.method, path_of(route), headers=JSON, content=pieces
        )
        problem(response, 413, "too-large")


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES.all if route.body and not route.body.takes_any_type],
    ids=lambda route: route.name,
)
def test_a_body_of_another_type_is_refused(route, client):
    for kind in (
        "text/plain",
        "application/xml",
        "",
        "application/json; charset=shift_jis",
    ):
        response = client.request(
            route.method, path_of(route), headers={"Content-Type": kind}, content=b"{}"
        )
        problem(response, 415, "bad-media-type")
        assert "application/json" in response.headers["accept"]


@pytest.mark.parametrize("route", ROUTES.all, ids=NAMES)
def test_a_query_that_is_not_known_is_refused(route, client):
    body = {"content": b"{}", "headers": JSON} if route.body else {}
    told = problem(
        client.request(route.method, path_of(route) + "?a=1&a=2", **body),
        400,
        "bad-request",
    )
    assert [error["path"] for error in told["errors"]] == ["query.a", "query.a"]


@pytest.mark.parametrize("route", ROUTES.all, ids=NAMES)
def test_every_answer_is_guarded_and_none_is_an_error_of_ours(route, client):
    response = client.request(
        route.method, path_of(route), headers=JSON if route.body else {}, content=b""
    )
    guarded(response)
    assert response.status_code < 500, response.text
    assert "ratelimit" in response.headers


@pytest.mark.parametrize("route", GUARDED, ids=[route.name for route in GUARDED])
def test_what_is_not_there_and_what_is_not_yours_look_alike(route, client):
    if "{year}" in route.path or "{" not in route.path:
        return
    told = problem(client.request(route.method, path_of(route)), 404, "not-found")
    assert told["detail"] == "there is nothing here, or it is not yours"


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v2/notices", "/v1/notices/", "/v1/notices/%ff", "/v1/notices/a%2Fb/c",
     "//v1/due", "/v1/statistics/1999", "/v1/statistics/year", "/v1/cases/x"],
)  # fmt: skip
def test_there_is_nothing_elsewhere(path, client):
    response = client.get(path)
    problem(response, 404, "not-found")
    guarded(response)
    assert "location" not in response.headers


def test_a_head_is_answered_like_a_get_without_its_body(client):
    head, get = client.head("/v1/due"), client.get("/v1/due")
    assert head.status_code == get.status_code == 200
    assert head.headers["content-length"] == str(len(get.content))


def test_a_token_asks_so_often_and_then_waits_as_told(api):
    client = api.client(api.token(), per_token=RateLimit(requests=3, seconds=60))
    lefts = [client.get("/v1/due").headers["ratelimit"] for _ in range(3)]
    assert lefts == ['"token";r=2;t=0', '"token";r=1;t=0', '"token";r=0;t=20']
    refused = client.get("/v1/due")
    problem(refused, 429, "too-many")
    assert refused.headers["retry-after"] == "20"
    assert refused.headers["ratelimit-policy"] == '"token";q=3;w=60'
    other = api.client(api.token("other"), per_token=RateLimit(requests=3, seconds=60))
    assert other.get("/v1/due").status_code == 200
    api.clock.move(seconds=20)
    assert client.get("/v1/due").status_code == 200


def test_who_guesses_tokens_is_slowed_down(api):
    stranger = api.client(unknown=RateLimit(requests=2, seconds=60))
    fields = {"Authorization": "Bearer " + "a" * 40}
    for _ in range(2):
        problem(stranger.get("/v1/due", headers=fields), 401, "token-unknown")
    problem(stranger.get("/v1/due", headers=fields), 429, "too-many")
    # a good token is let on from the same address
    fields = {"Authorization": f"Bearer {api.token()}"}
    assert stranger.get("/v1/due", headers=fields).status_code == 200


def test_a_token_ends_and_is_revoked_while_the_api_runs(api):
    short = api.client(api.token("a", "read", expires_at=_later(api, hours=1)))
    kept = api.client(api.token("b", "read"))
    assert short.get("/v1/due").status_code == kept.get("/v1/due").status_code == 200
    api.clock.move(hours=1)
    problem(short.get("/v1/due"), 401, "token-unknown")

    with Site.open(api.home) as site:
        assert len(site.rooms.access.tokens.revoke("b")) == 1
        assert site.rooms.access.tokens.revoke("b") == ()
    problem(kept.get("/v1/due"), 401, "token-unknown")


def _later(api, **by):

    return api.clock.now + timedelta(**by)


def test_problems_are_told_in_japanese_to_who_asks_for_it(client):
    told = client.get("/v1/none", headers={"Accept-Language": "ja"})
    assert told.headers["content-language"] == "ja"
    assert re.search("[ぁ-ん]", told.json()["detail"])
    assert told.json()["code"] == "not-found"
    english = client.get("/v1/none")
    assert english.headers["content-language"] == "en"
    assert english.headers["vary"] == "Accept-Language"


def test_what_we_did_not_foresee_is_told_by_the_log_alone(api, caplog, monkeypatch):
    """A broken site: its inside stays inside."""
    client = api.client(api.token())
    api.set("[center]", "[centre]")
    api.clock.move(minutes=5)
    told = problem(client.get("/v1/due"), 503, "configuration")
    assert told["instance"].removeprefix("urn:uuid:") in caplog.text


def test_a_slow_body_is_not_waited_for_for_ever(api):
    """Asked of the real server: the test client sends all at once."""

    shape = replace(ROUTES.at("/v1/judgments")["POST"][0].body, seconds=0.2)
    route = replace(ROUTES.at("/v1/judgments")["POST"][0], body=shape)

    made = make_app(ApiSettings(site_path=api.home), routes=Routes([route]))
    server = uvicorn.Server(uvicorn.Config(made, port=0, log_level="error"))
    link = socket.socket()
    link.bind(("127.0.0.1", 0))
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [link]}, daemon=True
    )
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with socket.create_connection(link.getsockname(), timeout=10) as peer:
        head = (
            f"POST /v1/judgments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.token()}"
            "\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
        )
        peer.sendall(head.encode())
        answer = peer.recv(65536)
    server.should_exit = True
    thread.join(10)
    assert answer.startswith(b"HTTP/1.1 408 ")
