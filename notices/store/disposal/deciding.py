"""Who was enrolled when something was disposed of, as the ledger has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from notices.approval import EnrolledPerson
from notices.casework import FactKind
from notices.casework.disposal import DisposalStatement
from notices.ledger import read_entry
from notices.store.approval.registered import register_before, registered
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
    if seq is None:
        register = registered(connection).register
    else:
        register = register_before(connection, seq)
    return {name: each for name, each in register.people.items() if each.holds}
