"""When mail may go, and how much of it at once: no clock, no network, no store."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from notices.judgment import JST
from notices.rules import Calendar
from notices.store.shared_limits import SharedLimits, domain_of

__all__ = ["DeliveryLimits", "Hours", "Traffic", "domain_of"]

_A_MINUTE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)
_LOOK_AHEAD = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours in which mail goes out, in Japan's time."""

    quiet_from: time | None = None
    """Begin of the quiet hours; None: there are none."""
    quiet_to: time | None = None
    """Their end, on the next day where it is not later than the begin."""
    calendar: Calendar | None = None
    """Mail goes on its business days only; None: every day."""

    def opens_at(self, moment: datetime) -> datetime:
        """Give `moment` itself, or the next time at which mail may go.

        ConfigError past the calendar's last year.
        """
        first = moment.astimezone(JST).date()
        for index in range(_LOOK_AHEAD):
            for start, end in self._open_on(first + index * _A_DAY):
                if moment < end:
                    return max(start, moment)
        raise AssertionError("a year without a business day")  # pragma: no cover

    def closed_between(self, start: datetime, end: datetime) -> timedelta:
        """Tell how much of the time from `start` to `end` was closed.

        A notice does not grow old on a day on which it could not go.
        """
        if self.quiet_from is None and self.calendar is None:
            return timedelta(0)
        total = max(end - start, timedelta(0))
        day, last = start.astimezone(JST).date(), end.astimezone(JST).date()
        while day <= last:
            for opened, closed in self._open_on(day):
                total -= max(min(end, closed) - max(start, opened), timedelta(0))
            day += _A_DAY
        return total

    def _open_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Give the spans of the day in which mail may go, in order."""
        if self.calendar and not self.calendar.is_business_day(day):
            return
        start = datetime.combine(day, time(), JST)
        end = start + _A_DAY
        if self.quiet_from is None or self.quiet_to is None:
            yield start, end
            return
        quiet = datetime.combine(day, self.quiet_from, JST)
        loud = datetime.combine(day, self.quiet_to, JST)
        # 20:00-08:00 leaves one span of the day, 12:00-13:00 leaves two
        spans = [(loud, quiet)] if loud <= quiet else [(start, quiet), (loud, end)]
        yield from (span for span in spans if span[0] < span[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLimits:
    """How much at once."""

    concurrency: int = 4
    """Deliveries at once."""
    per_domain: int = 0
    """Deliveries at once to one recipient domain; 0: any number. With fewer than
    `concurrency` a domain that keeps us waiting does not hold up the others."""
    per_domain_per_minute: int = 0
    """Deliveries begun within a minute to one domain; 0: any number."""
    is_shared: bool = False
    """True: all workers of the database keep to the limits per domain together."""

    @property
    def shared(self) -> SharedLimits | None:
        """What all workers together keep to; None: each for itself."""
        if not self.is_shared:
            return None
        return SharedLimits(
            per_domain=self.per_domain,
            per_domain_per_minute=self.per_domain_per_minute,
        )


@dataclass(slots=True)
class Traffic:
    """What is under way, and what began within the last minute; time is told."""

    limits: DeliveryLimits
    """What is kept to."""
    under_way: Counter[str] = field(default_factory=Counter)
    """Deliveries at once, by domain."""
    begun: defaultdict[str, deque[datetime]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    """When deliveries began within the last minute, by domain."""
    closed: dict[str, datetime] = field(default_factory=dict)
    """Domains that other workers have filled, and until when nobody asks."""

    @property
    def has_room(self) -> bool:
        """Whether one more delivery may begin, whatever its domain."""
        return self.under_way.total() < self.limits.concurrency

    def admits(self, domain: str, now: datetime) -> bool:
        """Tell whether a delivery to this domain may begin now."""
        if self.closed.get(domain, now) > now:
            return False
        return (
            self.has_room
            and not 0 < self.limits.per_domain <= self.under_way[domain]
            and self.free_at(domain, now) <= now
        )

    def free_at(self, domain: str, now: datetime) -> datetime:
        """Tell when the limit per minute lets the next one begin."""
        begun, limit = self.begun[domain], self.limits.per_domain_per_minute
        while begun and begun[0] <= now - _A_MINUTE:
            begun.popleft()
        is_full = 0 < limit <= len(begun)
        return begun[0] + _A_MINUTE if is_full else now

    def begin(self, domain: str, now: datetime) -> None:
        """Count a delivery that begins."""
        self.under_way[domain] += 1
        if self.limits.per_domain_per_minute:
            self.begun[domain].append(now)

    def close(self, domain: str, until: datetime) -> None:
        """Leave a domain alone that other workers have filled."""
        self.closed[domain] = until

    def end(self, domain: str) -> None:
        """Count a delivery that ended."""
        self.under_way[domain] -= 1
        self.under_way += Counter()  # drops the zeros
