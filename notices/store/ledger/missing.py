"""What should lie beside the ledger and does not (`docs/formats.md`, 4.4).

A row may be missing only where an event `disposed` of its case follows.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from notices.casework import FactKind
from notices.errors import InputError
from notices.ledger import fact_leaf
from notices.store.database.schema import beside, numbers
from notices.store.database.schema import events as entries

_AT_ONCE = 5000
_VERSION_2 = b',"v":2}'


def missing_texts(connection: Connection) -> Iterator[tuple[int, str]]:
    """Give place and name of each commitment whose row is gone without disposal."""
    gone = select(entries.c.case_id, entries.c.seq).where(
        entries.c.kind == str(FactKind.DISPOSED)
    )
    found = connection.execute(gone.order_by(entries.c.seq))
    disposed = {row.case_id: row.seq for row in found}
    case_of = {
        row.number: row.case_id
        for row in connection.execute(select(numbers.c.number, numbers.c.case_id))
    }
    rows = _names(connection)
    place, names = next(rows, (-1, frozenset()))
    query = select(entries.c.seq, entries.c.payload).order_by(entries.c.seq)
    in_parts = query.execution_options(yield_per=_AT_ONCE)
    for seq, payload in connection.execute(in_parts):
        while place != -1 and place < seq:
            place, names = next(rows, (-1, frozenset()))
        octets = payload.encode()
        if not octets.endswith(_VERSION_2):
            continue
        try:
            leaf = fact_leaf(octets)
        except InputError:
            continue  # the full check says so of what is none
        lost = leaf.beside.keys() - (names if place == seq else frozenset())
        case_id = leaf.case_id or case_of.get(leaf.number or "", "")
        if lost and disposed.get(case_id, -1) <= seq:
            yield from ((seq, name) for name in sorted(lost))


def _names(connection: Connection) -> Iterator[tuple[int, frozenset[str]]]:
    """Places with the names that lie beside them, in order."""
    query = select(beside.c.seq, beside.c.name).order_by(beside.c.seq)
    place, names = -1, set[str]()
    for seq, name in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
        if seq != place and names:
            yield place, frozenset(names)
            names = set()
        place = seq
        names.add(name)
    if names:
        yield place, frozenset(names)
