"""Business days in Japan, as 行政機関の休日に関する法律, 1条 counts them."""

from dataclasses import dataclass
from datetime import date

from notices.errors import ConfigError
from notices.messages import Text

_SATURDAY = 5
_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are business days, for the years that are known."""

    holidays: frozenset[date]
    """国民の祝日 and the days off that follow from them."""
    first_year: int
    """First year that `holidays` knows."""
    last_year: int
    """Last year that it knows: the equinoxes are announced a year ahead."""
    year_end: bool = True
    """True: 29 December to 3 January are days off."""

    def is_business_day(self, day: date) -> bool:
        """Tell whether offices work; ConfigError for a year that is not known."""
        if not self.first_year <= day.year <= self.last_year:
            raise ConfigError(
                Text(
                    "holidays are known from {first_year} to {last_year}, "
                    "not for {day}",
                    first_year=self.first_year,
                    last_year=self.last_year,
                    day=day,
                ),
                hint="add the year by a file ([calendar] file in notices.toml), or "
                "set worker.business_days = false",
            )
        if day.weekday() >= _SATURDAY or day in self.holidays:
            return False
        return not (self.year_end and (day.month, day.day) in _YEAR_END)
