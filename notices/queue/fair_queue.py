"""Who is next: the longest waiting first, as far as the limits let it begin."""

from collections import deque
from collections.abc import Callable, Collection, Iterable

from notices.queue.limits import domain_of
from notices.store.queries import Waiting
from notices.store.workers.liveness import WorkerShare

_WINDOW = 200
"""How far ahead in the line workers that share it look and draw lots."""


class FairQueue:
    """What waits, by recipient domain, so that a full one holds up no other."""

    def __init__(self) -> None:
        self._by_domain: dict[str, deque[tuple[int, Waiting]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_domain.values()))

    def replace(self, waiting: Iterable[Waiting]) -> None:
        """Let these stand in line in this order, and nobody else."""
        self._by_domain = {}
        for place, each in enumerate(waiting):
            queue = self._by_domain.setdefault(domain_of(each.mailbox), deque())
            queue.append((place, each))

    def next(self, admits: Callable[[str], bool]) -> Waiting | None:
        """Take out the first one whose domain is admitted, None if none is."""
        free = [domain for domain in self._by_domain if admits(domain)]
        if not free:
            return None
        domain = min(free, key=lambda name: self._by_domain[name][0][0])
        _, one = self._by_domain[domain].popleft()
        if not self._by_domain[domain]:
            del self._by_domain[domain]
        return one

    def put_back(self, delivery: Waiting) -> None:
        """Let one stand in front of its domain again."""
        domain = domain_of(delivery.mailbox)
        queue = self._by_domain.setdefault(domain, deque())
        queue.appendleft((queue[0][0] if queue else 0, delivery))

    def window(self) -> frozenset[str]:
        """Give the numbers of those in front."""
        line = sorted(
            (place, each.number)
            for queue in self._by_domain.values()
            for place, each in queue
        )
        return frozenset(number for _, number in line[:_WINDOW])

    def drop(self, numbers: Collection[str]) -> None:
        """Send these away."""
        kept = {
            domain: deque(one for one in queue if one[1].number not in numbers)
            for domain, queue in self._by_domain.items()
        }
        self._by_domain = {domain: queue for domain, queue in kept.items() if queue}


def in_shares(
    waiting: Iterable[Waiting], share: WorkerShare, draw: Callable[[], float]
) -> list[Waiting]:
    """Put a line in order that other workers take from, too.

    Each begins with its own share of every window, and then helps the others: workers
    that all began with the same one would get in each other's way.
    draw: gives 0 <= x < 1, by lot.
    """
    drawn = [
        (place // _WINDOW, not share.has(each.number), draw(), place, each)
        for place, each in enumerate(waiting)
    ]
    return [one[-1] for one in sorted(drawn, key=lambda one: one[:-1])]
