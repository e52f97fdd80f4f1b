"""Opens the database: engine, pragmas, transactions, and errors in our words.

What differs between SQLite and PostgreSQL stands here and in the migrations.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from notices.errors import (
    ConfigError,
    EvidenceBroken,
    NoticesError,
    RefusedError,
    StoreUnavailable,
)

_FOR_WRITING = "notices_for_writing"

_REASONS = {
    "SQLITE_BUSY": ("another process holds it", "try again"),
    "SQLITE_LOCKED": ("another process holds it", "try again"),
    "SQLITE_FULL": ("the disk is full", "free some space and try again"),
    "SQLITE_READONLY": ("it is read-only", "make file and folder writable"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "check the folder and its permissions"),
    "SQLITE_IOERR": ("the disk reports an error", "check the disk"),
    "SQLITE_PERM": ("permission denied", "check the owner of the file"),
}


def make_engine(url: str, *, busy_timeout: float) -> Engine:
    """Make the engine for a URL such as `sqlite:////srv/notices/outbox.db`.

    busy_timeout: seconds to wait for another process's transaction.
    Raises ConfigError for a URL that cannot be used.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(
            f"the outbox cannot live on {parsed.get_backend_name()}",
            hint="use sqlite:///path/to/outbox.db",
        )
    _make_file(parsed)
    engine = create_engine(parsed, connect_args={"timeout": busy_timeout})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except exc.ArgumentError as error:
        raise ConfigError(
            "the outbox's url is not a database URL",
            hint="use sqlite:///path/to/outbox.db",
        ) from error


def _make_file(url: URL) -> None:
    """Create the file for its owner only: judgments are in it."""
    if not url.database or url.database == ":memory:" or url.query:
        raise ConfigError(
            "the outbox needs a file, and its url no parameters",
            hint="use sqlite:///path/to/outbox.db",
        )
    path = Path(url.database)
    if not path.parent.is_dir():
        raise ConfigError(
            f"the folder of the outbox does not exist: {path.parent}",
            hint="make the folder or correct [outbox] url",
        )
    # an existing file keeps its mode; other trouble shows when it is opened
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


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


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a later upgrade could fail half-way."""
    for_writing = connection.get_execution_options().get(_FOR_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if for_writing else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with translated(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed and synced whole at its end, or not at all."""
    with translated(engine), engine.connect() as plain:
        connection = plain.execution_options(**{_FOR_WRITING: True})
        with connection.begin():
            yield connection


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Raise what the database says as an error of ours."""
    try:
        yield
    except exc.DBAPIError as error:
        raise _our_error(error, engine.url.database or "") from error
    except exc.SQLAlchemyError as error:
        raise NoticesError(f"the outbox could not be used: {error}") from error


def _our_error(error: exc.DBAPIError, database: str) -> NoticesError:
    name = getattr(error.orig, "sqlite_errorname", "")
    if isinstance(error, exc.IntegrityError):
        return RefusedError(f"the outbox refused the change: {error.orig}")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return EvidenceBroken(
            f"the outbox {database} is damaged or no database: {error.orig}",
            hint="keep the file for inquiry and restore a backup",
        )
    for prefix, (reason, hint) in _REASONS.items():
        if name.startswith(prefix):
            return StoreUnavailable(
                f"the outbox {database} cannot be used: {reason}", hint=hint
            )
    return StoreUnavailable(f"the outbox {database} cannot be used: {error.orig}")
