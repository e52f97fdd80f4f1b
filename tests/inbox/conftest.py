from dataclasses import dataclass

import pytest

from notices.delivery import Attempt, Envelope, Reply, Stage, State
from notices.inbox.reports import InboundReports
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.model import CaseKey
from notices.store.store import Store
from tests.inbox.sample import ARCHIVE, ENVID, MESSAGE, MESSAGE_ID, NUMBER, TO
from tests.store.conftest import (
    NOW,
    Clock,
    authority,
    clock,
    empty_database,
    prepared_for,
    store,
    url,
)

__all__ = ["authority", "clock", "empty_database", "store", "url"]

CASE = "IHC-2026-004217"


@dataclass
class Desk:
    """A store with one notice, and the clock."""

    store: Store
    clock: Clock

    @property
    def reports(self) -> InboundReports:
        return InboundReports(self.store.engine)

    @property
    def state(self) -> State:
        return self.store.get(NUMBER).state

    def file(self, raw, *, archive=False):
        return self.reports.file(
            raw, mailbox="INBOX", from_archive=archive, now=self.clock()
        )

    def claim(self):
        self.store.make(Claim(number=NUMBER, now=self.clock()))
        self.store.make(Arm(number=NUMBER, now=self.clock()))

    def end(self, state):
        """Record the outcome of the attempt under way."""
        reply = {State.SENT: Reply(code=250), State.DEFERRED: Reply(code=451)}
        now = self.clock()
        attempt = Attempt(
            started_at=now,
            ended_at=now,
            state=state,
            stage=Stage.END_OF_DATA,
            remote="relay.test:25",
            reply=reply.get(state),
        )
        due = now if state is State.DEFERRED else None
        self.store.make(
            Finish(number=NUMBER, attempt=attempt, next_attempt_at=due, now=now)
        )


@pytest.fixture
def desk(store, clock):
    """A desk whose one notice is queued."""
    key = CaseKey(case_id=CASE, rung="website_administrator")
    store.reserve_number(key, year=2026, make_number=lambda _: NUMBER, now=NOW)
    envelope = Envelope(
        reverse_path="notice@hotline.example",
        forward_path=TO,
        archive_path=ARCHIVE,
        envid=ENVID,
    )
    prepared = prepared_for(NUMBER, key, message=MESSAGE, envelope=envelope)
    changed = {**_fields(prepared), "message_id": MESSAGE_ID}
    store.add(type(prepared)(**changed), now=NOW)
    store.queue(NUMBER, now=NOW)
    return Desk(store, clock)


@pytest.fixture
def in_doubt(desk):
    desk.claim()
    desk.end(State.IN_DOUBT)
    return desk


@pytest.fixture
def sent(desk):
    desk.claim()
    desk.end(State.SENT)
    return desk


def _fields(value):
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
