"""`notices doctor`: what works and what does not, part by part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from notices.errors import NoticesError
from notices.judgment import JST
from notices.messages import Text
from notices.site import configured
from notices.site.approval.people_desk import PeopleDesk
from notices.site.doctor import examination as parts_tried
from notices.site.doctor.addresses import examine_addresses
from notices.site.doctor.checkup import Checkup, guard
from notices.site.doctor.clock import ClockWatch
from notices.site.doctor.inbox import examine_inbox
from notices.site.doctor.people import examine_people
from notices.site.doctor.signing import examine_signing
from notices.site.doctor.worker import (
    examine_calendar,
    examine_clock,
    examine_hold,
    examine_worker,
)
from notices.site.parts import Parts
from notices.store.approval.policies import NONE


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Tries every part of a site; one that fails keeps no other from being tried."""

    parts: Parts
    """What the site is made of, each opened when it is tried."""
    clock_trouble: Callable[[], NoticesError | None]
    """Whether this machine's clock and the database's are apart."""
    on_hold: Callable[[], str]
    """That everything is on hold, in words; empty: it is not."""
    people: Callable[[], PeopleDesk]
    """Opens the desk of those who may approve."""

    def examine(self) -> Iterator[Checkup]:
        """A line for each part, in the order in which they rest on one another."""
        watch = ClockWatch(self.parts.clock)
        tolerance = self.parts.config.signing.clock_tolerance_seconds
        yield from self._files()
        yield from examine_signing(
            self.parts.desk, self.parts.config.signing, self.parts.clock, watch
        )
        database = guard(
            "database", lambda: parts_tried.count_notices(self.parts.store)
        )
        yield from self._database(database)
        yield guard("smtp", lambda: self._greeting(watch))
        yield from watch.examine(timedelta(seconds=tolerance))
        yield from self._work(database)

    def _files(self) -> Iterator[Checkup]:
        parts, config = self.parts, self.parts.config
        today = parts.clock().astimezone(JST).date()
        yield guard(
            "configuration", lambda: Text("{path} is in order", path=config.path)
        )
        yield guard(
            "catalogue", lambda: parts_tried.usable_categories(parts.catalogue, today)
        )
        yield guard(
            "recipients", lambda: Text("{count} entries", count=len(parts.directory))
        )
        yield from examine_addresses(config, lambda: parts.directory)
        folder = config.resolve(config.cases.directory)
        yield guard("cases", lambda: parts_tried.count_cases(folder))
        yield from parts_tried.examine_templates(lambda: parts.templates)
        yield examine_calendar(lambda: parts.calendar, today)

    def _database(self, database: Checkup) -> Iterator[Checkup]:
        parts = self.parts
        yield database
        if database.status == "ok":
            yield guard("numbers", lambda: parts_tried.void_numbers(parts.store))
            is_wanted = parts.config.approval.required != NONE
            yield from examine_people(self.people, is_wanted=is_wanted)
        yield from parts_tried.examine_newness(
            lambda: parts.store, parts.signs_of_work(), database
        )

    def _greeting(self, watch: ClockWatch) -> str:
        return parts_tried.greeting(configured.relay_of(self.parts.config), watch)

    def _work(self, database: Checkup) -> Iterator[Checkup]:
        parts = self.parts
        yield from examine_inbox(
            parts.config,
            lambda: parts.reports,
            lambda: parts.rollback,
            database=database,
        )
        yield from examine_worker(
            parts.config.worker, lambda: parts.calendar, parts.mode, parts.clock
        )
        yield from examine_hold(self.on_hold)
        yield from examine_clock(self.clock_trouble)
