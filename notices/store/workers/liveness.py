"""Tells which workers are alive.

Each worker holds a lock of its own: on a file where all are on one machine, in the
database where they are on several. Kernel or server let go of it when the process
ends, however it ends. So a delivery whose worker was killed is put in order at once,
and not only when its lease has run out; and who holds his lock is left alone, whatever
the clocks say. A worker that is taken for dead and is not does no harm: it no longer
owns the delivery, so it may not send the first byte, and what it hears is recorded.
"""

from typing import NamedTuple, Protocol
from zlib import crc32


class WorkerShare(NamedTuple):
    """Which part of the line is whose; a matter of speed, never of truth."""

    place: int
    """This worker's place among those that are alive, from 0."""
    workers: int
    """How many are alive."""

    def has(self, number: str) -> bool:
        """Tell whether this worker should be the first to try that delivery."""
        return crc32(number.encode()) % self.workers == self.place


class Liveness(Protocol):
    """One worker's sign of life."""

    owner: str
    """The worker's id; empty before `enter`."""

    def enter(self) -> str:
        """Give this worker's id; the first call takes the lock."""
        ...

    def leave(self) -> None:
        """Take the sign of life away."""
        ...

    def is_alive(self, owner: str, *, patience: float = 0.0) -> bool | None:
        """Tell whether another worker lives; None: it cannot be told here.

        patience: seconds to wait for one that seems dead and may come back.
        """
        ...

    def forget(self, owner: str) -> None:
        """Remove what a dead worker left whose deliveries are in order."""
        ...

    def share(self) -> WorkerShare:
        """Tell which part of what waits this worker should begin with."""
        ...
