"""What the ids and numbers of mails lead to in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from notices.inbox.known import Known
from notices.inbox.reading.received import ReceivedMail
from notices.store import rows
from notices.store.database.schema import artifacts, deliveries
from notices.store.model import MESSAGE

MAX_KNOWN = 20
"""Notices that one mail can be about; more ids than that are not looked at."""


def known_rows(
    connection: Connection, claims: Sequence[ReceivedMail]
) -> Sequence[Row[Any]]:
    """The deliveries that the ids and numbers of claims lead to."""
    ids = {name for each in claims for name in _ids(each)}
    envids = {name for each in claims for name in each.envids}
    numbers = {name for each in claims for name in each.numbers}
    by_number: dict[str, Row[Any]] = {}
    for column, values in (
        (deliveries.c.message_id, ids),
        (deliveries.c.envid, envids),
        (deliveries.c.number, numbers),
    ):
        if values:
            query = select(deliveries).where(column.in_(values))
            by_number |= {row.number: row for row in connection.execute(query)}
    return [by_number[number] for number in sorted(by_number)]


def _ids(claim: ReceivedMail) -> set[str]:
    return {claim.own_id, *claim.message_ids, *claim.mentioned_ids} - {""}


def is_named(row: Row[Any], claim: ReceivedMail) -> bool:
    """Tell whether a claim names a delivery."""
    return (
        row.message_id in _ids(claim)
        or row.envid in claim.envids
        or row.number in claim.numbers
    )


def sizes_of(connection: Connection, numbers: Sequence[str]) -> dict[str, int]:
    """How many octets each message has."""
    if not numbers:
        return {}
    query = select(artifacts.c.number, func.length(artifacts.c.content))
    found = connection.execute(
        query.where(artifacts.c.number.in_(numbers), artifacts.c.name == MESSAGE)
    )
    return {row.number: row[1] for row in found}


def known_from(
    connection: Connection,
    row: Row[Any],
    claim: ReceivedMail,
    size: int,
    *,
    is_copy: bool,
) -> Known:
    """A delivery as `matching` compares it, with its message if a copy may be renamed.

    size: octets of our message. is_copy: the mail may be a copy, by place and shape.
    """
    is_renamed = is_copy and claim.own_id != row.message_id
    return Known(
        number=row.number,
        message_id=row.message_id,
        message_sha256=row.message_sha256,
        message_size=size,
        envid=row.envid,
        forward_path=row.forward_path,
        archive_path=row.archive_path,
        attempts=row.attempts,
        message=rows.artifact(connection, row.number, MESSAGE) if is_renamed else b"",
    )
