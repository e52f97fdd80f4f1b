"""What a process without the centre's key can say of a site: for the console's page.

No key, password or mailbox is opened, and no name server is asked; `notices doctor`
does that, on the machine that signs.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from notices.errors import ConfigError, RefusedError
from notices.judgment import JST
from notices.messages import Text
from notices.signing import WARN_BEFORE_END
from notices.site import configured, reserved
from notices.site.doctor import examination as parts_tried
from notices.site.doctor.checkup import Checkup, fault, guard, warning
from notices.site.doctor.clock import ClockWatch
from notices.site.doctor.worker import examine_calendar, examine_worker
from notices.site.parts import Parts

_CERTIFICATE = Text("signing certificate")


def examine_without_key(
    parts: Parts, certificate_end: Callable[[], datetime | None]
) -> Iterator[Checkup]:
    """A line for each part, in the order in which they rest on one another.

    certificate_end: of the certificate that signed last; None: nothing was signed yet.
    """
    yield from _files(parts)
    database = guard("database", lambda: parts_tried.count_notices(parts.store))
    yield database
    if database.status == "ok":
        yield guard("numbers", lambda: parts_tried.void_numbers(parts.store))
        yield guard("hold", lambda: _hold(parts))
        yield _certificate(certificate_end(), parts.clock())
        yield guard("inbox", lambda: _inbox(parts))
    yield from parts_tried.examine_newness(
        lambda: parts.store, parts.signs_of_work(), database
    )
    watch = ClockWatch(parts.clock)
    yield guard(
        "smtp",
        lambda: parts_tried.greeting(configured.relay_of(parts.config), watch),
    )
    yield from watch.examine(parts.config.signing.clock_tolerance)
    yield from examine_worker(
        parts.config.worker, lambda: parts.calendar, parts.mode, parts.clock
    )


def _files(parts: Parts) -> Iterator[Checkup]:
    config = parts.config
    today = parts.clock().astimezone(JST).date()
    yield guard("configuration", lambda: Text("{path} is in order", path=config.path))
    yield guard(
        "catalogue", lambda: parts_tried.usable_categories(parts.catalogue, today)
    )
    yield guard("recipients", lambda: Text("{count} entries", count=_entries(parts)))
    own = (config.center.mailbox, config.archive.mailbox)
    if wrong := reserved.fault(config.smtp.host, own):
        hint = "set center.mailbox and archive.mailbox to your own"
        yield fault("mailboxes", RefusedError(wrong, hint=hint))
    folder = config.resolve(config.cases.directory)
    yield guard("cases", lambda: parts_tried.count_cases(folder))
    yield from islice(parts_tried.examine_templates(lambda: parts.templates), 20)
    yield examine_calendar(lambda: parts.calendar, today)


def _entries(parts: Parts) -> int:
    if not parts.directory:
        raise ConfigError(
            "recipients.toml has no entry", hint="add who is asked, and how"
        )
    return len(parts.directory)


def _hold(parts: Parts) -> str:
    rollback = parts.rollback
    rollback.require_none(rollback.checkpoint_reasons())
    return "the database is not older than mark or last checkpoint"


def _certificate(end: datetime | None, now: datetime) -> Checkup:
    if end is None:
        detail: str = "nothing was signed yet; `notices doctor` looks at the key"
        return Checkup(name=_CERTIFICATE, status="ok", detail=detail)
    detail = Text(
        "the certificate ends on {day}", day=end.astimezone(JST).date().isoformat()
    )
    if end - now > WARN_BEFORE_END:
        return Checkup(name=_CERTIFICATE, status="ok", detail=detail)
    return warning(_CERTIFICATE, detail, "get the next certificate")


def _inbox(parts: Parts) -> str:
    newest = parts.reports.newest()
    if newest is None:
        return "no mail that came in was recorded yet"
    at = newest.astimezone(JST)
    return Text("the newest mail was recorded {at:%F %R} JST", at=at)
