"""Signals that come while a command that stays is starting, or is closing.

Else SIGTERM and SIGHUP killed it in the second before its own handlers stood, and again
when they had gone. While it starts nothing is begun: it ends at once, exit code 0.
"""

import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

STAYING = frozenset({"work", "inbox", "sign"})
"""Commands that end at a signal, and with --watch only then."""


@dataclass(slots=True)
class Heard:
    """What was heard so far in this process."""

    has_come: bool = False
    """Whether a signal to stop has come."""
    is_starting: bool = True
    """Whether nothing was begun yet."""
    listened: tuple[signal.Signals, ...] = ()
    """What is listened to; empty: the command does not stay."""

    def listen(self, words: Sequence[str]) -> None:
        """Listen to the end of the process, if these words begin what stays."""
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or "--watch" not in words or STAYING.isdisjoint(words):
            return
        from notices.site.service.stopping import stop_signals  # noqa: PLC0415 - rare

        self.listened = stop_signals()
        for each in self.listened:
            signal.signal(each, self.on_signal)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """End what starts; what closes goes on to its end."""
        del number, frame
        self.has_come = True
        if self.is_starting:
            raise KeyboardInterrupt

    def work_begins(self) -> None:
        """From now on whoever works listens, and this no longer breaks off."""
        self.is_starting = False

    def leave(self) -> None:
        """All is done; the interpreter ends with the defaults, which kill."""
        for each in self.listened:
            signal.signal(each, signal.SIG_IGN)

    def was_told(self) -> bool:
        """Whether to stop was told before who works could hear it."""
        return self.has_come


HEARD = Heard()
"""Of this process."""
