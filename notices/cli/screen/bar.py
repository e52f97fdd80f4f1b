"""The last line of a terminal: progress stands on it only while nothing is printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Bar(Protocol):
    """Something that redraws one line of a terminal."""

    def start(self) -> None:
        """Draw it."""

    def stop(self) -> None:
        """Take it away."""


_SHOWN: list[Bar] = []


@contextmanager
def showing(bar: Bar) -> Iterator[None]:
    """Draw a bar until the block ends."""
    _SHOWN.append(bar)
    bar.start()
    try:
        yield
    finally:
        _SHOWN.remove(bar)
        bar.stop()


@contextmanager
def aside() -> Iterator[None]:
    """Take the bar away for as long as something else is printed."""
    bars = list(_SHOWN)
    for bar in bars:
        bar.stop()
    try:
        yield
    finally:
        for bar in bars:
            bar.start()
