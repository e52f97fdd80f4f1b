"""Which of many words stand in a long text: each place is looked at once.

To look for each by itself costs their number times the text, and whoever writes both
can choose words that nearly stand everywhere.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator

from notices.messages import Text
from notices.verifying.checks import malformed

MAX_STEPS = 50_000
"""Places at which one begins, and words that end there; letters have some hundreds."""
_FEW, _SHORT = 2_000_000, 1_000
"""Characters to be looked through, and of a word: little enough to look one by one."""
_HEAD = 8
"""Characters by which it is told that none begins at a place."""


def are_few(text: str, wanted: Collection[str]) -> bool:
    """Whether each may as well be looked for by itself."""
    return (
        len(wanted) * len(text) <= _FEW and max(map(len, wanted), default=0) <= _SHORT
    )


class _Wanted:
    """Words in their order; of each the longest other one that it begins with."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.words = sorted(set(wanted))
        self.longest = max(map(len, self.words), default=0)
        self.heads = {one[:_HEAD] for one in self.words}
        self.sizes = sorted(set(map(len, self.heads)))
        self._within: list[int] = []
        above: list[int] = []
        for at, one in enumerate(self.words):
            while above and not one.startswith(self.words[above[-1]]):
                above.pop()
            self._within.append(above[-1] if above else -1)
            above.append(at)

    def may_begin(self, text: str, place: int) -> bool:
        return any(text[place : place + size] in self.heads for size in self.sizes)

    def at(self, text: str, place: int) -> Iterator[str | None]:
        """Each that stands there, the longest first; None for one that does not."""
        there = text[place : place + self.longest]
        at = bisect_right(self.words, there) - 1
        while at >= 0:
            one = self.words[at]
            yield one if there.startswith(one) else None
            at = self._within[at]


def standing(
    text: str,
    places: Iterable[int],
    wanted: Collection[str],
    is_end: Callable[[int], bool],
) -> frozenset[str]:
    """Those that begin at a place and end at an end; Refusal over the limit."""
    sought, found, steps = _Wanted(wanted), set[str](), 0
    for place in places:
        if not sought.may_begin(text, place):
            continue
        steps += 1
        for one in sought.at(text, place):
            steps += 1
            if one is not None and one not in found and is_end(place + len(one)):
                found.add(one)
        if steps > MAX_STEPS:
            raise malformed(
                Text("more than {most} places to look for words", most=MAX_STEPS)
            )
        if len(found) == len(sought.words):
            break
    return frozenset(found)
