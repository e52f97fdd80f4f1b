"""Cases told in few words."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from notices.casework import make_case, read_fact
from notices.codec import load_calendar, load_catalogue

CASE = "IHC-2026-004217"
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""A Tuesday in Japan, after a holiday."""


def line(fact, at=0, *, case_id=CASE, by="tanaka-i", **fields):
    """A line of JSON; `at`: hours after START, or a moment as text."""
    moment = at if isinstance(at, str) else (START + timedelta(hours=at)).isoformat()
    plain = {"fact": fact, "at": moment, "by": by, **fields}
    return json.dumps({"case_id": case_id, **plain} if case_id else plain)


def told(*facts):
    """A case of facts, each `(name, hours, fields)`."""
    return make_case(CASE, [read_fact(line(n, at, **more)) for n, at, more in facts])


ANALYSED = (
    "analysed",
    0,
    {
        "category": "controlled-drug-advertising",
        "found_on": "2026-11-23",
        "source": "public",
        "provider_location": "US",
    },
)


def asked(at=2, number="R8-1-000001", kind="request", rung="website_administrator"):
    """A notice that was sent."""
    return ("requested", at, {"number": number, "kind": kind, "rung": rung})


def looked(at, outcome="still_there", how="person"):
    """A look."""
    return ("looked", at, {"outcome": outcome, "how": how})


@pytest.fixture(scope="session")
def calendar():
    return load_calendar()


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()
