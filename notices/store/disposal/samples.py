"""Forgets what PostgreSQL sampled of the columns that disposal empties.

ANALYZE, which the server runs by itself too, keeps values of each column for the
planner: mailboxes, reasons, parts of replies. They outlive their rows, and stay where a
table is empty afterwards. So they are removed, and none is taken any more.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from notices.store.database.schema import metadata

SAMPLED: Mapping[str, tuple[str, ...]] = {
    "notices": (
        *("recipient_name", "again_reason", "rung_reason"),
        *("judgment", "notice", "salt"),
    ),
    "artifacts": ("content",),
    "drafts": ("draft", "mail", "grounds"),
    "approvals": ("statement", "signature"),
    "request_keys": ("key", "fingerprint"),
    "deliveries": ("forward_path",),
    "attempts": ("reply_text", "note"),
    "reports": ("reason", "mailbox", "facts", "content"),
    "beside": ("salt", "source", "octets"),
    "unordered": ("facts", "beside"),
    "case_facts": ("line", "sha256"),
}
"""Columns that hold what is to be gone, by table."""
_STILL_SAMPLED = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) "
    "AND attname = ANY(:columns) AND COALESCE(attstattarget, -1) <> 0"
)
_HELD = text(
    "SELECT attname FROM pg_stats WHERE schemaname = current_schema() "
    "AND tablename = :name AND attname = ANY(:columns)"
)
_TRIGGERS = text(
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal ORDER BY tgname"
)


def forget_samples(engine: Engine) -> None:
    """Remove the samples of these columns, and take none any more; all or nothing.

    The space that held them is cleared with the catalogue's.
    """
    with engine.begin() as connection:
        for table, columns in SAMPLED.items():
            asked = {"name": table, "columns": list(columns)}
            for column in connection.scalars(_STILL_SAMPLED, asked).all():
                change = f"ALTER COLUMN {column} SET STATISTICS 0"
                connection.execute(text(f"ALTER TABLE {table} {change}"))
            if held := connection.scalars(_HELD, asked).all():
                _give_types_anew(connection, table, held)


def _give_types_anew(
    connection: Connection, table: str, columns: Sequence[str]
) -> None:
    """A column that is given its own type anew loses its samples.

    The triggers that look at it stand aside, in the same transaction.
    """
    triggers = connection.execute(_TRIGGERS, {"name": table}).all()
    for name, _ in triggers:
        connection.execute(text(f"DROP TRIGGER {name} ON {table}"))
    changes = ", ".join(_changes(connection, table, columns))
    connection.execute(text(f"ALTER TABLE {table} {changes}"))
    for _, definition in triggers:
        connection.exec_driver_sql(definition)


def _changes(
    connection: Connection, table: str, columns: Sequence[str]
) -> Iterator[str]:
    kinds = metadata.tables[table].c
    for name in columns:
        kind = kinds[name].type.compile(connection.dialect)
        yield f"ALTER COLUMN {name} TYPE {kind}"
