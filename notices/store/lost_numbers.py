"""Notices that were sent and are not in this database, because it was restored.

Their numbers are used up: they stand in `numbers` under a kind of their own, so that
no other notice gets them, and their cases are not asked a second time by mistake.
A test uses up a number of the tests, and stands in nobody's way.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
)

from notices.errors import RefusedError
from notices.messages import Text
from notices.store.database.postgres import NUMBERS, lock
from notices.store.database.schema import deliveries, numbers
from notices.store.model import CaseKey

LOST = "lost"
"""The kind of a number whose notice only the archive holds."""
LOST_TEST = "lost test"
"""The same of a test."""
# built once: building a statement costs more than running it
_LAST = (
    select(numbers)
    .where(
        numbers.c.case_id == bindparam("of_case"),
        numbers.c.rung == bindparam("of_rung"),
        numbers.c.kind == LOST,
    )
    .order_by(numbers.c.ordinal.desc())
    .limit(1)
)


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
) -> tuple[LostNumber, ...]:
    """Use up the numbers; gives them as they were kept.

    What two sides gave twice is kept beside what is here: with another name, place or
    ordinal, so that no hold is stuck on it. Of a number that nobody has seen only the
    place is kept, so nothing where another one has it.
    """
    lock(connection, NUMBERS)
    kept = []
    for loss in lost:
        fitted = _fitted(connection, loss)
        if fitted is None:
            continue
        # tests of one case may be many, and all of them its first one
        known = "" if fitted.is_test else fitted.case_id
        connection.execute(
            insert(numbers).values(
                number=fitted.number,
                series=fitted.series,
                year=fitted.year,
                serial=fitted.serial,
                case_id=known or fitted.number,
                rung=fitted.rung,
                kind=_kind(fitted),
                ordinal=fitted.ordinal,
                reserved_at=now,
            )
        )
        kept.append(fitted)
    return tuple(kept)


def _kind(loss: LostNumber) -> str:
    return LOST_TEST if loss.is_test else LOST


def _fitted(connection: Connection, loss: LostNumber) -> LostNumber | None:
    """Give it a name, a place and an ordinal that are free; None: it is needless."""
    serial = loss.serial
    at_place = and_(
        numbers.c.series == loss.series,
        numbers.c.year == loss.year,
        numbers.c.serial == serial,
    )
    if _has(connection, at_place):
        if not loss.case_id:
            return None
        serial = _newest(connection, loss) + 1
    number, again = loss.number, 1
    while _has(connection, numbers.c.number == number):
        number, again = (
            f"lost {loss.number} {again}",
            again + 1,
        )
    ordinal = max(loss.ordinal, _newest_ordinal(connection, loss) + 1)
    is_free = not loss.case_id or loss.is_test or not _has_key(connection, loss)
    return replace(
        loss,
        number=number,
        serial=serial,
        ordinal=loss.ordinal if is_free else ordinal,
    )


def _has(connection: Connection, condition: ColumnElement[bool]) -> bool:
    query = select(numbers.c.number).where(condition)
    return connection.execute(query).first() is not None


def _newest(connection: Connection, loss: LostNumber) -> int:
    newest = select(func.max(numbers.c.serial)).where(
        numbers.c.series == loss.series, numbers.c.year == loss.year
    )
    return connection.scalar(newest) or 0


def _of_case(loss: LostNumber) -> ColumnElement[bool]:
    return and_(
        numbers.c.case_id == loss.case_id,
        numbers.c.rung == loss.rung,
        numbers.c.kind == _kind(loss),
    )


def _has_key(connection: Connection, loss: LostNumber) -> bool:
    """Two sides asked the same case: both were its first one."""
    return _has(connection, and_(_of_case(loss), numbers.c.ordinal == loss.ordinal))


def _newest_ordinal(connection: Connection, loss: LostNumber) -> int:
    newest = select(func.max(numbers.c.ordinal)).where(_of_case(loss))
    return connection.scalar(newest) or 0


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
    row = connection.execute(_LAST, {"of_case": case_id, "of_rung": rung}).first()
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


def _printed(number: str) -> str:
    """As it stands on the letter, where another notice here has the number, too."""
    return next(word for word in number.split() if word != LOST)


def refuse(connection: Connection, key: CaseKey) -> None:
    """Refuse to ask again what was asked before the database was restored."""
    if key.is_test:
        return
    earlier = last(connection, key.case_id, key.rung)
    if earlier is not None and key.ordinal <= earlier.ordinal:
        raise RefusedError(
            Text(
                "{case_id} was asked as {number} before the database was "
                "restored; that mail is in the archive mailbox",
                case_id=key.case_id,
                number=_printed(earlier.number),
            ),
            hint='to ask once more: notices send CASE-ID --again "REASON"',
        )
