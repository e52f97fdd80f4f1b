"""Holidays of further years, from a file of the site."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from notices.codec.parsing import Unreadable, parse
from notices.errors import ConfigError, Fault
from notices.messages import Text
from notices.rules import Calendar

_FIRST, _LAST = 2000, 2099
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_calendar(text: str, name: str, *, after: Calendar) -> Calendar:
    """Add the years of a file to a calendar that is known.

    The file is JSON: `first_year`, `last_year`, `days` (`YYYY-MM-DD`: a
    list, or an object that names them). Where
    both know a year, the file holds. ConfigError with every fault.
    """
    try:
        data, doubled = parse(text.removeprefix("\ufeff"))
    except Unreadable as wrong:
        raise ConfigError(
            Text("{name} cannot be used: {wrong}", name=name, wrong=wrong),
            hint="see [calendar] in notices.toml",
        ) from wrong
    if faults := [*doubled, *_faults(data, after)]:
        raise ConfigError(Text("{name} is not in order", name=name), faults=faults)
    days = frozenset(map(date.fromisoformat, data["days"]))
    first, last = data["first_year"], data["last_year"]
    kept = {day for day in after.holidays if not first <= day.year <= last}
    return Calendar(
        holidays=days | kept,
        first_year=min(first, after.first_year),
        last_year=max(last, after.last_year),
        year_end=after.year_end,
    )


def _faults(data: dict[str, Any], after: Calendar) -> list[Fault]:
    first, last, days = (data.get(name) for name in ("first_year", "last_year", "days"))
    if not (
        type(first) is int and type(last) is int and _FIRST <= first <= last <= _LAST
    ):
        return [Fault("first_year", "must be a year up to last_year, 2000 to 2099")]
    faults = []
    if first > after.last_year + 1 or last < after.first_year - 1:
        between = Text(
            "must follow on the years that are known, {first} to {last}",
            first=after.first_year,
            last=after.last_year,
        )
        faults.append(Fault("first_year", between))
    if not isinstance(days, list | dict) or not days:
        message = "must be days such as 2028-01-01: a list, or an object with names"
        return [*faults, Fault("days", message)]
    for place, day in enumerate(days):
        if not _is_day(day, first, last):
            faults.append(
                Fault(f"days[{place}]", "must be a day of these years, YYYY-MM-DD")
            )
    return [*faults, *_empty_years(days, range(first, last + 1))]


def _empty_years(days: Iterable[Any], years: Iterable[int]) -> Iterator[Fault]:
    """A year without a holiday is no year of Japan: its days were forgotten."""
    told = {str(day)[:4] for day in days}
    for year in years:
        if str(year) not in told:
            yield Fault("days", Text("has no day of {year}", year=year))


def _is_day(text: Any, first: int, last: int) -> bool:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return False
    try:
        return first <= date.fromisoformat(text).year <= last
    except ValueError:
        return False
