"""Lists of many cases: whoever owns few or many sees the same, and a page costs a page."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from notices.casework import read_fact
from notices.site import Site
from notices.store.access import handed_in
from tests.service.api.conftest import JSON, judgment

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def shared(api):
    """Two case systems; each has handed in some of the notices, in turns."""
    tokens = {name: api.token(name) for name in ("even", "odd")}
    clients = {name: api.client(token) for name, token in tokens.items()}
    for place in range(6):
        client = clients["odd" if place % 2 else "even"]
        case_id = f"IHC-2026-0900{place}"
        made = client.post("/v1/notices", json=judgment(case_id), headers=JSON)
        assert made.status_code == 201, made.text
    return api, clients


def answers(client) -> list:
    paths = ("/v1/notices", "/v1/notices?state=drafted&limit=2", "/v1/events?after=0")
    return [client.get(path).json() for path in paths]


def test_of_few_and_of_many_cases_the_same_is_told(shared, monkeypatch):
    _, clients = shared
    few = {name: answers(client) for name, client in clients.items()}
    assert [len(few[name][0]["notices"]) for name in clients] == [3, 3]
    assert not set(few["even"][0]["notices"][0].values()) & {"IHC-2026-09001"}
    monkeypatch.setattr(handed_in, "_FEW", 0)
    many = {name: answers(client) for name, client in clients.items()}
    assert many == few


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The statements that any database is asked."""
    told: list[str] = []

    def tell(_connection, _cursor, statement, *_rest):
        told.append(statement)

    event.listen(Engine, "before_cursor_execute", tell)
    yield told
    event.remove(Engine, "before_cursor_execute", tell)


def test_a_longer_page_asks_the_database_no_oftener(shared, asked):
    """But for the drafts themselves: each tells when it was asked for."""
    _, clients = shared
    counts = []
    for limit in (1, 3, 1, 3):
        asked.clear()
        clients["even"].get(f"/v1/notices?limit={limit}")
        counts.append(sum("attempts" in one for one in asked))
    assert len(set(counts)) == 1, counts


def test_a_year_is_counted_once_for_a_state_of_the_ledger(api):
    """The same question is not counted again; whatever comes in since is counted."""
    client = api.client(api.token())
    path = f"/v1/statistics/{api.clock.now.year}"
    first = client.get(path)
    assert client.get(path).json() == first.json()
    with Site.open(api.home, clock=lambda: api.clock.now) as site:
        site.record([read_fact(_intake(api.clock.now))])
    after = client.get(path).json()
    assert after["ledger"]["size"] > first.json()["ledger"]["size"]
    assert client.get(f"{path}?size=0").json()["ledger"]["size"] == 0


def _intake(now: datetime) -> str:
    return (
        '{"fact": "intake", "month": "2026-01", "received": 5, "out_of_scope": 1, '
        f'"at": "{now.isoformat()}", "by": "cms"}}'
    )
