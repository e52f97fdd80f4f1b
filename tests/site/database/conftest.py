"""Sites as in tests/site, an archive mailbox, and PostgreSQL as in tests/postgres."""

import sqlite3
from contextlib import closing

import pytest

from notices.site import Site
from tests.site.conftest import CASE_1, desk, received  # noqa: F401 - fixtures
from tests.store.postgres.conftest import empty_url, server, superuser, template  # noqa: F401 - fixtures


@pytest.fixture
def archive(desk):  # noqa: F811
    """A Maildir that gets what the test says our archive got."""
    folder = desk.home / "archive"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    desk.set("url", '"maildir:archive"', section="inbox")
    return folder


@pytest.fixture
def deliver(desk, archive):  # noqa: F811
    """Put the copy of a notice into the archive, as a mail server does."""

    def put(number):
        with Site.open(desk.home) as site:
            octets = site.parts.store.artifact(number, "message.eml")
        trace = b"Received: from mail.example by archive.example; now\r\n"
        count = len(list((archive / "new").iterdir()))
        path = archive / "new" / f"17{count:08}.M{count}.host"
        path.write_bytes((trace + octets).replace(b"\r\n", b"\n"))

    return put


@pytest.fixture
def set_back(desk):  # noqa: F811
    """Take a backup of the outbox, and give what restores it."""

    def take(name="saved.db"):
        saved = desk.home.parent / name
        assert desk.run("backup", str(saved))[0] == 0

        def restore():
            outbox = desk.home / "outbox.sqlite"
            for path in desk.home.glob("outbox.sqlite-*"):
                if path.is_file():
                    path.unlink()
            outbox.write_bytes(saved.read_bytes())

        return restore

    return take


def rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()
