"""Reads rows into values, and checks the hash of every byte that it hands out."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    select,
)

from notices.delivery import Attempt, Envelope, Reply, Stage, State
from notices.errors import EvidenceBroken, InputError
from notices.messages import Text
from notices.rules import Channel
from notices.store.attempt_notes import recalled
from notices.store.database.postgres import OF_BYTES
from notices.store.database.schema import artifacts, attempts, deliveries, notices
from notices.store.model import MESSAGE, CaseKey, StoredNotice

_FEW = 500
"""So many numbers stand in one query."""
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
"""The query behind `StoredNotice`; add the conditions."""

# the queries of every step are built once: building costs more than running them
_ONE = STORED.where(notices.c.number == bindparam("number"))
# whoever moves a delivery holds its row to the end; SQLite holds the whole database
_LOCKED = _ONE.with_for_update(of=deliveries)
NUMBERS: BindParameter[Sequence[str]] = bindparam("numbers", expanding=True)
"""For the numbers of several deliveries; its values are from `numbers_of`."""
# always in the same order, so that two who want several rows never wait in a ring
_SOME = STORED.where(deliveries.c.number.in_(NUMBERS)).order_by(deliveries.c.number)
_FREE = _SOME.with_for_update(of=deliveries, skip_locked=True)
_MESSAGES = (
    select(
        artifacts.c.number,
        artifacts.c.content,
        artifacts.c.sha256,
        deliveries.c.message_sha256,
    )
    .join(deliveries, deliveries.c.number == artifacts.c.number)
    .where(artifacts.c.number.in_(NUMBERS), artifacts.c.name == MESSAGE)
    .execution_options(**OF_BYTES)
)
_OF_NUMBER = artifacts.c.number == bindparam("number")
_ARTIFACT_NAMES = select(artifacts.c.name).where(_OF_NUMBER).order_by(artifacts.c.name)
_ARTIFACT = (
    select(artifacts.c.content, artifacts.c.sha256)
    .where(_OF_NUMBER, artifacts.c.name == bindparam("name"))
    .execution_options(**OF_BYTES)
)
_ATTEMPTS_OF = (
    select(attempts)
    .where(attempts.c.number == bindparam("number"))
    .order_by(attempts.c.ordinal)
)


def stored(connection: Connection, query: Select[Any]) -> tuple[StoredNotice, ...]:
    """Run a query made from `STORED`."""
    return tuple(_stored(row) for row in connection.execute(query))


def with_artifact(name: str) -> Select[Any]:
    """`STORED` with the bytes of one artifact, for `stored_with`."""
    return (
        STORED.add_columns(artifacts.c.content, artifacts.c.sha256)
        .join(artifacts, artifacts.c.number == notices.c.number)
        .where(artifacts.c.name == name)
        .execution_options(**OF_BYTES)
    )


def stored_with(
    connection: Connection, query: Select[Any], name: str
) -> Iterator[tuple[StoredNotice, bytes]]:
    """Run a query made from `with_artifact`; EvidenceBroken for changed bytes."""
    for row in connection.execute(query):
        what = Text("{name} of notice {number}", name=name, number=row.number)
        _check(row.content, (row.sha256,), what)
        yield _stored(row), bytes(row.content)


def one(connection: Connection, number: str) -> StoredNotice:
    """Give the notice of that number; raises InputError if there is none."""
    return _found(connection, _ONE, number)


def locked(connection: Connection, number: str) -> StoredNotice:
    """`one`, and nobody else changes it until the end of the transaction."""
    return _found(connection, _LOCKED, number)


def numbers_of(numbers: Collection[str]) -> dict[str, list[str]]:
    """Fill the list of an IN: its last number again and again up to 1, 2, 4, 8 ...

    So there are few statements, which the database knows by heart, and not one for
    each length.
    """
    ordered = sorted(numbers)
    room = 1 << (len(ordered) - 1).bit_length()
    return {"numbers": ordered + ordered[-1:] * (room - len(ordered))}


def free(connection: Connection, numbers: Collection[str]) -> list[StoredNotice]:
    """Lock those of these that nobody else is changing, and give them."""
    if not numbers:
        return []
    found = connection.execute(_FREE, numbers_of(numbers))
    return [_stored(row) for row in found]


def _found(connection: Connection, query: Select[Any], number: str) -> StoredNotice:
    row = connection.execute(query, {"number": number}).one_or_none()
    if row is None:
        raise InputError(
            Text("there is no notice {number}", number=number),
            hint="`notices list` shows all",
        )
    return _stored(row)


def newest_attempts(
    connection: Connection, numbers: Sequence[str]
) -> dict[str, Attempt]:
    """Give the last attempt of each of these notices that has one."""
    newest: dict[str, Attempt] = {}
    for start in range(0, len(numbers), _FEW):
        part = numbers[start : start + _FEW]
        query = select(attempts).where(attempts.c.number.in_(part))
        for row in connection.execute(query.order_by("number", "ordinal")):
            newest[row.number] = _attempt(row)
    return newest


def attempts_of(connection: Connection, number: str) -> tuple[Attempt, ...]:
    """Give all attempts of a notice, the first one first."""
    rows = connection.execute(_ATTEMPTS_OF, {"number": number})
    return tuple(_attempt(row) for row in rows)


def artifact_names(connection: Connection, number: str) -> tuple[str, ...]:
    """Give the names of a notice's artifacts, the message among them."""
    return tuple(connection.scalars(_ARTIFACT_NAMES, {"number": number}))


def artifact(connection: Connection, number: str, name: str) -> bytes:
    """Give the bytes if they still have their hash; raises EvidenceBroken if not.

    The delivery keeps the message's hash a second time, and both must agree.
    """
    if name == MESSAGE:
        return _message(connection, number)
    asked = {"number": number, "name": name}
    row = connection.execute(_ARTIFACT, asked).one_or_none()
    if row is None:
        raise InputError(
            Text("notice {number} has no {name}", number=number, name=name)
        )
    _check(
        row.content,
        (row.sha256,),
        Text("{name} of notice {number}", name=name, number=number),
    )
    return bytes(row.content)


def _message(connection: Connection, number: str) -> bytes:
    row = connection.execute(_MESSAGES, numbers_of([number])).one_or_none()
    if row is None:
        raise InputError(Text("there is no notice {number}", number=number))
    content = message_in(row)
    if isinstance(content, EvidenceBroken):
        raise content
    return content


def message_in(row: Row[*tuple[Any, ...]]) -> bytes | EvidenceBroken:
    """The message of a row with its hashes; an error if it is not as recorded."""
    what = Text("the message of notice {number}", number=row.number)
    content = bytes(row.content or b"")
    try:
        _check(content, (row.sha256, row.message_sha256), what)
    except EvidenceBroken as error:
        return error
    return content


def message_gone(number: str) -> EvidenceBroken:
    """What is told of a delivery without a row of `MESSAGES`."""
    return EvidenceBroken(
        Text("the message of notice {number} is not in the outbox", number=number),
        hint="nothing was sent; keep the database for inquiry, restore a backup",
    )


def _check(content: bytes, recorded: Sequence[str], what: str) -> None:
    actual = sha256(content).hexdigest()
    if any(value != actual for value in recorded):
        raise EvidenceBroken(
            Text("{what} has changed since it was signed", what=what),
            hint="nothing was sent; keep the database for inquiry, restore a backup",
        )


def _stored(row: Row[Any]) -> StoredNotice:
    return StoredNotice(
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
        message_id=row.message_id or "",
        message_sha256=row.message_sha256 or "",
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
        note=recalled(row.note),
    )
