"""Holds of everything: who said so, why, and who let it go on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import Connection, Engine, insert, select, update

from notices.errors import RefusedError
from notices.ledger import FactValue
from notices.messages import Text
from notices.store.database.console_tables import holds
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import PEOPLE, lock
from notices.store.ledger import events
from notices.store.ledger.events import UnplacedEvent


class HoldEvent(StrEnum):
    """What the ledger tells of holds; no number, no case."""

    ALL_HELD = "all_held"
    """From here on nothing goes out."""
    ALL_RELEASED = "all_released"
    """What was waiting may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EverythingHeld:
    """That nothing goes out."""

    hold_id: str
    """Of this hold."""
    at: datetime
    """Since when."""
    by: str
    """Who said so."""
    reason: str
    """Why."""


class StoredHolds:
    """The holds of one database; each method is one transaction."""

    def __init__(self, engine: Engine, *, by: str) -> None:
        self._engine = engine
        self._by = by

    def now(self) -> EverythingHeld | None:
        """Give the hold that stands; None: there is none."""
        with reading(self._engine) as connection:
            return standing(connection)

    def hold(self, reason: str, *, now: datetime) -> EverythingHeld:
        """Let nothing go out from now on; RefusedError if that is so already."""
        made = EverythingHeld(hold_id=token_hex(8), at=now, by=self._by, reason=reason)
        with writing(self._engine) as connection:
            lock(connection, PEOPLE)
            if found := standing(connection):
                raise RefusedError(
                    Text(
                        "{who} has put everything on hold at {at}: {reason}",
                        who=found.by,
                        at=found.at.isoformat(timespec="minutes"),
                        reason=found.reason,
                    ),
                    hint="to let it go on: notices release",
                )
            connection.execute(
                insert(holds).values(
                    hold_id=made.hold_id, held_at=now, held_by=self._by, reason=reason
                )
            )
            self._tell(connection, HoldEvent.ALL_HELD, made, now, {"reason": reason})
        return made

    def release(
        self, reason: str, *, now: datetime, hold_id: str = ""
    ) -> EverythingHeld:
        """Let things go out again; RefusedError if nothing is held.

        hold_id: the hold that was looked at; empty: whichever stands.
        """
        with writing(self._engine) as connection:
            lock(connection, PEOPLE)
            found = standing(connection)
            if found is None or hold_id not in ("", found.hold_id):
                raise RefusedError(
                    "that hold does not stand any more",
                    hint="see who released it: notices ledger export",
                )
            connection.execute(
                update(holds)
                .where(holds.c.hold_id == found.hold_id)
                .values(released_at=now, released_by=self._by)
            )
            told = HoldEvent.ALL_RELEASED
            self._tell(connection, told, found, now, {"reason": reason})
        return found

    def _tell(
        self,
        connection: Connection,
        kind: HoldEvent,
        held: EverythingHeld,
        now: datetime,
        more: dict[str, FactValue],
    ) -> None:
        facts: dict[str, FactValue] = {"hold": held.hold_id, **more}
        told = UnplacedEvent(kind, "", facts, now, self._by)
        events.append_all(connection, [told])


def standing(connection: Connection) -> EverythingHeld | None:
    """Give the hold that stands, within a transaction; None: there is none."""
    query = select(holds).where(holds.c.released_at.is_(None)).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return EverythingHeld(
        hold_id=row.hold_id, at=row.held_at, by=row.held_by, reason=row.reason
    )
