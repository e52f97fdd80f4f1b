"""Doing something again whenever files change: by looking, with no library."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from notices.files.asking import is_file, is_folder

PAUSE = 0.5
"""Seconds between two looks."""

State = dict[str, tuple[int, int]]
"""Time of change and length of each file."""


def state_of(places: Iterable[Path]) -> State:
    """What the files are like now; a folder means all files below it."""
    state: State = {}
    for place in places:
        paths = place.rglob("*") if is_folder(place) else (place,)
        for path in paths:
            try:
                about = path.stat()
            except OSError:
                continue  # an editor is just putting the new file in its place
            if is_file(path):
                state[str(path)] = (about.st_mtime_ns, about.st_size)
    return state


def each_change(
    places: tuple[Path, ...], *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Once at the beginning, then after every change; it ends with Ctrl-C."""
    before = state_of(places)
    yield
    while True:
        sleep(PAUSE)
        now = state_of(places)
        if now != before:
            before = now
            yield
