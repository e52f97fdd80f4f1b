"""Moves a delivery from state to state; each move and its ledger entry are one.

All of it runs inside the caller's write transaction. Every update names the state
it expects, so a move that lost a race changes nothing and is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from notices.delivery import (
    BY_EVIDENCE,
    Attempt,
    IllegalTransition,
    Stage,
    State,
    transition,
)
from notices.errors import RefusedError, TryLater
from notices.ledger import EventKind, Fact
from notices.outbox import journal, rows
from notices.outbox.records import Decision, Stored
from notices.outbox.schema import attempts, deliveries
from notices.rules import Channel

OUTCOMES = frozenset({State.SENT, State.DEFERRED, State.FAILED, State.IN_DOUBT})
"""What a courier can make of an attempt."""
LEASE = timedelta(minutes=20)
"""How long a worker may take before DATA; the courier gives up after 15 minutes."""
LEASE_OF_BODY = timedelta(minutes=30)
"""From the first body byte: ten minutes to write it, ten for the reply, and slack."""

_MOVED = (
    "state stage attempts lease_owner lease_until next_attempt_at queued_at changed_at"
)
# built once: building a statement costs more than running it
_MOVE = (
    update(deliveries)
    .where(
        deliveries.c.number == bindparam("of_number"),
        deliveries.c.state == bindparam("of_state"),
    )
    .values({name: bindparam(name) for name in _MOVED.split()})
)
_ARM = (
    update(deliveries)
    .where(
        deliveries.c.number == bindparam("of_number"),
        deliveries.c.state == str(State.SENDING),
        deliveries.c.stage == str(Stage.CONNECT),
        deliveries.c.lease_owner == bindparam("of_owner"),
        deliveries.c.lease_until > bindparam("now"),
    )
    .values(stage=str(Stage.DATA), lease_until=bindparam("until"))
    .returning(deliveries.c.attempts, deliveries.c.message_sha256)
)
_MOVE_OWN = _MOVE.where(deliveries.c.lease_owner == bindparam("of_owner"))
_ATTEMPT = insert(attempts)


def queue(connection: Connection, number: str, *, now: datetime) -> None:
    """`held` to `queued`: someone said `send`."""
    row = rows.locked(connection, number)
    if row.state is not State.HELD:
        # recovery and `resolve` may queue again, on their own terms; `send` may not
        raise IllegalTransition(f"{number} is {row.state}: it is queued only once")
    _move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    journal.append(connection, EventKind.QUEUED, number, {}, now=now)


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
    journal.append(connection, EventKind.WITHDRAWN, number, {"reason": reason}, now=now)


def claim(
    connection: Connection,
    number: str,
    *,
    owner: str,
    now: datetime,
    ignore_backoff: bool,
    channel: Channel = Channel.SMTP,
) -> Stored | None:
    """`queued` or `deferred` to `sending`; None if it is not due or not waiting.

    channel: what the caller serves; a delivery for another one is not touched.
    """
    row = rows.free(connection, number)
    if row is None or row.next_attempt_at is None or row.channel is not channel:
        return None
    if not ignore_backoff and row.next_attempt_at > now:
        return None
    moved = _move(
        connection, row, State.SENDING, now, owner=owner, lease_until=now + LEASE
    )
    facts: dict[str, Fact] = {"attempt": moved.attempts}
    journal.append(connection, EventKind.ATTEMPTED, number, facts, now=now)
    return moved


def arm(connection: Connection, number: str, *, owner: str, now: datetime) -> None:
    """Commit stage `data`: from here on a loss means doubt.

    Raises TryLater if the lease went to someone else: then no byte may be sent.
    """
    lease = {"now": now, "until": now + LEASE_OF_BODY}
    values = {"of_number": number, "of_owner": owner, **lease}
    row = connection.execute(_ARM, values).one_or_none()
    if row is None:
        raise TryLater(f"the attempt for {number} took too long and lost its lease")
    facts: dict[str, Fact] = {
        "attempt": row.attempts,
        "message_sha256": row.message_sha256,
    }
    journal.append(connection, EventKind.ARMED, number, facts, now=now)


def finish(
    connection: Connection,
    number: str,
    attempt: Attempt,
    *,
    owner: str,
    next_attempt_at: datetime | None,
    now: datetime,
) -> Stored:
    """Record how the attempt ended; `deferred` with nothing to follow is `failed`."""
    if attempt.state not in OUTCOMES:
        raise IllegalTransition(f"no attempt ends as {attempt.state}")
    row = rows.locked(connection, number)
    if attempt.state is State.DEFERRED and next_attempt_at is None:
        note = "; ".join(part for part in (attempt.note, "given up: too old") if part)
        attempt = replace(attempt, state=State.FAILED, note=note)
    lost = TryLater(
        f"the attempt for {number} lost its lease and ended as {attempt.state}",
        hint="`notices show` tells what was made of it",
    )
    if row.state is not State.SENDING:
        raise lost
    due = next_attempt_at if attempt.state is State.DEFERRED else None
    moved = _move(
        connection,
        row,
        attempt.state,
        now,
        next_attempt_at=due,
        only_of=owner,
        otherwise=lost,
    )
    _write_attempt(connection, number, row.attempts, attempt)
    facts = journal.attempt_facts(row.attempts, attempt)
    journal.append(connection, EventKind.OUTCOME, number, facts, now=now)
    return moved


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
    _write_attempt(connection, number, row.attempts, attempt)
    facts = journal.attempt_facts(row.attempts, attempt)
    journal.append(connection, EventKind.RECOVERED, number, facts, now=now)
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
    facts: dict[str, Fact] = {"decision": str(decision), "reason": reason}
    journal.append(connection, EventKind.RESOLVED, number, facts, now=now)


_OPEN_TO_EVIDENCE = (State.SENT, State.IN_DOUBT, State.QUEUED, State.DEFERRED)
"""After an attempt; while `sending` the attempt's own outcome comes first."""


