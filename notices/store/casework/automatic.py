"""Facts that the program adds by itself, in the transaction of what they tell.

`requested` when a notice is known to have been sent, `returned` and `answered` from
the inbox. Never for tests, and only for cases whose judgment is on record.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from notices.casework import (
    Answer,
    Answered,
    Fact,
    Requested,
    RequestKind,
    Returned,
    WhyReturned,
)
from notices.judgment import Rung
from notices.store.casework import recording
from notices.store.casework.following import followed_by
from notices.store.casework.reading_facts import facts_of
from notices.store.casework.recording import FactToRecord, Tell
from notices.store.database.casework_tables import cases
from notices.store.database.schema import deliveries, notices

_A_MOMENT = timedelta(microseconds=1)
KINDS = {
    "notice": RequestKind.REQUEST,
    **{kind.value: kind for kind in RequestKind if kind is not RequestKind.REQUEST},
}
"""Kinds of keys to what facts tell; tests are not among them."""
_CAUSES = {
    "unknown_user": WhyReturned.UNKNOWN_USER,
    "blocked": WhyReturned.BLOCKED,
    "policy": WhyReturned.BLOCKED,
}
_CASE_OF = (
    select(notices.c.case_id)
    .join(cases, cases.c.case_id == notices.c.case_id)
    .where(notices.c.number == bindparam("of_number"), notices.c.kind.in_(KINDS))
)


COLUMNS = (
    notices.c.number,
    notices.c.case_id,
    notices.c.rung,
    notices.c.kind,
    notices.c.form,
    notices.c.judgment,
    deliveries.c.channel,
)
"""What `requested` reads of a notice."""
# built once: building a statement costs more than running it
_ASKED = (
    select(*COLUMNS)
    .join(deliveries, deliveries.c.number == notices.c.number)
    .join(cases, cases.c.case_id == notices.c.case_id)
    .where(
        notices.c.number.in_(bindparam("of_numbers", expanding=True)),
        notices.c.kind.in_(KINDS),
    )
)


def add_requested(
    connection: Connection,
    numbers: Sequence[str],
    *,
    now: datetime,
    by: str,
    tell: Tell | None = None,
) -> None:
    """Tell that these notices were sent: `now` is the evidence of it.

    tell: as `recording.write` has it.
    """
    rows = connection.execute(_ASKED, {"of_numbers": [*numbers]}).all()
    facts = [
        Fact(
            case_id=row.case_id,
            at=now,
            by=teller(by),
            details=requested(row),
        )
        for row in rows
    ]
    _add(connection, facts, now=now, by=by, tell=tell)


def requested(row: Any) -> Requested:
    """What a case is told of a notice that was sent. row: as `notices` has it."""
    return Requested(
        number=row.number,
        kind=KINDS[row.kind],
        rung=Rung(row.rung),
        form=row.form,
        provider=_provider(row.judgment, row.rung),
        channel=row.channel,
    )


def returned(number: str, cause: str) -> Returned:
    """What a case is told of a mail that came back. cause: as the report gives it."""
    return Returned(number=number, reason=_CAUSES.get(cause, WhyReturned.OTHER))


def answered(number: str, answer: str) -> Answered:
    """What a case is told of the recipient's word. answer: one of `Answer`."""
    return Answered(number=number, answer=Answer(answer))


def add(
    connection: Connection,
    details: Returned | Answered,
    *,
    now: datetime,
    by: str,
    before: Callable[[], None],
) -> None:
    """Tell a case what came in about its notice.

    before: called before anything is written; what is known already writes nothing.
    """
    case_id = connection.scalar(_CASE_OF, {"of_number": details.number})
    if case_id is not None:
        fact = Fact(case_id=case_id, at=now, by=teller(by), details=details)
        _add(connection, [fact], now=now, by=by, before=before)


def _add(
    connection: Connection,
    facts: Sequence[Fact],
    *,
    now: datetime,
    by: str,
    before: Callable[[], None] = lambda: None,
    tell: Tell | None = None,
) -> None:
    if not facts:
        return
    case_ids = {fact.case_id for fact in facts}
    recording.lock_cases(connection, case_ids)
    known = facts_of(connection, case_ids)
    new = [
        FactToRecord(fact=_before_withdrawal(connection, fact, known))
        for fact in facts
        if _is_new(fact, known) and _fits(fact, known)
    ]
    if new:
        before()
        recording.write(connection, new, known, now=now, by=by, tell=tell)


def _before_withdrawal(
    connection: Connection, fact: Fact, known: Mapping[str, Sequence[Fact]]
) -> Fact:
    """What was in doubt and taken back was asked before that, whenever it is known."""
    if not isinstance(fact.details, Requested):
        return fact
    for earlier in known.get(fact.case_id, ()):
        if (
            isinstance(earlier.details, Requested)
            and earlier.details.kind is RequestKind.WITHDRAWAL
            and followed_by(connection, earlier.details.number) == fact.details.number
        ):
            return replace(fact, at=min(fact.at, earlier.at - _A_MOMENT))
    return fact


def _is_new(fact: Fact, known: Mapping[str, Sequence[Fact]]) -> bool:
    """A notice is sent once, and answers in one way once."""
    return not any(
        earlier.details == fact.details or _sends(earlier) == _sends(fact) != ""
        for earlier in known.get(fact.case_id, ())
    )


def _fits(fact: Fact, known: Mapping[str, Sequence[Fact]]) -> bool:
    """What came back or was answered belongs to what is on record as sent."""
    if isinstance(fact.details, Requested):
        return True
    number = getattr(fact.details, "number", "")
    return any(_sends(earlier) == number for earlier in known.get(fact.case_id, ()))


def _sends(fact: Fact) -> str:
    return fact.details.number if isinstance(fact.details, Requested) else ""


def _provider(judgment: str, rung: str) -> str | None:
    """Key of the directory's entry that the judgment names for the rung."""
    steps = json.loads(judgment).get("ladder", [])
    return next(
        (
            step["recipient"]
            for step in steps
            if step.get("rung") == rung and step.get("recipient")
        ),
        None,
    )


def teller(by: str) -> str:
    """The name alone, without what kind of teller it is."""
    return by.partition(":")[2][:40]
