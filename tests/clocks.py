"""Clocks for tests: like real ones they never tell the same moment twice."""

from datetime import datetime, timedelta


class MovingClock:
    """Each look at it is a little later than the one before."""

    def __init__(
        self, start: datetime, step: timedelta = timedelta(milliseconds=137)
    ) -> None:
        self._told = start - step
        self._step = step

    def __call__(self) -> datetime:
        self._told += self._step
        return self._told

    def advance(self, by: timedelta) -> None:
        """Let it go on at once."""
        self._told += by
