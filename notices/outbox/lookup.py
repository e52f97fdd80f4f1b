"""What can be looked up in the store; nothing here moves a notice.

Before anybody reads the ledger, the events that wait for it get their places.
"""

import builtins
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Self

from sqlalchemy import Engine, func, select

from notices.delivery import Attempt, State
from notices.errors import InputError
from notices.ledger import Counted, Hash, HighWaterMark, Standing, root
from notices.outbox import checkpoints, identity, intake, journal, losses, rows
from notices.outbox.checkpoints import Entry, Issued
from notices.outbox.database import reading, writing
from notices.outbox.inbox.filing import Reports
from notices.outbox.losses import Loss
from notices.outbox.overview import Overview
from notices.outbox.records import Stored
from notices.outbox.schema import notices as notices_table


class Lookup:
    """An open outbox database, to be read; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def reports(self) -> Reports:
        """The mails that came in as evidence."""
        return Reports(self._engine)

    @property
    def overview(self) -> Overview:
        """All deliveries at once: what waits, and how many there are."""
        return Overview(self._engine)

    @property
    def engine_name(self) -> str:
        """The URL without its password."""
        plain = self._engine.url.set(drivername=self._engine.url.get_backend_name())
        return plain.render_as_string(hide_password=True)

    def get(self, number: str) -> Stored:
        """Give a notice; InputError if there is none of that number."""
        with reading(self._engine) as connection:
            return rows.one(connection, number)

    def find(self, case_id: str) -> tuple[Stored, ...]:
        """Give all notices of a case, the oldest first."""
        query = rows.STORED.where(notices_table.c.case_id == case_id)
        with reading(self._engine) as connection:
            return rows.stored(connection, query.order_by("created_at", "number"))

    def latest(
        self, case_id: str, rung: str | None = None, *, kind: str = "notice"
    ) -> Stored | None:
        """Give the newest notice of a case (to that rung), None if there is none."""
        found = [
            each
            for each in self.find(case_id)
            if each.key.kind == kind and rung in (None, each.key.rung)
        ]
        return found[-1] if found else None

    def list(
        self, states: Collection[State] = (), *, limit: int | None = None
    ) -> tuple[Stored, ...]:
        """Give the notices in these states, or all, the oldest first."""
        with reading(self._engine) as connection:
            return rows.listed(connection, states, limit)

    def due(
        self, now: datetime, *, ignore_backoff: bool = False, limit: int | None = None
    ) -> tuple[str, ...]:
        """Give the numbers to be attempted now, the longest waiting first."""
        with reading(self._engine) as connection:
            return rows.due(connection, now, ignore_backoff=ignore_backoff, limit=limit)

    def attempts(self, number: str) -> tuple[Attempt, ...]:
        """Give the attempts of a notice, the first one first."""
        with reading(self._engine) as connection:
            return rows.attempts_of(connection, number)

    def judgment(self, number: str) -> str:
        """Give the frozen judgment as JSON."""
        return self._text(number, "judgment")

    def notice(self, number: str) -> str:
        """Give the notice as JSON."""
        return self._text(number, "notice")

    def artifact_names(self, number: str) -> tuple[str, ...]:
        """Give the names of what is stored for a notice."""
        with reading(self._engine) as connection:
            return rows.artifact_names(connection, number)

    def artifact(self, number: str, name: str) -> bytes:
        """Give the bytes of an artifact; EvidenceBroken if their hash is wrong."""
        with reading(self._engine) as connection:
            return rows.artifact(connection, number, name)

    def message(self, number: str) -> bytes:
        """Give the bytes that are sent; EvidenceBroken if their hash is wrong."""
        with reading(self._engine) as connection:
            return rows.message(connection, number)

    def events(self, number: str | None = None) -> tuple[bytes, ...]:
        """Give the ledger's leaves of a notice, or all: canonical JSON, in order."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.payloads(connection, number)

    def leaves(self) -> builtins.list[Hash]:
        """Give the ledger's leaf hashes, for proofs."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.leaves(connection)

    def secret(self, number: str) -> bytes:
        """Give the secret behind a notice's commitments in the ledger."""
        return bytes.fromhex(self._text(number, "salt"))

    def entries(self) -> Iterator[Entry]:
        """Give the ledger's rows in order as they stand, for a full check."""
        self._put_in_order()
        with reading(self._engine) as connection:
            yield from checkpoints.entries(connection)

    def issued(self) -> tuple[Issued, ...]:
        """Give the checkpoints that left the house, the smallest first."""
        with reading(self._engine) as connection:
            return checkpoints.listed(connection)

    def root(self) -> tuple[int, Hash]:
        """Give size and root of the ledger, for a checkpoint."""
        leaves = self.leaves()
        return len(leaves), root(leaves)

    def has_checkpoint(self, size: int, top: Hash) -> bool:
        """Tell whether a checkpoint was issued from here, or lived with."""
        with reading(self._engine) as connection:
            return checkpoints.is_known(connection, size, top)

    def size(self) -> int:
        """Count the entries of the ledger."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return journal.size(connection)

    def knows(self, message_id: str, numbers: Collection[str]) -> bool:
        """Tell whether a mail is on record here, by its id or as a lost number."""
        with reading(self._engine) as connection:
            return losses.is_known(connection, message_id, numbers)

    def newest_serial(self, year: int, *, series: str = "") -> int:
        """Give the last serial that was given in a year, 0 if none was."""
        with reading(self._engine) as connection:
            return intake.newest_serial(connection, series, year)

    def standing(
        self, mark: HighWaterMark | None, counted: Collection[Counted]
    ) -> Standing:
        """Tell what is to be held against a mark; see `identity.standing`."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return identity.standing(connection, mark, counted)

    def grown(self, mark: HighWaterMark, shown: Standing) -> HighWaterMark:
        """Give the mark of a database that shows this."""
        with reading(self._engine) as connection:
            further = identity.leaves(connection, mark.size, shown.size)
            name = shown.identity or mark.identity
            return mark.grown(further, shown.serials, identity=name)

    def counted(self) -> builtins.list[Counted]:
        """Give every series and year in which numbers were given."""
        with reading(self._engine) as connection:
            return identity.all_counted(connection)

    def is_at(self, other: Self) -> bool:
        """Tell whether both are the same database, by whatever name."""
        with reading(self._engine) as own, reading(other._engine) as theirs:
            return identity.place_of(own).is_same(identity.place_of(theirs))

    def lost(self, case_id: str, rung: str) -> Loss | None:
        """Give the last notice of a case that only the archive holds."""
        with reading(self._engine) as connection:
            return losses.last(connection, case_id, rung)

    def count(self) -> int:
        """Count the notices."""
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(notices_table)
            return connection.scalar(query) or 0

    def _put_in_order(self) -> None:
        """Give the events that wait for it their places in the ledger."""
        with reading(self._engine) as connection:
            more = journal.any_waiting(connection)
        while more:
            with writing(self._engine) as connection:
                more = journal.put_in_order(connection)

    def _text(self, number: str, column: str) -> str:
        query = select(notices_table.c[column]).where(notices_table.c.number == number)
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        if found is None:
            raise InputError(f"there is no notice {number}")
        return found
