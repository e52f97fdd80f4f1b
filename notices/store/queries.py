"""Questions about all notices at once: what waits, what is known, how many."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, func, select

from notices.delivery import State
from notices.rules import Channel
from notices.store import lost_numbers, numbering, rows
from notices.store.casework import following
from notices.store.casework.doors import going_out
from notices.store.casework.following import Follower
from notices.store.casework.reading_facts import parts
from notices.store.database.engine import reading
from notices.store.database.schema import (
    artifacts,
    deliveries,
    events,
    notices,
)
from notices.store.ledger import checkpoints
from notices.store.lost_numbers import LostNumber
from notices.store.model import MESSAGE, StoredNotice
from notices.store.numbering import Numbering, VoidNumber

_FEW = 500
"""So many numbers stand in one query."""
_FURTHER = select(events.c.number, events.c.payload).where(
    events.c.kind == "prepared", events.c.payload.contains('"template":')
)
_WAITING = (str(State.QUEUED), str(State.DEFERRED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery whose next attempt is due."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    mailbox: str
    """The forward path."""


class Queries:
    """Asks one database about all its notices; changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def further_kinds(self, numbers: Sequence[str]) -> dict[str, str]:
        """Give the folder of templates of those that are a further kind of notice.

        The event that made them tells it; drafts have none yet.
        """
        found: dict[str, str] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(numbers), _FEW):
                query = _FURTHER.where(
                    events.c.number.in_(numbers[start : start + _FEW])
                )
                for number, payload in connection.execute(query):
                    facts = json.loads(payload)
                    found[number] = str(facts.get("facts", facts).get("template", ""))
        return found

    def waiting(
        self,
        now: datetime,
        *,
        ignore_backoff: bool = False,
        is_test: bool | None = None,
    ) -> tuple[Waiting, ...]:
        """Give what the worker may attempt now, the longest waiting first.

        is_test: only tests, or only what is none; None: both.
        """
        columns = deliveries.c
        query: Select[Any] = (
            select()
            .add_columns(columns.number, columns.forward_path, notices.c.case_id)
            .join_from(deliveries, notices, notices.c.number == columns.number)
            .where(columns.state.in_(_WAITING), columns.channel == str(Channel.SMTP))
        )
        query = going_out(query)
        if not ignore_backoff:
            query = query.where(columns.next_attempt_at <= now)
        if is_test is not None:
            query = query.where(columns.is_test == int(is_test))
        query = query.order_by(columns.next_attempt_at, columns.number)
        with reading(self._engine) as connection:
            return tuple(
                Waiting(
                    number=row.number, case_id=row.case_id, mailbox=row.forward_path
                )
                for row in connection.execute(query)
            )

    def by_hand(
        self, channel: Channel, document: str
    ) -> Iterator[tuple[StoredNotice, bytes]]:
        """Give what somebody may hand over now by a channel, the oldest first.

        document: the name of what is given with each; EvidenceBroken if its hash is
        wrong. One question, however many wait.
        """
        query = rows.with_artifact(document).where(
            deliveries.c.state.in_((str(State.HELD), *_WAITING)),
            deliveries.c.channel == str(channel),
        )
        query = query.order_by(notices.c.created_at, deliveries.c.number)
        with reading(self._engine) as connection:
            yield from rows.stored_with(connection, going_out(query), document)

    @property
    def is_shared(self) -> bool:
        """Tell whether workers of other machines may look at the same line."""
        return self._engine.dialect.name == "postgresql"

    def still_waiting(self, numbers: Collection[str]) -> frozenset[str]:
        """Give those of these numbers that no other worker has taken meanwhile."""
        query = select(deliveries.c.number).where(
            deliveries.c.number.in_(numbers), deliveries.c.state.in_(_WAITING)
        )
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query))

    def counts(self) -> dict[State, int]:
        """Count the deliveries in each state."""
        state = deliveries.c.state
        query = select(state, func.count()).group_by(state)
        with reading(self._engine) as connection:
            found = {State(name): count for name, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in State}

    def oldest_waiting(self) -> datetime | None:
        """Tell since when the oldest one waits for the worker; None: none does."""
        columns = deliveries.c
        query = (
            select(columns.queued_at)
            .where(columns.state.in_(_WAITING), columns.channel == str(Channel.SMTP))
            .order_by(columns.queued_at)
            .limit(1)
        )
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(query)
        return found

    def count(self) -> int:
        """Count the notices."""
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(notices)
            return connection.scalar(query) or 0

    def with_notices(self, case_ids: Collection[str]) -> frozenset[str]:
        """Give those of these cases that a notice was made of."""
        query = select(notices.c.case_id).where(notices.c.case_id.in_(case_ids))
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query))

    def judgments(self, numbers: Collection[str]) -> dict[str, str]:
        """Give the frozen judgments of these notices as JSON; none of others."""
        found: dict[str, str] = {}
        with reading(self._engine) as connection:
            for part in parts(sorted(filter(None, numbers))):
                query = select(notices.c.number, notices.c.judgment)
                rows = connection.execute(query.where(notices.c.number.in_(part)))
                found |= {row.number: row.judgment for row in rows}
        return found

    def newest_signed(self) -> tuple[str, str] | None:
        """Number and SHA-256 of the certificate of the mail that was signed last."""
        columns, mail = notices.c, artifacts.c
        query = (
            select(columns.number, columns.signer_certificate_sha256)
            .join(artifacts, mail.number == columns.number)
            .where(mail.name == MESSAGE, columns.signer_certificate_sha256 != "")
            .order_by(columns.created_at.desc(), columns.number.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return (row.number, row.signer_certificate_sha256) if row else None

    def knows(self, message_id: str, numbers: Collection[str]) -> bool:
        """Tell whether a mail is on record here, by its id or as a lost number."""
        with reading(self._engine) as connection:
            return lost_numbers.is_known(connection, message_id, numbers)

    def peek_number(self, wanted: Numbering) -> str:
        """Tell which number `reserve_number` would give now; nothing is reserved."""
        with reading(self._engine) as connection:
            return numbering.peek(connection, wanted)

    def voided_numbers(self) -> tuple[VoidNumber, ...]:
        """List the numbers that are void for ever, the oldest first."""
        with reading(self._engine) as connection:
            return numbering.voided(connection)

    def newest_serial(self, year: int, *, series: str = "") -> int:
        """Give the last serial that was given in a year, 0 if none was."""
        with reading(self._engine) as connection:
            return numbering.newest_serial(connection, series, year)

    def lost(self, case_id: str, rung: str) -> LostNumber | None:
        """Give the last notice of a case that only the archive holds."""
        with reading(self._engine) as connection:
            return lost_numbers.last(connection, case_id, rung)

    def takes(self, loss: LostNumber) -> bool:
        """Tell whether a lost notice's number or serial is another one's here."""
        with reading(self._engine) as connection:
            return lost_numbers.is_taken(connection, loss)

    def followers(self, case_id: str) -> tuple[Follower, ...]:
        """Give the notices of a case that follow another, the oldest first."""
        with reading(self._engine) as connection:
            return following.followers(connection, case_id)

    def taken_back_by(self, number: str) -> str:
        """Give the number of the withdrawal of a notice; empty: there is none."""
        with reading(self._engine) as connection:
            return following.taken_back_by(connection, number)

    def dismissed(self) -> frozenset[str]:
        """Give the SHA-256 of the signed parts that `reconcile` has dealt with."""
        with reading(self._engine) as connection:
            return checkpoints.dismissed(connection)

    def signers(self) -> frozenset[str]:
        """Give the SHA-256 of every certificate that notices here were signed with."""
        query = select(notices.c.signer_certificate_sha256).distinct()
        with reading(self._engine) as connection:
            return frozenset(filter(None, connection.scalars(query)))
