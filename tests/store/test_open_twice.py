"""One process that has the database open more than once, beside other processes.

The locks of POSIX are the process's: whoever closes any descriptor of a file takes all of
them away (https://www.sqlite.org/howtocorrupt.html, 2.2). Then a process that comes and
goes believes that it was the last one, and removes the write-ahead log that others write.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from notices.store import Store
from notices.store.database.engine import reading, writing

COUNT = "select count(*) from stays"
VISITOR = """
import sqlite3, sys
from contextlib import closing
with closing(sqlite3.connect(sys.argv[1])) as link:
    print(link.execute(sys.argv[2]).fetchone()[0])
"""


def visit(path: Path) -> int:
    """Another process opens the database, reads, and closes it."""
    words = [sys.executable, "-c", VISITOR, str(path), COUNT]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    return int(done.stdout)


def write(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(text("insert into stays values (1)"))


@pytest.mark.parametrize("what", ["open", "open and close", "copy"])
def test_what_was_committed_is_there_for_all_others(tmp_path, what):
    """What the console had committed was lost once a command came and went."""
    path = tmp_path / "outbox.sqlite"
    url = f"sqlite:///{path}"
    with Store.open(url) as store:
        with writing(store.engine) as connection:
            connection.execute(text("create table stays (one)"))
        if what == "copy":
            store.back_up(tmp_path / "copy.sqlite")
            visitor = None
        else:
            visitor = Store.open(url)
            if what == "open and close":
                visitor.close()
        assert visit(path) == 0
        write(store)
        assert visit(path) == 1
        if visitor is not None:
            write(visitor)
            assert visit(path) == 2
            visitor.close()
        with reading(store.engine) as connection:
            count = connection.scalar(text(COUNT))
    assert visit(path) == count
