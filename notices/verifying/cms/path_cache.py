"""Certificate paths that were found good, so that equal questions are asked once.

The mails of an archive ask the same of the same certificates and lists, each at its
own moment. A path depends on the moment only by comparing it with the times that
certificates and lists name. Between two neighbours of those times the answer is the
same, so it is remembered for the whole stretch between them; a moment that is one of
them is a stretch of its own. Refusals are not remembered: hostile files cost only
their own time, and whatever is kept here leads to a trusted root.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import x509

ZERO = timedelta(0)
Path = tuple[x509.Certificate, ...]
MAX_INSTANTS = 20_000
"""Of more the answer is remembered for the one moment only."""


class Memory:
    """What is known about one question apart from its moment."""

    def __init__(self) -> None:
        self._instants: list[datetime] | None = None
        self._paths: dict[object, Path] = {}

    def recall(self, moment: datetime) -> Path | None:
        """The path found for that moment or its whole stretch, if one was."""
        return self._paths.get(self._stretch(moment)) or self._paths.get(moment)

    def keep(
        self,
        path: Path,
        moment: datetime,
        turns: Callable[[], list[datetime]],
    ) -> None:
        """Remember a path that is good at that moment; `turns` gives the `instants`."""
        if self._instants is None:
            self._instants = turns()
        if len(self._paths) >= MAX_INSTANTS:
            self._paths.clear()
        self._paths[self._stretch(moment) or moment] = path

    def _stretch(self, moment: datetime) -> tuple[int, int] | None:
        if not self._instants:
            return None
        found = self._instants
        return bisect_left(found, moment), bisect_right(found, moment)


@lru_cache(maxsize=256)
def memory_of(question: bytes) -> Memory:
    """The memory of a question, by its digest."""
    del question
    return Memory()


def digest(parts: Iterable[Sequence[bytes]]) -> bytes:
    """One digest of lists of SHA-256 digests; others have another."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8))
        whole.update(b"".join(part))
    return whole.digest()


def instants(moments: Iterable[datetime], tolerance: timedelta) -> list[datetime]:
    """The times that an answer may turn on, sorted; empty if they are too many.

    Each counts exactly for one question and with the tolerance for another.
    """
    known = set(moments)
    if len(known) > MAX_INSTANTS:
        return []
    return sorted(
        {moment + shift for moment in known for shift in (-tolerance, ZERO, tolerance)}
    )
