"""The ledger in the database: leaves, proofs' hashes and issued checkpoints.

Before anybody reads it, the events that wait for it get their places.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine

from notices.ledger import FactValue, Hash
from notices.store.database.engine import reading, writing
from notices.store.ledger import checkpoints, events, missing, telling
from notices.store.ledger.checkpoints import Entry, Issued
from notices.store.ledger.placing import Lying


class StoredLedger:
    """The log of all events of one database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def events(self, number: str | None = None) -> tuple[bytes, ...]:
        """Give the ledger's leaves of a notice, or all: canonical JSON, in order."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.payloads(connection, number)

    def at(self, places: Sequence[int]) -> tuple[bytes, ...]:
        """Give the leaves at these places, in order."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.payloads_at(connection, places)

    def told(self, number: str) -> list[dict[str, FactValue]]:
        """Give the events of a notice as flat objects, free texts included."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.told(connection, number)

    def beside(self, number: str) -> dict[int, dict[str, Lying]]:
        """Give what opens the commitments of a notice's events: place, then name."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.besides(connection, number)

    def leaves(self) -> list[Hash]:
        """Give the ledger's leaf hashes, for proofs."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.leaves(connection)

    def entries(self) -> Iterator[Entry]:
        """Give the ledger's rows in order as they stand, for a full check."""
        self.put_in_order()
        with reading(self._engine) as connection:
            yield from checkpoints.entries(connection)

    def missing_texts(self) -> tuple[tuple[int, str], ...]:
        """Place and name of what should lie beside, and was not disposed of."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return tuple(missing.missing_texts(connection))

    def issued(self) -> tuple[Issued, ...]:
        """Give the checkpoints that left the house, the smallest first."""
        with reading(self._engine) as connection:
            return checkpoints.listed(connection)

    def newest_issued(self) -> Issued | None:
        """Give the largest checkpoint that left the house, None if none did."""
        with reading(self._engine) as connection:
            return checkpoints.newest(connection)

    def has_issued(self, size: int, top: Hash) -> bool:
        """Tell whether a checkpoint was issued from here."""
        with reading(self._engine) as connection:
            return checkpoints.is_issued(connection, size, top)

    def first_at(self) -> datetime | None:
        """Tell when the first entry was written, None if there is none."""
        with reading(self._engine) as connection:
            return checkpoints.first_at(connection)

    def has_checkpoint(self, size: int, top: Hash) -> bool:
        """Tell whether a checkpoint was issued from here, or lived with."""
        with reading(self._engine) as connection:
            return checkpoints.is_known(connection, size, top)

    def size(self) -> int:
        """Count the entries of the ledger."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.size(connection)

    def issue(self, checkpoint: Issued) -> None:
        """Record a checkpoint before it leaves; RefusedError for a second one."""
        with writing(self._engine) as connection:
            checkpoints.add(connection, checkpoint)

    def put_in_order(self) -> None:
        """Give the events that wait for it their places in the ledger."""
        with reading(self._engine) as connection:
            more = events.any_waiting(connection)
        while more:
            with writing(self._engine) as connection:
                more = events.put_in_order(connection)
