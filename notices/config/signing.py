"""What keys of `[signing]` make wrong together, and the days of several keys."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from notices.config.sections import KeyEntry, SigningSection
from notices.grammar import url_fault
from notices.report import MAX_CLOCK_TOLERANCE

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
            f"signing.clock_tolerance_seconds must be 0 to {MAX_SECONDS}",
        )
    yield from _key_problems(section.keys)
    yield from _timestamp_problems(section)


def _key_problems(keys: Sequence[KeyEntry]) -> Iterator[tuple[str, str]]:
    for index, entry in enumerate(keys):
        name, first, last = f"keys[{index}]", entry.first_day, entry.last_day
        if not entry.key:
            yield f"{name}.key", f"signing.{name}.key is empty"
        if first and last and last < first:
            yield (
                f"{name}.from",
                f"signing.{name} ends ({last}) before it begins ({first})",
            )
    for (_, earlier), (index, later) in combinations(enumerate(keys), 2):
        if earlier.first_day == later.first_day:
            words = later.first_day or "no day"
            yield (
                f"keys[{index}].from",
                f"two of signing.keys begin on {words}; give each its own from",
            )


def _timestamp_problems(section: SigningSection) -> Iterator[tuple[str, str]]:
    for url in section.timestamp_urls:
        if not url.startswith(("http://", "https://")):
            yield "timestamp_urls", f"{url!r} is neither http:// nor https://"
        elif wrong := url_fault(url):
            yield "timestamp_urls", f"{url!r} {wrong}"
    if section.timestamps in {"required", "preferred"} and not section.timestamp_urls:
        yield "timestamps", f"timestamps = {section.timestamps} needs timestamp_urls"
    if section.pdf_level == "B-B":
        return
    if not section.timestamp_urls:
        yield "pdf_level", f"pdf_level {section.pdf_level} needs timestamp_urls"
    elif section.timestamps == "off":
        yield "pdf_level", f"pdf_level {section.pdf_level} needs timestamps, not off"
    if section.pdf_level in {"B-LT", "B-LTA"} and section.revocation == "off":
        yield "pdf_level", f"pdf_level {section.pdf_level} needs revocation, not off"
