"""A consistent copy of the database while others work, checked before it is given."""

import os
import shlex
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine

from notices.errors import ConfigError, EvidenceBroken, StoreUnavailable
from notices.files import part_beside, place, require_free, unwritable
from notices.messages import Text


def back_up(engine: Engine, path: Path) -> None:
    """Write a copy to `path`, whole and synced, readable by its owner only.

    One snapshot: writers go on and are not in it. The copy has passed SQLite's own
    check. Raises RefusedError if something is there already, ConfigError on PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        raise ConfigError(
            "PostgreSQL makes its own backups",
            hint=Text(
                "type: pg_dump --format=custom --file=FILE {url}",
                # a shell would end the command at its `&`
                url=shlex.quote(
                    engine.url.set(
                        drivername="postgresql", password=None
                    ).render_as_string()
                ),
            ),
        )
    require_free(path)
    part = part_beside(path)
    try:
        _make_private(part)
        _copy(Path(str(engine.url.database)), part)
        _check(part)
        place(part, path)
    except sqlite3.Error as error:
        raise StoreUnavailable(
            Text("the backup cannot be made: {error}", error=_code(error)),
            hint="check space and permissions",
        ) from error
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _code(error: sqlite3.Error) -> str:
    """The code alone, such as SQLITE_FULL: sentences are the library's."""
    return getattr(error, "sqlite_errorname", type(error).__name__)


def _make_private(part: Path) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy(database: Path, part: Path) -> None:
    """VACUUM INTO: one read transaction, and free pages are left out."""
    with closing(
        sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    ) as source:
        source.execute("VACUUM INTO ?", (str(part),))


def _check(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copied:
        faults = [row[0] for row in copied.execute("PRAGMA integrity_check(5)")]
        strays = copied.execute("PRAGMA foreign_key_check").fetchall()
    if faults != ["ok"] or strays:
        raise EvidenceBroken(
            Text(
                "the copy is damaged: {faults}, {count} stray rows",
                faults="; ".join(faults),
                count=len(strays),
            ),
            hint="the database itself may be: keep it, and look at older backups",
        )
