"""What the database itself refuses, on both engines; used by the migrations.

History is append-only and only what may follow follows, even for somebody who
has the database and not this program.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_REFUSE = """
CREATE OR REPLACE FUNCTION notices_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = '23000'; END $$
"""
_REFUSE_IF_FOUND = """
CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '23000'; END IF;
RETURN {row};
END $$
"""
_FENCE_OF = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'deliveries_fence'",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE tgname = 'deliveries_fence' AND tgrelid = 'deliveries'::regclass",
}


def forbid(
    connection: Connection,
    table: str,
    name: str,
    occasion: str,
    message: str,
    *,
    when: str = "1 = 1",
) -> None:
    """Make a trigger that raises an integrity error.

    occasion: `DELETE`, `INSERT`, `UPDATE`, `UPDATE OF column`. when: a condition on
    OLD and NEW that both engines read; it may look into tables with EXISTS.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_{name} BEFORE {occasion} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    # PostgreSQL: a WHEN clause must not look into tables
    looks = "EXISTS" in when
    function = f"{table}_{name}()" if looks else f"notices_refuse('{message}')"
    condition = "" if looks else f"WHEN ({when})"
    row = "OLD" if occasion == "DELETE" else "NEW"
    made = _REFUSE_IF_FOUND.format(
        table=table, name=name, when=when, message=message, row=row
    )
    connection.exec_driver_sql(made if looks else _REFUSE)
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_{name} BEFORE {occasion} ON {table} FOR EACH ROW "
        f"{condition} EXECUTE FUNCTION {function}"
    )


def differs(connection: Connection, column: str) -> str:
    """The condition that an update changes this column; NULL is a value here."""
    comparison = "IS NOT" if connection.dialect.name == "sqlite" else "IS DISTINCT FROM"
    return f"OLD.{column} {comparison} NEW.{column}"


def keep_rows(connection: Connection, table: str, same_key: str) -> None:
    """Refuse to delete or to replace; `same_key` finds the row that NEW would replace.

    Updates are another matter: see `never_change`.
    """
    gone = f"{table}: nothing is ever deleted"
    forbid(connection, table, "delete", "DELETE", gone)
    if connection.dialect.name == "sqlite":
        # INSERT OR REPLACE deletes without a delete trigger on foreign connections
        forbid(
            connection,
            table,
            "replace",
            "INSERT",
            f"{table}: the row is there already",
            when=f"EXISTS (SELECT 1 FROM {table} WHERE {same_key})",  # noqa: S608
        )
        return
    forbid_emptying(connection, table, gone)


def forbid_emptying(connection: Connection, table: str, message: str) -> None:
    """Refuse TRUNCATE, which deletes without a delete trigger (PostgreSQL only)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION notices_refuse('{message}')"
        )


def never_change(connection: Connection, table: str) -> None:
    """Refuse every update."""
    forbid(connection, table, "update", "UPDATE", f"{table}: rows never change")


def let_disposal_through(
    connection: Connection, table: str, name: str, occasion: str, allowed: str
) -> None:
    """Put a trigger in the place of one, which lets what is `allowed` through.

    allowed: a condition on OLD and NEW that looks for the event `disposed`.
    """
    drop = f"DROP TRIGGER IF EXISTS {table}_{name}"
    if connection.dialect.name == "postgresql":
        drop += f" ON {table}"
    connection.exec_driver_sql(drop)
    forbid(
        connection,
        table,
        name,
        occasion,
        f"{table}: nothing is removed but by disposal, and whole",
        when=f"NOT ({allowed})",
    )


def fence(connection: Connection, message: str) -> None:
    """From now on refuse every change of deliveries and every new number or event."""
    on_table = {"deliveries": "UPDATE", "numbers": "INSERT", "events": "INSERT"}
    for table, occasion in on_table.items():
        drop = f"DROP TRIGGER IF EXISTS {table}_fence"
        if connection.dialect.name == "postgresql":
            drop += f" ON {table}"
        connection.exec_driver_sql(drop)
        words = message.replace("'", "''")
        forbid(connection, table, "fence", occasion, words)


def fence_message(connection: Connection) -> str:
    """Give the message of the fence; empty: there is none."""
    where = _FENCE_OF[connection.dialect.name]
    made: str = connection.exec_driver_sql(where).scalar() or ""
    # the last text in quotes, on both engines
    quoted = re.findall(r"'((?:[^']|'')*)'", made)
    return quoted[-1].replace("''", "'") if quoted else ""


@contextmanager
def without_start(connection: Connection) -> Iterator[None]:
    """Let deliveries come in as they stand, within this transaction only."""
    if connection.dialect.name == "postgresql":
        change = "ALTER TABLE deliveries {} TRIGGER deliveries_start"
        connection.exec_driver_sql(change.format("DISABLE"))
        yield
        connection.exec_driver_sql(change.format("ENABLE"))
        return
    made = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'deliveries_start'"
    ).scalar_one()
    connection.exec_driver_sql("DROP TRIGGER deliveries_start")
    yield
    connection.exec_driver_sql(made)
