"""`[[signing.keys]]`: several keys, and the days on which each signs."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any

from notices.config.lines import Lines
from notices.config.sections import KeyEntry
from notices.errors import Fault

SECTION = "signing.keys"
_FIELDS = {
    "key": "key",
    "certificate": "certificate",
    "passphrase_file": "passphrase_file",
    "from": "first_day",
    "until": "last_day",
}
"""Names in the file, and those of `KeyEntry`: `from` is a word of Python."""


def read_keys(value: object, lines: Lines) -> tuple[tuple[KeyEntry, ...], list[Fault]]:
    """The entries, and every fault with its line."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        place = lines.of("signing", "keys")
        return (), [Fault(place, "signing.keys must be a list of tables")]
    faults = [
        Fault(_place(lines, index, key), f"{SECTION}[{index}] {problem}")
        for index, table in enumerate(value)
        for key, problem in _table_problems(table)
    ]
    if faults:
        return (), faults
    entries = tuple(
        KeyEntry(**{_FIELDS[name]: item for name, item in table.items()})
        for table in value
    )
    return entries, [
        Fault(_place(lines, index, "from"), problem)
        for index, problem in _window_problems(entries)
    ]


def _place(lines: Lines, index: int, key: str) -> str:
    section = f"{SECTION}[{index}]"
    if lines.has(section):
        return lines.of(section, key)
    return lines.of("signing", "keys")  # written as inline tables


def _table_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not table.get("key"):
        yield "key", "has no key"
    for name, value in table.items():
        if name not in _FIELDS:
            yield name, f"has an unknown key {name}; known: {', '.join(_FIELDS)}"
        elif name in {"from", "until"}:
            # a TOML time of day would leave open whose
            if not isinstance(value, date) or isinstance(value, datetime):
                yield name, f"{name} must be a day without quotes, such as 2026-04-01"
        elif not isinstance(value, str):
            yield name, f"{name} must be a text in quotes"


def _window_problems(entries: Sequence[KeyEntry]) -> Iterator[tuple[int, str]]:
    for index, entry in enumerate(entries):
        first, last = entry.first_day, entry.last_day
        if first and last and last < first:
            yield index, f"{SECTION}[{index}] ends ({last}) before it begins ({first})"
    for (_, one), (index, other) in combinations(enumerate(entries), 2):
        if one.first_day == other.first_day:
            words = one.first_day or "no day"
            yield index, f"two of {SECTION} begin on {words}; give each its own from"
