"""Reads rows into values, and checks the hash of every byte that it hands out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from notices.delivery import Attempt, Envelope, Reply, Stage, State
from notices.errors import EvidenceBroken, InputError
from notices.outbox.records import MESSAGE, CaseKey, Stored
from notices.outbox.schema import artifacts, attempts, deliveries, notices
from notices.rules import Channel

_IN_NOTICES = (
    notices.c.number,
    notices.c.case_id,
    notices.c.rung,
    notices.c.kind,
    notices.c.ordinal,
    notices.c.form,
    notices.c.recipient_name,
    notices.c.letter_date,
    notices.c.again_reason,
    notices.c.rung_reason,
    notices.c.signer_certificate_sha256,
    notices.c.created_at,
)
_IN_DELIVERIES = tuple(
    column for column in deliveries.c if column.name not in ("number", "lease_owner")
)

STORED: Select[Any] = (
    select()
    .add_columns(*_IN_NOTICES, *_IN_DELIVERIES)
    .join_from(notices, deliveries, deliveries.c.number == notices.c.number)
)
"""The query behind `Stored`; add the conditions."""

# the queries of every step are built once: building costs more than running them
_ONE = STORED.where(notices.c.number == bindparam("number"))
# whoever moves a delivery holds its row to the end; SQLite holds the whole database
_LOCKED = _ONE.with_for_update(of=deliveries)
_FREE = _ONE.with_for_update(of=deliveries, skip_locked=True)
_MESSAGE = (
    select(artifacts.c.content, artifacts.c.sha256, deliveries.c.message_sha256)
    .join(deliveries, deliveries.c.number == artifacts.c.number)
    .where(artifacts.c.number == bindparam("number"), artifacts.c.name == MESSAGE)
)


def stored(connection: Connection, query: Select[Any]) -> tuple[Stored, ...]:
    """Run a query made from `STORED`."""
    return tuple(_stored(row) for row in connection.execute(query))


def one(connection: Connection, number: str) -> Stored:
    """Give the notice of that number; raises InputError if there is none."""
    return _found(connection, _ONE, number)


def locked(connection: Connection, number: str) -> Stored:
    """`one`, and nobody else changes it until the end of the transaction."""
    return _found(connection, _LOCKED, number)


def free(connection: Connection, number: str) -> Stored | None:
    """`locked`, but None instead of waiting if somebody else is changing it."""
    found = connection.execute(_FREE, {"number": number}).one_or_none()
    return None if found is None else _stored(found)


def _found(connection: Connection, query: Select[Any], number: str) -> Stored:
    found = connection.execute(query, {"number": number}).one_or_none()
    if found is None:
        raise InputError(
            f"there is no notice {number}", hint="`notices list` shows all"
        )
    return _stored(found)


def listed(
    connection: Connection, states: Collection[State], limit: int | None
) -> tuple[Stored, ...]:
    """Give the notices in these states (none named: all), in order of number."""
    query = STORED.order_by(notices.c.created_at, notices.c.number)
    if states:
        query = query.where(deliveries.c.state.in_([str(state) for state in states]))
    return stored(connection, query.limit(limit))


def due(
    connection: Connection,
    now: datetime,
    *,
    ignore_backoff: bool,
    limit: int | None = None,
) -> tuple[str, ...]:
    """Give the numbers whose next attempt is due, the longest waiting first."""
    query = select(deliveries.c.number).where(
        deliveries.c.state.in_([str(State.QUEUED), str(State.DEFERRED)]),
        deliveries.c.channel == str(Channel.SMTP),
    )
    if not ignore_backoff:
        query = query.where(deliveries.c.next_attempt_at <= now)
    order = (deliveries.c.next_attempt_at, deliveries.c.number)
    return tuple(connection.scalars(query.order_by(*order).limit(limit)))


def attempts_of(connection: Connection, number: str) -> tuple[Attempt, ...]:
    """Give all attempts of a notice, the first one first."""
    rows = connection.execute(
        select(attempts).where(attempts.c.number == number).order_by(attempts.c.ordinal)
    )
    return tuple(_attempt(row) for row in rows)


def artifact_names(connection: Connection, number: str) -> tuple[str, ...]:
    """Give the names of a notice's artifacts, the message among them."""
    query = select(artifacts.c.name).where(artifacts.c.number == number)
    return tuple(connection.scalars(query.order_by(artifacts.c.name)))


def artifact(connection: Connection, number: str, name: str) -> bytes:
    """Give the bytes if they still have their hash; raises EvidenceBroken if not."""
    row = connection.execute(
        select(artifacts.c.content, artifacts.c.sha256).where(
            artifacts.c.number == number, artifacts.c.name == name
        )
    ).one_or_none()
    if row is None:
        raise InputError(f"notice {number} has no {name}")
    _check(row.content, (row.sha256,), f"{name} of notice {number}")
    return bytes(row.content)


def message(connection: Connection, number: str) -> bytes:
    """Give the bytes to be sent; both hashes recorded for them must agree."""
    row = connection.execute(_MESSAGE, {"number": number}).one_or_none()
    if row is None:
        raise InputError(f"there is no notice {number}")
    hashes = (row.sha256, row.message_sha256)
    _check(row.content, hashes, f"the message of notice {number}")
    return bytes(row.content)


def _check(content: bytes, recorded: Sequence[str], what: str) -> None:
    actual = sha256(content).hexdigest()
    if any(value != actual for value in recorded):
        raise EvidenceBroken(
            f"{what} has changed since it was signed",
            hint="nothing was sent; keep the database for inquiry, restore a backup",
        )


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        number=row.number,
        key=CaseKey(
            case_id=row.case_id, rung=row.rung, kind=row.kind, ordinal=row.ordinal
        ),
        form=row.form,
        recipient_name=row.recipient_name,
        letter_date=date.fromisoformat(row.letter_date),
        again_reason=row.again_reason,
        rung_reason=row.rung_reason,
        signer_certificate_sha256=row.signer_certificate_sha256,
        created_at=row.created_at,
        state=State(row.state),
        stage=None if row.stage is None else Stage(row.stage),
        envelope=Envelope(
            reverse_path=row.reverse_path,
            forward_path=row.forward_path,
            archive_path=row.archive_path,
            envid=row.envid,
        ),
        message_id=row.message_id,
        message_sha256=row.message_sha256,
        attempts=row.attempts,
        queued_at=row.queued_at,
        next_attempt_at=row.next_attempt_at,
        lease_until=row.lease_until,
        changed_at=row.changed_at,
        channel=Channel(row.channel),
        is_test=bool(row.is_test),
    )


def _attempt(row: Row[Any]) -> Attempt:
    reply = None
    if row.reply_code is not None:
        reply = Reply(
            code=row.reply_code,
            enhanced_status=row.reply_enhanced,
            text=row.reply_text,
        )
    return Attempt(
        started_at=row.started_at,
        ended_at=row.ended_at,
        state=State(row.state),
        stage=Stage(row.stage),
        remote=row.remote,
        tls=row.tls,
        reply=reply,
        note=row.note,
    )
