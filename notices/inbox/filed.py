"""A mail that came in, as it is on record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import Engine, Row, select

from notices.delivery import State
from notices.inbox.reading.received import Kind, with_crlf
from notices.ledger import FactValue
from notices.store.database.engine import reading
from notices.store.database.schema import reports

COLUMNS = tuple(column for column in reports.c if column.name != "content")
"""What is read of a mail on record; its bytes only when they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail that is to be recorded."""

    octets: bytes
    digest: str
    mailbox: str
    is_archived: bool

    @classmethod
    def of(cls, raw: bytes, mailbox: str, *, is_archived: bool) -> Self:
        """Take a mail from a mailbox; its hash is that of its octets with CRLF."""
        octets = with_crlf(raw)
        return cls(
            octets=octets,
            digest=sha256(octets).hexdigest(),
            mailbox=mailbox,
            is_archived=is_archived,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReport:
    """A mail that came in, as filed."""

    sha256: str
    """Of the mail with CRLF, lower-case hexadecimal."""
    number: str | None
    """The notice that it is about; None: none of ours."""
    kind: Kind
    """What sort of mail it is."""
    proves: State | None
    """What it proves of the delivery; None: nothing."""
    reason: str
    """By what it was matched, or why not."""
    mailbox: str
    """Where it lay."""
    received_at: datetime
    """When it was read."""
    facts: Mapping[str, FactValue]
    """What it says: action, status, diagnostic, from, answer ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReport:
    """What filing a mail did."""

    report: InboundReport
    """What was recorded."""
    case_id: str | None
    """The case of the notice."""
    state: State | None
    """How the delivery stands now."""
    changed: bool
    """True: the report changed the state."""
    is_new: bool
    """False: this very mail had been filed before; nothing was done."""


def from_row(row: Row[Any]) -> InboundReport:
    """A row of `COLUMNS` as a value."""
    return InboundReport(
        sha256=row.sha256,
        number=row.number,
        kind=Kind(row.kind),
        proves=None if row.proves is None else State(row.proves),
        reason=row.reason,
        mailbox=row.mailbox,
        received_at=row.received_at,
        facts=json.loads(row.facts),
    )


def filed_about(engine: Engine, number: str) -> tuple[InboundReport, ...]:
    """Give what came in about a notice, the earliest first."""
    query = select(*COLUMNS).where(reports.c.number == number)
    with reading(engine) as connection:
        found = connection.execute(query.order_by("received_at", "sha256"))
        return tuple(from_row(row) for row in found)
