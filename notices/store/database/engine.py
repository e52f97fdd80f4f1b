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
from notices.store.attempt_notes import recalled
from notices.store.database import postgres, sqlite

HINT = "use sqlite:///path/to/outbox.db, or postgresql://user@host/database"
_SHOWN = 60
"""Characters that are shown of what cannot be stored."""
_OF_TRIGGERS = ("SQLITE_CONSTRAINT_TRIGGER", "23000")
_ODD = "a value does not fit where it is to stand"
_KINDS = (
    ("SQLITE_CONSTRAINT_UNIQUE", "the row is there already"),
    ("SQLITE_CONSTRAINT_PRIMARYKEY", "the row is there already"),
    ("23505", "the row is there already"),
    ("SQLITE_CONSTRAINT_FOREIGNKEY", "what it belongs to is not there"),
    ("23503", "what it belongs to is not there"),
    ("SQLITE_CONSTRAINT_NOTNULL", "a value is missing"),
    ("23502", "a value is missing"),
)
"""By SQLite's name of the error or PostgreSQL's SQLSTATE (appendix A, class 23)."""
_SAID = (
    "this outbox was moved to {to} at {at}",
    "this outbox was moved to {to}",
    "{table}: nothing is ever deleted",
    "{table}: nothing is removed but by disposal, and whole",
    "{table}: rows never change",
    "{table}: the row is there already",
)
"""What triggers say of a table, or of all; of single rows they say it in English."""


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
                Text("the outbox refused the change: {why}", why=_why(error))
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
    said = why.args[0] if why and why.args else None
    return said if isinstance(said, Text) else type(error).__name__


def said_by_trigger(said: str) -> str:
    """It as a text that can be told in other languages."""
    return recalled(said, _SAID)


def _why(error: exc.DBAPIError) -> str:
    """What our triggers say is ours; of what the database says only the kind."""
    code = getattr(error.orig, "sqlite_errorname", "") or getattr(
        error.orig, "sqlstate", ""
    )
    if code in _OF_TRIGGERS:
        return said_by_trigger(str(error.orig).partition("\n")[0])
    words = next((said for begin, said in _KINDS if str(code).startswith(begin)), _ODD)
    named = getattr(error.orig, "diag", None) or error.orig
    rule = getattr(named, "constraint_name", None) or code
    return Text("{words} ({rule})", words=words, rule=rule) if rule else words
