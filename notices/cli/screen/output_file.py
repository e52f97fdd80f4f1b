"""Output whose reader may leave, or whose disk may be full: the work goes on."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a disk without room answers."""


class _LastingFile(io.FileIO):
    """A file descriptor; once its reader has gone, what is written goes nowhere.

    As with `notices list | head`: nobody waits for the rest of the lines, but a mail
    that was begun is finished, and a forged file is no good one for that. What a full
    disk does not take is lost, too, and `lost` tells it.
    """

    lost: OSError | None = None

    def write(self, octets: ReadableBuffer, /) -> int:
        """Write, or drop what nobody reads."""
        try:
            return super().write(octets) or 0
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
        except OSError as error:
            if error.errno not in FULL:
                raise
            self.lost = self.lost or error
        return memoryview(octets).nbytes


def lasting_output() -> None:
    """Put it in place of `sys.stdout` and `sys.stderr`, where they are files.

    What the caller has closed (`>&-`) is opened to nowhere: else the next file that is
    opened would have its number, and get what is printed.
    """
    for descriptor in range(3):
        with suppress(OSError):
            os.fstat(descriptor)
            continue
        os.open(os.devnull, os.O_RDWR)
    sys.stdout = _lasting(sys.stdout, sys.__stdout__)
    sys.stderr = _lasting(sys.stderr, sys.__stderr__)


def _to_nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")


def _lasting(before: TextIO | None, of_system: TextIO | None) -> TextIO:
    """In place of the system's own; what a program or a test put there stays."""
    if before is None:
        return _to_nowhere()
    if not isinstance(before, io.TextIOWrapper) or before is not of_system:
        return before
    before.flush()
    file = _LastingFile(before.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=before.encoding,
        # a character that the terminal does not have is no reason to stop
        errors="backslashreplace",
        line_buffering=before.line_buffering,
    )


def unwritten() -> OSError | None:
    """Why something of standard output is lost; None: nothing is."""
    sys.stdout.flush()
    file = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return file.lost if isinstance(file, _LastingFile) else None
