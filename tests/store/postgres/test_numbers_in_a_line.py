"""A number is used or void, never both: whoever comes second waits for the first.

On PostgreSQL both looked before either had committed, and both were written down.
"""

import threading
from contextlib import contextmanager

import pytest

from notices.errors import NoticesError, RefusedError, TryLater
from notices.store import numbering
from notices.store.adding import add
from notices.store.database.engine import writing
from notices.store.model import CaseKey
from notices.store.store import Store
from tests.store.conftest import NOW, make_number, prepared_for

KEY = CaseKey(case_id="HL-0004", rung="website_administrator")
WAITS = 0.5
"""Seconds after which the second one is taken to wait."""


def reserve(store, **others):
    made = {"year": 2026, "make_number": make_number, "now": NOW}
    return store.reserve_number(KEY, **{**made, **others})


@contextmanager
def in_another_session(url, act):
    """The act begins beside us and ends after us; what it raised is in the list."""
    raised = []

    def run():
        with Store.open(url) as store:
            try:
                act(store)
            except NoticesError as error:
                raised.append(error)

    thread = threading.Thread(target=run)

    def begin():
        thread.start()
        thread.join(WAITS)

    yield begin, raised
    thread.join(30)
    assert not thread.is_alive()


def state_of(store, number):
    """Whether it is void, and whether a notice has it."""
    void = {one.number for one in store.queries.voided_numbers()}
    return number in void, bool(store.list())


def test_what_is_voided_at_the_moment_is_not_used(store, url):
    number = reserve(store)

    def use(other):
        other.add(prepared_for(number, KEY), now=NOW)

    with (
        in_another_session(url, use) as (begin, raised),
        writing(store.engine) as connection,
    ):
        numbering.void(connection, number, reason="a trial", now=NOW)
        begin()
    [error] = raised
    assert isinstance(error, TryLater)
    assert state_of(store, number) == (True, False)


@pytest.mark.parametrize("voids", ["void_number", "reserve_number"])
def test_what_is_used_at_the_moment_is_not_voided(store, url, voids):
    number = reserve(store)
    acts = {
        "void_number": lambda other: other.void_number(
            number, reason="a trial", now=NOW
        ),
        # of another year: the one that waits is void
        "reserve_number": lambda other: reserve(other, year=2027),
    }
    with (
        in_another_session(url, acts[voids]) as (begin, raised),
        writing(store.engine) as connection,
    ):
        add(connection, prepared_for(number, KEY), now=NOW)
        begin()
    [error] = raised
    assert isinstance(error, RefusedError) or voids == "void_number"
    assert state_of(store, number) == (False, True)
