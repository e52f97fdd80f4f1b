"""What giving places costs does not grow with the ledger: rows read are counted."""

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from notices.casework import Looked, LookOutcome
from notices.casework.facts import Analysed, Fact
from notices.judgment import Source
from notices.site import Site
from tests.site.conftest import desk, received
from tests.store.postgres.conftest import server, superuser, template, url

__all__ = ["desk", "received", "server", "superuser", "template", "url"]

OLD = 1500
NEW = 100
AT = datetime(2026, 3, 2, tzinfo=UTC)
PATIENCE = 60


@pytest.fixture(autouse=True)
def on_postgres(desk, url):
    """The site's outbox is a fresh database."""
    desk.set("url", f'"{url}"', section="outbox")


def judged(count):
    return [
        Fact(
            case_id=f"ROW-{n:06}",
            at=AT,
            by="p",
            details=Analysed(
                category="controlled-drug-advertising",
                found_on=AT.date(),
                provider_location="JP",
                server_location=None,
                source=Source.PUBLIC,
            ),
        )
        for n in range(count)
    ]


def looked(count):
    return [
        Fact(
            case_id=f"ROW-{n:06}",
            at=AT + timedelta(hours=1),
            by="p",
            details=Looked(outcome=LookOutcome.STILL_THERE),
        )
        for n in range(count)
    ]


def record(desk, facts):
    """Written and put in their places; the connection ends, and so tells its work."""
    with Site.open(desk.home) as site:
        site.record(facts)
        site.parts.store.ledger.put_in_order()


def read_of_events(url):
    """Entries of the indexes of `events` that were read, once nobody adds to it."""
    query = "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = %s"
    end, before = time.monotonic() + PATIENCE, None
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < end:
            found = connection.execute(query, ("events",)).fetchone()[0]
            if found == before:
                return int(found)
            before = found
            time.sleep(1.5)
    raise AssertionError("the statistics do not come to rest")


def test_a_new_event_of_a_case_reads_no_old_ones(desk, url):
    record(desk, judged(OLD))
    before = read_of_events(url)
    record(desk, looked(NEW))
    read = read_of_events(url) - before
    # each of them read all old ones before: NEW * OLD
    assert read < NEW * OLD / 10, read
