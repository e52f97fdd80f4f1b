"""Days by the site's own calendar; the table of cases counts by the program's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from notices.casework import due
from notices.casework.case import end_of
from notices.codec import load_calendar
from notices.rules.calendar import Calendar
from notices.store.casework import CaseFilter, CaseSummary, DuePage, StoredCasework
from notices.store.casework.summarising import FAR

_PAGE = 500
_SLACK = timedelta(days=14)
"""So far do the days of two calendars lie apart at most."""


@dataclass(frozen=True, kw_only=True)
class DueDays:
    """Lists cases with the first day on which something is due."""

    casework: StoredCasework
    """Facts and cases of the database."""
    calendar: Calendar
    """Business days of the site."""

    def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """List cases, the oldest judgment first; a page at a time with a limit."""
        if not self._is_own:
            return self.casework.list(wanted)
        found: list[CaseSummary] = []
        for page in self._pages(wanted):
            found += [one for one in self._counted(page) if _is_wanted(one, wanted)]
            if wanted.limit is not None and len(found) >= wanted.limit:
                break
        return tuple(found[: wanted.limit])

    def due_pages(
        self, day: date, *, today: date, limit: int | None = None
    ) -> Iterator[DuePage]:
        """Cases with something to be done by a day; see `StoredCasework.due_pages`.

        limit: so many are wanted; no page is much longer.

        The table tells of today. Of a day gone by all cases are given, too, of which
        something is told since: those first, and in no order of days.
        """
        since = end_of(day) if day < today else None
        if since is not None:
            for ids in self.casework.changed_pages(since):
                yield DuePage(case_ids=ids, end=("", ""))
        slack = _SLACK if self._is_own else timedelta(0)
        # what was done today may be known by facts of tomorrow: look one further
        size = min(limit + 1, _PAGE) if limit else _PAGE
        pages = self.casework.due_pages(day + slack, unchanged_since=since, size=size)
        for page in pages:
            on, case_id = page.end
            end = (date.fromisoformat(on) - slack).isoformat()
            yield replace(page, end=(end, case_id))

    @property
    def _is_own(self) -> bool:
        known = load_calendar()
        years = (known.first_year, known.last_year)
        own = (self.calendar.first_year, self.calendar.last_year)
        return own != years or self.calendar.holidays != known.holidays

    def _pages(self, wanted: CaseFilter) -> Iterator[Sequence[CaseSummary]]:
        until = wanted.due_by and wanted.due_by + _SLACK
        wide = replace(wanted, due_by=until, limit=_PAGE)
        while page := self.casework.list(wide):
            yield page
            wide = replace(wide, after=page[-1].case_id)

    def _counted(self, page: Sequence[CaseSummary]) -> Iterator[CaseSummary]:
        cases = self.casework.cases_of(one.case_id for one in page if one.due_on)
        days = {
            case.case_id: min(one.on for one in found)
            for case in cases
            if (found := due(case, FAR, self.calendar))
        }
        return (replace(one, due_on=days.get(one.case_id)) for one in page)


def _is_wanted(one: CaseSummary, wanted: CaseFilter) -> bool:
    return wanted.due_by is None or (
        one.due_on is not None and one.due_on <= wanted.due_by
    )
