"""SQLite: one file, one machine, each commit synced."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import PoolProxiedConnection

from notices.errors import (
    ConfigError,
    EvidenceBroken,
    NoticesError,
    StoreUnavailable,
)
from notices.files.asking import is_folder
from notices.messages import Text

_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
_MAKING = Lock()
"""Nobody opens the database between the making of its file and the close of that."""

_REASONS = {
    "SQLITE_BUSY": ("another process holds it", "try again"),
    "SQLITE_LOCKED": ("another process holds it", "try again"),
    "SQLITE_FULL": ("the disk is full", "free some space and try again"),
    "SQLITE_READONLY": ("it is read-only", "make file and folder writable"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "check the folder and its permissions"),
    "SQLITE_IOERR": ("the disk reports an error", "check the disk"),
    "SQLITE_PERM": ("permission denied", "check the owner of the file"),
}


class _Connection(sqlite3.Connection):
    """One that knows how its next transaction is to begin."""

    next_begin = "BEGIN"


def make_engine(url: URL, *, busy_timeout: float) -> Engine:
    """Make the engine of a file; ConfigError for what is none."""
    _make_file(url)
    arguments = {"timeout": busy_timeout, "factory": _Connection}
    engine = create_engine(url, pool_size=16, connect_args=arguments)
    event.listen(engine, "connect", _set_pragmas)
    # not an event: with one of those each statement asks for all of them
    engine.dialect.do_begin = _begin  # type: ignore[assignment, method-assign]
    return engine


def for_reading(connection: Connection) -> Connection:
    """Let its next transaction see one state of the database."""
    return connection


def for_writing(connection: Connection) -> Connection:
    """Let its next transaction lock at once: to do so later could fail half-way."""
    raw = connection.connection.driver_connection
    if isinstance(raw, _Connection):
        raw.next_begin = "BEGIN IMMEDIATE"
    return connection


def _make_file(url: URL) -> None:
    """Create the file for its owner only: judgments are in it."""
    if not url.database or url.database == ":memory:" or url.query:
        raise ConfigError(
            "the outbox needs a file, and its url no parameters",
            hint="use sqlite:///path/to/outbox.db",
        )
    path = Path(url.database)
    if not is_folder(path.parent):
        raise ConfigError(
            Text(
                "the folder of the outbox does not exist: {parent}", parent=path.parent
            ),
            hint="make the folder or correct [outbox] url",
        )
    if is_folder(path):
        raise ConfigError(
            Text("the outbox is no file but a folder: {path}", path=path),
            hint="correct [outbox] url",
        )
    # One that is there is never opened here: to close it would take away the locks that
    # this process holds on it, and another one would remove the log that we write.
    # Other trouble shows when the database is opened.
    with _MAKING, suppress(OSError):
        os.close(os.open(path, _NEW, 0o600))


def _set_pragmas(connection: Any, _record: object) -> None:
    """Durable before all: FULL syncs each commit, WAL lets readers go on."""
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # REPLACE must not get round the delete triggers
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(pooled: PoolProxiedConnection) -> None:
    """Say BEGIN: the driver would say it late, before the first change alone."""
    raw = pooled.driver_connection
    if isinstance(raw, _Connection):
        begin, raw.next_begin = raw.next_begin, _Connection.next_begin
        raw.execute(begin)


def our_error(error: exc.DBAPIError, engine: Engine) -> NoticesError:
    """Say what the database reports in words of ours."""
    database = engine.url.database or ""
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return EvidenceBroken(
            Text(
                "the outbox {database} is damaged or no database: {orig}",
                database=database,
                orig=name or type(error.orig).__name__,
            ),
            hint="keep the file for inquiry and restore a backup",
        )
    reason, hint = reason_of(error.orig)
    return StoreUnavailable(
        Text(
            "the outbox {database} cannot be used: {reason}",
            database=database,
            reason=reason,
        ),
        hint=hint,
    )


def reason_of(error: object) -> tuple[str, str]:
    """Why SQLite did not do it and what helps, in words of ours; else its code."""
    name = getattr(error, "sqlite_errorname", "")
    for prefix, told in _REASONS.items():
        if name.startswith(prefix):
            return told
    return name or type(error).__name__, ""
