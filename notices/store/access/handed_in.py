"""What each case system handed in: its cases, its notices, its requests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    union,
)

from notices.errors import InputError
from notices.messages import Text
from notices.store import rows
from notices.store.access.events_of_access import AccessEvent
from notices.store.approval import drafting
from notices.store.casework import doors
from notices.store.casework.recording import lock_cases
from notices.store.database.access_tables import case_owners, request_keys
from notices.store.database.casework_tables import case_facts
from notices.store.database.engine import reading, writing
from notices.store.database.schema import deliveries, events, notices, numbers
from notices.store.ledger.events import UnplacedEvent, append_all
from notices.store.model import StoredNotice

_AT_ONCE = 500
_FEW = 500
"""Cases whose list is shorter than the way through everybody's rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """A key under which something was asked for, and the notice that it led to."""

    owner: str
    """The case system."""
    key: str
    """As it was sent."""
    fingerprint: str
    """SHA-256 of what was asked for."""
    number: str
    """整理番号 of the notice."""
    case_id: str
    """Its case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLeaf:
    """An entry of the ledger in its place."""

    seq: int
    """The place, from 0."""
    payload: bytes
    """The leaf: canonical JSON."""


class StoredHandIns:
    """Whose cases are whose, in one database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(
        self, case_ids: Collection[str], owner: str, *, now: datetime
    ) -> frozenset[str]:
        """Note that a case system hands these cases in; gives those that are not its.

        A case belongs to whoever handed it in first, and for ever; one that is on
        record without an owner belongs to the house.
        """
        with writing(self._engine) as connection:
            lock_cases(connection, case_ids)
            owners = _owners(connection, case_ids)
            taken = _on_record(connection, set(case_ids) - owners.keys())
            new = sorted(set(case_ids) - owners.keys() - taken)
            if new:
                values = [{"case_id": one, "owner": owner, "since": now} for one in new]
                connection.execute(insert(case_owners), values)
        return frozenset(taken | {one for one, who in owners.items() if who != owner})

    def owns(self, case_id: str, owner: str) -> bool:
        """Tell whether a case system handed this case in."""
        return case_id in self.owned([case_id], owner)

    def owned(self, case_ids: Iterable[str], owner: str) -> frozenset[str]:
        """Give those of these cases that a case system handed in."""
        with reading(self._engine) as connection:
            found = _owners(connection, list(case_ids))
        return frozenset(one for one, who in found.items() if who == owner)

    def notice(self, number: str, owner: str) -> StoredNotice:
        """Give a notice of a case system's; InputError if there is none of that number.

        Nobody learns whether it is somebody else's.
        """
        query = rows.STORED.where(
            notices.c.number == number, _is_owned(notices.c.case_id, owner)
        )
        with reading(self._engine) as connection:
            found = rows.stored(connection, query)
        if not found:
            raise InputError(Text("there is no notice {number}", number=number))
        return found[0]

    def notices(
        self,
        owner: str,
        *,
        states: Sequence[str] = (),
        case_id: str = "",
        after: tuple[datetime, str] | None = None,
        limit: int,
    ) -> tuple[StoredNotice, ...]:
        """List the notices of a case system, the oldest first; a page at a time.

        after: when the last one of the page before was prepared, and its number.
        """
        query = rows.STORED
        if states:
            query = query.where(deliveries.c.state.in_(states))
        if case_id:
            query = query.where(notices.c.case_id == case_id)
        if after:
            at, number = after
            query = query.where(
                or_(
                    notices.c.created_at > at,
                    and_(notices.c.created_at == at, notices.c.number > number),
                )
            )
        query = query.order_by(notices.c.created_at, notices.c.number).limit(limit)
        with reading(self._engine) as connection:
            theirs = query.where(_is_theirs(connection, owner))
            return rows.stored(connection, theirs)

    def leaves(
        self, owner: str, *, after: int, below: int, limit: int
    ) -> tuple[PlacedLeaf, ...]:
        """List the entries of the ledger about a case system's cases, in order.

        after: the place behind which it begins; -1: all. below: the size of the tree
        that they are to be proven in.
        """
        query = (
            select(events.c.seq, events.c.payload)
            .where(events.c.seq > after, events.c.seq < below)
            .order_by(events.c.seq)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            theirs = query.where(_is_about_theirs(connection, owner))
            return tuple(
                PlacedLeaf(seq=row.seq, payload=row.payload.encode())
                for row in connection.execute(theirs)
            )

    def leaf_hashes(self, start: int) -> list[bytes]:
        """Give the hashes of the ledger's entries from a place on, in order."""
        query = select(events.c.leaf).where(events.c.seq >= start)
        with reading(self._engine) as connection:
            return list(connection.scalars(query.order_by(events.c.seq)))

    def ask_to_send(self, stored: StoredNotice, *, by: str, now: datetime) -> None:
        """Note that a draft is to be sent, and who said so.

        OnHold while its case lets nothing go out.
        """
        with writing(self._engine) as connection:
            doors.require_open(connection, stored.number)
            drafting.ask_to_send(connection, stored.number, now=now)
            kind, case_id = AccessEvent.SEND_ASKED, stored.key.case_id
            told = UnplacedEvent(kind, stored.number, {}, now, by, case_id)
            append_all(connection, [told])

    def request(self, owner: str, key: str) -> RequestKey | None:
        """Give what a key led to; None: nothing yet."""
        query = select(request_keys).where(
            request_keys.c.owner == owner, request_keys.c.key == key
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return RequestKey(
            owner=row.owner,
            key=row.key,
            fingerprint=row.fingerprint,
            number=row.number,
            case_id=row.case_id,
        )

    def remember(self, key: RequestKey, *, now: datetime) -> None:
        """Keep a key by itself: what it asked for was there before."""
        with writing(self._engine) as connection:
            remember(connection, key, now=now)


def remember(connection: Connection, key: RequestKey, *, now: datetime) -> None:
    """Keep a key, in the transaction of what it asked for.

    RefusedError at the commit's end if the key is used: then nothing was done.
    """
    connection.execute(
        insert(request_keys).values(
            owner=key.owner,
            key=key.key,
            fingerprint=key.fingerprint,
            number=key.number,
            case_id=key.case_id,
            at=now,
        )
    )


def _is_owned(case_id: ColumnElement[str], owner: str) -> ColumnElement[bool]:
    is_here = case_owners.c.case_id == case_id
    return exists().where(is_here, case_owners.c.owner == owner)


def _is_among(case_id: ColumnElement[str], owner: str) -> ColumnElement[bool]:
    cases = select(case_owners.c.case_id).where(case_owners.c.owner == owner)
    return case_id.in_(cases)


def _is_theirs(connection: Connection, owner: str) -> ColumnElement[bool]:
    """Whether a notice is of a case system.

    Of a few cases by the list of them, which finds their rows at once; of many row by
    row, until the page is full.
    """
    asked = _is_among if _has_few(connection, owner) else _is_owned
    return asked(notices.c.case_id, owner)


def _is_about_theirs(connection: Connection, owner: str) -> ColumnElement[bool]:
    """Whether an event is about a case of a case system, or a notice of one."""
    if _has_few(connection, owner):
        of_notices = select(numbers.c.number).where(_is_among(numbers.c.case_id, owner))
        is_of_case = _is_among(events.c.case_id, owner)
        return or_(is_of_case, events.c.number.in_(of_notices))
    has_their_number = exists().where(
        numbers.c.number == events.c.number, _is_owned(numbers.c.case_id, owner)
    )
    return or_(_is_owned(events.c.case_id, owner), has_their_number)


def _has_few(connection: Connection, owner: str) -> bool:
    query = select(case_owners.c.case_id).where(case_owners.c.owner == owner)
    return len(connection.execute(query.limit(_FEW + 1)).all()) <= _FEW


def _owners(connection: Connection, case_ids: Collection[str]) -> dict[str, str]:
    owners: dict[str, str] = {}
    ids = sorted(set(case_ids))
    for start in range(0, len(ids), _AT_ONCE):
        query = select(case_owners.c.case_id, case_owners.c.owner).where(
            case_owners.c.case_id.in_(ids[start : start + _AT_ONCE])
        )
        owners |= {row.case_id: row.owner for row in connection.execute(query)}
    return owners


def _on_record(connection: Connection, case_ids: Collection[str]) -> set[str]:
    """Those of these cases of which anything is known."""
    on_record: set[str] = set()
    ids = sorted(case_ids)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        known = union(
            *(
                select(func.distinct(table.c.case_id)).where(table.c.case_id.in_(part))
                for table in (numbers, case_facts)
            )
        )
        on_record |= set(connection.scalars(known))
    return on_record
