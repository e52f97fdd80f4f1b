"""What `[casework]`, `[statistics]` and `[calendar]` lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notices.casework import CaseworkPolicy, Requirement
from notices.casework.retention import RetentionPolicy
from notices.codec import load_calendar, read_calendar
from notices.config import Config
from notices.rules import Calendar
from notices.site.configured import read_text

if TYPE_CHECKING:
    from notices.statistics import Settings


def casework_policy(config: Config) -> CaseworkPolicy:
    """What must be so before anybody is asked."""
    section = config.casework
    return CaseworkPolicy(
        police_first=Requirement(section.police_first),
        look_before_send=Requirement(section.look_before_send),
        look_valid_business_days=section.look_valid_business_days,
    )


def retention_policy(config: Config) -> RetentionPolicy:
    """How long the texts of cases are kept."""
    section = config.retention
    return RetentionPolicy(days=section.days(), backups_days=section.backups_days)


def statistics_settings(config: Config) -> Settings:
    """How what the yearly report leaves open is read."""
    from notices.statistics import Settings  # noqa: PLC0415 - only where a year is counted

    section = config.statistics
    return Settings(
        grace_business_days=section.grace_business_days,
        abroad_removed_at=section.abroad_removed_at,
        police_by_category=section.police_by_category,
        january_by_category=section.january_by_category,
        hotlines_abroad=section.hotlines_abroad,
    )


def calendar_of(config: Config) -> Calendar:
    """The program's years, and those of `[calendar] file`; ConfigError for a bad file.

    Its years must follow on the program's without a gap, or repeat some of them.
    """
    known = load_calendar()
    if not config.calendar.file:
        return known
    path = config.resolve(config.calendar.file)
    return read_calendar(read_text(path, "the calendar"), str(path), after=known)
