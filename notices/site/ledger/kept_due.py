"""What is due, kept for as long as the ledger stands still.

Whatever changes a case is an event of the ledger in the same transaction. So the head
of the ledger, the day and the calendar name what the facts of all cases come to: many
who look on the same morning read it once. What was kept for another head is never
given.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

from notices.casework import Due
from notices.rules.calendar import Calendar
from notices.store.ledger.events import LedgerHead

MOST_KEPT = 16
Key = TypeVar("Key")
State = TypeVar("State")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuestion:
    """All that the answer depends on besides the facts."""

    outbox: str
    """URL of the database."""
    day: date
    """In Japan."""
    limit: int
    """So many of them at least."""
    calendar: Calendar
    """Business days of the site."""


class KeptByState(Generic[Key, State, Value]):
    """Answers by question, each for one state of what it was read from."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Key, tuple[State, Value]] = OrderedDict()
        self._lock = Lock()
        self._turns: dict[Key, Lock] = {}

    def get(
        self, key: Key, state: Callable[[], State], make: Callable[[], Value]
    ) -> Value:
        """Give what was kept for the state as it is now; else make it.

        Who asks for the same meanwhile waits for one answer. What was made while the
        state changed is given, and not kept.
        """
        with self._turn_of(key):
            before = state()
            found = self._kept.get(key)
            if found is not None and found[0] == before:
                return found[1]
            made = make()
            if state() == before:
                self._keep(key, before, made)
            return made

    def _turn_of(self, key: Key) -> Lock:
        with self._lock:
            return self._turns.setdefault(key, Lock())

    def _keep(self, key: Key, state: State, made: Value) -> None:
        with self._lock:
            self._kept[key] = (state, made)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                gone, _ = self._kept.popitem(last=False)
                self._turns.pop(gone, None)


KeptDue = KeptByState[DueQuestion, LedgerHead, tuple[Due, ...]]
"""What is due, by what was asked."""
KEPT_DUE = KeptDue()
"""That of this process: sites are opened again and again."""
