"""PostgreSQL: any number of workers on any number of machines."""

import time
from importlib.util import find_spec
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text
from sqlalchemy.pool import ConnectionPoolEntry

from notices.errors import ConfigError, NoticesError
from notices.messages import Text
from notices.store.database.postgres_errors import our_error as words_of

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
_GIVEN_BY_URL = ("connect_timeout", "application_name")
_HINT_URL = "use postgresql://user@host/database?sslmode=verify-full"
_USED_AT, _BELIEVED = "notices_used_at", 1.0

_ENCODING = "UTF8"
_HAVE_SERVED: WeakSet[object] = WeakSet()
"""Dialects, one an engine, of urls that have led to their database."""


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
    _check_hosts(url)
    arguments = _connect_arguments(url, busy_timeout)
    try:
        engine = create_engine(
            url.set(drivername=_DRIVER), pool_size=16, connect_args=arguments
        )
    except exc.ArgumentError:
        raise ConfigError(
            "the outbox's url names not as many ports as hosts", hint=_HINT_URL
        ) from None
    event.listen(engine, "connect", _must_hold_all_signs)
    event.listen(engine, "connect", _must_be_durable)
    event.listen(engine, "connect", lambda *_: _HAVE_SERVED.add(engine.dialect))
    event.listen(engine, "before_cursor_execute", _ask_for_bytes)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _must_live)
    return engine


def for_reading(connection: Connection) -> Connection:
    """Let it see one snapshot in all statements, as readers on SQLite do."""
    return connection.execution_options(isolation_level="REPEATABLE READ")


def for_writing(connection: Connection) -> Connection:
    """Let it lock rows one by one, and see what others have committed."""
    return connection.execution_options(isolation_level="READ COMMITTED")


def _connect_arguments(url: URL, busy_timeout: float) -> dict[str, Any]:
    """What libpq is given: of the url, and ours, which stand last and so count.

    ConfigError for an option that libpq has not: psycopg would take it for its own.
    """
    from psycopg.pq import Conninfo  # noqa: PLC0415 - an extra

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name, value in url.query.items():
        if name not in known:
            raise _wrong_option(Text("{name} is no option of libpq", name=name))
        if name not in ("host", "port") and not isinstance(value, str):
            raise _wrong_option(Text("{name} stands there twice", name=name))
    milliseconds = max(1, int(busy_timeout * 1000))
    ours = f"-c lock_timeout={milliseconds} -c timezone=UTC"
    return {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "notices",
        **{name: url.query[name] for name in _GIVEN_BY_URL if name in url.query},
        "options": f"{url.query.get('options', '')} {ours}".strip(),
        "client_encoding": _ENCODING,
    }


def _wrong_option(reason: str) -> ConfigError:
    return ConfigError(
        Text("the outbox's url cannot be used: {reason}", reason=reason), hint=_HINT_URL
    )


def _check_hosts(url: URL) -> None:
    """What cannot be a name: Python would raise an error of its own kind."""
    hosts = [url.host or "", url.query.get("host", "")]
    for each in hosts:
        for host in each.split(",") if isinstance(each, str) else each:
            try:
                _ = host.startswith("/") or host.partition(":")[0].encode("idna")
            except UnicodeError:
                reason = Text("{host!r} cannot be the name of a host", host=host)
                raise _wrong_option(reason) from None


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


def _must_hold_all_signs(connection: Any, _record: object) -> None:
    """Another encoding lacks signs of letters: the first such would be refused."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in (None, _ENCODING):
        database = connection.info.dbname
        connection.close()
        raise ConfigError(
            Text(
                "the outbox {database} keeps texts as {encoding}; it must be UTF8",
                database=database,
                encoding=encoding,
            ),
            hint="make it anew: createdb --encoding=UTF8 --template=template0 NAME",
        )


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
        raise exc.DisconnectionError(type(error).__name__) from error


def our_error(error: exc.DBAPIError, engine: Engine) -> NoticesError:
    """Say what the database reports in words of ours; never with a password."""
    has_served = engine.dialect in _HAVE_SERVED
    return words_of(error, engine.url.database or "", has_served=has_served)
