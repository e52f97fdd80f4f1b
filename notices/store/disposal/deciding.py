"""Who was enrolled when something was disposed of, as the ledger has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from notices.approval import OF_PEOPLE, EnrolledPerson, people_of
from notices.casework import FactKind
from notices.casework.disposal import DisposalStatement
from notices.ledger import read_entry
from notices.ledger.chains import PERSON
from notices.store.database.schema import events as entries

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedThen:
    """What the ledger has of a decision."""

    approvers: tuple[str, ...]
    """Ids of the people who decided, as the event names them."""
    people: Mapping[str, EnrolledPerson]
    """Whose keys held just before, by id."""


def decided_then(
    connection: Connection, statement: DisposalStatement
) -> DecidedThen | None:
    """Find the event of a decision; None: the ledger has none."""
    digest = statement.sha256
    for start in range(0, len(statement.cases), _AT_ONCE):
        part = statement.cases[start : start + _AT_ONCE]
        query = select(entries.c.seq, entries.c.payload).where(
            entries.c.case_id.in_(part), entries.c.kind == str(FactKind.DISPOSED)
        )
        for row in connection.execute(query.order_by(entries.c.seq)):
            facts = read_entry(row.payload.encode()).facts
            if facts.get("statement_sha256") == digest:
                approvers = tuple(str(facts.get("approver") or "").split())
                return DecidedThen(
                    approvers=approvers, people=people_before(connection, row.seq)
                )
    return None


def people_before(
    connection: Connection, seq: int | None = None
) -> dict[str, EnrolledPerson]:
    """Whose keys held before an entry of the ledger, by id; None: who are there now."""
    query = select(entries.c.seq, entries.c.payload).where(
        _is_of_people(connection), entries.c.kind.in_(sorted(OF_PEOPLE))
    )
    # they are few: put in order here, for the database would walk the whole ledger
    rows = sorted((row.seq, row.payload) for row in connection.execute(query))
    people = people_of(
        read_entry(payload.encode())
        for place, payload in rows
        if seq is None or place < seq
    )
    return {name: each for name, each in people.items() if not each.is_revoked}


def _is_of_people(connection: Connection) -> ColumnElement[bool]:
    """By the subject, which has an index: the ledger may be long.

    PostgreSQL compares as its language does, so there a range is none.
    """
    if connection.dialect.name == "sqlite":
        return entries.c.subject.between(f"{PERSON}:", f"{PERSON};")
    return entries.c.subject.startswith(f"{PERSON}:", autoescape=True)
