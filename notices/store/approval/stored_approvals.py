"""Approvals of one database; each method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from notices.delivery import State
from notices.errors import NoticesError
from notices.store import rows
from notices.store.approval import approving, door
from notices.store.approval.policies import ApprovalRule, standing
from notices.store.approval.standing import standing_of
from notices.store.database.approval_tables import approvals
from notices.store.database.draft_tables import drafts
from notices.store.database.engine import reading, writing
from notices.store.database.schema import deliveries
from notices.store.model import StoredNotice
from notices.verifying.approval.statement import SignatureKind, SignedStatement

_OPEN = (str(State.DRAFTED), str(State.HELD), str(State.QUEUED), str(State.DEFERRED))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredApproval:
    """An approval or a rejection on record."""

    number: str
    """整理番号."""
    decision: str
    """`approve` or `reject`."""
    approver: str
    """Id of the person."""
    statement: bytes
    """`approval.json`."""
    kind: SignatureKind
    """How it is signed."""
    signature: bytes
    """CMS in DER, or `assertion.json`."""
    written_at: datetime
    """When it came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorState:
    """How a notice that began as a draft stands before the door."""

    stored: StoredNotice
    """The notice."""
    newest: StoredApproval | None
    """The newest decision; None: there is none."""
    error: NoticesError | None
    """Why the door is shut; None: it is open."""
    checker: str = ""
    """確認者, as the judgment names him; empty: none is named, or anybody may."""


class StoredApprovals:
    """Takes approvals in, and asks the door; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, signed: SignedStatement, *, now: datetime) -> StoredNotice:
        """Write a signed approval or rejection down; a refusal with its code else."""
        with writing(self._engine) as connection:
            return approving.take(connection, signed, now=now)

    def why_shut(self, stored: StoredNotice, *, now: datetime) -> NoticesError | None:
        """Why a notice may not be signed or queued; None: it may."""
        with writing(self._engine) as connection:
            return door.why_refused(connection, stored, now)

    def of(self, number: str) -> tuple[StoredApproval, ...]:
        """Give the decisions about a notice, the oldest first."""
        query = select(approvals).where(approvals.c.number == number)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(approvals.c.ordinal))
            return tuple(map(_decision, found))

    def open(self, *, now: datetime) -> Sequence[DoorState]:
        """Give every notice that began as a draft and is not sent, the oldest first."""
        query = (
            select(drafts.c.number)
            .join(deliveries, deliveries.c.number == drafts.c.number)
            .where(deliveries.c.state.in_(_OPEN))
            .order_by(drafts.c.drafted_at, drafts.c.number)
        )
        with reading(self._engine) as connection:
            # looked at in one state of the database; whoever goes through asks again
            rule = standing(connection)
            return [
                _door_state(connection, rows.one(connection, number), rule, now)
                for number in list(connection.scalars(query))
            ]


def _door_state(
    connection: Connection, stored: StoredNotice, rule: ApprovalRule, now: datetime
) -> DoorState:
    row = standing_of(connection, stored.number)
    is_decided = row is not None and row.ordinal is not None
    return DoorState(
        stored=stored,
        newest=_decision(row) if row and is_decided else None,
        error=door.why_refused(connection, stored, now, rule=rule),
        checker=door.checker_of(row) if row else "",
    )


def _decision(row: Row[Any]) -> StoredApproval:
    return StoredApproval(
        number=row.number,
        decision=row.decision,
        approver=row.approver,
        statement=row.statement.encode(),
        kind=SignatureKind(row.kind),
        signature=bytes(row.signature),
        written_at=row.written_at,
    )
