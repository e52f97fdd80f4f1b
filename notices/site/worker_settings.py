"""How fast and in which hours the worker of this site sends, from `[worker]`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from notices.config import quiet_hours
from notices.config.mail_sections import WorkerSection
from notices.delivery import RetrySchedule
from notices.queue import DeliveryLimits, Hours
from notices.rules import Calendar


def limits(section: WorkerSection) -> DeliveryLimits:
    """How much at once."""
    return DeliveryLimits(
        concurrency=section.concurrency,
        per_domain=section.per_domain,
        per_domain_per_minute=section.per_domain_per_minute,
        is_shared=section.shared_limits,
    )


def hours(section: WorkerSection, calendar: Callable[[], Calendar]) -> Hours:
    """When mail may go; calendar: business days of the site, asked for if wanted."""
    start, end = quiet_hours(section.quiet_hours) or (None, None)
    days = None
    if section.business_days:
        days = replace(calendar(), year_end=section.year_end_closed)
    return Hours(quiet_from=start, quiet_to=end, calendar=days)


def schedule(section: WorkerSection) -> RetrySchedule:
    """When to try again, and when to give up."""
    return RetrySchedule(max_age=timedelta(hours=section.max_age_hours))
