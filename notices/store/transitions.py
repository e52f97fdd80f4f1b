"""Moves a delivery from state to state; each move and its ledger entry are one.

All of it runs inside the caller's write transaction. The steps of an attempt are in
`attempt_steps`, as many deliveries make them at once. Every update names the state it
expects, so that a move that lost a race changes nothing and is refused. Many rows go
to the database as one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, func, insert, select, update

from notices.delivery import (
    BY_EVIDENCE,
    Attempt,
    Decision,
    IllegalTransition,
    Stage,
    State,
    recovered,
    settled_late,
    transition,
)
from notices.errors import RefusedError, TryLater
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import rows
from notices.store.casework import automatic, doors
from notices.store.database.schema import (
    StoredMoment,
    attempts,
    deliveries,
    unordered,
)
from notices.store.database.schema import events as events_table
from notices.store.ledger import events
from notices.store.model import StoredNotice
from notices.store.rows import NUMBERS, numbers_of

_CHANGED = "state stage lease_owner lease_until next_attempt_at changed_at"
_of = deliveries.c
# built once: building a statement costs more than running it
_UPDATE = (
    update(deliveries)
    .where(
        _of.number.in_(NUMBERS),
        _of.state == bindparam("of_state"),
    )
    .values({name: bindparam(name) for name in _CHANGED.split()})
    .values(
        attempts=_of.attempts + bindparam("begun"),
        queued_at=func.coalesce(bindparam("queued", type_=StoredMoment), _of.queued_at),
    )
)
_INSERT_ATTEMPT = insert(attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A delivery before and after a move."""

    before: StoredNotice
    """As it was read under its lock."""
    after: StoredNotice
    """As it is to be."""
    owner: str | None = None
    """While `sending`: the worker that has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAttempt:
    """An attempt that is over."""

    number: str
    """Of which delivery."""
    ordinal: int
    """1, 2, ..."""
    attempt: Attempt
    """How it went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDelivery:
    """A delivery that is `sending`, and who has it."""

    number: str
    """整理番号."""
    owner: str
    """The worker's id."""
    until: datetime
    """When its lease ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRecord:
    """What became of an outcome that came late."""

    state: State
    """How the delivery stands."""
    is_settled: bool
    """False: another attempt is under way, and it is to be told again after that."""


def change_of(
    row: StoredNotice,
    to: State,
    now: datetime,
    *,
    owner: str | None = None,
    lease_until: datetime | None = None,
    next_attempt_at: datetime | None = None,
    queued_at: datetime | None = None,
) -> Change:
    """Move a delivery to a state; what belongs to another state is emptied.

    Raises IllegalTransition if that state may not follow.
    """
    transition(row.state, to)
    is_claim = to is State.SENDING
    after = replace(
        row,
        state=to,
        stage=Stage.CONNECT if is_claim else None,
        attempts=row.attempts + is_claim,
        lease_until=lease_until,
        next_attempt_at=next_attempt_at,
        queued_at=queued_at or row.queued_at,
        changed_at=now,
    )
    return Change(before=row, after=after, owner=owner)


def write(connection: Connection, changes: Sequence[Change]) -> None:
    """Write all of them, what is alike at once; TryLater if a row is not as read."""
    alike: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        alike.setdefault(tuple(_values(change).values()), []).append(change)
    for group in alike.values():
        numbers = [change.before.number for change in group]
        values = {**_values(group[0]), **numbers_of(numbers)}
        if connection.execute(_UPDATE, values).rowcount != len(group):
            told = ", ".join(numbers)
            raise TryLater(
                Text("{told} was changed by another process just now", told=told)
            )


def write_attempts(connection: Connection, ended: Sequence[EndedAttempt]) -> None:
    """Keep how attempts went, next to all earlier ones."""
    if ended:
        connection.execute(_INSERT_ATTEMPT, [_attempt_values(each) for each in ended])


def _values(change: Change) -> dict[str, object]:
    before, after = change.before, change.after
    return {
        "of_state": str(before.state),
        "state": str(after.state),
        "stage": after.stage and str(after.stage),
        "begun": after.attempts - before.attempts,
        "lease_owner": change.owner,
        "lease_until": after.lease_until,
        "next_attempt_at": after.next_attempt_at,
        "queued": None if after.queued_at == before.queued_at else after.queued_at,
        "changed_at": after.changed_at,
    }


def _attempt_values(ended: EndedAttempt) -> dict[str, object]:
    attempt, reply = ended.attempt, ended.attempt.reply
    return {
        "number": ended.number,
        "ordinal": ended.ordinal,
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "state": str(attempt.state),
        "stage": str(attempt.stage),
        "remote": attempt.remote,
        "tls": attempt.tls,
        "reply_code": None if reply is None else reply.code,
        "reply_enhanced": "" if reply is None else reply.enhanced_status,
        "reply_text": "" if reply is None else reply.text,
        "note": attempt.note,
    }


def queue(
    connection: Connection, number: str, *, now: datetime, by: str = PROGRAM
) -> None:
    """`held` to `queued`: someone said `send`."""
    row = rows.locked(connection, number)
    if row.state is not State.HELD:
        # recovery and `resolve` may queue again, on their own terms; `send` may not
        raise IllegalTransition(
            Text(
                "{number} is {state}: it is queued only once",
                number=number,
                state=row.state,
            )
        )
    doors.require_open(connection, number)
    _move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    events.append(connection, EventKind.QUEUED, number, {}, now=now, by=by)


def withdraw(
    connection: Connection,
    number: str,
    *,
    reason: str,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Take a notice back; refused if a copy may be on its way already."""
    row = rows.locked(connection, number)
    past = rows.attempts_of(connection, number)
    if any(attempt.state is State.IN_DOUBT for attempt in past):
        raise RefusedError(
            Text(
                "{number} may have been sent already: it cannot be taken back",
                number=number,
            )
        )
    _move(connection, row, State.WITHDRAWN, now)
    facts: dict[str, FactValue] = {"reason": reason}
    events.append(connection, EventKind.WITHDRAWN, number, facts, now=now, by=by)


