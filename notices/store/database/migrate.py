"""Brings the database to the newest revision, once, whichever process is first."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from notices.errors import ConfigError
from notices.messages import Text
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import MIGRATION, lock
from notices.store.database.schema import REVISION

_SCRIPTS = Path(__file__).with_name("migrations")
_FIRST = "0005"
_CASES_ARE_WHOLE = "0020"
"""From this revision on every case tells what was sent in it."""


def migrate(engine: Engine, *, now: datetime) -> None:
    """Run the migrations that are missing, and write what cases lack: all or nothing.

    Raises ConfigError if the database was written by a newer version, or by one that
    was never released.
    """
    with reading(engine) as connection:
        if _revision(connection) == REVISION:
            return
    with writing(engine) as connection:
        lock(connection, MIGRATION)
        revision = _revision(connection)
        if revision is not None and revision > REVISION:
            raise ConfigError(
                Text(
                    "the outbox is of revision {revision}, this program knows {known}",
                    revision=revision,
                    known=REVISION,
                ),
                hint="use the version of notices that wrote it, or a newer one",
            )
        if revision is not None and revision < _FIRST:
            raise ConfigError(
                Text(
                    "the outbox is of revision {revision}, of before the first release",
                    revision=revision,
                ),
                hint="open it once with an earlier checkout, which migrates it",
            )
        if revision != REVISION:
            _upgrade(connection)
            if revision is not None and revision < _CASES_ARE_WHOLE:
                _adopt(connection, now)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    # slow to import and needed once in the life of a site
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _adopt(connection: Connection, now: datetime) -> None:
    # slow to import and needed once in the life of a site
    from notices.store.casework.adopting import adopt  # noqa: PLC0415

    adopt(connection, now=now)
