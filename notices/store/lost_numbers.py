"""Notices that were sent and are not in this database, because it was restored.

Their numbers are used up: they stand in `numbers` under a kind of their own, so that
no other notice gets them, and their cases are not asked a second time by mistake.
A test uses up a number of the tests, and stands in nobody's way.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, insert, or_, select

from notices.errors import RefusedError
from notices.messages import Text
from notices.store.database.schema import deliveries, numbers
from notices.store.model import CaseKey

LOST = "lost"
"""The kind of a number whose notice only the archive holds."""
LOST_TEST = "lost test"
"""The same of a test."""
_TESTS = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostNumber:
    """A number that was given, and whose notice is not here."""

    number: str
    """As printed; of a number that nobody has seen, what tells its place."""
    year: int
    """Of the letter."""
    serial: int
    """Of the year."""
    case_id: str = ""
    """Empty: not known."""
    rung: str = ""
    """Empty: not known."""
    ordinal: int = 1
    """1 for the first notice to that rung."""
    series: str = ""
    """Of the numbering."""
    is_test: bool = False
    """Made in test mode: nothing was asked of anybody."""


def reserve(
    connection: Connection, lost: Iterable[LostNumber], *, now: datetime
) -> None:
    """Use up the numbers."""
    for lost_number in lost:
        # tests of one case may be many, and all of them its first one
        known = "" if lost_number.is_test else lost_number.case_id
        connection.execute(
            insert(numbers).values(
                number=lost_number.number,
                series=lost_number.series,
                year=lost_number.year,
                serial=lost_number.serial,
                case_id=known or lost_number.number,
                rung=lost_number.rung,
                kind=LOST_TEST if lost_number.is_test else LOST,
                ordinal=lost_number.ordinal,
                reserved_at=now,
            )
        )


def is_known(connection: Connection, message_id: str, printed: Collection[str]) -> bool:
    """Tell whether a mail is one of a delivery here, or of a number used up."""
    sent = select(deliveries.c.number).where(deliveries.c.message_id == message_id)
    lost = select(numbers.c.number).where(
        numbers.c.kind.in_((LOST, LOST_TEST)), numbers.c.number.in_(printed)
    )
    return any(connection.execute(query).first() for query in (sent, lost))


def is_taken(connection: Connection, loss: LostNumber) -> bool:
    """Tell whether another notice has its number, or its place in the year."""
    place = (numbers.c.series, loss.series), (numbers.c.year, loss.year)
    serial = numbers.c.serial == loss.serial
    at_its_place = and_(serial, *(column == value for column, value in place))
    query = select(numbers.c.number).where(
        or_(numbers.c.number == loss.number, at_its_place)
    )
    return connection.execute(query).first() is not None


def last(connection: Connection, case_id: str, rung: str) -> LostNumber | None:
    """Give the last lost notice of a case to a rung."""
    row = connection.execute(
        select(numbers)
        .where(
            numbers.c.case_id == case_id,
            numbers.c.rung == rung,
            numbers.c.kind == LOST,
        )
        .order_by(numbers.c.ordinal.desc())
    ).first()
    if row is None:
        return None
    return LostNumber(
        number=row.number,
        year=row.year,
        serial=row.serial,
        case_id=row.case_id,
        rung=row.rung,
        ordinal=row.ordinal,
        series=row.series,
    )


def refuse(connection: Connection, key: CaseKey) -> None:
    """Refuse to ask again what was asked before the database was restored."""
    if key.kind == _TESTS:
        return
    earlier = last(connection, key.case_id, key.rung)
    if earlier is not None and key.ordinal <= earlier.ordinal:
        raise RefusedError(
            Text(
                "{case_id} was asked as {number} before the database was "
                "restored; that mail is in the archive mailbox",
                case_id=key.case_id,
                number=earlier.number,
            ),
            hint='to ask once more: notices send --again "REASON"',
        )
