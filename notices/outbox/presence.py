"""Tells the processes of one machine which workers are alive.

Each worker holds a lock on a file of its own; the kernel lets go of it when the
process ends, however it ends. So a delivery whose worker was killed is put in order
at once, and not only when its lease has run out.
"""

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Lock

from notices.errors import StoreUnavailable


class Presence:
    """One worker's sign of life, in a folder beside the database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1
        self._entering = Lock()
        self.owner = ""

    def enter(self) -> str:
        """Give this worker's id; the first call takes the lock."""
        with self._entering:  # threads of one worker must not become two
            if not self.owner:
                self._take(secrets.token_hex(8))
            return self.owner

    def leave(self) -> None:
        """Take the sign of life away."""
        if self.owner:
            (self._folder / self.owner).unlink(missing_ok=True)
            os.close(self._descriptor)
            self.owner = ""

    def is_dead(self, owner: str) -> bool:
        """Tell whether a worker is known to be dead; without its file: not known."""
        if owner == self.owner or not owner.isalnum():
            return False
        with suppress(OSError):
            descriptor = os.open(self._folder / owner, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            finally:
                os.close(descriptor)
            return True
        return False

    def forget(self, owner: str) -> None:
        """Remove the file of a dead worker whose deliveries are in order."""
        with suppress(OSError):
            (self._folder / owner).unlink()

    def _take(self, owner: str) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
            descriptor = os.open(self._folder / owner, flags, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise StoreUnavailable(
                f"no worker can sign in at {self._folder}: {error.strerror}",
                hint="make the folder of the outbox writable",
            ) from error
        self._descriptor, self.owner = descriptor, owner
