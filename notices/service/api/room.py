"""What the acts of the API work with."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any

from notices.service.guard.idempotency import RunningKeys
from notices.site import Site
from notices.site.access.own_events import GrowingTree
from notices.site.ledger.kept_due import KeptByState
from notices.store import KeptEngines

_STRIPES = 64
YOUNG = 30.0
"""Seconds after which an open site is opened anew: notices.toml may have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedState:
    """What all requests of this process share; nothing of it needs to survive it."""

    growing: GrowingTree = field(default_factory=GrowingTree)
    """The ledger's tree."""
    keys: RunningKeys = field(default_factory=RunningKeys)
    """Idempotency keys at work."""
    turns: tuple[Lock, ...] = field(
        default_factory=lambda: tuple(Lock() for _ in range(_STRIPES))
    )
    """Whoever hands in the same case waits for its turn: nothing is made twice."""
    counted: KeptByState[tuple[object, ...], tuple[object, ...], dict[str, Any]] = (
        field(default_factory=KeptByState)
    )
    """Years that were counted, as long as the ledger stands still."""
    judging: Semaphore = field(default_factory=lambda: Semaphore(2))
    """Files that are verified at once."""

    def turn_of(self, case_id: str) -> Lock:
        """The turn of a case."""
        return self.turns[hash(case_id) % _STRIPES]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoom:
    """What one request works with: an open site, and what all share."""

    site: Site
    """Opened for whoever asks; nobody else uses it meanwhile."""
    shared: SharedState
    """The same for all requests."""


@dataclass(slots=True)
class _Opened:
    site: Site
    since: float


class SitePool:
    """Open sites, one for each request under way, by who acts."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        most: int = 16,
    ) -> None:
        self._path, self._clock, self._monotonic = path, clock, monotonic
        self._most = most
        self._engines = KeptEngines()
        self._idle: OrderedDict[int, tuple[str, _Opened]] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def borrowed(self, by: str) -> Iterator[Site]:
        """Lend an open site whose acts are written down as `by`'s."""
        opened = self._taken(by) or _Opened(
            Site.open(self._path, clock=self._clock, by=by, engines=self._engines),
            self._monotonic(),
        )
        try:
            yield opened.site
        except BaseException:
            opened.site.close()
            raise
        self._give_back(by, opened)

    def close(self) -> None:
        """Close the idle ones."""
        with self._lock:
            idle, self._idle = self._idle, OrderedDict()
        for _, opened in idle.values():
            opened.site.close()
        self._engines.close()

    def _taken(self, by: str) -> _Opened | None:
        now, old = self._monotonic(), []
        taken: _Opened | None = None
        with self._lock:
            for name, (holder, opened) in list(self._idle.items()):
                if now - opened.since > YOUNG:
                    old.append(self._idle.pop(name)[1])
                elif taken is None and holder == by:
                    taken = self._idle.pop(name)[1]
        for opened in old:
            opened.site.close()
        return taken

    def _give_back(self, by: str, opened: _Opened) -> None:
        with self._lock:
            self._idle[id(opened)] = (by, opened)
            surplus = (
                self._idle.popitem(last=False)[1][1]
                if len(self._idle) > self._most
                else None
            )
        if surplus:
            surplus.site.close()
