"""Removes all texts of some cases, in the transaction of the events that say so."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from notices.casework import CaseState, Disposed, Fact, FactKind
from notices.casework.disposal import DisposalStatement
from notices.store.casework import recording
from notices.store.console.stored_bundles import forget_bundles
from notices.store.database.access_tables import request_keys
from notices.store.database.approval_tables import approvals
from notices.store.database.bundle_tables import asked_bundles
from notices.store.database.casework_tables import cases
from notices.store.database.disposal_tables import disposals
from notices.store.database.draft_tables import drafts
from notices.store.database.schema import (
    artifacts,
    attempts,
    beside,
    deliveries,
    notices,
    reports,
)
from notices.store.database.schema import events as entries
from notices.store.disposal.redacting import redact_facts
from notices.store.ledger import events

_DISPOSED = str(FactKind.DISPOSED)
_FILLED = or_(reports.c.content.is_not(None), reports.c.facts != "{}")
_EMPTY_NOTICE = dict.fromkeys(
    ("recipient_name", "again_reason", "rung_reason", "judgment", "notice", "salt"), ""
)
_COUNTED = (
    "notices",
    "artifacts",
    "reports",
    "beside",
    "drafts",
    "approvals",
    "request_keys",
)
_EMPTY_REPORT = {"reason": "", "mailbox": "", "facts": "{}", "content": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What is to be removed, and by whose decision."""

    statement: DisposalStatement
    """The decision."""
    cases: tuple[str, ...]
    """Those of its cases that are here."""
    people: tuple[str, ...] = ()
    """Ids of the people who decided; empty: nobody is enrolled."""
    confirmation: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """What the second person signed, in base64 by name; empty: nobody is enrolled."""
    outside: tuple[Mapping[str, Any], ...] = ()
    """What lies outside of the program's reach: `place` and particulars."""
    is_again: bool = False
    """True: of a database that was restored."""


def remove(
    connection: Connection, decided: Decided, *, now: datetime, by: str
) -> dict[str, int]:
    """Remove what these cases hold; gives the rows by table.

    The caller holds the cases, and has put the ledger in order. Files and free space
    are cleared afterwards (`compacting`).
    """
    ids = decided.cases
    numbers = list(
        connection.scalars(select(notices.c.number).where(notices.c.case_id.in_(ids)))
    )
    rows, removed = _counted(connection, ids, numbers)
    _tell(connection, decided, rows, now=now, by=by)
    for places in (
        select(entries.c.seq).where(
            entries.c.case_id.in_(ids), entries.c.kind != _DISPOSED
        ),
        select(entries.c.seq).where(
            entries.c.number.in_(numbers), entries.c.kind != _DISPOSED
        ),
    ):
        connection.execute(delete(beside).where(beside.c.seq.in_(places)))
    # an approval points to its draft, and goes before it
    for table in (artifacts, approvals, drafts):
        connection.execute(delete(table).where(table.c.number.in_(numbers)))
    connection.execute(delete(request_keys).where(request_keys.c.case_id.in_(ids)))
    forget_bundles(connection, asked_bundles.c.case_id.in_(ids))
    _empty(connection, numbers)
    removed["case_facts"] = redact_facts(connection, ids)
    connection.execute(
        update(cases)
        .where(cases.c.case_id.in_(ids))
        .values(state=str(CaseState.DISPOSED), due_on="", changed_at=now)
    )
    _keep_certificate(connection, decided, removed, now)
    return removed


def _empty(connection: Connection, numbers: Sequence[str]) -> None:
    """Rows that others point to stay, without what they said."""
    for table, values, filled in (
        (notices, _EMPTY_NOTICE, notices.c.judgment != ""),
        (deliveries, {"forward_path": ""}, deliveries.c.forward_path != ""),
        (
            attempts,
            {"reply_text": "", "note": ""},
            or_(attempts.c.reply_text != "", attempts.c.note != ""),
        ),
        (reports, _EMPTY_REPORT, _FILLED),
    ):
        wanted = table.c.number.in_(numbers)
        connection.execute(update(table).where(wanted, filled).values(values))


def _counted(
    connection: Connection, ids: Sequence[str], numbers: Sequence[str]
) -> tuple[Counter[str], dict[str, int]]:
    """How many rows go, by case and by table."""
    case_of = {
        row.number: row.case_id
        for row in connection.execute(
            select(notices.c.number, notices.c.case_id).where(
                notices.c.number.in_(numbers)
            )
        )
    }
    rows: Counter[str] = Counter()
    removed: dict[str, int] = dict.fromkeys(_COUNTED, 0)

    def add(table: str, query: Any) -> None:
        found: Any = connection.execute(query)
        for key, count in found:
            rows[case_of.get(key, key)] += count
            removed[table] += count

    for table, condition in (
        (notices, notices.c.judgment != ""),
        (artifacts, artifacts.c.number != ""),
        (drafts, drafts.c.number != ""),
        (approvals, approvals.c.number != ""),
        (reports, _FILLED),
    ):
        add(
            table.name,
            select(table.c.number, func.count())
            .where(table.c.number.in_(numbers), condition)
            .group_by(table.c.number),
        )
    add(
        "request_keys",
        select(request_keys.c.case_id, func.count())
        .where(request_keys.c.case_id.in_(ids))
        .group_by(request_keys.c.case_id),
    )
    for key in (entries.c.case_id, entries.c.number):
        wanted = ids if key is entries.c.case_id else numbers
        query = (
            select(key, func.count())
            .join(beside, beside.c.seq == entries.c.seq)
            .where(key.in_(wanted), entries.c.kind != _DISPOSED)
            .group_by(key)
        )
        # what stands in both chains is counted with its case
        is_once = entries.c.case_id == "" if key is entries.c.number else None
        add("beside", query if is_once is None else query.where(is_once))
    return rows, removed


def _tell(
    connection: Connection,
    decided: Decided,
    rows: Mapping[str, int],
    *,
    now: datetime,
    by: str,
) -> None:
    """A fact for each case; the triggers let through what has its place already."""
    digest = decided.statement.sha256  # of all its cases: not once for each of them
    facts = [
        Fact(
            case_id=case_id,
            at=now,
            by=by.partition(":")[2][:40],
            details=Disposed(
                rule=decided.statement.rule,
                rows=rows.get(case_id, 0),
                statement_sha256=digest,
                approver=" ".join(decided.people) or None,
                backups_until=decided.statement.backups_until,
            ),
        )
        for case_id in decided.cases
    ]
    recording.write_alone(connection, facts, now=now, by=by)
    while connection.dialect.name != "sqlite" and events.put_in_order(connection):
        pass


def _keep_certificate(
    connection: Connection, decided: Decided, removed: Mapping[str, int], now: datetime
) -> None:
    digest = decided.statement.sha256
    known = select(disposals.c.statement_sha256).where(
        disposals.c.statement_sha256 == digest
    )
    if connection.scalar(known) is not None:
        return
    confirmation = dict(decided.confirmation)
    connection.execute(
        insert(disposals),
        {
            "statement_sha256": digest,
            "statement": decided.statement.octets().decode(),
            "confirmation": _json(confirmation) if confirmation else "",
            "at": now,
            "removed": _json(dict(removed)),
            "outside": _json([dict(each) for each in decided.outside]),
            "is_again": int(decided.is_again),
            "cleared_at": None,
            "files": None,
        },
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
