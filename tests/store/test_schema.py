"""The tables that the migrations make are those that the program believes in."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text

from notices.errors import ConfigError
from notices.store import Store
from notices.store.database.schema import metadata

OF_BEFORE = Path(__file__).with_name("vectors") / "revision-0005.sqlite"
"""Made by the version that had five migrations where one is now: a notice that was
deferred, one that was withdrawn, and a checkpoint."""


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


def shape(path):
    """Every table, index and trigger, with what it says; columns in their order."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
        columns = {
            name: connection.execute(f"PRAGMA table_info({name})").fetchall()
            for kind, name, _ in found
            if kind == "table"
        }
    # a constraint of a column that was added stands in the column, else at the end
    said = {
        (kind, name): sorted(re.findall(r"[\w'<>=.]+", sql))
        for kind, name, sql in found
    }
    return said, columns


@pytest.fixture
def of_before(tmp_path):
    return Path(shutil.copy(OF_BEFORE, tmp_path / "outbox.sqlite"))


def test_a_database_of_before_opens_without_a_step(of_before):
    with Store.open(f"sqlite:///{of_before}") as store:
        states = [stored.state.value for stored in store.list()]
        assert states == ["deferred", "withdrawn"]
        # what opened it added the cases, as version 2
        assert store.ledger.first_of_version_2() == 8
        [issued] = store.ledger.issued()
        assert store.ledger.has_checkpoint(issued.size, issued.root)
        assert store.artifact(store.list()[0].number, "message.eml")


def test_it_is_then_as_one_that_is_made_anew(of_before, tmp_path):
    new = tmp_path / "new.sqlite"
    for path in (of_before, new):
        Store.open(f"sqlite:///{path}").close()
    assert shape(of_before) == shape(new)


def test_what_was_never_released_is_told(of_before):
    with closing(sqlite3.connect(of_before)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    with pytest.raises(ConfigError, match="before the first release"):
        Store.open(f"sqlite:///{of_before}")
