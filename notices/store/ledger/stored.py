"""The ledger in the database: leaves, proofs' hashes and issued checkpoints.

Before anybody reads it, the events that wait for it get their places.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine

from notices.errors import StoreUnavailable
from notices.ledger import (
    Cosignature,
    EventKind,
    FactValue,
    Hash,
    RecordedEvent,
    VerifierKey,
)
from notices.ledger.tiles import TiledTree, TileName
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import LEDGER, lock
from notices.store.ledger import (
    checkpoints,
    events,
    missing,
    placing,
    subtrees,
    telling,
    witnessed,
)
from notices.store.ledger.checkpoints import Entry, Issued
from notices.store.ledger.events import LedgerHead
from notices.store.ledger.placing import Lying
from notices.store.ledger.witnessed import Fork

_NEWEST = 100
"""Cosigned checkpoints that are looked through."""


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

    def recoveries(self) -> tuple[int, ...]:
        """Give the places at which somebody became administrator without another."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.places_of(connection, EventKind.PEOPLE_RECOVERED)

    def told(self, number: str) -> list[dict[str, FactValue]]:
        """Give the events of a notice as flat objects, free texts included."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.told(connection, number)

    def of_case(
        self, case_id: str, numbers: Collection[str]
    ) -> tuple[RecordedEvent, ...]:
        """Give the entries of a case and of its notices, in order."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.of_case(connection, case_id, numbers)

    def disposals_of(self, case_id: str) -> list[dict[str, FactValue]]:
        """What was told of the disposal of a case, the oldest first; empty: none."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.disposals_of(connection, case_id)

    def beside(self, number: str) -> dict[int, dict[str, Lying]]:
        """Give what opens the commitments of a notice's events: place, then name."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return telling.besides(connection, number)

    def leaves(self) -> list[Hash]:
        """Give the ledger's leaf hashes, all of them."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.leaves(connection)

    def tree(self, size: int | None = None) -> TiledTree:
        """Give the tree as it is now, or was, for proofs; it reads what they need."""
        return TiledTree(self.size() if size is None else size, self._tile)

    def subtrees(self) -> Iterator[tuple[int, int, Hash]]:
        """Give the kept hashes of the tree as level, place, hash, for a full check."""
        with reading(self._engine) as connection:
            yield from subtrees.all_kept(connection)

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

    def sizes_issued(self, *, after: int = 0) -> tuple[int, ...]:
        """Give the sizes of the checkpoints of more entries than `after`."""
        with reading(self._engine) as connection:
            return checkpoints.sizes(connection, after)

    def first_of_version_2(self) -> int | None:
        """Tell the place of the first leaf of version 2, None if there is none."""
        with reading(self._engine) as connection:
            return placing.began_at(connection)

    def first_at(self) -> datetime | None:
        """Tell when the first entry was written, None if there is none."""
        with reading(self._engine) as connection:
            return checkpoints.first_at(connection)

    def has_checkpoint(self, size: int, top: Hash) -> bool:
        """Tell whether a checkpoint was issued from here, or lived with."""
        with reading(self._engine) as connection:
            return checkpoints.is_known(connection, size, top)

    def head(self) -> LedgerHead:
        """Tell where the ledger stands now; its events need no places for that."""
        with reading(self._engine) as connection:
            return events.head(connection)

    def size(self) -> int:
        """Count the entries of the ledger."""
        self.put_in_order()
        with reading(self._engine) as connection:
            return events.size(connection)

    def issue(self, checkpoint: Issued) -> Issued:
        """Record a checkpoint before it leaves; gives what is issued of that size.

        That is another process's where it was quicker with the same tree. RefusedError
        if another root of that size was issued.
        """
        with writing(self._engine) as connection:
            lock(connection, LEDGER)
            there = checkpoints.at_size(connection, checkpoint.size)
            if there and there.root == checkpoint.root:
                return there
            checkpoints.add(connection, checkpoint)
        return checkpoint

    def add_stamp(self, size: int, time_stamp: bytes, *, now: datetime) -> None:
        """Keep the time stamp of a checkpoint that was issued without one."""
        with writing(self._engine) as connection:
            lock(connection, LEDGER)
            checkpoints.add_stamp(connection, size, time_stamp, now=now)

    def issued_at_size(self, size: int) -> Issued | None:
        """Give the checkpoint of so many entries, None if none left the house."""
        with reading(self._engine) as connection:
            return checkpoints.at_size(connection, size)

    def add_cosignatures(self, size: int, made: Sequence[Cosignature]) -> None:
        """Keep what witnesses said of the checkpoint of so many entries."""
        with writing(self._engine) as connection:
            lock(connection, LEDGER)
            witnessed.add(connection, size, made)

    def cosigned_by(self, witness: VerifierKey) -> int:
        """Tell the largest size that a witness cosigned, as far as it is here."""
        with reading(self._engine) as connection:
            return witnessed.newest_of(connection, str(witness))

    def cosigned(
        self, witnesses: Collection[VerifierKey], quorum: int
    ) -> tuple[Issued, ...]:
        """Give the checkpoints that so many of these cosigned, the newest first."""
        names = [str(each) for each in witnesses]
        with reading(self._engine) as connection:
            sizes = witnessed.sizes_cosigned(connection, names, max(quorum, 1))
            found = [checkpoints.at_size(connection, size) for size in sizes[:_NEWEST]]
        return tuple(each for each in found if each)

    def add_fork(self, fork: Fork, identity: str) -> None:
        """Write down that a witness has seen another history; the site is on hold."""
        with writing(self._engine) as connection:
            lock(connection, LEDGER)
            witnessed.add_fork(connection, fork, identity)

    def forks(self) -> tuple[Fork, ...]:
        """Give all refusals by witnesses that have seen another history."""
        with reading(self._engine) as connection:
            return witnessed.all_forks(connection)

    def put_in_order(self) -> None:
        """Give the events that wait for it their places in the ledger."""
        with reading(self._engine) as connection:
            more, size = events.waiting_and_size(connection)
            lacks = subtrees.lacks(connection, size)
        while more:
            with writing(self._engine) as connection:
                more = events.put_in_order(connection)
        if lacks:
            # an older version wrote none; where nothing can be written, they are
            # computed each time
            with suppress(StoreUnavailable):
                self._grow()

    def _grow(self) -> None:
        more = True
        while more:
            with writing(self._engine) as connection:
                lock(connection, LEDGER)
                more = subtrees.grow(connection, events.size(connection))

    def _tile(self, name: TileName) -> list[Hash]:
        with reading(self._engine) as connection:
            return subtrees.read_tile(connection, name)
