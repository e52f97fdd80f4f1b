"""Who is served and who waits: so many in all, so many of one visitor."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from notices.service.verify_page.problems import Problem
from notices.service.verify_page.settings import Allowance


class WaitingLine:
    """Counts who stands in it; who is one too many is sent away at once."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._standing: Counter[str] = Counter()

    @property
    def has_room(self) -> bool:
        """Whether somebody else may come."""
        return self._standing.total() < self._allowance.standing

    @contextmanager
    def place(self, visitor: str) -> Iterator[None]:
        """Stand in it while this lasts. Problem if it is full, or of one visitor's.

        visitor: the network address.
        """
        if not self.has_room:
            raise Problem("busy")
        if self._standing[visitor] >= self._allowance.standing_of_one:
            raise Problem("too_often")
        self._standing[visitor] += 1
        try:
            yield
        finally:
            self._standing[visitor] -= 1
            if not self._standing[visitor]:
                del self._standing[visitor]
