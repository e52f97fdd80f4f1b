"""整理番号: given once, in order, and never to two letters.

A number that waits because its notice could not be made is given again for the same
case, form, year and test mark only, and only while nothing was signed under it. Any
other is void for ever, on record with its reason; the case gets a new one.

A row of `numbers` never changes. The second number of a case, rung and ordinal stands
under the kind `notice/2`, the third under `notice/3`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select

from notices.errors import InputError, NoticesError, RefusedError
from notices.ledger import PROGRAM, Counted, EventKind, FactValue
from notices.messages import Text
from notices.store import lost_numbers
from notices.store.database.postgres import NUMBERS, lock
from notices.store.database.schema import notices, numbers
from notices.store.ledger import events
from notices.store.ledger.telling import of_kind
from notices.store.model import CaseKey

# built once: building a statement costs more than running it
_NUMBER_OF = select(notices.c.number).where(
    notices.c.case_id == bindparam("case_id"),
    notices.c.rung == bindparam("rung"),
    notices.c.kind == bindparam("kind"),
    notices.c.ordinal == bindparam("ordinal"),
)
_GIVEN = (
    select(numbers)
    .where(
        numbers.c.case_id == bindparam("case_id"),
        numbers.c.rung == bindparam("rung"),
        numbers.c.ordinal == bindparam("ordinal"),
    )
    .order_by(numbers.c.reserved_at, numbers.c.serial)
)
_SERIAL_OF = select(numbers.c.serial).where(numbers.c.number == bindparam("number"))
_HELD = _SERIAL_OF.with_for_update()
_INSERT = insert(numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """Which number a notice may have."""

    key: CaseKey
    """Case, rung, kind, ordinal; the kind tells tests apart."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    year: int
    """Of the letter."""
    make_number: Callable[[int], str]
    """Serial (1, 2, ...) to the number as printed."""
    series: str = ""
    """Numbers are gapless within a series and year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidNumber:
    """A number that was given, and that no notice will ever have."""

    number: str
    """As it would have been printed."""
    case_id: str
    """For which case it was given."""
    reason: str
    """Why."""
    at: datetime
    """Since when."""


def peek(connection: Connection, wanted: Numbering) -> str:
    """Tell which number `reserve` would give now; nothing is reserved."""
    waiting = _waiting(connection, wanted.key)
    if waiting is not None and not _misfit(connection, waiting, wanted):
        given: str = waiting.number
        return given
    serial = newest_serial(connection, wanted.series, wanted.year) + 1
    return wanted.make_number(serial)


def reserve(
    connection: Connection, wanted: Numbering, *, now: datetime, by: str = PROGRAM
) -> str:
    """Give the number that waits for this notice, or the next one of the year."""
    key = wanted.key
    lock(connection, NUMBERS)  # gapless: one after the other, to the commit
    _refuse_used(connection, key)
    lost_numbers.refuse(connection, key)
    earlier = _given(connection, key)
    if (waiting := _first_open(connection, earlier)) is not None:
        given: str = waiting.number
        misfit = _misfit(connection, waiting, wanted)
        if not misfit:
            return given
        hold(connection, given)
        _refuse_used(connection, key)  # whoever held it may have used it
        void(connection, given, reason=misfit, now=now, by=by)
    return _next(connection, wanted, len(earlier), now, by)


def hold(connection: Connection, number: str) -> None:
    """Wait until nobody else uses or voids a number, and keep it to the commit.

    On SQLite nothing: there the write lock is held from the beginning.
    """
    connection.execute(_HELD, {"number": number})


def _refuse_used(connection: Connection, key: CaseKey) -> None:
    if used := number_of(connection, key):
        raise RefusedError(
            Text("{key} is prepared already, as {used}", key=key, used=used)
        )


def void(
    connection: Connection,
    number: str,
    *,
    reason: str,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Take a number out of use for ever; NoticesError if a notice has it."""
    hold(connection, number)
    has_notice = select(notices.c.number).where(notices.c.number == number)
    if connection.execute(has_notice).first():
        raise NoticesError(Text("{number} has a notice", number=number))
    if _is_void(connection, number):
        return
    row = connection.execute(select(numbers).where(numbers.c.number == number)).one()
    facts: dict[str, FactValue] = {
        "rung": row.rung,
        "kind": row.kind.partition("/")[0],
        "ordinal": row.ordinal,
        "reason": reason,
    }
    events.append(
        connection,
        EventKind.VOIDED,
        number,
        facts,
        now=now,
        by=by,
        case_id=row.case_id,
    )


def voided(connection: Connection) -> tuple[VoidNumber, ...]:
    """List the numbers that are void, in the order in which they became so."""
    return tuple(
        VoidNumber(
            number=number, case_id=facts["case_id"], reason=facts["reason"], at=at
        )
        for number, facts, at in of_kind(connection, EventKind.VOIDED)
    )


