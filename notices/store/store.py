"""The store: every notice, its bytes, its delivery and its history, durable.

    with Store.open("sqlite:////srv/notices/outbox.db") as store:
        number = store.reserve_number(key, year=2026, make_number=make, now=now)
        store.add(prepared, now=now)
        store.queue(number, now=now)

Each method is one transaction. A method that returned is on the disk.
"""

import builtins
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, select, text

from notices.delivery import Attempt, Decision, State
from notices.errors import InputError, StoreUnavailable
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import (
    adding,
    identity,
    listing,
    lost_numbers,
    numbering,
    performing,
    rows,
    settling,
    transitions,
)
from notices.store.approval.policies import APPROVAL_RULE, ApprovalRule
from notices.store.attempt_steps import Claim, Result_co, Step, given_up
from notices.store.backup import back_up
from notices.store.copying import Contents, copy, filling, moving
from notices.store.database.engine import make_engine, reading, writing
from notices.store.database.kept_engines import KeptEngines
from notices.store.database.migrate import migrate
from notices.store.database.postgres_errors import InTheWay
from notices.store.database.schema import notices as notices_table
from notices.store.identity import StoreIdentity
from notices.store.ledger import events
from notices.store.ledger.stored import StoredLedger
from notices.store.lost_numbers import LostNumber
from notices.store.model import CaseKey, NoticeFilter, SignedNotice, StoredNotice
from notices.store.numbering import Numbering
from notices.store.queries import Queries
from notices.store.settling import LateRecord
from notices.store.transitions import EndedAttempt
from notices.store.workers.file_liveness import FileLiveness
from notices.store.workers.liveness import Liveness, WorkerShare
from notices.store.workers.orphans import Orphans
from notices.store.workers.server_liveness import ServerLiveness

_NOW = text("SELECT clock_timestamp()")


