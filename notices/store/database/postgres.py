"""PostgreSQL: any number of workers on any number of machines."""

import time
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text
from sqlalchemy.pool import ConnectionPoolEntry

from notices.errors import ConfigError, NoticesError, StoreUnavailable
from notices.messages import Text

# one snapshot for all statements, as readers on SQLite have it
READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ"}
"""Options of a connection that reads."""
WRITING: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
"""Options of a connection that writes: rows are locked one by one."""

LEDGER, NUMBERS, MIGRATION = 0x6E6F7431, 0x6E6F7432, 0x6E6F7433
"""Advisory locks: who orders the ledger, who takes a number, who migrates."""
IDENTITY = 0x6E6F7434
"""Advisory lock: who gives the database its id."""
PEOPLE = 0x6E6F7435
"""Advisory lock: who changes people; shared: who goes by them."""
POLICY = 0x6E6F7436
"""Advisory lock: who writes down that the policy changed; taken after PEOPLE."""
_BYTES = "notices_bytes"
OF_BYTES: dict[str, Any] = {_BYTES: True}
"""Options of a query for contents: as text each of their bytes would come as two."""
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)")
_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 10
_USED_AT, _BELIEVED = "notices_used_at", 1.0

# PostgreSQL, appendix A: classes and codes of SQLSTATE
_CONFIGURATION = {
    "28": ("it refuses the login", "check user and password (~/.pgpass)"),
    "3D": ("there is no such database", "make it: createdb NAME"),
    "42501": (
        "this user may not do that",
        "make the user the owner of the database",
    ),
}
_AWAY = {
    "53100": ("its disk is full", "free some space and try again"),
    "53300": ("it has too many connections", "raise max_connections, or try again"),
    "53": ("it is short of resources", "try again"),
    "57": ("it is stopping or starting", "try again"),
    "25006": ("it is read-only", "name the primary server, not a standby"),
    "58": ("its disk reports an error", "check the disk of the server"),
}
_IN_THE_WAY = ("40", "55P03")
_WORDS = {
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    "role ": "28",
    "database ": "3D",
    "too many": "53300",
}


_FAILED = Text("the connection to its server failed")
_LOST = Text("the connection was lost")
_LIBPQ = {
    "server closed the connection": _LOST,
    "connection is closed": _LOST,
    "connection is lost": _LOST,
    "the connection was lost": _LOST,
    "terminating connection": _LOST,
    "SSL connection has been closed": _LOST,
    "Connection reset": _LOST,
    "could not translate host name": Text("there is no host of this name"),
    "failed to resolve": Text("there is no host of this name"),
    "Connection refused": Text("Connection refused"),
    "No such file or directory": Text("no server runs at this socket"),
    "Permission denied": Text("Permission denied"),
    "timeout expired": Text("no answer in time"),
    "timed out": Text("no answer in time"),
    "No route to host": Text("No route to host"),
    "Network is unreachable": Text("Network is unreachable"),
    "certificate verify failed": Text("certificate refused"),
    "root certificate file": Text("the file of trusted roots is not there"),
    "does not support SSL": Text("the server offers no TLS"),
    "server certificate for": Text("the certificate is of another host"),
    "invalid port": Text("the port is not one"),
    "invalid connection option": Text("the url has an option that is not known"),
    "invalid sslmode": Text("the url has an option with a value that is not known"),
}
"""Parts of what libpq and psycopg say where no SQLSTATE comes from the server."""


class InTheWay(StoreUnavailable):
    """Somebody else holds one of the rows; the database itself is there."""


def make_engine(url: URL, *, busy_timeout: float) -> Engine:
    """Make the engine of a server; ConfigError for a URL that names none.

    busy_timeout: seconds to wait for a row that another process holds.
    """
    if url.drivername not in ("postgresql", "postgres", _DRIVER) or not url.database:
        raise ConfigError(
            "the outbox's url names no PostgreSQL database",
            hint="use postgresql://user@host/database",
        )
    if find_spec("psycopg") is None:
        raise ConfigError(
            "PostgreSQL needs psycopg, which is not installed",
            hint="type: pip install 'notices[postgres]'",
        )
    milliseconds = max(1, int(busy_timeout * 1000))
    engine = create_engine(
        url.set(drivername=_DRIVER),
        pool_size=16,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC",
            "application_name": "notices",
        },
    )
    event.listen(engine, "connect", _must_be_durable)
    event.listen(engine, "before_cursor_execute", _ask_for_bytes)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _must_live)
    return engine


def lock_shared(connection: Connection, key: int) -> None:
    """The same, and others may hold it beside us."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_SHARED, {"key": key})


def lock(connection: Connection, key: int) -> None:
    """Wait for one of the advisory locks, until the end of the transaction.

    On SQLite nothing: there the write lock is held from the beginning.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": key})


def _must_be_durable(connection: Any, _record: object) -> None:
    """A commit that returned is on the disk, whatever the server's default is."""
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _ask_for_bytes(
    _connection: object,
    cursor: Any,
    _statement: str,
    _parameters: object,
    context: Any,
    _many: bool,
) -> None:
    if context is not None and context.execution_options.get(_BYTES):
        cursor.format = 1  # psycopg.pq.Format.BINARY


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED_AT] = time.monotonic()


def _must_live(connection: Any, record: ConnectionPoolEntry, _fairy: object) -> None:
    """Ask before use whether the server is still there.

    A restart then costs no delivery its outcome. A connection that was used a moment
    ago is believed: asking each time would cost a seventh of all round trips.
    """
    if time.monotonic() - record.info.get(_USED_AT, 0.0) < _BELIEVED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.OperationalError as error:
        raise exc.DisconnectionError(str(error)) from error


def our_error(error: exc.DBAPIError, database: str) -> NoticesError:
    """Say what the database reports in words of ours; never with a password."""
    state = getattr(error.orig, "sqlstate", None) or _state_of_words(str(error.orig))
    for prefix, (reason, hint) in _CONFIGURATION.items():
        if state.startswith(prefix):
            return ConfigError(
                Text(
                    "the outbox {database} cannot be used: {reason}",
                    database=database,
                    reason=reason,
                ),
                hint=hint,
            )
    if state.startswith(_IN_THE_WAY):
        return InTheWay(
            Text(
                "the outbox {database} cannot be used: another process holds it",
                database=database,
            ),
            hint="try again",
        )
    for prefix, (reason, hint) in _AWAY.items():
        if state.startswith(prefix):
            return StoreUnavailable(
                Text(
                    "the outbox {database} cannot be used: {reason}",
                    database=database,
                    reason=reason,
                ),
                hint=hint,
            )
    return StoreUnavailable(
        Text(
            "the outbox {database} cannot be used: {reason}",
            database=database,
            reason=_of_libpq(str(error.orig), state),
        ),
        hint="check that the server runs, can be reached, and lets this user in "
        "(~/.pgpass)",
    )


def _of_libpq(said: str, state: str) -> str:
    """Why there is no answer, by kind: libpq's sentences change with its versions."""
    if state:
        return Text("the server answers SQLSTATE {state}", state=state)
    return next((words for part, words in _LIBPQ.items() if part in said), _FAILED)


def _state_of_words(words: str) -> str:
    """A refused connection has no SQLSTATE here, only the server's FATAL line."""
    _, fatal, told = words.partition("FATAL:  ")
    if not fatal:
        return ""
    return next(
        (state for start, state in _WORDS.items() if told.startswith(start)), ""
    )
