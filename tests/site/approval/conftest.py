"""A site that wants approvals, its people, and a clock that the test sets."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from notices.approval import Role
from notices.site import Site
from tests.site.approval.people import ASSESSOR, CHECKER, Card, enrol
from tests.site.conftest import desk, own_key, received

__all__ = ["desk", "own_key", "received"]


class Watch:
    """A clock that goes on by itself, and by what the test adds."""

    def __init__(self):
        self.ahead = timedelta(0)

    def __call__(self):
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="session")
def cards():
    """An administrator, the checker, the assessor, and another checker."""
    return {
        "kanri-a": Card.made("kanri-a", "管理 明", Role.ADMINISTRATOR, kind="rsa"),
        "reiji-t": Card.made("reiji-t", CHECKER),
        "mihon-h": Card.made("mihon-h", ASSESSOR, Role.ASSESSOR, Role.CHECKER),
        "suzuki-m": Card.made("suzuki-m", "鈴木 実", kind="p384"),
    }


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def opened(desk, watch):
    """Opens the site anew: what another process would see."""

    @contextmanager
    def open_site():
        with Site.open(desk.home, clock=watch) as site:
            yield site

    return open_site


@pytest.fixture
def wanting(desk, opened, cards):
    """The site wants approvals, and everybody is enrolled."""
    desk.set("required", '"checker"', section="approval")
    with opened() as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
    return desk


@pytest.fixture
def checker(cards):
    return cards["reiji-t"]
