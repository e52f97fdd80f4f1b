"""Clears what the database still holds of rows that are gone.

SQLite keeps removed rows in free pages and in the write-ahead log, PostgreSQL keeps
them as dead tuples, and as samples of columns for its planner. All are written anew
without them. What the server's own log of writes, its replicas and the disk keep is out
of reach, and told in the certificate.
"""

import sqlite3

from sqlalchemy import Connection, Engine, text

from notices.errors import StoreUnavailable
from notices.store.database.engine import translated
from notices.store.disposal.samples import forget_samples

_TABLES = (
    "notices",
    "artifacts",
    "drafts",
    "approvals",
    "request_keys",
    "deliveries",
    "attempts",
    "reports",
    "beside",
    "unordered",
    "case_facts",
    "cases",
)
_IN_USE = (
    "the texts are removed, but another process reads the outbox: its file still holds "
    "them"
)


def compact(engine: Engine) -> None:
    """Write the database anew without what was removed.

    StoreUnavailable while another process is in the way; do it again then.
    """
    if engine.dialect.name == "postgresql":
        with translated(engine):
            forget_samples(engine)
    with translated(engine), engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        if engine.dialect.name == "postgresql":
            _write_anew(alone)
            return
        raw = alone.connection.driver_connection
        if raw is None:
            return
        _empty_log(raw)  # who reads now would be in the way behind it, too
        raw.execute("VACUUM")
        _empty_log(raw)


def _empty_log(raw: sqlite3.Connection) -> None:
    """Write what waits beside the file into it, and cut that to nothing."""
    busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreUnavailable(_IN_USE, hint="stop it and type: notices dispose")


def _write_anew(connection: Connection) -> None:
    """Write the tables anew, and the catalogue that held samples of them."""
    for table in _TABLES:
        connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
    connection.execute(text("VACUUM (FULL) pg_catalog.pg_statistic"))
