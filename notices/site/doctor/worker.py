"""What `doctor` says of test mode and of the worker."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from importlib.util import find_spec

from notices.config.mail_sections import WorkerSection
from notices.errors import ConfigError, NoticesError
from notices.judgment import JST
from notices.messages import Text
from notices.rules import Calendar
from notices.site import worker_settings
from notices.site.doctor.checkup import Checkup, guard, warning
from notices.site.test_mode import SiteMode

_AHEAD = timedelta(days=60)
"""The equinoxes of a year are announced on 1 February of the year before."""


def examine_worker(
    section: WorkerSection,
    calendar: Callable[[], Calendar],
    mode: SiteMode,
    clock: Callable[[], datetime],
) -> Iterator[Checkup]:
    """Whether mail goes where it should, and may go today."""
    if address := mode.address:
        yield Checkup(
            name="test mode",
            status="warning",
            detail=Text(
                "everything goes to {address}, marked 【試験】; nothing is asked "
                "of anybody",
                address=address,
            ),
            advice='for real requests set [test] address = "" in notices.toml',
        )
    yield guard("worker", lambda: _worker(section, calendar, clock()))


def examine_calendar(calendar: Callable[[], Calendar], today: date) -> Checkup:
    """Whether the holidays of the months ahead are known; else days are provisional."""
    known = guard("calendar", lambda: _years(calendar()))
    if known.status != "ok" or (today + _AHEAD).year <= calendar().last_year:
        return known
    return warning(
        "calendar",
        Text("{known}: later days are provisional", known=known.detail),
        "add the coming year by a file: see [calendar] in notices.toml",
    )


def _years(calendar: Calendar) -> str:
    first, last = calendar.first_year, calendar.last_year
    return Text("holidays are known from {first} to {last}", first=first, last=last)


def _worker(
    section: WorkerSection, calendar: Callable[[], Calendar], now: datetime
) -> str:
    if section.metrics and find_spec("prometheus_client") is None:
        raise ConfigError(
            "metrics need the library prometheus-client, which is not installed",
            hint="type: pip install 'notices[metrics]'",
        )
    opened = worker_settings.hours(section, calendar).opens_at(now)
    when = (
        Text("now")
        if opened <= now
        else Text("not before {opened:%Y-%m-%d %H:%M}", opened=opened)
    )
    zone = "" if opened <= now else f" {JST.tzname(None)}"
    return Text(
        "{concurrency} deliveries at once; mail may go {when}{zone}",
        concurrency=section.concurrency,
        when=when,
        zone=zone,
    )


def examine_hold(on_hold: Callable[[], str]) -> Iterator[Checkup]:
    """Whether somebody has put everything on hold; silent where nobody has."""
    with suppress(NoticesError):  # the database itself is another part's matter
        if words := on_hold():
            yield warning(
                "everything on hold",
                words,
                'nothing goes out until: notices release --reason "..."',
            )


def examine_clock(difference: Callable[[], NoticesError | None]) -> Iterator[Checkup]:
    """Whether this machine's clock and the database's agree; silent where they do."""
    with suppress(NoticesError):  # the database itself is another part's matter
        if trouble := difference():
            yield Checkup(
                name="clock",
                status="warning",
                detail=trouble.message,
                advice=trouble.hint,
            )
