"""Limits per domain that all workers of a database keep together.

They are judged within the transaction that claims, so that no two workers count the
same room. On SQLite one transaction writes at a time; on PostgreSQL each domain has a
lock, and whoever does not get it at once waits for the next look: nobody waits for
locks in a circle.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from notices.delivery import State
from notices.errors import TryLater
from notices.messages import Text
from notices.store.database.schema import begun_deliveries, deliveries
from notices.store.model import StoredNotice

A_MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=1)
"""When it is asked again whether a delivery under way elsewhere has ended."""
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
_UNDER_WAY = select(deliveries.c.forward_path).where(
    deliveries.c.state == str(State.SENDING),
    deliveries.c.lease_until > bindparam("now"),
)
_BEGUN = select(begun_deliveries.c.domain, begun_deliveries.c.at).where(
    begun_deliveries.c.domain.in_(bindparam("domains", expanding=True)),
    begun_deliveries.c.at > bindparam("since"),
)
_OVER = delete(begun_deliveries).where(
    begun_deliveries.c.domain.in_(bindparam("domains", expanding=True)),
    begun_deliveries.c.at <= bindparam("since"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLimits:
    """What all workers together keep to."""

    per_domain: int = 0
    """Deliveries at once to one recipient domain; 0: any number."""
    per_domain_per_minute: int = 0
    """Deliveries begun within a minute to one domain; 0: any number."""


class AtLimit(TryLater):
    """The domain has as many deliveries as all workers together may make."""

    def __init__(self, domain: str, until: datetime) -> None:
        super().__init__(
            Text("{domain}: the limit of all workers is reached", domain=domain),
            hint="it goes out as soon as there is room",
        )
        self.domain = domain
        self.until = until
        """When it is worth asking again."""


def domain_of(mailbox: str) -> str:
    """The domain of a mailbox, as limits count it."""
    return mailbox.rpartition("@")[2].lower()


def refused(
    connection: Connection,
    rows: Iterable[StoredNotice],
    limits: Mapping[str, SharedLimits],
    now: datetime,
) -> dict[str, AtLimit]:
    """Which of these may not begin now; those that may are counted as begun.

    rows: free deliveries, each in `limits` by its number.
    """
    wanted = [row for row in rows if row.number in limits]
    if not wanted:
        return {}
    domains = sorted({domain_of(row.envelope.forward_path) for row in wanted})
    ours = {domain for domain in domains if _is_locked(connection, domain)}
    room = _Room(connection, ours, now)
    at_limit: dict[str, AtLimit] = {}
    begun: list[str] = []
    for row in wanted:
        domain = domain_of(row.envelope.forward_path)
        limit = limits[row.number]
        until = room.free_at(domain, limit) if domain in ours else now + SOON
        if until > now:
            at_limit[row.number] = AtLimit(domain, until)
            continue
        room.begin(domain)
        if limit.per_domain_per_minute:
            begun.append(domain)
    if begun:
        _note(connection, begun, now)
    return at_limit


def _is_locked(connection: Connection, domain: str) -> bool:
    if connection.dialect.name != "postgresql":
        return True
    key = int.from_bytes(sha256(domain.encode()).digest()[:8], "big", signed=True)
    return bool(connection.execute(_TRY_LOCK, {"key": key}).scalar_one())


class _Room:
    """How much room each domain has; asked once the locks are held."""

    def __init__(
        self, connection: Connection, domains: Collection[str], now: datetime
    ) -> None:
        self._now = now
        paths = connection.execute(_UNDER_WAY, {"now": now}).scalars()
        self._under_way = Counter(map(domain_of, paths))
        self._begun: defaultdict[str, list[datetime]] = defaultdict(list)
        asked = {"domains": list(domains), "since": now - A_MINUTE}
        for domain, at in connection.execute(_BEGUN, asked):
            self._begun[domain].append(at)

    def free_at(self, domain: str, limits: SharedLimits) -> datetime:
        """When one more may begin; now, or later."""
        if 0 < limits.per_domain <= self._under_way[domain]:
            return self._now + SOON
        most, begun = limits.per_domain_per_minute, self._begun[domain]
        if not 0 < most <= len(begun):
            return self._now
        # so many have to be over that one fewer than the limit is left
        return sorted(begun)[len(begun) - most] + A_MINUTE

    def begin(self, domain: str) -> None:
        """Count one that begins."""
        self._under_way[domain] += 1
        self._begun[domain].append(self._now)


def _note(connection: Connection, begun: Iterable[str], now: datetime) -> None:
    domains = list(begun)
    over = {"domains": sorted(set(domains)), "since": now - A_MINUTE}
    connection.execute(_OVER, over)
    rows = [{"domain": domain, "at": now} for domain in domains]
    connection.execute(insert(begun_deliveries), rows)
