"""Every route of the console, and every way in which it is not to be asked."""

import html
import re
from urllib.parse import urljoin, urlsplit

import pytest

from notices.approval import Role
from notices.service.console.routes import FORM_OCTETS, ROUTES
from notices.service.guard.headers import SECURITY_HEADERS
from tests.service.console.conftest import CASE
from tests.site.approval.people import ORIGIN

NAMES = {
    "{secret}": "A" * 43,
    "{person}": "kansa-m",
    "{case_id}": CASE,
    "{number}": "R8-1-000001",
    "{name}": "notice.json",
    "{page:int}": "1",
    "{seq:int}": "0",
    "{name:path}": "form1/letter.ja.j2",
    "{proposal}": "0123456789abcdef",
    "{letter}": "0" * 64,
    "{act}": "remind",
    "{digest}": "a" * 64,
}
BY_ROLE = {
    Role.ADMINISTRATOR: "kanri-a",
    Role.CHECKER: "reiji-t",
    Role.OPERATOR: "unyo-s",
    Role.ASSESSOR: "hantei-s",
    Role.AUDITOR: "kansa-m",
}
IDS = [f"{route.method} {route.path}" for route in ROUTES]
FOREIGN = (
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://other.example.jp", "Sec-Fetch-Site": "same-site"},
    {"Origin": "null", "Sec-Fetch-Site": ""},
    {"Origin": "", "Sec-Fetch-Site": ""},
)


def path_of(route) -> str:
    path = route.path
    for name, value in NAMES.items():
        path = path.replace(name, value)
    return path


def checked(answer, *statuses: int):
    assert answer.status_code in statuses, answer.text
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert "<style" not in answer.text
    return answer


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_a_route_is_asked_in_all_wrong_ways(desk, route):
    path, client = path_of(route), desk.browser()
    if route.roles:
        no_login = checked(client.request(route.method, path), 303, 401)
        assert no_login.status_code == (303 if route.method == "GET" else 401)
        client.cookies.set("__Host-notices", "B" * 43)
        checked(client.request(route.method, path), 303, 401)
        client.cookies.clear()
        for role, person in BY_ROLE.items():
            inside = desk.browser(person)
            if role in route.roles:
                continue
            checked(inside.request(route.method, path), 403)
    if route.method == "POST":
        person = next((BY_ROLE[r] for r in BY_ROLE if r in route.roles), "")
        inside = desk.browser(person)
        for fields in FOREIGN:
            checked(inside.post(path, headers=fields), 403)
        large = b"a=" + b"b" * FORM_OCTETS
        checked(inside.post(path, content=large), 413)
        checked(inside.post(path, content=iter([large])), 413)
        checked(inside.post(path, content=b"\xff=\xfe"), 400)
        checked(inside.post(path, content=b"&".join([b"a=1"] * 200)), 400)
        # a form of a page that tells no referrer: the browser vouches for it
        vouched = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        checked(desk.browser().post("/login", headers=vouched), 400)
        # nothing of a form that is empty is ever done
        if route.path != "/logout":
            checked(inside.post(path), 400, 409)


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_a_wrong_method_is_told_the_right_ones(desk, route):
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        answer = checked(desk.browser().request(method, path_of(route)), 405)
        assert route.method in answer.headers["allow"]


def test_what_is_not_there(desk):
    checked(desk.browser().get("/nothing"), 404)
    checked(desk.browser().get("/static/../app.py"), 404)
    for name in ("console.css", "console.js", "console.svg"):
        checked(desk.browser().get(f"/static/{name}"), 200)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cases",
        "/people",
        "/people/unyo-s",
        "/hold",
        "/prepare",
        "/inbox",
        "/statistics",
        "/templates",
        "/templates/edit/form1/letter.ja.j2",
        f"/cases/{CASE}",
    ],
)
def test_the_pages_themselves_have_the_headers(desk, path):
    checked(desk.browser("kansa-m").get(path), 200)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/login",
        "///evil.example",
        "/%2Fevil.example",
        "/%5Cevil.example",
        "/%5C%2Fevil.example",
        "/%09/evil.example",
        "/%0A/evil.example",
        "/%22onclick=%22x",
    ],
)
@pytest.mark.parametrize("person", ["", "kansa-m"])
def test_no_link_of_a_page_leads_to_another_host(desk, path, person):
    """Whoever was sent to such an address found a switch of the language that led away."""
    answer = desk.browser(person).get(ORIGIN + path)
    checked(answer, 404)
    links = re.findall(r'(?:href|action|src)="([^"]*)"', answer.text)
    assert links
    for link in links:
        # as a browser reads it (WHATWG URL, 4.4)
        seen = re.sub(r"[\t\r\n]", "", html.unescape(link)).replace("\\", "/")
        there = urlsplit(urljoin(f"{ORIGIN}/", seen))
        assert f"{there.scheme}://{there.netloc}" == ORIGIN, link


GARBAGE = (
    "",
    "x",
    "!!!!",
    "AAAA",
    "e30=",
    "bnVsbA==",
    "W10=",
    "\x00",
    "𝒳" * 50,
    "9" * 400,
)
FIELDS = (
    *("public_key", "credential_id", "statement", "authenticator_data"),
    *("client_data_json", "signature", "version", "link", "hold", f"outcome-{CASE}"),
    *("state", "send", "reason", "person", "name", "role-checker", "number", "says"),
    *("bundle", "text", "do", "decision"),
)


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_garbage_is_never_our_fault(desk, route):
    """And nothing is written for it."""
    person = next((BY_ROLE[r] for r in BY_ROLE if r in route.roles), "")
    path = path_of(route)
    if "{secret}" in route.path:
        with desk.opened() as site:
            _, secret = site.rooms.access.links.make("shin-k", "新任", [Role.CHECKER])
        path = path.replace("A" * 43, secret)
    for garbage in GARBAGE:
        # logins are counted by address: each garbage comes from elsewhere
        inside = desk.browser(person, address=f"192.0.2.{len(garbage) % 200}")
        if route.method == "GET":
            asked = dict.fromkeys(
                ("q", "state", "category", "due", "after", "case", "before"), garbage
            )
            answer = inside.get(path, params={**asked, "year": garbage})
        elif route.path != "/logout":
            # any words are a reason to stop everything: that one is no garbage
            names = [one for one in FIELDS if (path, one) != ("/hold", "reason")]
            answer = inside.post(path, data=dict.fromkeys(names, garbage))
            assert answer.status_code != 303
        else:
            continue
        assert answer.status_code < 500, answer.text
    with desk.opened() as site:
        assert site.parts.approvals.of("R8-1-000001") == ()
        assert "shin-k" not in site.rooms.approvals.people.known()
        assert site.rooms.access.holds.now() is None
