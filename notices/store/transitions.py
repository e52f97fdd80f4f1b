"""Moves a delivery from state to state; each move and its ledger entry are one.

All of it runs inside the caller's write transaction. The steps of an attempt are in
`performing`, as many deliveries make them at once. Every update names the state it
expects, so that a move that lost a race changes nothing and is refused. Many rows go
to the database as one statement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, update

from notices.delivery import (
    Attempt,
    IllegalTransition,
    Stage,
    State,
    transition,
)
from notices.errors import RefusedError, TryLater
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import rows
from notices.store.approval import door
from notices.store.casework import doors, following
from notices.store.database.schema import (
    StoredMoment,
    attempts,
    deliveries,
)
from notices.store.ledger import events
from notices.store.model import DraftedNotice, SignedNotice, StoredNotice
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
    following.require_standing(connection, number)
    approver = door.require_approved(connection, row, now)
    move(connection, row, State.QUEUED, now, next_attempt_at=now, queued_at=now)
    facts: dict[str, FactValue] = {"approver": approver} if approver else {}
    events.append(connection, EventKind.QUEUED, number, facts, now=now, by=by)


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
    move(connection, row, State.WITHDRAWN, now)
    facts: dict[str, FactValue] = {"reason": reason}
    events.append(connection, EventKind.WITHDRAWN, number, facts, now=now, by=by)


def replace_all(
    connection: Connection,
    numbers: Iterable[str],
    *,
    instead: SignedNotice | DraftedNotice,
    now: datetime,
    by: str,
) -> None:
    """Take back what another notice takes the place of."""
    reason = Text(
        "replaced by {number}: {again_reason}",
        number=instead.number,
        again_reason=instead.again_reason,
    )
    for number in numbers:
        withdraw(connection, number, reason=reason, now=now, by=by)


def move(
    connection: Connection,
    row: StoredNotice,
    to: State,
    now: datetime,
    *,
    next_attempt_at: datetime | None = None,
    queued_at: datetime | None = None,
) -> None:
    """Move one delivery, and write it."""
    change = change_of(
        row, to, now, next_attempt_at=next_attempt_at, queued_at=queued_at
    )
    write(connection, [change])
