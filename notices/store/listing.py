"""Lists of notices: what a filter wants, page by page."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, tuple_

from notices.delivery import State
from notices.errors import InputError
from notices.messages import Text
from notices.notice import RequestKind
from notices.store import rows
from notices.store.database.casework_tables import cases
from notices.store.database.schema import deliveries, notices
from notices.store.model import NoticeFilter, StoredNotice, key_kind

_FEW = 500
"""So many numbers stand in one query."""


def listed(connection: Connection, wanted: NoticeFilter) -> tuple[StoredNotice, ...]:
    """Give the notices that a filter wants, the oldest first."""
    query = rows.STORED.order_by(notices.c.created_at, notices.c.number)
    if wanted.states:
        query = query.where(_in_states(connection, wanted.states))
    if wanted.kinds:
        query = query.where(notices.c.kind.in_(_key_kinds(wanted.kinds)))
    if wanted.since:
        query = query.where(notices.c.letter_date >= wanted.since.isoformat())
    if wanted.mailboxes:
        query = query.where(deliveries.c.forward_path.in_(wanted.mailboxes))
    if wanted.category or wanted.due_by:
        query = query.where(notices.c.case_id.in_(_cases(wanted)))
    if wanted.after:
        query = query.where(_after(connection, wanted.after))
    return rows.stored(connection, query.limit(wanted.limit))


def _key_kinds(kinds: Collection[RequestKind]) -> list[str]:
    """Kinds of keys, tests among them."""
    return [key_kind(kind, is_test=test) for kind in kinds for test in (False, True)]


def _cases(wanted: NoticeFilter) -> Select[Any]:
    query = select(cases.c.case_id)
    if wanted.category:
        query = query.where(cases.c.category == wanted.category)
    if wanted.due_by:
        day = wanted.due_by.isoformat()
        query = query.where(cases.c.due_on != "", cases.c.due_on <= day)
    return query


def _in_states(
    connection: Connection, states: Collection[State]
) -> ColumnElement[bool]:
    """By their numbers where they are few: nobody reads a million others for them."""
    names = [str(state) for state in states]
    query = select(deliveries.c.number).where(deliveries.c.state.in_(names))
    numbers = list(connection.scalars(query.limit(_FEW + 1)))
    if len(numbers) <= _FEW:
        return notices.c.number.in_(numbers)
    # not by the index of states, which would sort all of them by their day
    return deliveries.c.state.concat("").in_(names)


def _after(connection: Connection, number: str) -> ColumnElement[bool]:
    """Behind the last notice of the page before."""
    at = connection.scalar(
        select(notices.c.created_at).where(notices.c.number == number)
    )
    if at is None:
        raise InputError(
            Text("there is no notice {number}", number=number),
            hint="--after takes the number of the last one of the page before",
        )
    return tuple_(notices.c.created_at, notices.c.number) > tuple_(
        literal(at, notices.c.created_at.type), literal(number)
    )
