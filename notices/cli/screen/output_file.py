"""Standard output whose reader may leave: work and exit code stay what they are."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _LastingFile(io.FileIO):
    """A file descriptor; once its reader has gone, what is written goes nowhere.

    As with `notices list | head`: nobody waits for the rest of the lines, but a mail
    that was begun is finished, and a forged file is no good one for that.
    """

    def write(self, octets: ReadableBuffer, /) -> int:
        """Write, or drop what nobody reads."""
        try:
            return super().write(octets) or 0
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(octets).nbytes


def lasting_output() -> None:
    """Put it in place of `sys.stdout`, where that is a file of the system."""
    before = sys.stdout
    if not isinstance(before, io.TextIOWrapper) or before is not sys.__stdout__:
        return
    before.flush()
    file = _LastingFile(before.fileno(), "wb", closefd=False)
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=before.encoding,
        # a character that the terminal does not have is no reason to stop
        errors="backslashreplace",
        line_buffering=before.line_buffering,
    )
