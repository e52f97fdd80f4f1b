"""One clock for all who work with one database: its own, where it has one.

What is due, how old a delivery is and when a lease ends is compared between machines. A
worker whose clock is two hours ahead would give up what others have just queued.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from notices.errors import NoticesError, TryLater
from notices.messages import Text
from notices.store import Store

FRESH = 60.0
"""Seconds for which this machine counts on by itself after it has asked."""
TOLERATED = timedelta(seconds=60)
"""A difference that is told when it is passed."""


@dataclass(kw_only=True)
class SharedClock:
    """The database's time; between two questions this machine counts the seconds.

    What is set on the machine meanwhile does not matter: seconds are counted by the
    monotonic clock. A file has the clock of its machine.
    """

    store: Store
    """Whose clock it is."""
    own: Callable[[], datetime]
    """This machine's, aware."""
    _asked: tuple[datetime, float] | None = field(default=None, init=False)
    _asking: Lock = field(default_factory=Lock, init=False)

    def __call__(self) -> datetime:
        """The time now, counted on since it was asked; else this machine's."""
        with self._asking:
            if self._asked is None:
                self._ask()
            if self._asked is None:
                return self.own()
            told, at = self._asked
            return told + timedelta(seconds=time.monotonic() - at)

    def refresh(self) -> None:
        """Ask again after a minute; a database that is away is no matter."""
        with self._asking:
            if self._asked and time.monotonic() - self._asked[1] > FRESH:
                self._ask()

    def difference(self) -> timedelta:
        """How far this machine's clock is ahead; negative: behind."""
        return self.own() - self()

    def trouble(self) -> NoticesError | None:
        """That the two clocks are apart; None: they are not."""
        apart = self.difference()
        if abs(apart) <= TOLERATED:
            return None
        return TryLater(
            Text(
                "this machine's clock is {seconds:.0f} s {way} the database's, which "
                "decides what is due",
                seconds=abs(apart).total_seconds(),
                way=Text("ahead of") if apart > timedelta(0) else Text("behind"),
            ),
            hint="let both follow a time server: timedatectl",
        )

    def _ask(self) -> None:
        before = time.monotonic()
        with suppress(NoticesError):
            told = self.store.server_time()
            if told is not None:
                self._asked = (told, before)