class Store:
    """An open outbox database; safe to share between threads."""

    def __init__(
        self, engine: Engine, *, by: str = PROGRAM, is_shared: bool = False
    ) -> None:
        self._is_shared = is_shared
        self.engine = engine
        """The database; rooms that keep tables of their own in it begin here."""
        self.by = by
        """Who acts: `user:`, `token:`, `person:` or `program:` and a name."""
        self.ledger = StoredLedger(engine)
        """The log of all events."""
        self.queries = Queries(engine)
        """Questions about all notices at once."""
        self.identity = StoreIdentity(engine, self.ledger)
        """Which database this is."""
        self._liveness = _liveness_of(engine)
        self._orphans = Orphans(engine, self._liveness)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        busy_timeout: float = 10.0,
        by: str = PROGRAM,
        origin: str = "",
        approval: ApprovalRule | None = None,
        engines: KeptEngines | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Open the database of a URL, make and migrate it where needed.

        busy_timeout: seconds to wait for other processes. by: who acts, as the ledger
        tells it (`docs/formats.md`, 4.1). origin: the log's name. approval: what
        `[approval]` says; None: what is on record holds. engines: those that stay open;
        None: it is closed with the store. now: when it is brought up to date; None: by
        the clock.
        Raises ConfigError for a wrong URL, StoreUnavailable for a database that is
        locked, full, read-only or away.
        """
        make = engines.get if engines else make_engine
        options = {events.ORIGIN: origin, APPROVAL_RULE: approval}
        engine = make(url, busy_timeout=busy_timeout).execution_options(**options)
        try:
            # once in its life; sites give their own
            clock = datetime.now(UTC)  # noqa: TID251
            migrate(engine, now=now or clock)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, by=by, is_shared=engines is not None)

    def close(self) -> None:
        """Close all connections, unless others share them."""
        self._liveness.leave()
        if not self._is_shared:
            self.engine.dispose()

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
        form: str = "",
        series: str = "",
    ) -> str:
        """Reserve the next number of the year for this key; gapless per series.

        The same key gets the same number again until `add` used it; then
        RefusedError. One of another form, year or pattern becomes void, and one that
        is void is never given again. make_number: serial (1, 2, ...) to the number as
        printed.
        """
        wanted = Numbering(
            key=key, form=form, year=year, make_number=make_number, series=series
        )
        with writing(self.engine) as connection:
            return numbering.reserve(connection, wanted, now=now, by=self.by)

    def void_number(self, number: str, *, reason: str, now: datetime) -> None:
        """Take a number that no notice has out of use for ever, on record."""
        with writing(self.engine) as connection:
            numbering.void(connection, number, reason=reason, now=now, by=self.by)

    def add(
        self,
        prepared: SignedNotice,
        *,
        now: datetime,
        replaces: Collection[str] = (),
    ) -> StoredNotice:
        """Store a prepared notice as `held`; RefusedError if its key is used.

        replaces: numbers of unsent notices, withdrawn in the same transaction;
        IllegalTransition or RefusedError if one may be on its way, then nothing
        changes.
        """
        with writing(self.engine) as connection:
            adding.add(connection, prepared, now=now, by=self.by)
            transitions.replace_all(
                connection, replaces, instead=prepared, now=now, by=self.by
            )
            return rows.one(connection, prepared.number)

    # moving on

    def queue(self, number: str, *, now: datetime) -> StoredNotice:
        """`held` to `queued`."""
        with writing(self.engine) as connection:
            transitions.queue(connection, number, now=now, by=self.by)
            return rows.one(connection, number)

    def withdraw(self, number: str, *, reason: str, now: datetime) -> StoredNotice:
        """Take back what was not sent."""
        with writing(self.engine) as connection:
            transitions.withdraw(connection, number, reason=reason, now=now, by=self.by)
            return rows.one(connection, number)

    def make(self, step: Step[Result_co]) -> Result_co:
        """Make one step of an attempt alone, and raise what became of it.

        A claim begins an attempt and commits `sending`; `Arm` commits that the
        message's first byte is next, TryLater: do not send it; `Finish` records how
        it ended. EvidenceBroken of a claim whose bytes have not their hash: then no
        attempt has begun.
        """
        outcome: Result_co | Exception
        [outcome] = self.perform([step])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def share(self) -> WorkerShare:
        """Tell which part of what waits this worker should begin with."""
        return self._liveness.share()

    def perform(self, steps: Sequence[Step[Any]]) -> builtins.list[Any]:
        """Make steps of several deliveries with one commit.

        What is given for each, tells `performing.perform`.

        No two may be of one delivery. If the database refuses them as a whole, each
        is made alone, so that one which cannot be made stops no other.
        """
        is_claiming = any(isinstance(step, Claim) for step in steps)
        try:
            owner = self._liveness.enter() if is_claiming else self._liveness.owner
            with writing(self.engine) as connection:
                return performing.perform(connection, steps, owner=owner)
        except Exception as error:  # noqa: BLE001 - an outcome, told to who waits
            if len(steps) == 1 or _is_of_all(error):
                return [error] * len(steps)
        return [self.perform([step])[0] for step in steps]

    def under_way(self, number: str) -> AbstractContextManager[None]:
        """Tell that this process is at it: whatever clocks say, it is not orphaned."""
        return self._orphans.under_way(number)

    def recover(self, now: datetime) -> dict[str, State]:
        """Put the attempts of dead workers in order: number to state.

        Before DATA: `queued` again. From the first body byte on: `in_doubt`. Several
        may do so at once: each is put in order by one of them.
        """
        self.ledger.put_in_order()
        return self._orphans.recover(now)

    def server_time(self) -> datetime | None:
        """Tell what the database's own clock says; None: it has none of its own."""
        if self.engine.dialect.name != "postgresql":
            return None
        with reading(self.engine) as connection:
            told: datetime = connection.scalar(_NOW)
        return told

    def record_late(
        self,
        number: str,
        ordinal: int,
        attempt: Attempt,
        *,
        next_attempt_at: datetime | None,
        now: datetime,
        is_told: bool = False,
    ) -> LateRecord:
        """Record what a worker heard that had been taken for dead; see `transitions`.

        is_told: it is in the ledger already, and waits for another attempt to end.
        """
        late = EndedAttempt(
            number=number,
            ordinal=ordinal,
            attempt=given_up(attempt, next_attempt_at),
        )
        with writing(self.engine) as connection:
            return settling.record_late(
                connection, late, due=next_attempt_at, now=now, is_told=is_told
            )

    def resolve(
        self, number: str, decision: Decision, *, reason: str, now: datetime
    ) -> StoredNotice:
        """Settle a doubt as an operator decided: `sent`, or `resend` the same bytes."""
        with writing(self.engine) as connection:
            settling.resolve(
                connection, number, decision, reason=reason, now=now, by=self.by
            )
            return rows.one(connection, number)

    def record_evidence(
        self,
        number: str,
        state: State,
        facts: Mapping[str, FactValue],
        *,
        now: datetime,
    ) -> StoredNotice:
        """Follow a delivery report or an archive copy: sent, delivered, bounced."""
        with writing(self.engine) as connection:
            settling.record_evidence(
                connection, number, state, facts, now=now, by=self.by
            )
            return rows.one(connection, number)

    def exported(self, number: str, *, redacted: bool, now: datetime) -> None:
        """Write down that a bundle is made: it shows what happened up to here."""
        facts: dict[str, FactValue] = {"redacted": redacted}
        with writing(self.engine) as connection:
            rows.locked(connection, number)
            events.append(
                connection, EventKind.EXPORTED, number, facts, now=now, by=self.by
            )

    # looking up

    @property
    def engine_name(self) -> str:
        """The URL without its password."""
        plain = self.engine.url.set(drivername=self.engine.url.get_backend_name())
        return plain.render_as_string(hide_password=True)

    def get(self, number: str) -> StoredNotice:
        """Give a notice; InputError if there is none of that number."""
        with reading(self.engine) as connection:
            return rows.one(connection, number)

    def find(self, case_id: str) -> tuple[StoredNotice, ...]:
        """Give all notices of a case, the oldest first."""
        query = rows.STORED.where(notices_table.c.case_id == case_id)
        with reading(self.engine) as connection:
            return rows.stored(connection, query.order_by("created_at", "number"))

    def latest(
        self, case_id: str, rung: str | None = None, *, kind: str = "notice"
    ) -> StoredNotice | None:
        """Give the newest notice of a case (to that rung), None if there is none."""
        notices = [
            notice
            for notice in self.find(case_id)
            if notice.key.kind == kind and rung in (None, notice.key.rung)
        ]
        return notices[-1] if notices else None

    def list(
        self, states: Collection[State] = (), *, limit: int | None = None
    ) -> tuple[StoredNotice, ...]:
        """Give the notices in these states, or all, the oldest first."""
        return self.page(NoticeFilter(states=states, limit=limit))

    def page(self, wanted: NoticeFilter) -> tuple[StoredNotice, ...]:
        """Give the notices that a filter wants, the oldest first."""
        with reading(self.engine) as connection:
            return listing.listed(connection, wanted)

    def newest_attempts(self, numbers: Sequence[str]) -> dict[str, Attempt]:
        """Give the last attempt of each of these notices that has one."""
        with reading(self.engine) as connection:
            return rows.newest_attempts(connection, numbers)

    def attempts(self, number: str) -> tuple[Attempt, ...]:
        """Give the attempts of a notice, the first one first."""
        with reading(self.engine) as connection:
            return rows.attempts_of(connection, number)

    def judgment(self, number: str) -> str:
        """Give the frozen judgment as JSON."""
        return self._text(number, "judgment")

    def artifact_names(self, number: str) -> tuple[str, ...]:
        """Give the names of what is stored for a notice."""
        with reading(self.engine) as connection:
            return rows.artifact_names(connection, number)

    def artifact(self, number: str, name: str) -> bytes:
        """Give the bytes of an artifact; EvidenceBroken if their hash is wrong."""
        with reading(self.engine) as connection:
            return rows.artifact(connection, number, name)

    def secret(self, number: str) -> bytes:
        """Give the secret behind a notice's commitments of version 1; else empty."""
        return bytes.fromhex(self._text(number, "salt"))

    # keeping

    def move_to(self, target: Self, *, now: datetime) -> Contents:
        """Copy everything into an empty store, and prove it; then change no more.

        RefusedError if the target is not empty, a delivery is `sending`, or this
        store was moved before. The target has an id of its own.
        """
        name = target.engine_name
        with (
            moving(self.engine, to=name, now=now) as source,
            filling(target.engine) as filled,
        ):
            contents = copy(source, filled)
            identity.give(filled, new_identity(), now=now)
            return contents

    def back_up(self, path: Path) -> None:
        """Write a checked copy of one moment to a new file; SQLite only."""
        back_up(self.engine, path)

    def reconcile(
        self,
        lost: Collection[LostNumber],
        facts: Mapping[str, FactValue],
        *,
        skip: Collection[LostNumber] = (),
        now: datetime,
    ) -> tuple[LostNumber, ...]:
        """Use up the numbers of lost notices, and record what was compared.

        From then on the database has another id: what was compared is behind it.
        Gives the numbers of `skip` as they were kept.
        """
        with writing(self.engine) as connection:
            lost_numbers.reserve(connection, lost, now=now)
            skipped = lost_numbers.reserve(connection, skip, now=now)
            facts = {**facts, "skipped": len(skipped)}
            given = identity.give(connection, new_identity(), now=now)
            facts = {**facts, "identity": given}
            events.append(
                connection, EventKind.RECONCILED, "", facts, now=now, by=self.by
            )
            return skipped

    def _text(self, number: str, column: str) -> str:
        query = select(notices_table.c[column]).where(notices_table.c.number == number)
        with reading(self.engine) as connection:
            found: str | None = connection.scalar(query)
        if found is None:
            raise InputError(Text("there is no notice {number}", number=number))
        return found


def new_identity() -> str:
    """Draw an id for a database."""
    return token_hex(16)


def _liveness_of(engine: Engine) -> Liveness:
    """The sign of life that fits the database; one file has one, by any path."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database)).resolve()
        return FileLiveness(path.with_name(f"{path.name}-workers"))
    return ServerLiveness(engine)


def _is_of_all(error: Exception) -> bool:
    """Whether the database is away, full or locked for each of them alike."""
    return isinstance(error, StoreUnavailable) and not isinstance(error, InTheWay)
