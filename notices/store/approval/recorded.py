"""What the ledger has of decisions: a row beside it that it does not know is nobody's.

Whoever has the database can write a row of approvals; `approve` alone writes both.
"""

import json
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from notices.approval import NotOnRecord
from notices.errors import EvidenceBroken
from notices.ledger import EventKind, RecordedEvent, leaf_hash, read_entry
from notices.messages import Text
from notices.store.database.schema import events, unordered

_DECISIONS = (str(EventKind.APPROVED), str(EventKind.REJECTED))
_NEWEST = (
    select(events.c.seq, events.c.payload, events.c.leaf)
    .where(events.c.kind.in_(_DECISIONS), events.c.number == bindparam("number"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
# what waits for its place came after all that has one
_WAITING = (
    select(unordered.c.facts)
    .where(unordered.c.kind.in_(_DECISIONS), unordered.c.number == bindparam("number"))
    .order_by(unordered.c.id.desc())
    .limit(1)
)


def require_on_record(connection: Connection, number: str, sha256: str) -> None:
    """NotOnRecord unless the newest decision of the ledger is this statement."""
    if _newest(connection, number) != sha256:
        raise NotOnRecord(
            Text(
                "the ledger knows nothing of this approval of {number}", number=number
            ),
            hint="somebody wrote it into the database: keep that for inquiry, and "
            "approve anew: notices approve CASE-ID",
        )


def _newest(connection: Connection, number: str) -> str | None:
    """Hash of the statement that was taken last; None: there is none."""
    waiting = connection.scalar(_WAITING, {"number": number})
    if waiting is not None:
        return str(json.loads(waiting).get("statement_sha256"))
    row = connection.execute(_NEWEST, {"number": number}).one_or_none()
    if row is None:
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
