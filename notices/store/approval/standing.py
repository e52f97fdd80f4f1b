"""How a draft stands before the door: all that the door asks for, in one statement.

A door is asked at each step of each notice, and each statement costs more than what it
brings.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
)

from notices.store.approval.policies import NEWEST_FACTS
from notices.store.approval.recorded import (
    NEWEST_ENTRY,
    NUMBER,
    TIMES_TOLD,
    WAITING_FACTS,
)
from notices.store.approval.registered import DO_PEOPLE_WAIT, leaves_of_people
from notices.store.database.approval_tables import approvals
from notices.store.database.draft_tables import drafts
from notices.store.database.schema import artifacts, events, notices

_NEWEST_DECISION = (
    select(func.max(approvals.c.ordinal))
    .where(approvals.c.number == NUMBER)
    .scalar_subquery()
)
_IS_KNOWN = (
    select(approvals.c.sha256)
    .where(approvals.c.sha256 == bindparam("of_sha256"))
    .exists()
    .label("is_known")
)


def _stored_hashes(engine: str) -> Label[Any]:
    """Name to SHA-256 of each stored document, as JSON."""
    name, sha256 = artifacts.c.name, artifacts.c.sha256
    as_json: ColumnElement[Any] = (
        func.json_group_object(name, sha256)
        if engine == "sqlite"
        else cast(func.json_object_agg(name, sha256), Text)
    )
    of_number = select(as_json).where(artifacts.c.number == NUMBER)
    return of_number.scalar_subquery().label("stored_hashes")


def _statement(engine: str) -> Select[Any]:
    return (
        select(
            drafts.c.number,
            drafts.c.draft,
            drafts.c.sha256,
            drafts.c.grounds,
            drafts.c.drafted_at,
            notices.c.judgment,
            approvals.c.ordinal,
            approvals.c.decision,
            approvals.c.approver,
            approvals.c.statement,
            approvals.c.kind,
            approvals.c.signature,
            approvals.c.written_at,
            approvals.c.sha256.label("statement_sha256"),
            events.c.seq,
            events.c.payload,
            events.c.leaf,
            WAITING_FACTS.label("waiting_facts"),
            TIMES_TOLD.label("times_told"),
            DO_PEOPLE_WAIT.label("do_people_wait"),
            NEWEST_FACTS.label("policy_facts"),
            leaves_of_people(engine).label("people_leaves"),
            _stored_hashes(engine),
            _IS_KNOWN,
        )
        .join(notices, notices.c.number == drafts.c.number)
        .outerjoin(
            approvals,
            and_(
                approvals.c.number == drafts.c.number,
                approvals.c.ordinal == _NEWEST_DECISION,
            ),
        )
        .outerjoin(events, events.c.seq == NEWEST_ENTRY)
        .where(drafts.c.number == NUMBER)
    )


# built once: building a statement costs more than running it
_STANDING = {engine: _statement(engine) for engine in ("sqlite", "postgresql")}


def standing_of(
    connection: Connection, number: str, *, statement_sha256: str = ""
) -> Row[Any] | None:
    """The draft of a notice, its judgment, the newest decision and its entry.

    With it the policy on record, who is enrolled by the hashes of his leaves, and the
    hashes of what is stored. `ordinal` and all of the decision are None where nobody
    has decided. None: the notice did not begin as a draft.
    statement_sha256: `is_known` tells whether that decision is on record.
    """
    query = _STANDING[connection.dialect.name]
    asked = {"number": number, "of_sha256": statement_sha256}
    return connection.execute(query, asked).one_or_none()
