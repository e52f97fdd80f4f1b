"""An exhaustive search over the outbox's rules: every state keeps the four zeros.

Nothing lost, nothing doubled, nothing falsely sent, nothing falsely failed; and a reply
that somebody alive has heard settles its doubt. A deliberate fault in a rule is found.
"""

# ruff: noqa: ARG005 - a fault ignores what the rule asks
import pytest

from notices.delivery import State, recovered, settled_late
from notices.inbox.matching import follows
from tests.store.outbox_search import Broken, Rules, World, search

QUICK = World(resends=1, crashes=1, restores=1, losses=1, unheard=1)
WHOLE = World(resends=2, crashes=2, restores=1, losses=2, unheard=1)


def test_everything_up_to_nine_steps():
    states, tried = search(Rules(), QUICK, 9)
    assert states > 5_000
    assert tried > states


@pytest.mark.torture
def test_everything_up_to_thirteen_steps():
    states, tried = search(Rules(), WHOLE, 13)
    assert states > 500_000, (states, tried)


FAULTS = {
    "what was armed is queued again": Rules(recovered=lambda stage: State.QUEUED),
    "the living are taken for dead by a clock, and it is queued": Rules(
        is_orphaned=lambda *, is_alive, is_lease_over: is_lease_over,
        recovered=lambda stage: State.QUEUED,
    ),
    "a reply that came late is thrown away": Rules(
        settled_late=lambda current, outcome, *, is_last: None
    ),
    "a late deferral of an earlier attempt is believed": Rules(
        settled_late=lambda current, outcome, *, is_last: settled_late(
            current, outcome, is_last=True
        )
    ),
    "a late refusal is taken for an arrival": Rules(
        settled_late=lambda current, outcome, *, is_last: (
            State.SENT if current is State.IN_DOUBT else None
        )
    ),
    "the mark is written after the body": Rules(notes_before_body=False),
    "what may have arrived may be withdrawn": Rules(
        may_withdraw=lambda doubted: True,
    ),
    "a late refusal settles whatever doubt there is": Rules(
        settled_late=lambda current, outcome, *, is_last: (
            State.FAILED
            if (current, outcome) == (State.IN_DOUBT, State.FAILED)
            else settled_late(current, outcome, is_last=is_last)
        )
    ),
    "who lost its lock is dead, and what it armed is tried later": Rules(
        is_orphaned=lambda *, is_alive, is_lease_over: not is_alive,
        recovered=lambda stage: State.DEFERRED,
    ),
    "evidence requeues": Rules(
        follows=lambda state, proves: (
            State.QUEUED if state is State.IN_DOUBT else follows(state, proves)
        )
    ),
    "a doubt is no doubt": Rules(
        recovered=lambda stage: (
            State.SENT if recovered(stage) is State.IN_DOUBT else State.QUEUED
        )
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_deliberate_fault_is_found(name):
    """With the way that leads there; without the fault nothing is found so deep."""
    with pytest.raises(Broken, match=" > "):
        search(FAULTS[name], QUICK, 12)
