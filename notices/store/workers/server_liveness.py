"""Signs of life of the workers of one PostgreSQL database: an advisory lock each.

A thread holds it, and takes it again where the server or the network lost it, under
the same id: a worker that goes on is never taken for another one, least of all by
itself. Who looks for the dead waits a moment for those that come back.
"""

import secrets
import time
from contextlib import suppress
from threading import Event, Lock, Thread

from sqlalchemy import Connection, Engine, exc, text

from notices.errors import NoticesError
from notices.store.database.engine import reading, translated
from notices.store.database.postgres import IDENTITY, LEDGER, MIGRATION, NUMBERS
from notices.store.workers.liveness import WorkerShare

# a machine that lost its power says nothing: the server asks after half a minute
_KEEPALIVE = text(
    "SELECT set_config('tcp_keepalives_idle', '30', false), "
    "set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)
# not waiting: what is left of our own connection may still hold it, which is as good
_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_HOLDS = text(
    "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) AS age,"
    " EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND objsubid = 1 AND classid::bigint = :high AND objid::bigint = :low "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " AS is_held"
)
_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_OURS = {LEDGER, NUMBERS, MIGRATION, IDENTITY}
_PING = text("SELECT 1")
_PING_SECONDS = 1.0
_PAUSE = 0.2
SETTLED = 10.0
"""Seconds after its start in which a server is given back the locks of the living."""


class ServerLiveness:
    """An advisory lock of PostgreSQL, on a connection that does nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._has_lock = False
        self._alone = Lock()
        self._leaving = Event()
        self.owner = ""

    def enter(self) -> str:
        """Give this worker's id; the first call takes the lock."""
        with self._alone:
            if not self.owner:
                with translated(self._engine):
                    self._take(secrets.token_hex(8))
                self._leaving = Event()
                Thread(
                    target=self._hold,
                    args=(self._leaving,),
                    name="notices-liveness",
                    daemon=True,
                ).start()
            return self.owner

    def leave(self) -> None:
        """Close the connection, and with it the lock."""
        self._leaving.set()
        with self._alone:
            self._drop()
            self.owner = ""

    def is_alive(self, owner: str, *, patience: float = 0.0) -> bool | None:
        """Tell whether somebody holds the lock of that worker.

        patience: seconds to wait for it to be taken again, if nobody does; longer
        where the server itself has just started.
        """
        if not _is_id(owner):
            return None
        key = int(owner, 16)
        halves = {"high": key >> 32, "low": key & 0xFFFFFFFF}
        end = time.monotonic() + patience
        while True:
            with reading(self._engine) as connection:
                found = connection.execute(_HOLDS, halves).one()
            if found.is_held:
                return True
            is_young = patience > 0 and found.age < SETTLED
            if not is_young and time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)

    def forget(self, owner: str) -> None:
        """Nothing is left of it."""

    def share(self) -> WorkerShare:
        """Count those who hold a lock of their own now."""
        own = _key_of(self.enter())
        with reading(self._engine) as connection:
            held = set(connection.scalars(_HELD)) - _OURS
        alive = sorted(held | {own})
        return WorkerShare(alive.index(own), len(alive))

    def _hold(self, leaving: Event) -> None:
        """Look after the lock until the worker leaves."""
        while not leaving.wait(_PING_SECONDS):
            with self._alone, suppress(exc.SQLAlchemyError, NoticesError, OSError):
                if not leaving.is_set() and not self._is_held():
                    self._drop()
                    self._take(self.owner)

    def _is_held(self) -> bool:
        if self._connection is None or not self._has_lock:
            return False
        try:
            self._connection.execute(_PING)
        except exc.SQLAlchemyError:
            return False
        return True

    def _take(self, owner: str) -> None:
        connection = self._engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        # it must not go back to the pool with the lock on it
        connection.detach()
        self._connection = connection
        connection.execute(_KEEPALIVE)
        self._has_lock = bool(connection.scalar(_TAKE, {"key": _key_of(owner)}))
        self.owner = owner

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(exc.SQLAlchemyError):
                self._connection.close()
        self._connection, self._has_lock = None, False


def _is_id(owner: str) -> bool:
    with suppress(ValueError):
        return 0 <= int(owner, 16) < 1 << 64
    return False


def _key_of(owner: str) -> int:
    """The lock's key: PostgreSQL's bigint has a sign."""
    key = int(owner, 16)
    return key - (1 << 64) if key >> 63 else key
