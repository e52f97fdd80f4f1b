"""Progress on a terminal, on standard error; nowhere else, and nothing without one."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from notices.cli.screen.bar import showing
from notices.cli.screen.language import tell
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
    if total < 2:  # noqa: PLR2004 - one needs no bar
        yield lambda: None
        return
    with measuring(total, show_count=True) as advance:
        yield lambda: advance(1)


@contextmanager
def measuring(
    total: int, *, show_count: bool = False
) -> Iterator[Callable[[int], None]]:
    """A bar over `total` units; gives what takes how many more are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - rich costs 50 ms
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TimeRemainingColumn,
    )

    share = MofNCompleteColumn() if show_count else TaskProgressColumn()
    progress = Progress(
        BarColumn(),
        share,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = progress.add_task("", total=total)
    with showing(progress):
        yield lambda done: progress.advance(task, done)


@contextmanager
def watching() -> Iterator[Callable[[WorkerEvent], None]]:
    """A line that tells how many attempts ended how; gives what takes the news."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415

    counts: Counter[str] = Counter()
    status = Console(stderr=True).status(tell("waiting for what is due"))

    def take(news: WorkerEvent) -> None:
        counts["under way"] += news.kind is WorkerEventKind.ATTEMPT
        if news.kind in _COUNTED:
            counts[_COUNTED[news.kind]] += 1
            counts["under way"] = max(0, counts["under way"] - 1)
        if news.kind is WorkerEventKind.QUIET:
            counts["under way"] = 0
        status.update(
            ", ".join(f"{count} {tell(name)}" for name, count in counts.items())
        )

    with showing(status):
        yield take
