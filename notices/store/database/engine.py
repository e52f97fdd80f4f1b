"""Opens the database: engine, transactions, and errors in our words.

What differs between the engines stands here, in `sqlite`, `postgres`, `presence`
and `triggers`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sqlalchemy import URL, Connection, Engine, exc, make_url

from notices.errors import ConfigError, InputError, NoticesError, RefusedError
from notices.messages import Text
from notices.store.database import postgres, sqlite

HINT = "use sqlite:///path/to/outbox.db, or postgresql://user@host/database"
_SHOWN = 60
"""Characters that are shown of what cannot be stored."""


def make_engine(url: str, *, busy_timeout: float) -> Engine:
    """Make the engine for `sqlite:////srv/notices/outbox.db` or `postgresql://...`.

    busy_timeout: seconds to wait for another process's transaction.
    Raises ConfigError for a URL that cannot be used.
    """
    parsed = _parse(url)
    engine: Engine = _engines(parsed).make_engine(parsed, busy_timeout=busy_timeout)
    return engine


def _engines(url: URL) -> ModuleType:
    backend = url.get_backend_name()
    if backend == "sqlite":
        return sqlite
    if backend in ("postgresql", "postgres"):
        return postgres
    raise ConfigError(
        Text("the outbox cannot live on {backend}", backend=backend), hint=HINT
    )


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (exc.ArgumentError, ValueError):  # a port that is no number
        raise ConfigError("the outbox's url is not a database URL", hint=HINT) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with translated(engine), engine.connect() as plain:
        connection: Connection = _engines(engine.url).for_reading(plain)
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed and synced whole at its end, or not at all."""
    with translated(engine), engine.connect() as plain:
        connection: Connection = _engines(engine.url).for_writing(plain)
        with connection.begin():
            yield connection


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Raise what the database says as an error of ours."""
    try:
        yield
    except exc.DBAPIError as error:
        # what is not to be stored: it would be refused again and again
        if isinstance(error, exc.IntegrityError | exc.DataError):
            raise RefusedError(
                Text("the outbox refused the change: {first}", first=_first(error))
            ) from error
        raise _engines(engine.url).our_error(error, engine) from error
    except UnicodeEncodeError as error:
        raise _not_text(error) from error
    except exc.SQLAlchemyError as error:
        raise NoticesError(
            Text("the outbox could not be used: {error}", error=_named(error))
        ) from error


def _not_text(error: UnicodeEncodeError) -> InputError:
    """Of octets on a command line that are not UTF-8 Python makes half characters."""
    return InputError(
        Text(
            "{text} is no text: it has half of a character, "
            "or octets that are not UTF-8",
            text=error.object[:_SHOWN],
        ),
        hint="type it in UTF-8",
    )


def _named(error: exc.SQLAlchemyError) -> str:
    """What ours refuse to store says why itself; of the library's only the name."""
    why = error.orig if isinstance(error, exc.StatementError) else None
    return str(why) if isinstance(why, ValueError) else type(error).__name__


def _first(error: exc.DBAPIError) -> str:
    """The database's own words without its context lines."""
    return str(error.orig).partition("\n")[0]
