import shutil
from datetime import UTC, date, datetime, timedelta

import pytest
import trustme

from notices.delivery import Envelope
from notices.store.model import Artifact, CaseKey, SignedNotice
from notices.store.store import Store

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
MESSAGE = (
    b"From: request@hotline.example\r\n"
    b"To: abuse@provider.example\r\n"
    b"Date: Thu, 05 Mar 2026 18:00:00 +0900\r\n"
    b"Message-ID: <1@hotline.example>\r\n"
    b"\r\n"
    b".\r\n..\r\n.leading dot\r\nFrom the start\r\n trailing blank \r\n\r\n.\r\n"
)


class Clock:
    """A clock that the test sets."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def advance(self, **step):
        self.now += timedelta(**step)
        return self.now


def due(store, now, *, ignore_backoff=False):
    """Numbers that the worker would attempt now."""
    waiting = store.queries.waiting(now, ignore_backoff=ignore_backoff)
    return tuple(delivery.number for delivery in waiting)


def make_number(serial):
    return f"2026-{serial:05}"


def prepared_for(number, key, *, message=MESSAGE, envelope=None):
    return SignedNotice(
        number=number,
        key=key,
        form="form1",
        recipient_name="Example Board",
        letter_date=date(2026, 3, 5),
        judgment='{"case_id":"' + key.case_id + '"}',
        notice='{"number":"' + number + '"}',
        signer_certificate_sha256="ab" * 32,
        message=message,
        message_id=f"<{number}@hotline.example>",
        envelope=envelope
        or Envelope(
            reverse_path="request@hotline.example",
            forward_path="abuse@provider.example",
            envid=f"{number}=1",
        ),
        artifacts=(
            Artifact(
                name="letter.pdf", media_type="application/pdf", content=b"%PDF-1.7"
            ),
        ),
    )


def add_notice(store, case_id="HL-0001", *, now=NOW, **changes):
    """Reserve, store and leave as held; gives the number."""
    key = CaseKey(case_id=case_id, rung="website_administrator")
    number = store.reserve_number(key, year=2026, make_number=make_number, now=now)
    prepared = prepared_for(number, key, **changes)
    store.add(prepared, now=now)
    return number


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A migrated store; copying it is quicker than migrating again."""
    path = tmp_path_factory.mktemp("template") / "outbox.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def url(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path / "outbox.db")
    return f"sqlite:///{tmp_path}/outbox.db"


@pytest.fixture
def store(url):
    with Store.open(url) as opened:
        yield opened


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()
