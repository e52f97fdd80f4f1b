"""What `[casework]`, `[statistics]` and `[calendar]` may say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from notices.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkSection:
    """`[casework]`: what must be so before anybody is asked."""

    police_first: Literal["off", "warn", "required"] = "warn"
    """Police told before; never asked for in suicide information."""
    look_before_send: Literal["off", "warn", "required"] = "warn"
    """Looked shortly before."""
    look_valid_business_days: int = 5
    """How old that look may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsSection:
    """`[statistics]`: how what the yearly report leaves open is read."""

    grace_business_days: int = 0
    """Business days after the fifth within which a look still counts for it."""
    abroad_removed_at: Literal["business_days", "january"] = "business_days"
    """Table 2-3 of the hotlines abroad."""
    police_by_category: bool = False
    """Whether table 2 of the results shows the police's figure by category."""
    january_by_category: bool = False
    """Whether table 1 of the results shows the end of January by category."""
    hotlines_abroad: Literal["inside", "apart"] = "inside"
    """Whether what hotlines abroad reported is within the centre's own tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSection:
    """`[calendar]`: years that the program does not know yet."""

    file: str = ""
    """JSON like the program's own: `first_year`, `last_year`, `days`; empty: none."""


_MOST_DAYS = 30


def casework_problems(section: CaseworkSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    if not 0 <= section.look_valid_business_days <= _MOST_DAYS:
        yield (
            "look_valid_business_days",
            Text(
                "casework.look_valid_business_days must be 0 to {most_days}",
                most_days=_MOST_DAYS,
            ),
        )


def statistics_problems(section: StatisticsSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    if not 0 <= section.grace_business_days <= _MOST_DAYS:
        yield (
            "grace_business_days",
            Text(
                "statistics.grace_business_days must be 0 to {most_days}",
                most_days=_MOST_DAYS,
            ),
        )