def sending(connection: Connection) -> list[HeldDelivery]:
    """Give what is `sending`, and by whom."""
    query = select(_of.number, _of.lease_owner, _of.lease_until).where(
        _of.state == str(State.SENDING)
    )
    return [
        HeldDelivery(number=row.number, owner=row.lease_owner, until=row.lease_until)
        for row in connection.execute(query.order_by(_of.number))
    ]


def recover(
    connection: Connection,
    number: str,
    *,
    is_orphaned: Callable[[HeldDelivery], bool],
    now: datetime,
) -> State | None:
    """Put an attempt in order whose worker died: by the stage that was committed.

    Judged under the row's lock: another one may have done it, or the attempt may have
    ended, since somebody looked. None: nothing is to be done.
    """
    row = rows.locked(connection, number)
    held = [each for each in sending(connection) if each.number == number]
    if row.state is not State.SENDING or not held or not is_orphaned(held[0]):
        return None
    armed = row.stage is Stage.DATA
    state = recovered(row.stage)
    where = "after the first body byte may have been sent" if armed else "before DATA"
    attempt = Attempt(
        started_at=row.changed_at,
        ended_at=now,
        state=state,
        stage=row.stage or Stage.CONNECT,
        remote="",
        note=Text("the worker died {where}", where=where),
    )
    _move(connection, row, state, now, next_attempt_at=None if armed else now)
    ended = EndedAttempt(number=number, ordinal=row.attempts, attempt=attempt)
    write_attempts(connection, [ended])
    facts = events.attempt_facts(row.attempts, attempt)
    kind = EventKind.RECOVERED
    events.append(connection, kind, number, facts, now=now, by=events.WORKER)
    return state


