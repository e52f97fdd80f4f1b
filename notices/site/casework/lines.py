"""A file of facts: every line read and judged, and the file judged as a set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.casework import Fact, known_faults, read_fact, set_faults
from notices.catalogue import Catalogue
from notices.errors import Fault, InputError
from notices.messages import Text

LONGEST = 65_536
"""Octets of a line."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class ReadLines:
    """What a file of facts holds."""

    placed: tuple[tuple[str, Fact], ...]
    """Facts that are in order by themselves, each with its place, `line 7`."""
    faults: tuple[Fault, ...]
    """What is wrong with the others; the paths begin with the place."""


def read_lines(
    lines: Iterable[bytes],
    catalogue: Catalogue,
    now: datetime,
    progress: Callable[[], None] = lambda: None,
) -> ReadLines:
    """Read every line; blank ones are passed over."""
    placed: list[tuple[str, Fact]] = []
    faults: list[Fault] = []
    for number, octets in enumerate(lines, start=1):
        progress()
        line = octets.removeprefix(_BOM) if number == 1 else octets
        if not line.strip():
            continue
        place = Text("line {number}", number=number)
        fact, wrong = _read(line, catalogue, now)
        faults += [Fault(_path(place, fault.path), fault.message) for fault in wrong]
        if fact is not None and not wrong:
            placed.append((f"{place}", fact))  # no Text: they are many
    return ReadLines(
        placed=tuple(placed),
        faults=tuple(faults),
    )


def _read(
    line: bytes, catalogue: Catalogue, now: datetime
) -> tuple[Fact | None, list[Fault]]:
    if len(line) > LONGEST:
        return None, [Fault("", Text("is longer than {most} octets", most=LONGEST))]
    try:
        fact = read_fact(line.decode("utf-8"))
    except UnicodeDecodeError:
        return None, [Fault("", "is not UTF-8")]
    except InputError as wrong:
        return None, list(wrong.faults) or [Fault("", wrong.args[0])]
    return fact, list(known_faults(fact, catalogue, now))


def _path(place: str, path: str) -> str:
    return f"{place}.{path}" if path else place


def good_ones(
    read: ReadLines,
    known: Mapping[str, Sequence[Fact]],
    numbers: Mapping[str, str],
) -> tuple[list[tuple[str, Fact]], list[Fault]]:
    """Part what can be taken from what cannot, beside what is on record.

    A fact with a fault is left out, and then what rested on it, until nothing is
    left to be found.
    """
    placed, faults = list(read.placed), list(read.faults)
    while wrong := list(set_faults(placed, known, numbers)):
        faults += wrong
        bad = {fault.path.partition(".")[0] for fault in wrong}
        placed = [one for one in placed if one[0] not in bad]
    return placed, sorted(faults, key=_line)


def _line(fault: Fault) -> tuple[int, str]:
    number = fault.path.removeprefix("line ").partition(".")[0]
    return (int(number) if number.isdigit() else 0), fault.path
