"""Which notice follows which: a reminder, a withdrawal, a correction."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from notices.delivery import State
from notices.errors import RefusedError
from notices.messages import Text
from notices.notice import RequestKind
from notices.store.database.schema import deliveries, events, notices
from notices.store.ledger.events import put_in_order
from notices.store.model import key_kind

FOLLOWING = {
    key_kind(kind, is_test=is_test): (kind, is_test)
    for kind in RequestKind
    for is_test in (False, True)
    if kind is not RequestKind.REQUEST
}
"""Kinds of keys of notices that follow another: which, and whether it is a test."""
_DEAD = tuple(map(str, (State.WITHDRAWN, State.FAILED, State.BOUNCED)))
_PREPARED = "prepared"
# built once: building a statement costs more than running it
_IS_NUMBER = notices.c.number == bindparam("of_number")
_CASE_OF = select(notices.c.case_id).where(_IS_NUMBER)
_NOTICE_OF = select(notices.c.notice).where(_IS_NUMBER)
_FOLLOWERS = (
    select(notices.c.number, notices.c.kind, notices.c.notice, deliveries.c.state)
    .join(deliveries, deliveries.c.number == notices.c.number)
    .where(notices.c.case_id == bindparam("of_case"), notices.c.kind.in_([*FOLLOWING]))
    .order_by(notices.c.created_at, notices.c.number)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A notice that follows another."""

    number: str
    """整理番号."""
    kind: RequestKind
    """What it is to the one before."""
    of: str
    """整理番号 of the one before."""
    state: State
    """Where its delivery stands."""
    is_test: bool = False
    """True: made in test mode, after a test."""


def followers(connection: Connection, case_id: str) -> tuple[Follower, ...]:
    """Give the notices of a case that follow another, the oldest first."""
    found = connection.execute(_FOLLOWERS, {"of_case": case_id})
    return tuple(_follower(row) for row in found)


def _follower(row: Any) -> Follower:
    kind, is_test = FOLLOWING[row.kind]
    return Follower(
        number=row.number,
        kind=kind,
        of=_followed(row.notice),
        state=State(row.state),
        is_test=is_test,
    )


def taken_back_by(connection: Connection, number: str) -> str:
    """Give the number of the withdrawal of a notice; empty: it was not taken back."""
    case_id = connection.scalar(_CASE_OF, {"of_number": number})
    withdrawals = (
        each.number
        for each in followers(connection, case_id or "")
        if each.of == number
        and each.kind is RequestKind.WITHDRAWAL
        and str(each.state) not in _DEAD
    )
    return next(withdrawals, "")


def require_standing(connection: Connection, number: str) -> None:
    """RefusedError if a notice was taken back by another one."""
    if by := taken_back_by(connection, number):
        raise RefusedError(
            Text("{number} was taken back by {by}", number=number, by=by),
            hint='to ask anew: notices send CASE-ID --again "REASON"',
        )


def followed_by(connection: Connection, number: str) -> str:
    """Give the number of the notice that this one follows; empty: none, or not here."""
    return _followed(connection.scalar(_NOTICE_OF, {"of_number": number}) or "")


def _followed(notice: str) -> str:
    follows: dict[str, str] = json.loads(notice or "{}").get("follows", {})
    return follows.get("number", "")


def prepared_place(connection: Connection, number: str) -> tuple[int, str]:
    """Place and leaf hash of the event with which a notice was made."""
    while put_in_order(connection):
        pass
    row = connection.execute(
        select(events.c.seq, events.c.leaf)
        .where(events.c.number == number, events.c.kind == _PREPARED)
        .order_by(events.c.seq)
    ).first()
    if row is None:
        raise RefusedError(
            Text("{number} has no entry in the ledger", number=number),
            hint="`notices ledger verify` tells what is missing",
        )
    return int(row.seq), bytes(row.leaf).hex()
