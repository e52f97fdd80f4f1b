"""Moves a delivery from state to state; each move and its ledger entry are one.

All of it runs inside the caller's write transaction. The steps of an attempt are in
`steps`, as many deliveries make them at once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from notices.delivery import BY_EVIDENCE, Attempt, IllegalTransition, Stage, State
from notices.errors import RefusedError
from notices.ledger import EventKind, FactValue
from notices.store import changes, events, rows
from notices.store.changes import EndedAttempt, change_of
from notices.store.database.schema import deliveries
from notices.store.model import Decision, StoredNotice


def queue(connection: Connection, number: str, *, now: datetime) -> None:
    """`held` to `queued`: someone said `send`."""
    row = rows.locked(connection, number)
    if row.state is not State.HELD:
        # recovery and `resolve` may queue again, on their own terms; `send` may not
        raise IllegalTransition(f"{number} is {row.state}: it is queued only once")
    _move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    events.append(connection, EventKind.QUEUED, number, {}, now=now)


def withdraw(
    connection: Connection, number: str, *, reason: str, now: datetime
) -> None:
    """Take a notice back; refused if a copy may be on its way already."""
    row = rows.locked(connection, number)
    past = rows.attempts_of(connection, number)
    if any(attempt.state is State.IN_DOUBT for attempt in past):
        raise RefusedError(
            f"{number} may have been sent already: it cannot be taken back"
        )
    _move(connection, row, State.WITHDRAWN, now)
    events.append(connection, EventKind.WITHDRAWN, number, {"reason": reason}, now=now)


def stale(
    connection: Connection, now: datetime, is_dead: Callable[[str], bool]
) -> dict[str, str]:
    """Give what is `sending` without a living worker: number to the worker's id.

    The lease tells, and on the worker's machine its sign of life, which is quicker.
    """
    query = select(
        deliveries.c.number, deliveries.c.lease_owner, deliveries.c.lease_until
    ).where(deliveries.c.state == str(State.SENDING))
    return {
        row.number: row.lease_owner
        for row in connection.execute(query.order_by(deliveries.c.number))
        if row.lease_until <= now or is_dead(row.lease_owner)
    }


def recover(connection: Connection, number: str, *, now: datetime) -> State:
    """Put an attempt in order whose worker died: by the stage that was committed."""
    row = rows.locked(connection, number)
    armed = row.stage is Stage.DATA
    state = State.IN_DOUBT if armed else State.QUEUED
    where = "after the first body byte may have been sent" if armed else "before DATA"
    attempt = Attempt(
        started_at=row.changed_at,
        ended_at=now,
        state=state,
        stage=row.stage or Stage.CONNECT,
        remote="",
        note=f"the worker died {where}",
    )
    _move(connection, row, state, now, next_attempt_at=None if armed else now)
    ended = EndedAttempt(number=number, ordinal=row.attempts, attempt=attempt)
    changes.write_attempts(connection, [ended])
    facts = events.attempt_facts(row.attempts, attempt)
    events.append(connection, EventKind.RECOVERED, number, facts, now=now)
    return state


def resolve(
    connection: Connection,
    number: str,
    decision: Decision,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Settle a doubt as an operator decided."""
    row = rows.locked(connection, number)
    if row.state is not State.IN_DOUBT:
        raise RefusedError(f"{number} is {row.state}: there is no doubt to settle")
    if not reason.strip():
        raise RefusedError("a decision about a doubt needs its reason")
    if decision is Decision.SENT:
        _move(connection, row, State.SENT, now)
    else:
        _move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    facts: dict[str, FactValue] = {"decision": str(decision), "reason": reason}
    events.append(connection, EventKind.RESOLVED, number, facts, now=now)


_OPEN_TO_EVIDENCE = (State.SENT, State.IN_DOUBT, State.QUEUED, State.DEFERRED)
"""After an attempt; while `sending` the attempt's own outcome comes first."""


def record_evidence(
    connection: Connection,
    number: str,
    state: State,
    facts: Mapping[str, FactValue],
    *,
    now: datetime,
) -> None:
    """Follow what a delivery report or an archive copy proves."""
    row = rows.locked(connection, number)
    if row.state not in _OPEN_TO_EVIDENCE or row.attempts == 0:
        raise RefusedError(f"{number} is {row.state}: a report cannot change that")
    if state not in BY_EVIDENCE:
        raise RefusedError(f"no report makes a notice {state}; an operator may")
    _move(connection, row, state, now)
    events.append(
        connection, EventKind.EVIDENCE, number, {**facts, "state": str(state)}, now=now
    )


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
    changes.write(connection, [change])
