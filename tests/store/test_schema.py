"""The tables that the migrations make are those that the program believes in."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text

from notices.store.database.schema import metadata


def test_migrations_and_metadata_agree(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_checks_and_keys_agree(store):
    """What the comparison of Alembic leaves out."""
    found = inspect(store.engine)
    for table in metadata.sorted_tables:
        made = {
            check["name"]: check["sqltext"]
            for check in found.get_check_constraints(table.name)
        }
        assert made == {
            str(constraint.name): str(constraint.sqltext)
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }


def test_tables_are_strict_and_every_commit_is_synced(store):
    with store.engine.connect() as connection:
        strict = connection.execute(
            text("SELECT name FROM pragma_table_list WHERE strict = 1")
        ).scalars()
        assert set(strict) == set(metadata.tables)
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
