"""A server with events of version 1, some of them without a place, goes on."""

import json

from alembic import command
from alembic.config import Config

from notices.store.database import migrate
from notices.store.database.engine import make_engine, writing
from notices.store.model import CaseKey
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice, make_number
from tests.store.test_store import bring_to
from tests.store.test_version_2 import judged

ADDED = (
    ("R8-1", "numbered", {"case_id": "HL-0001", "rung": "website_administrator"}),
    ("R8-1", "prepared", {"case_id": "HL-0001", "form": "form1", "note": "済"}),
)


def of_before(url, added):
    """A database of revision 0006, with events that wait for their places."""
    engine = make_engine(url, busy_timeout=5)
    config = Config()
    config.set_main_option("script_location", str(migrate._SCRIPTS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for number, kind, facts in added:
            connection.exec_driver_sql(
                "INSERT INTO unordered (number, kind, at, facts) VALUES (%s, %s, %s, %s)",
                (number, kind, "2026-03-05T09:00:00.000000Z", json.dumps(facts)),
            )
    engine.dispose()


def test_what_waits_gets_its_place_as_version_1(empty_url):
    of_before(empty_url, ADDED)
    with Store.open(empty_url, origin="log.example/n") as store:
        store.reserve_number(
            CaseKey(case_id="HL-0002", rung="website_administrator"),
            form="form1",
            year=2026,
            make_number=make_number,
            now=NOW,
        )
        events = judged(store)
    assert [event.kind for event in events] == [
        "numbered",
        "prepared",
        "version_began",
        "numbered",
    ]
    assert [event.leaf is None for event in events] == [True, True, False, False]
    assert events[1].facts["note"] == "済"


def test_chains_are_whole_where_places_are_given_late(store):
    numbers = [add_notice(store, f"HL-{index:04}") for index in range(5)]
    for number in numbers:
        bring_to(store, number, "delivered")
    events = judged(store)
    assert sum(event.kind == "evidence" for event in events) == 5
    assert store.ledger.told(numbers[0])[-1]["event"] == "evidence"