def record_evidence(
    connection: Connection,
    number: str,
    state: State,
    facts: Mapping[str, Fact],
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
    journal.append(
        connection, EventKind.EVIDENCE, number, {**facts, "state": str(state)}, now=now
    )


def _move(
    connection: Connection,
    row: Stored,
    to: State,
    now: datetime,
    *,
    owner: str | None = None,
    lease_until: datetime | None = None,
    next_attempt_at: datetime | None = None,
    queued_at: datetime | None = None,
    only_of: str | None = None,
    otherwise: TryLater | None = None,
) -> Stored:
    """Change the state; what belongs to another state is emptied.

    only_of: the worker that must own it now; `otherwise` is raised if it does not.
    """
    transition(row.state, to)
    is_claim = to is State.SENDING
    moved = replace(
        row,
        state=to,
        stage=Stage.CONNECT if is_claim else None,
        attempts=row.attempts + is_claim,
        lease_until=lease_until,
        next_attempt_at=next_attempt_at,
        queued_at=queued_at or row.queued_at,
        changed_at=now,
    )
    values = {
        "of_number": row.number,
        "of_state": str(row.state),
        "state": str(to),
        "stage": moved.stage and str(moved.stage),
        "attempts": moved.attempts,
        "lease_owner": owner,
        "lease_until": lease_until,
        "next_attempt_at": next_attempt_at,
        "queued_at": moved.queued_at,
        "changed_at": now,
    }
    statement = _MOVE
    if only_of is not None:
        statement, values = _MOVE_OWN, {**values, "of_owner": only_of}
    if connection.execute(statement, values).rowcount != 1:
        raise otherwise or TryLater(
            f"{row.number} was changed by another process just now"
        )
    return moved


def _write_attempt(
    connection: Connection, number: str, ordinal: int, attempt: Attempt
) -> None:
    reply = attempt.reply
    row = {
        "number": number,
        "ordinal": ordinal,
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
    connection.execute(_ATTEMPT, row)
