"""Migrations 0010 to 0014 one after the other, from a database of 0009 with rows."""

import re

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, insert, inspect

from notices.store import Store
from notices.store.copying import contents
from notices.store.database import migrate
from notices.store.database.engine import make_engine, reading, writing
from notices.store.database.schema import metadata
from tests.store.conftest import NOW, trustme
from tests.store.postgres.conftest import empty_url, server, superuser
from tests.store.test_schema import of_before

__all__ = ["empty_url", "of_before", "server", "superuser", "trustme"]

AT_0009 = "0009"
_SQLITE = (
    "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name <> 'alembic_version'"
)
_POSTGRESQL = (
    (
        "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal"
    ),
    (
        "SELECT 'index ' || indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public'"
    ),
    (
        "SELECT 'constraint ' || conrelid::regclass || conname, "
        "pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = "
        "'public'::regnamespace"
    ),
    (
        "SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = "
        "'public'::regnamespace"
    ),
    (
        "SELECT 'column ' || table_name || ' ' || column_name, data_type || is_nullable "
        "|| coalesce(column_default, '') FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    ),
)


def upgrade(engine, revision):
    config = Config()
    config.set_main_option("script_location", str(migrate._SCRIPTS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def shape(engine):
    """Everything that the database refuses and keeps, by name; words in any order.

    On SQLite a constraint of a column that was added stands in the column.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with reading(engine) as connection:
        return {
            name: sorted(re.findall(r"[\w'<>=.]+", said))
            for query in ([_SQLITE] if is_sqlite else _POSTGRESQL)
            for name, said in connection.exec_driver_sql(query).all()
        }


def rows_of(engine, names):
    """Every row of these tables, in the columns that 0009 has."""
    with reading(engine) as connection:
        return {
            name: sorted(
                map(
                    repr,
                    connection.exec_driver_sql(
                        f"SELECT {', '.join(columns)} FROM {name}"  # noqa: S608
                    ).all(),
                )
            )
            for name, columns in names.items()
        }


@pytest.fixture
def of_0009(of_before):
    """A site of version 1 that was brought to 0009: rows of all that it had."""
    engine = make_engine(f"sqlite:///{of_before}", busy_timeout=5)
    upgrade(engine, AT_0009)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request, of_0009):
    """The same rows in a database of 0009 of either engine, and its URL."""
    if request.param == "sqlite":
        yield of_0009
        return
    engine = make_engine(request.getfixturevalue("empty_url"), busy_timeout=5)
    upgrade(engine, AT_0009)
    before = MetaData()
    before.reflect(of_0009)
    with writing(engine) as target, reading(of_0009) as source:
        target.exec_driver_sql("SET session_replication_role = replica")
        for table in before.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(table.select())]
            if rows and table.name != "alembic_version":
                target.execute(insert(table), rows)
        target.exec_driver_sql("SET session_replication_role = origin")
    yield engine
    engine.dispose()


def fresh_of(request, engine, tmp_path):
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    superuser = request.getfixturevalue("superuser")
    superuser.execute("CREATE DATABASE fresh_in_a_line")
    request.addfinalizer(
        lambda: superuser.execute("DROP DATABASE fresh_in_a_line WITH (FORCE)")
    )
    url = engine.url.set(database="fresh_in_a_line")
    return url.render_as_string(hide_password=False)


def test_what_is_migrated_is_as_what_is_made_anew(older, request, tmp_path):
    found = inspect(older)
    names = {
        name: [column["name"] for column in found.get_columns(name)]
        for name in found.get_table_names()
        if name != "alembic_version"
    }
    before, refused = rows_of(older, names), shape(older)
    assert sum(map(len, before.values())) > 10
    url = older.url.render_as_string(hide_password=False)
    with (
        Store.open(url) as store,
        Store.open(fresh_of(request, older, tmp_path)) as new,
    ):
        assert shape(store.engine) == shape(new.engine)
        # no trigger, index, constraint or function of before is lost
        assert refused.keys() <= shape(store.engine).keys()
        after = rows_of(store.engine, names)
        for name, rows in before.items():
            assert set(rows) <= set(after[name]), name
        assert after["deliveries"] == before["deliveries"]
        assert set(inspect(store.engine).get_table_names()) == {
            *metadata.tables,
            "alembic_version",
        }
        [deferred] = store.list(["deferred"])
        assert store.artifact(deferred.number, "message.eml")
        store.withdraw(deferred.number, reason="no longer needed", now=NOW)
        assert [one.state.value for one in store.list()] == ["withdrawn"] * 2


def test_every_table_moves_to_postgresql(of_before, empty_url):
    with Store.open(f"sqlite:///{of_before}") as store, Store.open(empty_url) as target:
        moved = store.move_to(target, now=NOW)
        assert {each.name for each in moved.tables} == (
            metadata.tables.keys() - {"unordered", "begun_deliveries"}
        )
        with reading(target.engine) as connection:
            found = {each.name: each for each in contents(connection).tables}
        # it is told where it is only now
        assert [each for each in moved.tables if found[each.name] != each] == [
            each for each in moved.tables if each.name == "identities"
        ]
