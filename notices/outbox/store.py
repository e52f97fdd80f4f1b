"""The store: every notice, its bytes, its delivery and its history, durable.

    with Store.open("sqlite:////srv/notices/outbox.db") as store:
        number = store.reserve_number(key, year=2026, make_number=make, now=now)
        store.add(prepared, now=now)
        store.queue(number, now=now)

Each method is one transaction. A method that returned is on the disk.
"""

import builtins
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_hex
from types import TracebackType
from typing import Self, cast

from sqlalchemy import Engine

from notices.delivery import Attempt, State
from notices.errors import StoreUnavailable
from notices.ledger import SECRET_BYTES, EventKind, Fact
from notices.outbox import (
    checkpoints,
    identity,
    intake,
    journal,
    losses,
    moves,
    rows,
    steps,
)
from notices.outbox.backup import back_up
from notices.outbox.checkpoints import Issued
from notices.outbox.copying import Contents, copy, filling, moving
from notices.outbox.database import make_engine, reading, writing
from notices.outbox.lookup import Lookup
from notices.outbox.losses import Loss
from notices.outbox.migrate import migrate
from notices.outbox.postgres import InTheWay
from notices.outbox.presence import Share, presence_of
from notices.outbox.records import CaseKey, Decision, Prepared, Stored
from notices.outbox.steps import Arm, Claim, Finish, Outcome, Step, Taken
from notices.rules import Channel


