"""`send --again`: the new notice and the withdrawal of the old one are one step."""

import os
import signal
from dataclasses import replace

import pytest
from sqlalchemy import event

from notices.delivery import IllegalTransition, State
from notices.store.attempt_steps import Claim
from notices.store.model import CaseKey
from notices.store.store import Store
from tests.store.conftest import NOW, add_notice, make_number, prepared_for

AGAIN = CaseKey(case_id="HL-0001", rung="website_administrator", ordinal=2)


def second(store):
    """The next notice of the case, not stored yet."""
    number = store.reserve_number(AGAIN, year=2026, make_number=make_number, now=NOW)
    return replace(prepared_for(number, AGAIN), again_reason="no answer")


def killed_at(url, statement, act):
    """Let a process do it that dies at its n-th statement; tell whether it died."""
    child = os.fork()
    if child == 0:
        count = 0

        def step(*_):
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        with Store.open(url) as store:
            event.listen(store.engine, "before_cursor_execute", step)
            event.listen(store.engine, "commit", step)
            act(store)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def test_killed_anywhere_the_old_one_stands_or_the_new_one_does(url):
    """Before, the old one was withdrawn for one that did not exist."""
    with Store.open(url) as store:
        old = add_notice(store)
        store.queue(old, now=NOW)
        new = second(store)
    is_done, statement = False, 0
    while not is_done:
        statement += 1
        is_done = not killed_at(
            url, statement, lambda store: store.add(new, now=NOW, replaces=(old,))
        )
        with Store.open(url) as store:
            state, both = store.get(old).state, store.find("HL-0001")
        expected = (State.WITHDRAWN, 2) if is_done else (State.QUEUED, 1)
        assert (state, len(both)) in (expected, (State.WITHDRAWN, 2)), statement
        if len(both) == 2:
            break
    assert statement > 8, "so many statements at least"


def test_what_is_under_way_is_not_replaced_and_nothing_is_stored(store):
    """A worker took it between the look and the step."""
    old = add_notice(store)
    store.queue(old, now=NOW)
    new = second(store)
    store.make(Claim(number=old, now=NOW))
    size = store.ledger.size()
    with pytest.raises(IllegalTransition):
        store.add(new, now=NOW, replaces=(old,))
    assert store.get(old).state is State.SENDING
    assert len(store.find("HL-0001")) == 1
    assert store.ledger.size() == size
