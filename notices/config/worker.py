"""What `[worker]` may say."""

import re
from collections.abc import Iterator
from datetime import time

from notices.config.mail_sections import WorkerSection
from notices.grammar import is_loopback
from notices.messages import Text

_HOURS = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9]) ?- ?([01][0-9]|2[0-3]):([0-5][0-9])"
)
_ADDRESS = re.compile(r"(localhost|[0-9.]{7,15}|\[[0-9a-fA-F:]{2,39}\]):([0-9]{1,5})")
_MAX_PORT = 65535
_MOST = {
    "concurrency": (1, 64),
    "per_domain": (0, 64),
    "per_domain_per_minute": (0, 6000),
    "max_age_hours": (1, 24 * 14),
}


def quiet_hours(text: str) -> tuple[time, time] | None:
    """Read `20:00-08:00`; None for anything else, and for no time at all."""
    match = _HOURS.fullmatch(text)
    if match is None:
        return None
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    return None if start == end else (start, end)


def metrics_address(text: str) -> tuple[str, int] | None:
    """Read `127.0.0.1:9464`; None for anything that is not on loopback."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2]) <= _MAX_PORT:
        return None
    host = match[1].strip("[]")
    return (host, int(match[2])) if is_loopback(host) else None


def worker_problems(section: WorkerSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    for key, (least, most) in _MOST.items():
        if not least <= getattr(section, key) <= most:
            yield (
                key,
                Text(
                    "worker.{key} must be {least} to {most}",
                    key=key,
                    least=least,
                    most=most,
                ),
            )
    if section.quiet_hours and quiet_hours(section.quiet_hours) is None:
        yield "quiet_hours", 'worker.quiet_hours must be such as "20:00-08:00"'
    if section.metrics and metrics_address(section.metrics) is None:
        yield (
            "metrics",
            'worker.metrics must be a loopback address such as "127.0.0.1:9464"',
        )
