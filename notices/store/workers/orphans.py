"""Deliveries whose worker died in the middle: found, and put in order."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine

from notices.delivery import State, is_orphaned
from notices.store import settling
from notices.store.database.engine import reading, writing
from notices.store.settling import HeldDelivery
from notices.store.workers.liveness import Liveness

PATIENCE = 3.0
"""Seconds to wait for those that seem dead, where their locks may come back; for all
of them together, however many deliveries they left."""


class Orphans:
    """Tells the deliveries of the dead from those of the living."""

    def __init__(self, engine: Engine, liveness: Liveness) -> None:
        self._engine = engine
        self._liveness = liveness
        self._under_way: Counter[str] = Counter()
        self._counting = Lock()

    @contextmanager
    def under_way(self, number: str) -> Iterator[None]:
        """Tell that this process is at it: whatever clocks say, it is not orphaned."""
        with self._counting:
            self._under_way[number] += 1
        try:
            yield
        finally:
            with self._counting:
                self._under_way[number] -= 1
                self._under_way += Counter()  # drops the zeros

    def recover(self, now: datetime) -> dict[str, State]:
        """Put them in order: number to the state that each has now."""
        with reading(self._engine) as connection:
            held = settling.sending(connection)
        suspects = self._suspects(held, now)
        states: dict[str, State] = {}
        for suspect in suspects:
            with writing(self._engine) as connection:
                state = settling.recover(
                    connection,
                    suspect.number,
                    is_orphaned=lambda held: self._is_orphaned(held, now),
                    now=now,
                )
            states |= {suspect.number: state} if state else {}
        for owner in {each.owner for each in suspects} - {self._liveness.owner}:
            if self._liveness.is_alive(owner) is False:
                self._liveness.forget(owner)
        return states

    def _suspects(
        self, held: Iterable[HeldDelivery], now: datetime
    ) -> list[HeldDelivery]:
        """What the dead left; who was waited for with one is not waited for again."""
        end = time.monotonic() + PATIENCE
        return [
            delivery
            for delivery in held
            if self._is_orphaned(delivery, now, max(0.0, end - time.monotonic()))
        ]

    def _is_orphaned(
        self, held: HeldDelivery, now: datetime, patience: float = 0.0
    ) -> bool:
        if held.owner == self._liveness.owner:
            # what was broken off here waits for no clock: nobody else can know of it
            return held.number not in self._under_way
        is_alive = self._liveness.is_alive(held.owner, patience=patience)
        return is_orphaned(is_alive=is_alive, is_lease_over=held.until <= now)
