"""Days that are known, or known to lie between two days, and the two questions to them.

A bound that is not known to the day has an earliest and a latest day. Between them a
provision possibly holds; outside it surely does or surely does not.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A day that is known, or known to lie between two days."""

    earliest: date = date.min
    """The first day that it can be."""
    latest: date = date.max
    """The last day that it can be."""


BEGINNING = Bound(earliest=date.min, latest=date.min)
"""The first day of what has no known beginning."""
END = Bound(earliest=date.max, latest=date.max)
"""The last day of what still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a first to a last day, both of them included."""

    first: Bound = BEGINNING
    """The first day."""
    last: Bound = END
    """The last day."""

    def possibly(self, on: date) -> bool:
        """Tell whether it may include the day."""
        return self.first.earliest <= on <= self.last.latest

    def surely(self, on: date) -> bool:
        """Tell whether it includes the day beyond doubt."""
        return self.first.latest <= on <= self.last.earliest

    def __str__(self) -> str:
        first = "" if self.first == BEGINNING else str(self.first.earliest)
        last = "" if self.last == END else str(self.last.latest)
        return f"{first}..{last}"
