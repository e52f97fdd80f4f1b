"""What was read from files, remembered until one of them changes.

The grounds of a draft are asked for again and again, and are some thirty files. Whether
a file changed its inode tells: its number, its length, and the two times of its change,
of which nobody can set the second one.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

Read = TypeVar("Read")
Mark = tuple[int, int, int, int] | None
"""Number, length, and times of change in nanoseconds; None: there is no such file."""
_stat = os.stat  # a Path's own is twice as slow
_SETTLED = 3 * 10**9
"""Nanoseconds: two changes that are nearer to each other may have the same time."""


@dataclass(slots=True)
class SeenFiles(Generic[Read]):
    """Remembers the last thing that was read; safe to share between threads."""

    now: Callable[[], int] = time.time_ns
    """Tells the time in nanoseconds, as the file system does."""
    _last: tuple[tuple[Mark, ...], Read] | None = field(default=None)

    def read(
        self,
        places: Callable[[], Iterable[Sequence[str | Path]]],
        read: Callable[[], Read],
    ) -> Read:
        """What `read` gives, without reading if no file changed since.

        places: of each file where it may stand, the first one counts.
        """
        before = _marks(places())
        last = self._last
        if last is not None and last[0] == before:
            return last[1]
        found = read()
        if before == _marks(places()) and _is_settled(before, self.now()):
            self._last = before, found
        return found


def _marks(files: Iterable[Sequence[str | Path]]) -> tuple[Mark, ...]:
    # asked for thirty files at each step of each notice: no call for each of them
    found: list[Mark] = []
    for places in files:
        for place in places:
            try:
                told = _stat(place)
            except (OSError, ValueError):
                found.append(None)
                continue
            found.append(
                (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
            )
            break
    return tuple(found)


def _is_settled(marks: tuple[Mark, ...], now: int) -> bool:
    """Whether all of them changed so long ago that another change shows."""
    return all(mark is None or mark[3] < now - _SETTLED for mark in marks)
