"""Takes notices in: reserves their numbers, stores what was prepared."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Table, func, insert, select

from notices.delivery import State
from notices.errors import InputError, NoticesError, RefusedError
from notices.ledger import (
    COMMITMENT_PREFIX,
    EventKind,
    FactValue,
    commitment,
    document_salt,
)
from notices.messages import Text
from notices.store import events, lost_numbers
from notices.store.database.postgres import NUMBERS, lock
from notices.store.database.schema import artifacts, deliveries, notices, numbers
from notices.store.model import JUDGMENT, MESSAGE, Artifact, CaseKey, SignedNotice


def reserve_number(
    connection: Connection,
    key: CaseKey,
    *,
    series: str,
    year: int,
    make_number: Callable[[int], str],
    now: datetime,
) -> str:
    """Give the key's number, or the next one of the year."""
    lock(connection, NUMBERS)  # gapless: one after the other, to the commit
    if used := _number_in(connection, notices, key):
        raise RefusedError(
            Text("{key} is prepared already, as {used}", key=key, used=used)
        )
    lost_numbers.refuse(connection, key)
    if waiting := _number_in(connection, numbers, key):
        return waiting  # an earlier try failed after this point
    serial = newest_serial(connection, series, year) + 1
    number = make_number(serial)
    _must_be_new(connection, number, serial)
    facts: dict[str, FactValue] = {**_facts(key), "series": series, "year": year}
    facts["serial"] = serial
    values = {**facts, "number": number, "reserved_at": now}
    connection.execute(insert(numbers).values(values))
    events.append(connection, EventKind.NUMBERED, number, facts, now=now)
    return number


def newest_serial(connection: Connection, series: str, year: int) -> int:
    """Give the last serial of a year, 0 if none was given."""
    newest = select(func.max(numbers.c.serial)).where(
        numbers.c.series == series, numbers.c.year == year
    )
    return connection.scalar(newest) or 0


def add(
    connection: Connection, prepared: SignedNotice, *, secret: bytes, now: datetime
) -> None:
    """Store notice, documents, message and delivery, all or nothing.

    secret: 32 random bytes behind the commitments in the ledger.
    """
    documents = (
        Artifact(name=MESSAGE, media_type="message/rfc822", content=prepared.message),
        *prepared.artifacts,
    )
    if _number_in(connection, numbers, prepared.key) != prepared.number:
        raise NoticesError(
            Text(
                "{number} is not the number reserved for {key}",
                number=prepared.number,
                key=prepared.key,
            )
        )
    if used := _number_in(connection, notices, prepared.key):
        raise RefusedError(
            Text("{key} is prepared already, as {used}", key=prepared.key, used=used)
        )
    connection.execute(insert(notices).values(_notice_row(prepared, secret, now)))
    connection.execute(
        insert(artifacts), [_artifact_row(prepared.number, each) for each in documents]
    )
    connection.execute(
        insert(deliveries).values(_delivery_row(prepared, documents[0].sha256, now))
    )
    events.append(
        connection,
        EventKind.PREPARED,
        prepared.number,
        _prepared_facts(prepared, documents, secret),
        now=now,
    )


def _number_in(connection: Connection, table: Table, key: CaseKey) -> str | None:
    columns = table.c
    number: str | None = connection.scalar(
        select(columns.number).where(
            columns.case_id == key.case_id,
            columns.rung == key.rung,
            columns.kind == key.kind,
            columns.ordinal == key.ordinal,
        )
    )
    return number


def _must_be_new(connection: Connection, number: str, serial: int) -> None:
    """A pattern without the year, say, would come round to the same numbers."""
    taken = select(numbers.c.serial).where(numbers.c.number == number)
    if connection.scalar(taken) is not None:
        raise InputError(
            Text(
                "the pattern makes number {number} twice (now for serial {serial})",
                number=number,
                serial=serial,
            ),
            hint="the [numbering] pattern needs the year and the serial",
        )


def _facts(key: CaseKey) -> dict[str, str | int]:
    return {
        "case_id": key.case_id,
        "rung": key.rung,
        "kind": key.kind,
        "ordinal": key.ordinal,
    }


def _notice_row(
    prepared: SignedNotice, secret: bytes, now: datetime
) -> dict[str, object]:
    return {
        **_facts(prepared.key),
        "number": prepared.number,
        "form": prepared.form,
        "recipient_name": prepared.recipient_name,
        "letter_date": prepared.letter_date.isoformat(),
        "again_reason": prepared.again_reason,
        "rung_reason": prepared.rung_reason,
        "judgment": prepared.judgment,
        "notice": prepared.notice,
        "signer_certificate_sha256": prepared.signer_certificate_sha256,
        "created_at": now,
        "salt": secret.hex(),
    }


def _artifact_row(number: str, artifact: Artifact) -> dict[str, object]:
    return {
        "number": number,
        "name": artifact.name,
        "media_type": artifact.media_type,
        "sha256": artifact.sha256,
        "content": artifact.content,
    }


def _delivery_row(
    prepared: SignedNotice, sha256: str, now: datetime
) -> dict[str, object]:
    envelope = prepared.envelope
    return {
        "number": prepared.number,
        "state": str(State.HELD),
        "reverse_path": envelope.reverse_path,
        "forward_path": envelope.forward_path,
        "archive_path": envelope.archive_path,
        "envid": envelope.envid,
        "message_id": prepared.message_id,
        "message_sha256": sha256,
        "attempts": 0,
        "changed_at": now,
        "channel": str(prepared.channel),
        "is_test": int(prepared.is_test),
    }


def _prepared_facts(
    prepared: SignedNotice, documents: tuple[Artifact, ...], secret: bytes
) -> dict[str, FactValue]:
    """Hashes with a salt: a short text could be guessed from its plain hash."""
    contents = {each.name: each.content for each in documents}
    contents[JUDGMENT] = prepared.judgment.encode()
    return {
        **prepared.facts,
        **_facts(prepared.key),
        "form": prepared.form,
        "recipient": prepared.envelope.forward_path,
        "message_id": prepared.message_id,
        "signer_certificate_sha256": prepared.signer_certificate_sha256,
        "again_reason": prepared.again_reason,
        "rung_reason": prepared.rung_reason,
        "channel": str(prepared.channel),
        "test": prepared.is_test,
        **{
            f"{COMMITMENT_PREFIX}{name}": commitment(
                document_salt(secret, name), content
            )
            for name, content in contents.items()
        },
    }
