"""What something costs, told so that a busy machine changes nothing.

Seconds of a test fail where the machine is slow, and pass where it is fast. The calls that
Python makes are the same on each; what is done in one call of C (a pattern that tries all
ways) is told by this thread's processor time, against a limit that only a thousandfold
cost can reach.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 20.0
"""Processor seconds that nothing small may take, on the slowest machine."""


class Effort:
    """Calls of Python and C functions, and processor seconds of this thread."""

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0

    def count(self, _frame: object, event: str, _argument: object) -> None:
        self.calls += event in {"call", "c_call"}


@contextmanager
def effort(calls: int) -> Iterator[Effort]:
    """Fails where the body made more than `calls` calls or took `LONGEST` seconds."""
    spent, before = Effort(), sys.getprofile()
    began = time.thread_time()
    sys.setprofile(spent.count)
    try:
        yield spent
    finally:
        sys.setprofile(before)
        spent.seconds = time.thread_time() - began
    assert spent.calls <= calls, f"{spent.calls} calls, {calls} at most"
    assert spent.seconds < LONGEST, f"{spent.seconds} s of the processor"
