"""A case that lived with approvals, over the API, with a reminder and a withdrawal."""

import json
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy
from starlette.testclient import TestClient

from notices.access import TokenScope
from notices.approval import Role
from notices.cli import run
from notices.delivery import State
from notices.errors import NoticesError
from notices.files import safe_write
from notices.service.api.app import ApiSettings, make_app
from notices.site import Site
from tests.site.approval.conftest import Watch
from tests.site.approval.people import Card, approve, enrol
from tests.site.casework.test_case_commands import state
from tests.site.conftest import CASE_1
from tests.site.disposal.conftest import windows_of
from tests.site.disposal.test_disposal import database_of
from tests.site.disposal.test_disposal_postgres import (
    base_of,
    empty_url,
    server,
    superuser,
)

__all__ = ["base_of", "empty_url", "server", "superuser"]

KEY = '"an-idempotency-key-of-this-case"'
REMARK = "承認の際の所見をここに書く"
CLOSED_FOR = "対応が済んだため閉じる"
WITHDRAWN_FOR = "取り下げる内部の事情"
FOR_EVER = ("--before", "2099-01-01", "--yes")
OF_CASE = (
    "SELECT draft, mail, grounds FROM drafts",
    "SELECT statement, signature FROM approvals",
    "SELECT key, fingerprint FROM request_keys",
    "SELECT content FROM artifacts",
    "SELECT judgment, notice, recipient_name, salt FROM notices",
    "SELECT forward_path FROM deliveries",
    "SELECT reply_text, note FROM attempts",
    "SELECT octets FROM beside",
)
STAYS = (
    "SELECT payload FROM events",
    "SELECT person, statement, signature, public_key FROM enrolments",
    "SELECT number, series, case_id, rung, reserved_at FROM numbers",
    "SELECT facts FROM policies",
    "SELECT name, sha256, scopes, created_by FROM access_tokens",
    "SELECT case_id, owner, since FROM case_owners",
    # rewritten without their free texts, which are looked for beside
    "SELECT line FROM case_facts",
    "SELECT note FROM checkpoints",
    "SELECT identity, place FROM identities",
    "SELECT number, started_at, state, stage, remote, tls FROM attempts",
    "SELECT reverse_path, archive_path, envid, message_id FROM deliveries",
)


@pytest.fixture(scope="module")
def cards():
    return {
        "kanri-a": Card.made("kanri-a", "管理 明", Role.ADMINISTRATOR),
        "reiji-t": Card.made("reiji-t", "例示 太郎"),
    }


@contextmanager
def client_of(desk, watch, token):
    app = make_app(ApiSettings(site_path=desk.home), clock=watch)
    head = {"Authorization": f"Bearer {token}"}
    with TestClient(app, headers=head) as client:
        yield client


def values(desk, queries):
    """Every value of these columns, as octets."""
    with (
        Site.open(desk.home) as site,
        site.parts.store.engine.connect() as connection,
    ):
        rows = [
            row for each in queries for row in connection.execute(sqlalchemy.text(each))
        ]
    told = [value for row in rows for value in row if value]
    return [each.encode() if isinstance(each, str) else bytes(each) for each in told]


def said_in(desk):
    """Short parts of all that must go, but those that stand in what stays."""
    kept = b"\n".join(values(desk, STAYS))
    found = set()
    for octets in values(desk, OF_CASE):
        found |= windows_of(octets) if len(octets) > 48 else {octets}
    words = {each.encode() for each in (REMARK, CLOSED_FOR, WITHDRAWN_FOR, KEY)}
    # blanks and zeros stand everywhere
    telling = {each for each in found if len(set(each)) > 6}
    return {each for each in telling if each not in kept} | words


def goes_out(site, notice, card):
    """Approved, signed, sent."""
    assert notice.state is State.DRAFTED
    approve(site, notice.number, card, reason=REMARK)
    site.rooms.approvals.signer.ask_to_send(notice.number)
    [signed] = site.sign_drafts()
    assert not isinstance(signed, NoticesError), (signed, signed.faults)
    assert signed.state is State.QUEUED
    [worked] = site.work(ignore_backoff=True)
    last = site.parts.store.ledger.told(notice.number)[-1]
    assert worked.state is State.SENT, last
    return notice.number


def earlier(value, by):
    """The same judgment, with every moment of it some days before."""
    if isinstance(value, dict):
        return {name: earlier(each, by) for name, each in value.items()}
    if isinstance(value, list):
        return [earlier(each, by) for each in value]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return (datetime.fromisoformat(value) - by).isoformat()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) - by).isoformat()
    return value