def newest_serial(connection: Connection, series: str, year: int) -> int:
    """Give the last serial of a year, 0 if none was given."""
    return newest_serials(connection, [(series, year)]).get((series, year), 0)


def newest_serials(
    connection: Connection, wanted: Iterable[Counted]
) -> dict[Counted, int]:
    """Give the last serial of each series and year that has one, in one question."""
    asked = sorted(wanted)
    if not asked:
        return {}
    values = {
        f"{name}{at}": value
        for at, counted in enumerate(asked)
        for name, value in zip(("series", "year"), counted, strict=True)
    }
    newest = connection.execute(_newest_of(len(asked)), values).one()
    return {each: last for each, last in zip(asked, newest, strict=True) if last}


@lru_cache(maxsize=16)
def _newest_of(count: int) -> Select[Any]:
    """A column for each: an index's end. Building it costs more than running it."""
    newest = select(func.max(numbers.c.serial))
    series, year = numbers.c.series, numbers.c.year
    return select(
        *(
            newest.where(series == bindparam(f"series{at}"))
            .where(year == bindparam(f"year{at}"))
            .scalar_subquery()
            for at in range(count)
        )
    )


def number_of(connection: Connection, key: CaseKey) -> str | None:
    """Give the number of the notice that has a key; None: there is no such notice."""
    number: str | None = connection.scalar(_NUMBER_OF, key_columns(key))
    return number


def is_reserved(connection: Connection, number: str, key: CaseKey) -> bool:
    """Tell whether a number waits for the notice with this key."""
    waiting = _waiting(connection, key)
    return waiting is not None and waiting.number == number


def key_facts(key: CaseKey) -> dict[str, FactValue]:
    """Tell a key as facts of an event, which names the case besides."""
    return {"rung": key.rung, "kind": key.kind, "ordinal": key.ordinal}


def key_columns(key: CaseKey) -> dict[str, FactValue]:
    """Tell a key as columns."""
    return {"case_id": key.case_id, **key_facts(key)}


def _next(
    connection: Connection, wanted: Numbering, before: int, now: datetime, by: str
) -> str:
    """Reserve the next number of the year. before: how many the key had."""
    serial = newest_serial(connection, wanted.series, wanted.year) + 1
    number = wanted.make_number(serial)
    _must_be_new(connection, number, serial)
    facts: dict[str, FactValue] = {
        **key_facts(wanted.key),
        "series": wanted.series,
        "year": wanted.year,
        "serial": serial,
    }
    kind = f"{wanted.key.kind}/{before + 1}" if before else wanted.key.kind
    case_id = wanted.key.case_id
    values = {**facts, "kind": kind, "number": number, "reserved_at": now}
    connection.execute(_INSERT, {**values, "case_id": case_id})
    facts["form"] = wanted.form
    events.append(
        connection,
        EventKind.NUMBERED,
        number,
        facts,
        now=now,
        by=by,
        case_id=case_id,
    )
    return number


def _given(connection: Connection, key: CaseKey) -> list[Row[Any]]:
    """Every number that was given for a key, the oldest first."""
    return [
        row
        for row in connection.execute(_GIVEN, key_columns(key))
        if f"{row.kind}/".startswith(f"{key.kind}/")
    ]


def _waiting(connection: Connection, key: CaseKey) -> Row[Any] | None:
    """The number that was given for a key and is neither used nor void."""
    return _first_open(connection, _given(connection, key))


def _first_open(connection: Connection, given: Iterable[Row[Any]]) -> Row[Any] | None:
    return next((row for row in given if not _is_void(connection, row.number)), None)


def _is_void(connection: Connection, number: str) -> bool:
    """Asked of one number at a time: events have an index by number."""
    return any(of_kind(connection, EventKind.VOIDED, number))


def _misfit(connection: Connection, waiting: Row[Any], wanted: Numbering) -> str:
    """Why a number that waits must not stand on this letter; empty: it may."""
    if waiting.year != wanted.year or waiting.series != wanted.series:
        return Text(
            "it is a number of {year}, and the letter is of {year2}",
            year=waiting.year,
            year2=wanted.year,
        )
    form = next(
        (
            facts.get("form", "")
            for _, facts, _ in of_kind(connection, EventKind.NUMBERED, waiting.number)
        ),
        "",
    )
    if form and form != wanted.form:
        return Text(
            "it is a number for {form}, and the letter is {form2}",
            form=form,
            form2=wanted.form,
        )
    # numbers of earlier versions do not tell their form; most patterns do
    if wanted.make_number(waiting.serial) != waiting.number:
        return "numbers are written otherwise now"
    return ""


def _must_be_new(connection: Connection, number: str, serial: int) -> None:
    """A pattern without the year, say, would come round to the same numbers."""
    if connection.scalar(_SERIAL_OF, {"number": number}) is not None:
        raise InputError(
            Text(
                "the pattern makes number {number} twice (now for serial {serial})",
                number=number,
                serial=serial,
            ),
            hint="the [numbering] pattern needs the year and the serial",
        )
