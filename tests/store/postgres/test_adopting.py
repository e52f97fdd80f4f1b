"""On a server cases of before are told as in a file."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from notices.casework import Requested
from notices.delivery import State
from notices.store import Store
from notices.store.casework import StoredCasework
from notices.store.database.engine import writing
from notices.store.model import CaseKey
from tests.store.conftest import NOW, make_number, prepared_for
from tests.store.test_adopting import OLD
from tests.store.test_store import bring_to


def test_what_went_out_before_is_told_once(url):
    """As of before: its notice is there and was sent, and nothing tells of a case."""
    judgment = judgment_of_before()
    with Store.open(url) as store:
        key = CaseKey(case_id="HL-0004", rung="website_administrator")
        number = store.reserve_number(key, year=2026, make_number=make_number, now=NOW)
        made = replace(prepared_for(number, key), judgment=judgment)
        store.add(made, now=NOW)
        bring_to(store, number, State.SENT)
        with writing(store.engine) as connection:
            connection.execute(text("DROP TABLE late_stamps"))  # of 0021
            connection.execute(text("UPDATE alembic_version SET version_num = '0019'"))
    later = NOW + timedelta(days=200)
    for _ in range(2):
        with Store.open(url, now=later) as store:
            case = StoredCasework(store.engine, by="program:notices").case("HL-0004")
            [sent] = case.of(Requested)
            assert (sent.details.number, sent.at, sent.by) == (number, NOW, "upgrade")
            told = [
                leaf for leaf in store.ledger.events() if b"program:upgrade" in leaf
            ]
            assert len(told) == 3  # judged, the police told, asked


def judgment_of_before():
    with closing(sqlite3.connect(f"file:{OLD}?mode=ro", uri=True)) as connection:
        [found] = connection.execute(
            "SELECT judgment FROM notices WHERE case_id = 'HL-0004'"
        ).fetchone()
    return found