class Store(Lookup):
    """An open outbox database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._presence = presence_of(engine)

    @classmethod
    def open(cls, url: str, *, busy_timeout: float = 10.0) -> Self:
        """Open the database of a URL, make and migrate it where needed.

        busy_timeout: seconds to wait for other processes.
        Raises ConfigError for a wrong URL, StoreUnavailable for a database that is
        locked, full, read-only or away.
        """
        engine = make_engine(url, busy_timeout=busy_timeout)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close all connections."""
        self._presence.leave()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # taking in

    def reserve_number(
        self,
        key: CaseKey,
        *,
        year: int,
        make_number: Callable[[int], str],
        now: datetime,
        series: str = "",
    ) -> str:
        """Reserve the next number of the year for this key; gapless per series.

        The same key gets the same number again until `add` used it; then
        RefusedError. make_number: serial (1, 2, ...) to the number as printed.
        """
        with writing(self._engine) as connection:
            return intake.reserve_number(
                connection,
                key,
                series=series,
                year=year,
                make_number=make_number,
                now=now,
            )

    def add(
        self, prepared: Prepared, *, now: datetime, secret: bytes | None = None
    ) -> Stored:
        """Store a prepared notice as `held`; RefusedError if its key is used.

        secret: 32 bytes behind the ledger's commitments; None: random ones.
        """
        secret = secret or token_bytes(SECRET_BYTES)
        with writing(self._engine) as connection:
            intake.add(connection, prepared, secret=secret, now=now)
            return rows.one(connection, prepared.number)

    # moving on

    def queue(self, number: str, *, now: datetime) -> Stored:
        """`held` to `queued`."""
        with writing(self._engine) as connection:
            moves.queue(connection, number, now=now)
            return rows.one(connection, number)

    def withdraw(self, number: str, *, reason: str, now: datetime) -> Stored:
        """Take back what was not sent."""
        with writing(self._engine) as connection:
            moves.withdraw(connection, number, reason=reason, now=now)
            return rows.one(connection, number)

    def claim(
        self,
        number: str,
        *,
        now: datetime,
        ignore_backoff: bool = False,
        channel: Channel = Channel.SMTP,
    ) -> Stored | None:
        """`take` for one who does not need the bytes."""
        taken = self.take(
            number, now=now, ignore_backoff=ignore_backoff, channel=channel
        )
        return None if taken is None else taken[0]

    def take(
        self,
        number: str,
        *,
        now: datetime,
        ignore_backoff: bool = False,
        channel: Channel = Channel.SMTP,
    ) -> Taken | None:
        """Begin an attempt: commits `sending`, and gives the message.

        None if it is not due, not waiting or not of this channel. EvidenceBroken if
        the bytes have not their hash: then no attempt has begun.
        """
        claim = Claim(
            number=number, now=now, ignore_backoff=ignore_backoff, channel=channel
        )
        return cast("Taken | None", self._made(claim))

    def arm(self, number: str, *, now: datetime) -> None:
        """Commit that the message's first byte is next; TryLater: do not send it."""
        self._made(Arm(number=number, now=now))

    def finish(
        self,
        number: str,
        attempt: Attempt,
        *,
        next_attempt_at: datetime | None,
        now: datetime,
    ) -> State:
        """Record an attempt's outcome; `deferred` without a next one is `failed`."""
        step = Finish(
            number=number, attempt=attempt, next_attempt_at=next_attempt_at, now=now
        )
        return cast("State", self._made(step))

    def share(self) -> Share:
        """Tell which part of what waits this worker should begin with."""
        return self._presence.share()

    def perform(self, together: Sequence[Step]) -> builtins.list[Outcome]:
        """Make steps of several deliveries with one commit; see `steps.Outcome`.

        No two may be of one delivery. If the database refuses them as a whole, each
        is made alone, so that one which cannot be made stops no other.
        """
        is_claiming = any(isinstance(step, Claim) for step in together)
        try:
            owner = self._presence.enter() if is_claiming else self._presence.owner
            with writing(self._engine) as connection:
                return steps.perform(connection, together, owner=owner)
        except Exception as error:  # noqa: BLE001 - an outcome, told to who waits
            if len(together) == 1 or _is_of_all(error):
                return [error] * len(together)
        return [self.perform([step])[0] for step in together]

    def _made(self, step: Step) -> Outcome:
        [outcome] = self.perform([step])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def recover(self, now: datetime) -> dict[str, State]:
        """Put the attempts of dead workers in order: number to state.

        Before DATA: `queued` again. From the first body byte on: `in_doubt`.
        """
        self._put_in_order()
        is_dead = self._presence.is_dead
        with reading(self._engine) as connection:
            if not moves.stale(connection, now, is_dead):
                return {}
        with writing(self._engine) as connection:
            stale = moves.stale(connection, now, is_dead)
            states = {
                number: moves.recover(connection, number, now=now) for number in stale
            }
        for owner in filter(is_dead, set(stale.values())):
            self._presence.forget(owner)
        return states

    def resolve(
        self, number: str, decision: Decision, *, reason: str, now: datetime
    ) -> Stored:
        """Settle a doubt as an operator decided: `sent`, or `resend` the same bytes."""
        with writing(self._engine) as connection:
            moves.resolve(connection, number, decision, reason=reason, now=now)
            return rows.one(connection, number)

    def record_evidence(
        self, number: str, state: State, facts: Mapping[str, Fact], *, now: datetime
    ) -> Stored:
        """Follow a delivery report or an archive copy: sent, delivered, bounced."""
        with writing(self._engine) as connection:
            moves.record_evidence(connection, number, state, facts, now=now)
            return rows.one(connection, number)

    # keeping

    def issue(self, checkpoint: Issued) -> None:
        """Record a checkpoint before it leaves; RefusedError for a second one."""
        with writing(self._engine) as connection:
            checkpoints.add(connection, checkpoint)

    def move_to(self, target: Self, *, now: datetime) -> Contents:
        """Copy everything into an empty store, and prove it; then change no more.

        RefusedError if the target is not empty, a delivery is `sending`, or this
        store was moved before. The target has an id of its own.
        """
        name = target.engine_name
        with (
            moving(self._engine, to=name, now=now) as source,
            filling(target._engine) as filled,
        ):
            contents = copy(source, filled)
            identity.give(filled, new_identity(), now=now)
            return contents

    def identify(self, wanted: str, *, now: datetime) -> str:
        """Give the database this id, if it has none; tell the one that it has."""
        with writing(self._engine) as connection:
            return identity.give(connection, wanted, now=now, is_first=True)

    def back_up(self, path: Path) -> None:
        """Write a checked copy of one moment to a new file; SQLite only."""
        back_up(self._engine, path)

    def reconcile(
        self,
        lost: Collection[Loss],
        facts: Mapping[str, Fact],
        *,
        skip: Collection[Loss] = (),
        now: datetime,
    ) -> None:
        """Use up the numbers of lost notices, and record what was compared.

        From then on the database has another id: what was compared is behind it.
        """
        with writing(self._engine) as connection:
            losses.reserve(connection, (*lost, *skip), now=now)
            given = identity.give(connection, new_identity(), now=now)
            facts = {**facts, "identity": given}
            journal.append(connection, EventKind.RECONCILED, "", facts, now=now)


def new_identity() -> str:
    """Draw an id for a database."""
    return token_hex(16)


def _is_of_all(error: Exception) -> bool:
    """Whether the database is away, full or locked for each of them alike."""
    return isinstance(error, StoreUnavailable) and not isinstance(error, InTheWay)
