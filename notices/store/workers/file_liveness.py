"""Signs of life of the workers of one SQLite file: a locked file each, beside it."""

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Lock

from notices.errors import StoreUnavailable
from notices.files.system_words import in_words
from notices.messages import Text
from notices.store.workers.liveness import WorkerShare


class FileLiveness:
    """A lock on a file, in a folder beside the database."""

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

    def is_alive(self, owner: str, *, patience: float = 0.0) -> bool | None:
        """Tell whether another worker lives; None: it cannot be told here.

        Its file is there before its first claim, so without a file it has left; what
        it could not record, as the disk was full, is put in order at once. The kernel
        knows at once, so `patience` is not needed.
        """
        del patience
        if not owner.isalnum():
            return None
        try:
            descriptor = os.open(self._folder / owner, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return None
        else:
            return False
        finally:
            os.close(descriptor)

    def forget(self, owner: str) -> None:
        """Remove the file of a dead worker whose deliveries are in order."""
        with suppress(OSError):
            (self._folder / owner).unlink()

    def share(self) -> WorkerShare:
        """All of it: workers of one file do not get in each other's way."""
        return WorkerShare(0, 1)

    def _take(self, owner: str) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
            descriptor = os.open(self._folder / owner, flags, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise StoreUnavailable(
                Text(
                    "no worker can sign in at {folder}: {strerror}",
                    folder=self._folder,
                    strerror=in_words(error),
                ),
                hint="make the folder of the outbox writable",
            ) from error
        self._descriptor, self.owner = descriptor, owner
