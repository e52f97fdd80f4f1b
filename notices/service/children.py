"""Several processes as one: they begin together, and end together."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from notices.errors import NoticesError
from notices.files.system_words import in_words
from notices.messages import Text

_EARLY = 70
"""Our fault (sysexits.h): nobody had asked it to end."""
_BREAK_OFF = 3
"""The third signal ends what does not end by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildProcess:
    """A process that belongs to others."""

    name: str
    """What people call it."""
    words: tuple[str, ...]
    """Program and arguments."""


def run_together(
    children: Sequence[ChildProcess],
    *,
    signals: Iterable[signal.Signals],
    tell: Callable[[str], None],
) -> int:
    """Run all of them until one of `signals` comes, or one of them ends.

    Then all are asked to end (SIGTERM), a second time at the second signal; at the
    third one they are killed. Gives the first exit code that is not 0; 70 where one
    ended by itself as if all were well, or was killed.
    """
    happened: SimpleQueue[tuple[str, int] | None] = SimpleQueue()
    with _heard(signals, lambda: happened.put(None)):
        started = {child.name: _start(child, happened.put) for child in children}
        told, ended = 0, dict[str, int]()
        while len(ended) < len(started):
            news = happened.get()
            if news is not None:
                name, code = news
                ended[name] = code if told or code > 0 else _EARLY
                if told:
                    continue
                tell(_ended_early(name, code))
            told += 1
            _stop(started, ended, told)
    asked = -signal.SIGTERM
    wrong = [code for code in ended.values() if code not in (0, asked)]
    return next((code if code > 0 else _EARLY for code in wrong), 0)


def _start(
    child: ChildProcess, tell: Callable[[tuple[str, int]], None]
) -> "subprocess.Popen[bytes]":
    """Start it in a group of its own: Ctrl-C reaches the parent alone."""
    try:
        process = subprocess.Popen(child.words, process_group=0)  # noqa: S603 - ours
    except OSError as error:
        raise NoticesError(
            Text(
                "{name} cannot be started: {error}",
                name=child.name,
                error=in_words(error),
            )
        ) from error

    def wait() -> None:
        tell((child.name, process.wait()))

    threading.Thread(target=wait, daemon=True).start()
    return process


def _stop(
    started: dict[str, "subprocess.Popen[bytes]"], ended: dict[str, int], told: int
) -> None:
    for name, process in started.items():
        if name not in ended:
            (process.kill if told >= _BREAK_OFF else process.terminate)()


def _ended_early(name: str, code: int) -> str:
    if code < 0:
        return Text(
            "{name} was killed by signal {number}; the others are stopped",
            name=name,
            number=-code,
        )
    return Text(
        "{name} ended by itself ({code}); the others are stopped", name=name, code=code
    )


@contextmanager
def _heard(
    signals: Iterable[signal.Signals], listener: Callable[[], None]
) -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in signals}
    for each in before:
        signal.signal(each, lambda *_: listener())
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
