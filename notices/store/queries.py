"""What waits and how much of everything there is, for the worker and its figures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from notices.delivery import State
from notices.rules import Channel
from notices.store.database.engine import reading
from notices.store.database.schema import deliveries, notices

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
    """Looks over all deliveries at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
        query = (
            select(columns.number, columns.forward_path, notices.c.case_id)
            .join(notices, notices.c.number == columns.number)
            .where(columns.state.in_(_WAITING), columns.channel == str(Channel.SMTP))
        )
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
