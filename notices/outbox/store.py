"""The store: every notice, its bytes, its delivery and its history, durable.

    with Store.open("sqlite:////srv/notices/outbox.db") as store:
        number = store.reserve_number(key, year=2026, make_number=make, now=now)
        store.add(prepared, now=now)
        store.queue(number, now=now)

Each method is one transaction. A method that returned is on the disk.
"""

import builtins
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, func, select

from notices.delivery import Attempt, State
from notices.errors import InputError
from notices.ledger import SECRET_BYTES, EventKind, Fact, Hash, root
from notices.outbox import checkpoints, intake, journal, losses, moves, rows
from notices.outbox.backup import back_up
from notices.outbox.checkpoints import Entry, Issued
from notices.outbox.copying import Contents, copy, filling, moving
from notices.outbox.database import make_engine, reading, writing
from notices.outbox.inbox.filing import Reports
from notices.outbox.losses import Loss
from notices.outbox.migrate import migrate
from notices.outbox.overview import Overview
from notices.outbox.presence import presence_of
from notices.outbox.records import CaseKey, Decision, Prepared, Stored
from notices.outbox.schema import notices as notices_table
from notices.outbox.together import Together
from notices.rules import Channel


class Store:
    """An open outbox database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._presence = presence_of(engine)
        self._together = Together(engine)

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

    @property
    def reports(self) -> Reports:
        """The mails that came in as evidence."""
        return Reports(self._engine)

    @property
    def overview(self) -> Overview:
        """All deliveries at once: what waits, and how many there are."""
        return Overview(self._engine)

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

    # looking up

    def get(self, number: str) -> Stored:
        """Give a notice; InputError if there is none of that number."""
        with reading(self._engine) as connection:
            return rows.one(connection, number)

    def find(self, case_id: str) -> tuple[Stored, ...]:
        """Give all notices of a case, the oldest first."""
        query = rows.STORED.where(notices_table.c.case_id == case_id)
        with reading(self._engine) as connection:
            return rows.stored(connection, query.order_by("created_at", "number"))

    def latest(
        self, case_id: str, rung: str | None = None, *, kind: str = "notice"
    ) -> Stored | None:
        """Give the newest notice of a case (to that rung), None if there is none."""
        found = [
            each
            for each in self.find(case_id)
            if each.key.kind == kind and rung in (None, each.key.rung)
        ]
        return found[-1] if found else None

    def list(
        self, states: Collection[State] = (), *, limit: int | None = None
    ) -> tuple[Stored, ...]:
        """Give the notices in these states, or all, the oldest first."""
        with reading(self._engine) as connection:
            return rows.listed(connection, states, limit)

    def due(
        self, now: datetime, *, ignore_backoff: bool = False, limit: int | None = None
    ) -> tuple[str, ...]:
        """Give the numbers to be attempted now, the longest waiting first."""
        with reading(self._engine) as connection:
            return rows.due(connection, now, ignore_backoff=ignore_backoff, limit=limit)

    def attempts(self, number: str) -> tuple[Attempt, ...]:
        """Give the attempts of a notice, the first one first."""
        with reading(self._engine) as connection:
            return rows.attempts_of(connection, number)

    def judgment(self, number: str) -> str:
        """Give the frozen judgment as JSON."""
        return self._text(number, "judgment")

    def notice(self, number: str) -> str:
        """Give the notice as JSON."""
        return self._text(number, "notice")

    def artifact_names(self, number: str) -> tuple[str, ...]:
        """Give the names of what is stored for a notice."""
        with reading(self._engine) as connection:
            return rows.artifact_names(connection, number)

    def artifact(self, number: str, name: str) -> bytes:
        """Give the bytes of an artifact; EvidenceBroken if their hash is wrong."""
        with reading(self._engine) as connection:
            return rows.artifact(connection, number, name)

    def message(self, number: str) -> bytes:
        """Give the bytes that are sent; EvidenceBroken if their hash is wrong."""
        with reading(self._engine) as connection:
            return rows.message(connection, number)

    def events(self, number: str | None = None) -> tuple[bytes, ...]:
        """Give the ledger's leaves of a notice, or all: canonical JSON, in order."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.payloads(connection, number)

    def leaves(self) -> builtins.list[Hash]:
        """Give the ledger's leaf hashes, for proofs."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.leaves(connection)

    def secret(self, number: str) -> bytes:
        """Give the secret behind a notice's commitments in the ledger."""
        return bytes.fromhex(self._text(number, "salt"))

    def entries(self) -> Iterator[Entry]:
        """Give the ledger's rows in order as they stand, for a full check."""
        self._put_in_order()
        with reading(self._engine) as connection:
            yield from checkpoints.entries(connection)

    def issued(self) -> tuple[Issued, ...]:
        """Give the checkpoints that left the house, the smallest first."""
        with reading(self._engine) as connection:
            return checkpoints.listed(connection)

    def issue(self, checkpoint: Issued) -> None:
        """Record a checkpoint before it leaves; RefusedError for a second one."""
        with writing(self._engine) as connection:
            checkpoints.add(connection, checkpoint)

    def root(self) -> tuple[int, Hash]:
        """Give size and root of the ledger, for a checkpoint."""
        leaves = self.leaves()
        return len(leaves), root(leaves)

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
        """Begin an attempt: commits `sending`; None if it is not due or not waiting.

        channel: what the caller serves.
        """
        owner = self._presence.enter()
        return self._together.write(
            lambda connection: moves.claim(
                connection,
                number,
                owner=owner,
                now=now,
                ignore_backoff=ignore_backoff,
                channel=channel,
            )
        )

    def take(
        self,
        number: str,
        *,
        now: datetime,
        ignore_backoff: bool = False,
        channel: Channel = Channel.SMTP,
    ) -> tuple[Stored, bytes] | None:
        """`claim`, and give the message with it.

        EvidenceBroken if its hash is wrong: then no attempt has begun.
        """
        owner = self._presence.enter()

        def take(connection: Connection) -> tuple[Stored, bytes] | None:
            claimed = moves.claim(
                connection,
                number,
                owner=owner,
                now=now,
                ignore_backoff=ignore_backoff,
                channel=channel,
            )
            # in the same transaction: broken bytes undo the claim
            if claimed is None:
                return None
            return claimed, rows.message(connection, number)

        return self._together.write(take)

    def arm(self, number: str, *, now: datetime) -> None:
        """Commit that the message's first byte is next; TryLater: do not send it."""
        owner = self._presence.owner
        self._together.write(
            lambda connection: moves.arm(connection, number, owner=owner, now=now)
        )

    def finish(
        self,
        number: str,
        attempt: Attempt,
        *,
        next_attempt_at: datetime | None,
        now: datetime,
    ) -> Stored:
        """Record an attempt's outcome; `deferred` without a next one is `failed`."""
        owner = self._presence.owner
        return self._together.write(
            lambda connection: moves.finish(
                connection,
                number,
                attempt,
                owner=owner,
                next_attempt_at=next_attempt_at,
                now=now,
            )
        )

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

    def move_to(self, target: Self) -> Contents:
        """Copy everything into an empty store, and prove it; then change no more.

        RefusedError if the target is not empty or a delivery is `sending`.
        """
        name = target.engine_name
        with (
            moving(self._engine, to=name) as source,
            filling(target._engine) as filled,
        ):
            return copy(source, filled)

    def back_up(self, path: Path) -> None:
        """Write a checked copy of one moment to a new file; SQLite only."""
        back_up(self._engine, path)

    @property
    def engine_name(self) -> str:
        """The URL without its password."""
        plain = self._engine.url.set(drivername=self._engine.url.get_backend_name())
        return plain.render_as_string(hide_password=True)

    def has_checkpoint(self, size: int, top: Hash) -> bool:
        """Tell whether a checkpoint was issued from here, or lived with."""
        with reading(self._engine) as connection:
            return checkpoints.is_known(connection, size, top)

    def size(self) -> int:
        """Count the entries of the ledger."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.size(connection)

    def knows(self, message_id: str, numbers: Collection[str]) -> bool:
        """Tell whether a mail is on record here, by its id or as a lost number."""
        with reading(self._engine) as connection:
            return losses.is_known(connection, message_id, numbers)

    def newest_serial(self, year: int, *, series: str = "") -> int:
        """Give the last serial that was given in a year, 0 if none was."""
        with reading(self._engine) as connection:
            return intake.newest_serial(connection, series, year)

    def lost(self, case_id: str, rung: str) -> Loss | None:
        """Give the last notice of a case that only the archive holds."""
        with reading(self._engine) as connection:
            return losses.last(connection, case_id, rung)

    def reconcile(
        self,
        lost: Collection[Loss],
        facts: Mapping[str, Fact],
        *,
        skip: Collection[Loss] = (),
        now: datetime,
    ) -> None:
        """Use up the numbers of lost notices, and record what was compared."""
        with writing(self._engine) as connection:
            losses.reserve(connection, (*lost, *skip), now=now)
            journal.append(connection, EventKind.RECONCILED, "", facts, now=now)

    def _put_in_order(self) -> None:
        """Give the events that wait for it their places in the ledger."""
        with reading(self._engine) as connection:
            more = journal.any_waiting(connection)
        while more:
            with writing(self._engine) as connection:
                more = journal.put_in_order(connection)

    def _text(self, number: str, column: str) -> str:
        query = select(notices_table.c[column]).where(notices_table.c.number == number)
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        if found is None:
            raise InputError(f"there is no notice {number}")
        return found

    def count(self) -> int:
        """Count the notices."""
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(notices_table)
            return connection.scalar(query) or 0
