"""How a command is told to stop: what is under way ends, nothing new begins."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from notices.errors import TryLater


def stop_signals() -> tuple[signal.Signals, ...]:
    """Those that stop it: all but what the caller has this process ignore (nohup)."""
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    return tuple(
        each for each in wanted if signal.getsignal(each) is not signal.SIG_IGN
    )


def stopped_at_once() -> TryLater:
    """What a second signal leads to."""
    return TryLater(
        "stopped at once: what was under way was broken off",
        hint="the next `notices work` tells what became of it",
    )


@dataclass(slots=True)
class StopRequest:
    """Whether somebody wants the work to end."""

    _is_set: bool = False

    def is_set(self) -> bool:
        """Tell whether nothing new is to begin."""
        return self._is_set

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Note the first; the second one breaks off."""
        del number, frame
        if self._is_set:
            # the only thing that asyncio lets through, and cancels its tasks by
            raise KeyboardInterrupt
        self._is_set = True


@contextmanager
def stopping() -> Iterator[StopRequest]:
    """Listen to the signals while this lasts; TryLater at the second one.

    In a thread that is not the first one nobody can: then nothing is heard.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {each: signal.getsignal(each) for each in stop_signals()}
    for each in before:
        signal.signal(each, request.on_signal)
    try:
        yield request
    except KeyboardInterrupt:
        raise stopped_at_once() from None
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
