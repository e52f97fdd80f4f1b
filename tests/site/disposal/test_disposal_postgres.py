"""Disposal on PostgreSQL: the files of the database are searched; its log is a limit."""

import pytest

from notices.store.store import Store
from tests.site.conftest import CASE_1
from tests.site.disposal.conftest import lived
from tests.site.disposal.test_disposal import ALL, state
from tests.store.conftest import trustme
from tests.store.postgres.conftest import empty_url, server, superuser

__all__ = ["empty_url", "server", "superuser", "trustme"]


@pytest.fixture
def base_of(server, superuser):
    """Every byte of the files of a database, once all is on the disk."""

    def read(url):
        superuser.execute("CHECKPOINT")
        name = url.partition("@/")[2].partition("?")[0]
        [oid] = superuser.execute(
            "SELECT oid FROM pg_database WHERE datname = %s", (name,)
        ).fetchone()
        folder = server / "data" / "base" / str(oid)
        return b"".join(
            path.read_bytes() for path in folder.iterdir() if path.is_file()
        )

    return read


def test_no_byte_is_left_in_the_files_of_the_database(
    desk, received, inbox, empty_url, base_of
):
    desk.set("url", f'"{empty_url}"', section="outbox")
    life = lived(desk, inbox)
    # the server samples texts for its planner, also by itself
    with Store.open(empty_url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    # PostgreSQL packs what is large; what is short stands as it is
    before = life.found(base_of(empty_url))
    assert len(before) > 10
    code, plan = desk.json("dispose", "--dry-run", *ALL[:2])
    assert (code, [one["case_id"] for one in plan["cases"]]) == (0, [CASE_1])
    assert desk.run("dispose", *ALL)[0] == 0
    assert life.found(base_of(empty_url)) == []
    assert state(desk) == "disposed"
    [certificate] = desk.json("disposals")[1]
    assert {"place": "postgresql"} in certificate["outside"]
    assert desk.run("ledger", "verify")[0] == 0
    assert (
        desk.run("export", CASE_1, "--redact", "--out", str(desk.home / "r.asice"))[0]
        == 0
    )
    with Store.open(empty_url) as store:
        number = store.find(CASE_1)[0].number
    with (
        pytest.raises(Exception, match="disposal"),
        superuser_of(empty_url) as connection,
    ):
        connection.execute("DELETE FROM artifacts")
    with (
        pytest.raises(Exception, match="disposal"),
        superuser_of(empty_url) as connection,
    ):
        connection.execute(
            "UPDATE notices SET judgment = 'x' WHERE number = %s", (number,)
        )


def superuser_of(url):
    import psycopg  # noqa: PLC0415 - an extra

    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
