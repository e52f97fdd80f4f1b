"""A year's tables, as the public report has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from notices.errors import InputError
from notices.judgment import JST
from notices.messages import Text
from notices.service.console.asking import ConsolePage, ConsoleRequest
from notices.service.console.charts import Chart, chart_of
from notices.statistics.sheets import Sheet, method, sheets

YEARS = range(2000, 3000)
HOLDS = timedelta(minutes=10)
"""So long a count is shown, though the ledger grows; the page tells when it was."""
MOST_KEPT = 16
Drawn = tuple[tuple[Sheet, Chart | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedYear:
    """The tables of a year, as they were counted."""

    sheets: Drawn
    """Each with its chart."""
    size: int
    """Of the ledger then."""
    at: datetime
    """When that was."""


class CountedYears:
    """What was counted, so that many who look wait for one count."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], CountedYear] = {}
        self._lock = Lock()

    def get(
        self,
        key: tuple[str, ...],
        count: Callable[[], Drawn],
        *,
        size: int,
        now: datetime,
    ) -> CountedYear:
        """What was counted for this ledger, or within `HOLDS`; else count."""
        found = self._kept.get(key)
        if found is not None and _is_good(found, size, now):
            return found
        with self._lock:
            found = self._kept.get(key)
            if found is None or not _is_good(found, size, now):
                found = CountedYear(sheets=count(), size=size, at=now)
                self._kept.pop(key, None)
                self._kept[key] = found
                while len(self._kept) > MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
            return found


def _is_good(found: CountedYear, size: int, now: datetime) -> bool:
    return found.size == size or timedelta() <= now - found.at < HOLDS


COUNTS = CountedYears()
"""Those of this process."""


def show_statistics(request: ConsoleRequest) -> ConsolePage:
    """The tables of a year, as of a day; this year's, as of today, if none is named."""
    today = request.now.astimezone(JST).date()
    text = request.query.get("year") or str(today.year)
    if not (text.isascii() and text.isdigit()) or int(text) not in YEARS:
        raise InputError(Text("{year} is no year", year=text[:20]))
    as_of = request.query.get("as_of", "")
    count = request.site.rooms.cases.statistician.count
    day = _day(as_of) if as_of else None
    key = (str(request.settings.site_path), text, as_of or today.isoformat())
    counted = COUNTS.get(
        key,
        lambda: _drawn(count(int(text), as_of=day, size=None)),
        size=request.site.parts.store.ledger.size(),
        now=request.now,
    )
    return ConsolePage(
        template="statistics.html",
        values={
            "year": text,
            "as_of": as_of,
            "sheets": counted.sheets,
            "counted_at": counted.at,
        },
    )


def _drawn(report: Mapping[str, Any]) -> Drawn:
    shown = [*sheets(report), method(report)]
    return tuple((sheet, chart_of(sheet)) for sheet in shown)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(Text("{day} is no day", day=text)) from None
