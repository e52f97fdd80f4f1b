"""Leaves of facts, and the report of them."""

import random
from datetime import UTC, date, datetime

import pytest

from notices.codec import load_calendar, load_catalogue, load_countries
from notices.ledger import Leaf, utc
from notices.statistics import Settings, facts_of_leaves, yearly
from tests.statistics.facts_of_2024 import facts

TEXTS = {"reference", "note"}


def leaf_of(seq, line):
    """What the ledger holds of a line: words and numbers, no free text."""
    told = {
        name: utc(value) if isinstance(value, datetime) else value
        for name, value in line.items()
        if name not in {"fact", "case_id", "number", *TEXTS}
    }
    return Leaf(
        seq=seq,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        event=line["fact"],
        number=line.get("number"),
        case_id=line.get("case_id"),
        previous={},
        nonce="00" * 16,
        by="program:test",
        facts=told,
        beside={},
    )


def report_of(leaves, as_of=date(2025, 1, 31), year=2024, calendar=None, **settings):
    """The yearly report of leaves."""
    return yearly(
        facts_of_leaves(leaves, as_of),
        year,
        as_of,
        catalogue=load_catalogue(),
        calendar=calendar or load_calendar(),
        countries=load_countries(),
        settings=Settings(**settings),
    )


@pytest.fixture(scope="session")
def leaves():
    """Those of 2024, in no order."""
    lines = list(facts())
    random.Random(2024).shuffle(lines)  # noqa: S311
    return [leaf_of(seq, line) for seq, line in enumerate(lines)]
