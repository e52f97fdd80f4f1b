"""The yearly tables of a site: from its database, with the place they rest on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.catalogue import Catalogue
from notices.codec import load_countries
from notices.errors import InputError
from notices.judgment import JST
from notices.ledger import Tree
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.statistics import Settings, facts_of_leaves, yearly
from notices.store.casework import StoredCasework
from notices.store.ledger import StoredLedger

_FIRST = 2000


@dataclass(frozen=True, kw_only=True)
class Statistician:
    """Counts years."""

    casework: StoredCasework
    """Facts and cases of the database."""
    ledger: StoredLedger
    """The log of all events."""
    catalogue: Catalogue
    """Names of groups and categories."""
    calendar: Calendar
    """Business days."""
    settings: Settings
    """The section `[statistics]`."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def count(
        self, year: int, *, as_of: date | None = None, size: int | None = None
    ) -> dict[str, Any]:
        """Count a year in Japan as it was known at the close of a day.

        as_of: None is yesterday, the last day that is over. size: only what stood in
        the first so many entries of the ledger; None: all. The pair is in the result,
        and leads to the same figures for ever.
        """
        today = self.clock().astimezone(JST).date()
        day = as_of or date.fromordinal(today.toordinal() - 1)
        if not _FIRST <= year <= today.year:
            raise InputError(
                Text(
                    "{year} is no year from {first} to {last}",
                    year=year,
                    first=_FIRST,
                    last=today.year,
                )
            )
        if day >= today:
            raise InputError(
                Text("{day} is not over yet", day=day),
                hint="figures are as of the close of a day: name an earlier one",
            )
        whole = self.ledger.size()
        if size is not None and not 0 <= size <= whole:
            raise InputError(
                Text(
                    "the ledger has {whole} entries, not {size}", whole=whole, size=size
                )
            )
        report = yearly(
            facts_of_leaves(self.casework.leaves(size=size or whole), day),
            year,
            day,
            catalogue=self.catalogue,
            calendar=self.calendar,
            countries=load_countries(),
            settings=self.settings,
        )
        counted = whole if size is None else size
        root = Tree(self.ledger.leaves()).root(counted).hex()
        return {**report, "ledger": {"size": counted, "root": root}}
