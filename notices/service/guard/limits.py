"""How often one caller may ask: a bucket that fills with time.

Each request takes one from the bucket; it holds so many, and fills up within a period.
A caller that waited may ask for all at once, and nobody for more in the long run.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """So many requests within so many seconds."""

    requests: int
    """What the bucket holds."""
    seconds: float = 60.0
    """In which it fills from empty to full."""

    @property
    def policy(self) -> str:
        """The RateLimit-Policy field (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"token";q={self.requests};w={ceil(self.seconds)}'


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one caller has left."""

    left: float
    """Requests."""
    at: float
    """When that was so, by a clock that only goes forward, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAllowance:
    """Whether a request may go on."""

    is_given: bool
    """It may."""
    left: int
    """Whole requests that are left after it."""
    wait: int
    """Seconds after which one more may come; 0: at once."""

    @property
    def field(self) -> str:
        """The RateLimit field (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"token";r={self.left};t={self.wait}'


def take(
    bucket: Bucket | None, limit: RateLimit, now: float
) -> tuple[Bucket, RateAllowance]:
    """Take one request; None: the caller was never seen, its bucket is full.

    A refused request takes nothing, so that asking on does not make the wait longer.

    >>> take(Bucket(0.0, 10.0), RateLimit(requests=60), 10.0)[1].wait
    1
    """
    speed = limit.requests / limit.seconds
    had = limit.requests if bucket is None else bucket.left
    waited = 0.0 if bucket is None else max(0.0, now - bucket.at)
    there = min(float(limit.requests), had + waited * speed)
    is_given = there >= 1
    left = there - 1 if is_given else there
    wait = 0 if left >= 1 else ceil((1 - left) / speed)
    allowance = RateAllowance(is_given=is_given, left=int(left), wait=wait)
    return Bucket(left, now), allowance


class Buckets:
    """The buckets of all callers; safe to share between threads."""

    def __init__(self, limit: RateLimit, *, callers: int = 10_000) -> None:
        self.limit = limit
        self._most = callers
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, caller: str, now: float) -> RateAllowance:
        """Take one request of a caller; whoever asked longest ago is forgotten."""
        with self._lock:
            bucket, allowance = take(self._buckets.get(caller), self.limit, now)
            self._buckets[caller] = bucket
            self._buckets.move_to_end(caller)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return allowance
