"""What was due on a day gone by: the table's answer against each case's own facts.

Facts come one after the other, as in a year of work; days are asked for at the end. The
judge reads every fact of every case and asks no table.
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from notices.casework import (
    Analysed,
    Fact,
    Looked,
    LookOutcome,
    Requested,
    RequestKind,
    Retracted,
    due,
    fact_hash,
)
from notices.casework.case import end_of
from notices.judgment import JST, Rung, Source
from notices.site import Site
from notices.store.database.engine import writing
from notices.store.database.migrations import versions
from tests.effort import Effort
from tests.site.conftest import desk

__all__ = ["desk"]

BEGAN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
JUDGED = Analysed(
    category="controlled-drug-advertising",
    found_on=BEGAN.date(),
    source=Source.PUBLIC,
    provider_location="JP",
)


def asked(number, kind=RequestKind.REQUEST):
    return Requested(number=number, kind=kind, rung=Rung.WEBSITE_ADMINISTRATOR)


def fact(case_id, at, details):
    return Fact(case_id=case_id, at=at, by="op", details=details)


def a_case(index, chance, at):
    """Judged, asked, looked at now and then; some of it was wrong."""
    case_id, told = f"IHC-2026-{index:06}", []

    def tell(details):
        nonlocal at
        told.append(fact(case_id, at, details))
        at += timedelta(days=chance.randrange(0, 12), hours=chance.randrange(1, 9))

    tell(JUDGED)
    if chance.random() < 0.9:
        tell(asked(f"R8-1-{index:06}"))
    for _ in range(chance.randrange(0, 4)):
        tell(Looked(outcome=chance.choice(list(LookOutcome))))
    wrong = chance.choice(told)
    is_whole = len(told) == 1 or isinstance(wrong.details, Looked)
    if is_whole and chance.random() < 0.6:
        tell(Retracted(of=fact_hash(wrong), reason="誤り"))
    return told


@pytest.mark.parametrize("seed", range(3))
def test_law_the_table_tells_of_a_day_what_the_facts_told(desk, seed):
    chance = random.Random(seed)  # noqa: S311 - years that can be lived again
    told = sorted(
        (
            one
            for index in range(40)
            for one in a_case(
                index, chance, BEGAN + timedelta(days=chance.randrange(90))
            )
        ),
        key=lambda one: one.at,
    )
    now = max(one.at for one in told) + timedelta(days=30)
    with Site.open(desk.home, clock=lambda: now) as site:
        for start in range(0, len(told), 25):
            site.record(told[start : start + 25])
        calendar = site.parts.calendar
        every = sorted({one.case_id for one in told})
        counts = set()
        for ago in range(0, 130, 7):
            day = (now - timedelta(days=ago)).astimezone(JST).date()
            then = site.parts.casework.cases_of(every, until=end_of(day))
            wanted = [one for case in then for one in due(case, day, calendar)]
            found = [one for one in site.due(day) if one.case_id]
            assert sorted(map(repr, found)) == sorted(map(repr, wanted)), day
            counts.add(len(found))
        assert len(counts) > 3, "nothing was due"


def calls_of_a_day_gone_by(home, later, now):
    """Calls that the answer takes with so many cases that began after that day."""
    cases = [
        fact(f"LATER-{n:06}", BEGAN + timedelta(days=40, hours=hours), details)
        for n in range(later)
        for hours, details in ((0, JUDGED), (1, asked(f"R8-1-9{n:05}")))
    ]
    early = [
        fact("EARLY-1", BEGAN, JUDGED),
        fact("EARLY-1", BEGAN + timedelta(hours=1), asked("R8-1-000001")),
    ]
    with Site.open(home, clock=lambda: now) as site:
        site.record([*early, *cases])
        day = (BEGAN + timedelta(days=20)).date()
        assert [one.case_id for one in site.due(day)] == ["EARLY-1"]
        spent, before = Effort(), sys.getprofile()
        sys.setprofile(spent.count)
        try:
            site.due(day)
        finally:
            sys.setprofile(before)
        return spent.calls


def test_what_began_later_costs_nothing(desk):
    now = BEGAN + timedelta(days=100)
    few = calls_of_a_day_gone_by(desk.home, 2, now)
    assert calls_of_a_day_gone_by(desk.home, 60, now) <= few * 1.05


def test_a_database_of_an_earlier_version_is_filled_in(desk):
    now = BEGAN + timedelta(days=200)
    told = a_case(1, random.Random(3), BEGAN)  # noqa: S311
    with Site.open(desk.home, clock=lambda: now) as site:
        site.record(told)
        engine = site.parts.store.engine
        query = text("SELECT case_id, told_since, told_until FROM cases")
        with writing(engine) as connection:
            written = connection.execute(query).all()
            for statement in (
                "DROP INDEX ix_cases_told_since_told_until_case_id",
                "DROP INDEX ix_case_facts_retracted_at",
                "ALTER TABLE cases DROP COLUMN told_since",
                "ALTER TABLE cases DROP COLUMN told_until",
            ):
                connection.execute(text(statement))
        with writing(engine) as connection:
            with Operations.context(MigrationContext.configure(connection)):
                import_module(f"{versions.__name__}.0018_days_gone_by").upgrade()
            assert connection.execute(query).all() == written
    assert written
    assert written[0].told_since < written[0].told_until
