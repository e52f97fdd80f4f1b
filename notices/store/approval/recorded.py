"""What the ledger has of decisions: a row beside it that it does not know is nobody's.

Whoever has the database can write a row of approvals; `approve` alone writes both.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, literal, select

from notices.approval import NotOnRecord
from notices.errors import EvidenceBroken
from notices.ledger import EventKind, RecordedEvent, leaf_hash, read_entry
from notices.messages import Text
from notices.store.database.approval_tables import approvals
from notices.store.database.readable import stored_object
from notices.store.database.schema import events, unordered

_DECISIONS = (str(EventKind.APPROVED), str(EventKind.REJECTED))
NUMBER: BindParameter[str] = bindparam("number")
NEWEST_ENTRY = (
    select(events.c.seq)
    .where(events.c.kind.in_(_DECISIONS), events.c.number == NUMBER)
    .order_by(events.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
"""The place of the newest decision about a notice."""
# what waits for its place came after all that has one
WAITING_FACTS = (
    select(unordered.c.facts)
    .where(unordered.c.kind.in_(_DECISIONS), unordered.c.number == NUMBER)
    .order_by(unordered.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
"""Facts of a decision that has no place yet; null: there is none."""

_NAMES_IT = literal("%").concat(approvals.c.sha256).concat("%")
TIMES_TOLD = (
    select(func.count())
    .where(
        events.c.kind.in_(_DECISIONS),
        events.c.number == NUMBER,
        events.c.payload.like(_NAMES_IT),
    )
    .correlate(approvals)
    .scalar_subquery()
) + (
    select(func.count())
    .where(
        unordered.c.kind.in_(_DECISIONS),
        unordered.c.number == NUMBER,
        unordered.c.facts.like(_NAMES_IT),
    )
    .correlate(approvals)
    .scalar_subquery()
)
"""How often the ledger tells of a row of approvals."""


def require_on_record(row: Row[Any], sha256: str) -> None:
    """NotOnRecord unless the newest decision of the ledger is this statement.

    A decision counts once: one that is told twice was brought back after another one.
    row: with the notice's `number`, `waiting_facts`, `times_told`, and `seq`, `payload`
    and `leaf` of the newest entry.
    """
    if _newest(row) != sha256 or row.times_told != 1:
        raise NotOnRecord(
            Text(
                "the ledger knows nothing of this approval of {number}",
                number=row.number,
            ),
            hint="somebody wrote it into the database: keep that for inquiry, and "
            "approve anew: notices approve CASE-ID --as PERSON",
        )


def _newest(row: Row[Any]) -> str | None:
    """Hash of the statement that was taken last; None: there is none."""
    if row.waiting_facts is not None:
        waiting = stored_object(row.waiting_facts, "unordered.facts")
        return str(waiting.get("statement_sha256"))
    if row.seq is None:
        return None
    octets = row.payload.encode()
    if leaf_hash(octets) != bytes(row.leaf):
        raise EvidenceBroken(
            Text("entry {seq} of the ledger does not have its hash", seq=row.seq)
        )
    return str(_entry(octets).facts.get("statement_sha256"))


@lru_cache(maxsize=512)
def _entry(octets: bytes) -> RecordedEvent:
    """The same octets say the same: at the door they are read again and again."""
    return read_entry(octets)
