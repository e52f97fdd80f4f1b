"""What `[service]` may say."""

from collections.abc import Iterator
from dataclasses import dataclass

from notices.messages import Text

_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSection:
    """`[service]`: what `notices serve` allows."""

    requests_per_minute: int = 600
    """Of one token."""


def service_problems(section: ServiceSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    if not 0 < section.requests_per_minute <= _MOST:
        yield (
            "requests_per_minute",
            Text("service.requests_per_minute must be 1 to {most}", most=_MOST),
        )
