"""A site in a fresh folder, tokens for it, and the API as a client sees it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from notices.access import TokenScope
from notices.codec import load_examples
from notices.service.api.app import ApiSettings, make_app
from notices.site import Site
from notices.site.starting import start_site

CASE_1, CASE_2 = "IHC-2026-004217", "IHC-2026-004219"
JSON = {"Content-Type": "application/json"}


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 1000.0

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)
        self.seconds += timedelta(**by).total_seconds()


@dataclass
class Api:
    """An API of a site, and whoever asks it."""

    home: Path
    clock: Clock
    clients: list[TestClient] = field(default_factory=list)

    def token(
        self, name: str = "cms", scopes: str = "prepare,send,read", **more
    ) -> str:
        with Site.open(self.home, clock=lambda: self.clock.now) as site:
            wanted = [TokenScope(one) for one in scopes.split(",")]
            return site.rooms.access.tokens.make(name, wanted, **more)[1]

    def client(self, token: str = "", **settings) -> TestClient:
        """Whoever holds this token; a process of the API of its own."""
        app = make_app(
            ApiSettings(site_path=self.home, **settings),
            clock=lambda: self.clock.now,
            monotonic=lambda: self.clock.seconds,
        )
        made = TestClient(
            app, headers={"Authorization": f"Bearer {token}"} if token else {}
        )
        made.__enter__()
        self.clients.append(made)
        return made

    def close(self) -> None:
        for client in self.clients:
            client.__exit__(None, None, None)

    def set(self, old: str, new: str) -> None:
        path = self.home / "notices.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def judgment(case_id: str = CASE_1, **changes) -> dict:
    """An example judgment; a new case id makes a new one."""
    source = changes.pop("source_case", CASE_1)
    return {
        **json.loads(load_examples()[f"{source}.json"]),
        "case_id": case_id,
        **changes,
    }


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    start_site(tmp_path / "site")
    made = Api(tmp_path / "site", Clock())
    # the example judgments are older every day
    made.set('look_before_send = "warn"', 'look_before_send = "off"')
    yield made
    made.close()


@pytest.fixture
def client(api: Api) -> TestClient:
    """A case system that may do all that a case system may."""
    return api.client(api.token())
