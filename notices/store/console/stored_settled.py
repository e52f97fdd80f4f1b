"""Mails about none of our notices: which of them a person has dealt with, and how."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, exists, insert, select

from notices.store.database.console_tables import settled_mails
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import PEOPLE, lock
from notices.store.database.schema import reports
from notices.store.ledger import events
from notices.store.ledger.events import UnplacedEvent


class MailEvent(StrEnum):
    """What the ledger tells of such mails; no number, no case."""

    MAIL_SETTLED = "mail_settled"
    """Somebody has looked at it, and nothing is left to be done."""


class MailDecision(StrEnum):
    """Why nothing is left to be done."""

    ADVERTISING = "advertising"
    """It wants to sell something, or to deceive."""
    NOT_ABOUT_US = "not_about_us"
    """It is about no request of this centre."""
    DEALT_WITH = "dealt_with"
    """It was dealt with elsewhere, by telephone or in the mailbox."""
    RECORDED = "recorded"
    """What it says was put on record of a case; nobody chooses this word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledMail:
    """That somebody has dealt with a mail."""

    sha256: str
    """Of the mail."""
    at: datetime
    """When."""
    by: str
    """Who."""
    decision: MailDecision
    """Why nothing is left to be done."""


class StoredSettled:
    """Mails that were dealt with, in one database; each method is one transaction."""

    def __init__(self, engine: Engine, *, by: str) -> None:
        self._engine = engine
        self._by = by

    def of(self, digests: Collection[str]) -> Mapping[str, SettledMail]:
        """Give those of these mails that were dealt with, by their hash."""
        query = select(settled_mails).where(settled_mails.c.sha256.in_(digests))
        with reading(self._engine) as connection:
            found = connection.execute(query).all()
        return {
            row.sha256: SettledMail(
                sha256=row.sha256,
                at=row.settled_at,
                by=row.settled_by,
                decision=MailDecision(row.decision),
            )
            for row in found
        }

    def waiting(self, limit: int) -> tuple[str, ...]:
        """Give the newest mails about none of our notices that wait for somebody."""
        is_settled = exists().where(settled_mails.c.sha256 == reports.c.sha256)
        query = (
            select(reports.c.sha256)
            .where(reports.c.number.is_(None), ~is_settled)
            .order_by(reports.c.received_at.desc(), reports.c.sha256.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(query))

    def settle(
        self, digests: Sequence[str], decision: MailDecision, *, now: datetime
    ) -> bool:
        """Note that these were dealt with; False, and nothing is noted, if one was."""
        query = select(settled_mails.c.sha256).where(
            settled_mails.c.sha256.in_(digests)
        )
        with writing(self._engine) as connection:
            lock(connection, PEOPLE)
            if connection.execute(query).first() is not None:
                return False
            rows = [
                {
                    "sha256": digest,
                    "settled_at": now,
                    "settled_by": self._by,
                    "decision": str(decision),
                }
                for digest in digests
            ]
            connection.execute(insert(settled_mails), rows)
            told = [
                UnplacedEvent(
                    MailEvent.MAIL_SETTLED,
                    "",
                    {"decision": str(decision), "mail_sha256": digest},
                    now,
                    self._by,
                )
                for digest in digests
            ]
            events.append_all(connection, told)
        return True
