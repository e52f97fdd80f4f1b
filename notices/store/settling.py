"""Puts deliveries in order whose attempt ended unseen: recovery, doubts, evidence.

All of it runs inside the caller's write transaction, under the row's lock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, select

from notices.delivery import (
    BY_EVIDENCE,
    Attempt,
    Decision,
    Stage,
    State,
    recovered,
    settled_late,
)
from notices.errors import RefusedError
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import rows
from notices.store.approval import door
from notices.store.casework import automatic, doors, following
from notices.store.database.schema import deliveries, unordered
from notices.store.database.schema import events as events_table
from notices.store.ledger import events
from notices.store.transitions import (
    EndedAttempt,
    move,
    write_attempts,
)


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


def sending(connection: Connection) -> list[HeldDelivery]:
    """Give what is `sending`, and by whom."""
    query = select(
        deliveries.c.number, deliveries.c.lease_owner, deliveries.c.lease_until
    ).where(deliveries.c.state == str(State.SENDING))
    return [
        HeldDelivery(number=row.number, owner=row.lease_owner, until=row.lease_until)
        for row in connection.execute(query.order_by(deliveries.c.number))
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
    move(connection, row, state, now, next_attempt_at=None if armed else now)
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
        move(connection, row, to, now, next_attempt_at=due if waits else None)
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
    if to is State.SENT:
        automatic.add_requested(connection, [number], now=now, by=events.WORKER)
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
        move(connection, row, State.SENT, now)
    else:
        doors.require_open(connection, number)
        following.require_standing(connection, number)
        door.require_approved(connection, row, now)
        move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    facts: dict[str, FactValue] = {"decision": str(decision), "reason": reason}
    events.append(connection, EventKind.RESOLVED, number, facts, now=now, by=by)
    if decision is Decision.SENT:
        automatic.add_requested(connection, [number], now=now, by=by)


_OPEN_TO_EVIDENCE = (
    State.HELD,
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
    move(connection, row, state, now)
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
