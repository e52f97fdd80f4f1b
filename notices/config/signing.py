"""What keys of `[signing]` make wrong together, and the days of several keys."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from urllib.parse import urlsplit

from notices.config.signing_sections import KeyEntry, SigningSection
from notices.grammar import is_loopback, url_fault
from notices.messages import Text
from notices.report import MAX_CLOCK_TOLERANCE

_AUTHORITY_ENDS = re.compile(r"[/?#]")
MAX_SECONDS = int(MAX_CLOCK_TOLERANCE.total_seconds())


def signing_problems(section: SigningSection) -> Iterator[tuple[str, str]]:
    """Each problem with the key to which it belongs."""
    if not section.key and not section.keys:
        yield "", "signing.key is missing"
    if section.key and section.keys:
        yield "keys", "give either signing.key or signing.keys, not both"
    if section.keys and (section.certificate or section.passphrase_file):
        yield (
            "keys",
            "with signing.keys, certificate and passphrase_file stand with each key",
        )
    if not 0 <= section.clock_tolerance_seconds <= MAX_SECONDS:
        yield (
            "clock_tolerance_seconds",
            Text(
                "signing.clock_tolerance_seconds must be 0 to {max_seconds}",
                max_seconds=MAX_SECONDS,
            ),
        )
    for name in ("max_age_hours", "max_list_kilobytes"):
        if getattr(section, name) < 0:
            yield name, Text("signing.{name} must not be negative", name=name)
    yield from _key_problems(section.keys)
    yield from _timestamp_problems(section)
    yield from _login_problems(section)


def _key_problems(keys: Sequence[KeyEntry]) -> Iterator[tuple[str, str]]:
    for index, entry in enumerate(keys):
        name, first, last = f"keys[{index}]", entry.first_day, entry.last_day
        if not entry.key:
            yield f"{name}.key", Text("signing.{name}.key is empty", name=name)
        if first and last and last < first:
            yield (
                f"{name}.from",
                Text(
                    "signing.{name} ends ({last}) before it begins ({first})",
                    name=name,
                    last=last,
                    first=first,
                ),
            )
    for (_, earlier), (index, later) in combinations(enumerate(keys), 2):
        if earlier.first_day == later.first_day:
            words = later.first_day or "no day"
            yield (
                f"keys[{index}].from",
                Text(
                    "two of signing.keys begin on {words}; give each its own from",
                    words=words,
                ),
            )


def _has_user(url: str) -> bool:
    """Also in what is no address."""
    return "@" in _AUTHORITY_ENDS.split(url.partition("://")[2], maxsplit=1)[0]


def _is_open(url: str) -> bool:
    """Whether it goes to another machine without TLS."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _is_server_alone(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and not parts.path.strip("/") and not parts.query


def _timestamp_problems(section: SigningSection) -> Iterator[tuple[str, str]]:
    for index, url in enumerate(section.timestamp_urls):
        # by its place: in what is no address a password may stand anywhere
        name = f"timestamp_urls[{index}]"
        if _has_user(url):
            yield (
                "timestamp_urls",
                "an address has a user in it; name that in signing.timestamp_logins",
            )
        elif not url.startswith(("http://", "https://")):
            yield (
                "timestamp_urls",
                Text("{name} is neither http:// nor https://", name=name),
            )
        elif wrong := url_fault(url):
            yield "timestamp_urls", Text("{name} {wrong}", name=name, wrong=wrong)
    if section.timestamps in {"required", "preferred"} and not section.timestamp_urls:
        yield (
            "timestamps",
            Text(
                "timestamps = {timestamps} needs timestamp_urls",
                timestamps=section.timestamps,
            ),
        )
    if section.pdf_level == "B-B":
        return
    if not section.timestamp_urls:
        yield (
            "pdf_level",
            Text(
                "pdf_level {pdf_level} needs timestamp_urls",
                pdf_level=section.pdf_level,
            ),
        )
    elif section.timestamps == "off":
        yield (
            "pdf_level",
            Text(
                "pdf_level {pdf_level} needs timestamps, not off",
                pdf_level=section.pdf_level,
            ),
        )
    if section.pdf_level in {"B-LT", "B-LTA"} and section.revocation == "off":
        yield (
            "pdf_level",
            Text(
                "pdf_level {pdf_level} needs revocation, not off",
                pdf_level=section.pdf_level,
            ),
        )


def _login_problems(section: SigningSection) -> Iterator[tuple[str, str]]:
    """No password goes where others read it, or to somebody else."""
    for index, entry in enumerate(section.timestamp_logins):
        name = f"timestamp_logins[{index}]"
        if entry.url not in section.timestamp_urls:
            yield (
                f"{name}.url",
                Text("signing.{name}.url is none of timestamp_urls", name=name),
            )
        elif url_fault(entry.url) is None and _is_open(entry.url):
            yield (
                f"{name}.url",
                Text("signing.{name} would send a password without TLS", name=name),
            )
        if not entry.username or ":" in entry.username:
            yield (
                f"{name}.username",
                Text("signing.{name}.username is empty or has a colon", name=name),
            )
    if not section.proxy:
        return
    if _has_user(section.proxy):
        yield "proxy", "signing.proxy has a user in it; set signing.proxy_username"
    elif url_fault(section.proxy) or not _is_server_alone(section.proxy):
        yield "proxy", "signing.proxy must be http://HOST:PORT"