def record_late(
    connection: Connection,
    late: EndedAttempt,
    *,
    due: datetime | None,
    now: datetime,
    is_told: bool,
) -> LateRecord:
    """Record the outcome of an attempt that is not the worker's own any more.

    Somebody took him for dead and put it in order. What the server said is evidence,
    and leads where it still leads; it is in the ledger in any case, once: `is_told`.
    due: when a deferred one is due again; None: it is given up.
    """
    number, attempt = late.number, late.attempt
    row = rows.locked(connection, number)
    known = rows.attempts_of(connection, number)[late.ordinal - 1 : late.ordinal]
    if known and (known[0].state, known[0].started_at) == (
        attempt.state,
        attempt.started_at,
    ):
        return LateRecord(
            state=row.state, is_settled=True
        )  # its commit was not heard of
    to = settled_late(row.state, attempt.state, is_last=row.attempts == late.ordinal)
    if to is not None:
        waits = to is State.DEFERRED
        _move(connection, row, to, now, next_attempt_at=due if waits else None)
    if to is not None or not is_told:
        facts = events.attempt_facts(late.ordinal, attempt)
        facts |= {"report": "late_reply", "state": str(to or row.state)}
        events.append(
            connection,
            EventKind.EVIDENCE,
            number,
            facts,
            now=now,
            by=events.WORKER,
        )
    waits_on = row.state is State.SENDING and attempt.state is State.SENT
    return LateRecord(state=to or row.state, is_settled=not waits_on)


def resolve(
    connection: Connection,
    number: str,
    decision: Decision,
    *,
    reason: str,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Settle a doubt as an operator decided."""
    row = rows.locked(connection, number)
    if row.state is not State.IN_DOUBT:
        raise RefusedError(
            Text(
                "{number} is {state}: there is no doubt to settle",
                number=number,
                state=row.state,
            )
        )
    if not reason.strip():
        raise RefusedError("a decision about a doubt needs its reason")
    if decision is Decision.SENT:
        _move(connection, row, State.SENT, now)
    else:
        doors.require_open(connection, number)
        _move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    facts: dict[str, FactValue] = {"decision": str(decision), "reason": reason}
    events.append(connection, EventKind.RESOLVED, number, facts, now=now, by=by)
    if decision is Decision.SENT:
        automatic.add_requested(connection, [number], now=now, by=by)


_OPEN_TO_EVIDENCE = (
    State.SENT,
    State.IN_DOUBT,
    State.QUEUED,
    State.DEFERRED,
    State.FAILED,
)
"""After an attempt; while `sending` the attempt's own outcome comes first."""


def was_armed(connection: Connection, number: str) -> bool:
    """Tell whether an octet of the message may have left in any attempt."""
    for table in (events_table, unordered):
        query = select(table.c.number).where(
            table.c.number == number, table.c.kind == str(EventKind.ARMED)
        )
        if connection.execute(query.limit(1)).first() is not None:
            return True
    return False


def record_evidence(
    connection: Connection,
    number: str,
    state: State,
    facts: Mapping[str, FactValue],
    *,
    now: datetime,
    by: str = events.INBOX,
    documents: Mapping[str, tuple[bytes, str]] = MappingProxyType({}),
) -> None:
    """Follow what a delivery report or an archive copy proves."""
    row = rows.locked(connection, number)
    if row.state not in _OPEN_TO_EVIDENCE or not was_armed(connection, number):
        raise RefusedError(
            Text(
                "{number} is {state}: a report cannot change that",
                number=number,
                state=row.state,
            )
        )
    if state not in BY_EVIDENCE:
        raise RefusedError(
            Text("no report makes a notice {state}; an operator may", state=state)
        )
    _move(connection, row, state, now)
    events.append(
        connection,
        EventKind.EVIDENCE,
        number,
        {**facts, "state": str(state)},
        now=now,
        by=by,
        documents=documents,
    )
    if row.state not in (State.SENT, State.DELIVERED):
        # whatever tells what became of it tells that it was sent
        automatic.add_requested(connection, [number], now=now, by=by)


def _move(
    connection: Connection,
    row: StoredNotice,
    to: State,
    now: datetime,
    *,
    next_attempt_at: datetime | None = None,
    queued_at: datetime | None = None,
) -> None:
    change = change_of(
        row, to, now, next_attempt_at=next_attempt_at, queued_at=queued_at
    )
    write(connection, [change])
