"""Progress on a terminal, on standard error; nowhere else, and nothing without one."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from notices.queue import WorkerEvent, WorkerEventKind

_COUNTED = {
    WorkerEventKind.SENT: "sent",
    WorkerEventKind.DEFERRED: "deferred",
    WorkerEventKind.FAILED: "failed",
    WorkerEventKind.IN_DOUBT: "in doubt",
    WorkerEventKind.ERROR: "errors",
}


@contextmanager
def counting(total: int) -> Iterator[Callable[[], None]]:
    """A bar over `total` cases; gives what is called after each."""
    if total < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one needs no bar
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - rich costs 50 ms
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TimeRemainingColumn,
    )

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


@contextmanager
def watching() -> Iterator[Callable[[WorkerEvent], None]]:
    """A line that tells how many attempts ended how; gives what takes the news."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415

    counts: Counter[str] = Counter()
    with Console(stderr=True).status("waiting for what is due") as status:

        def take(news: WorkerEvent) -> None:
            counts["under way"] += news.kind is WorkerEventKind.ATTEMPT
            if news.kind in _COUNTED:
                counts[_COUNTED[news.kind]] += 1
                counts["under way"] = max(0, counts["under way"] - 1)
            if news.kind is WorkerEventKind.QUIET:
                counts["under way"] = 0
            status.update(
                ", ".join(f"{count} {name}" for name, count in counts.items())
            )

        yield take