def lived(desk, watch, cards):
    """Prepared over the API, approved, sent, reminded, taken back, closed."""
    desk.set("required", '"checker"', section="approval")
    # PostgreSQL's server has a clock of its own
    desk.set("valid_business_days", "30", section="approval")
    checker = cards["reiji-t"]
    with Site.open(desk.home, clock=watch) as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
        scopes = [TokenScope.PREPARE, TokenScope.SEND, TokenScope.READ]
        token = site.rooms.access.tokens.make("cms", scopes)[1]
    text = (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    judgment = earlier(json.loads(text), timedelta(days=20))
    (desk.home / "cases" / f"{CASE_1}.json").unlink()
    with client_of(desk, watch, token) as client:
        head = {"Idempotency-Key": KEY}
        made = client.post("/v1/notices", json=judgment, headers=head)
        assert made.status_code == 201, made.text
        assert client.post("/v1/notices", json=judgment, headers=head).is_success
    with Site.open(desk.home, clock=watch) as site:
        [first] = site.status(CASE_1)
        numbers = [goes_out(site, first, checker)]
    watch.ahead += timedelta(days=14)
    with Site.open(desk.home, clock=watch) as site:
        numbers.append(goes_out(site, site.remind(CASE_1), checker))
        taken = site.withdraw(CASE_1, reason=WITHDRAWN_FOR)
        numbers.append(goes_out(site, taken, checker))
    assert desk.run("close", CASE_1, "--reason", CLOSED_FOR)[0] == 0
    return token, judgment, numbers


@pytest.fixture(params=["sqlite", "postgresql"])
def raw_of(request, desk):
    """Every byte of the database's files."""
    if request.param == "sqlite":

        def of_file():
            return database_of(desk.home)

        return of_file
    url, read = request.getfixturevalue("empty_url"), request.getfixturevalue("base_of")
    desk.set("url", f'"{url}"', section="outbox")
    return lambda: read(url)


def test_nothing_of_it_is_left_and_all_answers(raw_of, desk, received, cards, tmp_path):
    watch = Watch()
    is_file = raw_of.__name__ == "of_file"
    if is_file:  # PostgreSQL's server has a clock of its own: there we go ahead
        watch.ahead -= timedelta(days=15)
    token, judgment, numbers = lived(desk, watch, cards)
    said = said_in(desk)
    before = raw_of()
    seen = sum(each in before for each in said)
    # PostgreSQL packs what is large
    assert seen > (len(said) * 0.7 if is_file else 50)
    bundles = [tmp_path / f"{number}.asice" for number in numbers if is_file]
    if is_file:
        assert desk.run("export", CASE_1, "--out", str(tmp_path))[0] == 0
    size = str(desk.json("show", CASE_1)[1][0]["ledger"]["size"])
    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    pair = ("statistics", "2026", "--as-of", yesterday, "--size", size)
    code, counted, _ = desk.run(*pair, "--format", "json")
    assert code == 0
    path = tmp_path / "kanri.p12"
    safe_write(path, cards["kanri-a"].p12, mode=0o600)
    second = ("--confirmed-by", "kanri-a", "--key", f"pkcs12:{path}")
    assert desk.run("dispose", *FOR_EVER)[0] == 69
    code, _, err = desk.run("dispose", *FOR_EVER, *second)
    assert code == 0, err
    # the statement has members that approvals have too
    [statement] = values(desk, ["SELECT statement FROM disposals"])
    said = {each for each in said if each not in statement}
    after = raw_of()
    assert [each for each in said if each in after] == []
    [certificate] = desk.json("disposals")[1]
    assert certificate["confirmed"]["status"] == "passed"
    removed = certificate["removed"]
    assert (removed["drafts"], removed["approvals"], removed["request_keys"]) == (
        *(3, 3),
        1,
    )
    assert desk.run(*pair, "--format", "json")[1] == counted
    commands_answer(desk)
    trust = ("--trust", str(desk.root))
    for bundle in bundles:
        assert run(["verify", str(bundle), *trust]) == 0
    if is_file:
        assert desk.run("export", CASE_1, "--redact", "--out", str(tmp_path))[0] == 0
    for bundle in bundles:
        assert run(["verify", str(bundle.with_suffix(".redacted.asice")), *trust]) == 0
    api_answers(desk, watch, token, judgment, numbers)
    after = raw_of()
    assert [each for each in said if each in after] == []


def commands_answer(desk):
    code, shown = desk.json("show", CASE_1)
    assert (code, len(shown)) == (0, 3)
    assert all(each["disposed"] and each["artifacts"] == {} for each in shown)
    for words in (
        ("show", CASE_1),
        ("case", CASE_1),
        ("list",),
        ("due",),
        ("approvals",),
        ("ledger", "verify"),
    ):
        assert desk.run(*words)[0] == 0, words
    assert state(desk) == "disposed"
    for words in (
        ("remind", CASE_1),
        ("withdraw", CASE_1, "--reason", "x"),
        ("approve", CASE_1, "--as", "reiji-t", "--key", "pem:x", "--yes"),
    ):
        assert desk.run(*words)[0] in (1, 65, 69), words


def api_answers(desk, watch, token, judgment, numbers):
    with client_of(desk, watch, token) as client:
        for number in numbers:
            told = client.get(f"/v1/notices/{number}")
            assert told.status_code == 200, told.text
            assert told.json()["documents"] == []
            for name in ("judgment.json", "letter.pdf", "message.eml"):
                asked = client.get(f"/v1/notices/{number}/documents/{name}")
                assert asked.status_code == 404, (name, asked.text)
            assert client.post(f"/v1/notices/{number}/send").status_code < 500
        for path in (
            "/v1/notices",
            f"/v1/cases/{CASE_1}",
            "/v1/due",
            "/v1/events",
            "/v1/approvals",
            "/v1/statistics/2026",
        ):
            told = client.get(path)
            assert told.status_code == 200, (path, told.text)
        head = {"Idempotency-Key": KEY}
        for headers in (head, {}):
            again = client.post("/v1/notices", json=judgment, headers=headers)
            assert 400 <= again.status_code < 500, again.text
