"""Tells which workers are alive.

Each worker holds a lock of its own: on a file where all are on one machine, in the
database where they are on several. Kernel or server let go of it when the process
ends, however it ends. So a delivery whose worker was killed is put in order at once,
and not only when its lease has run out. A worker that is taken for dead and is not
does no harm: it no longer owns the delivery, so it may not send the first byte.
"""

import fcntl
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol
from zlib import crc32

from sqlalchemy import Connection, Engine, exc, text

from notices.errors import StoreUnavailable
from notices.messages import Text
from notices.store.database.engine import reading, translated
from notices.store.database.postgres import IDENTITY, LEDGER, MIGRATION, NUMBERS


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

    def is_dead(self, owner: str) -> bool:
        """Tell whether a worker is known to be dead."""
        ...

    def forget(self, owner: str) -> None:
        """Remove what a dead worker left whose deliveries are in order."""
        ...

    def share(self) -> WorkerShare:
        """Tell which part of what waits this worker should begin with."""
        ...


def liveness_of(engine: Engine) -> Liveness:
    """Give the sign of life that fits the database."""
    if engine.dialect.name == "sqlite":
        return FileLiveness(Path(f"{engine.url.database}-workers"))
    return ServerLiveness(engine)


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

    def is_dead(self, owner: str) -> bool:
        """Tell whether a worker is known to be dead.

        Its file is there before its first claim, so without a file it has left; what
        it could not record, as the disk was full, is put in order at once.
        """
        if owner == self.owner or not owner.isalnum():
            return False
        with suppress(OSError):
            try:
                descriptor = os.open(self._folder / owner, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                return True
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
                    strerror=error.strerror,
                ),
                hint="make the folder of the outbox writable",
            ) from error
        self._descriptor, self.owner = descriptor, owner


# a machine that lost its power says nothing: the server asks after half a minute
_KEEPALIVE = text(
    "SELECT set_config('tcp_keepalives_idle', '30', false), "
    "set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)
_TAKE = text("SELECT pg_advisory_lock(:key)")
_HOLDS = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND objsubid = 1 AND classid::bigint = :high AND objid::bigint = :low "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_OURS = {LEDGER, NUMBERS, MIGRATION, IDENTITY}
_PING = text("SELECT 1")
_PING_SECONDS = 5.0


class ServerLiveness:
    """An advisory lock of PostgreSQL, on a connection that does nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._entering = Lock()
        self._pinged = 0.0
        self.owner = ""

    def enter(self) -> str:
        """Give this worker's id; takes the lock again where the server lost it."""
        with self._entering, translated(self._engine):
            if not self._is_there():
                self._drop()
                self._take(secrets.token_hex(8))
            return self.owner

    def leave(self) -> None:
        """Close the connection, and with it the lock."""
        self._drop()
        self.owner = ""

    def is_dead(self, owner: str) -> bool:
        """Tell whether nobody holds the lock of that worker."""
        if owner == self.owner:
            return False
        key = int(owner, 16)
        halves = {"high": key >> 32, "low": key & 0xFFFFFFFF}
        with reading(self._engine) as connection:
            return connection.execute(_HOLDS, halves).first() is None

    def forget(self, owner: str) -> None:
        """Nothing is left of it."""

    def share(self) -> WorkerShare:
        """Count those who hold a lock of their own now."""
        own = _key_of(self.enter())
        with reading(self._engine) as connection:
            held = set(connection.scalars(_HELD)) - _OURS
        alive = sorted(held | {own})
        return WorkerShare(alive.index(own), len(alive))

    def _is_there(self) -> bool:
        if self._connection is None:
            return False
        if time.monotonic() - self._pinged > _PING_SECONDS:
            with suppress(exc.SQLAlchemyError):
                self._connection.execute(_PING)
                self._pinged = time.monotonic()
                return True
            return False
        return True

    def _take(self, owner: str) -> None:
        connection = self._engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        # it must not go back to the pool with the lock on it
        connection.detach()
        connection.execute(_KEEPALIVE)
        connection.execute(_TAKE, {"key": _key_of(owner)})
        self._connection, self.owner = connection, owner
        self._pinged = time.monotonic()

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(exc.SQLAlchemyError):
                self._connection.close()
        self._connection = None


def _key_of(owner: str) -> int:
    """The lock's key: PostgreSQL's bigint has a sign."""
    key = int(owner, 16)
    return key - (1 << 64) if key >> 63 else key
