"""Filing within a transaction: the mails, what they prove, and the moves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import Connection, Row, func, insert, select

from notices.delivery import State
from notices.inbox.classifying import read_mail, with_crlf
from notices.inbox.filed import FiledReport, InboundReport
from notices.inbox.known import Known, Match
from notices.inbox.matching import follows, match, waits
from notices.inbox.reading.received import Kind, ReceivedMail
from notices.ledger import EventKind, FactValue
from notices.store import events, rows, transitions
from notices.store.casework import automatic
from notices.store.database.schema import artifacts, deliveries, notices, reports
from notices.store.model import MESSAGE
from notices.store.placing import IN_REPORTS

MAX_KNOWN = 20
"""Notices that one mail can be about; more ids than that are not looked at."""
MAX_OF_STRANGERS = 512 * 1024
"""Octets of a mail that is kept though it has no id of ours."""
REPORT = "report.eml"
"""Name of the mail where its leaf commits to it."""
_IN_LEDGER = ("action", "status", "answer")
_KEPT = {Kind.DELIVERY_STATUS, Kind.BOUNCE}

# where several machines write, nobody moves the delivery while its report is filed
_LOCK = select(deliveries.c.number).with_for_update()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail that is to be recorded."""

    octets: bytes
    digest: str
    mailbox: str
    is_archived: bool

    @classmethod
    def of(cls, raw: bytes, mailbox: str, *, is_archived: bool) -> Self:
        """Take a mail from a mailbox; its hash is that of its octets with CRLF."""
        octets = with_crlf(raw)
        return cls(
            octets=octets,
            digest=sha256(octets).hexdigest(),
            mailbox=mailbox,
            is_archived=is_archived,
        )


def file_all(
    connection: Connection, arrived: Sequence[Arrived], now: datetime
) -> dict[str, FiledReport]:
    """Record mails that are not on record yet; gives what was done by digest."""
    claims = [read_mail(each.octets) for each in arrived]
    rows_known = _known_rows(connection, claims)
    filed, strangers = {}, []
    for each, claim in zip(arrived, claims, strict=True):
        size = len(each.octets) if each.is_archived else 0
        known = [
            _known_from(connection, row, claim, size)
            for row in rows_known
            if _is_named(row, claim)
        ]
        found = match(
            claim, each.octets, known[:MAX_KNOWN], from_archive=each.is_archived
        )
        report = _as_report(found, each.digest, each.mailbox, now)
        content = _content(found, each.octets)
        if report.number is None:
            strangers.append(_values(report, content, waits_for=None))
            filed[each.digest] = FiledReport(
                report=report, case_id=None, state=None, changed=False, is_new=True
            )
        else:
            filed[each.digest] = _file_ours(connection, report, report.number, content)
    if strangers:
        connection.execute(insert(reports), strangers)
    return filed


def _file_ours(
    connection: Connection, report: InboundReport, number: str, content: bytes | None
) -> FiledReport:
    connection.execute(_LOCK.where(deliveries.c.number == number))
    state = rows.one(connection, number).state
    connection.execute(
        insert(reports).values(_values(report, content, waits_for=state))
    )
    now = report.received_at
    changed = follow(connection, report, now)
    if not changed:
        facts = {**_event_facts(report), "state": str(state)}
        events.append(
            connection,
            EventKind.EVIDENCE,
            number,
            facts,
            now=now,
            by=events.INBOX,
            documents=_kept(connection, report.sha256),
        )
    tell_case(connection, report, now)
    return as_filed(connection, report, changed=changed, is_new=True)


def tell_case(connection: Connection, report: InboundReport, now: datetime) -> None:
    """Add to the case what came back and what a person answered."""
    number, facts = report.number, report.facts
    if number is None:
        return
    if report.proves is State.BOUNCED:
        cause = str(facts.get("cause") or "")
        automatic.add_returned(connection, number, cause, now=now, by=events.INBOX)
    elif report.kind is Kind.REPLY and facts.get("answer"):
        answer = str(facts["answer"])
        automatic.add_answered(connection, number, answer, now=now, by=events.INBOX)


def _values(
    report: InboundReport, content: bytes | None, *, waits_for: State | None
) -> dict[str, Any]:
    """The row of a mail; waits_for: how the delivery stands."""
    return {
        "sha256": report.sha256,
        "number": report.number,
        "kind": str(report.kind),
        "proves": report.proves and str(report.proves),
        "waits": int(waits_for is not None and waits(waits_for, report.proves)),
        "reason": report.reason,
        "mailbox": report.mailbox,
        "received_at": report.received_at,
        "facts": json.dumps(dict(report.facts), ensure_ascii=False, sort_keys=True),
        "content": content,
    }


def follow(connection: Connection, report: InboundReport, now: datetime) -> bool:
    """Move the delivery where the report leads; tell whether it did."""
    if report.number is None:
        return False
    state = rows.one(connection, report.number).state
    to = follows(state, report.proves)
    if to is None or not transitions.was_armed(connection, report.number):
        return False  # no octet of it has left: nothing can have arrived or come back
    transitions.record_evidence(
        connection,
        report.number,
        to,
        _event_facts(report),
        now=now,
        documents=_kept(connection, report.sha256),
    )
    return True


def _kept(connection: Connection, digest: str) -> dict[str, tuple[bytes, str]]:
    """The mail, as far as it is kept, for the leaf to commit to."""
    octets = raw(connection, digest)
    return {} if octets is None else {REPORT: (octets, f"{IN_REPORTS}{digest}")}


def raw(connection: Connection, digest: str) -> bytes | None:
    """A filed mail with CRLF; None: it was not kept."""
    query = select(reports.c.content, reports.c.kind, reports.c.number)
    row = connection.execute(query.where(reports.c.sha256 == digest)).one_or_none()
    if row is None or row.content is None:
        return None
    octets = bytes(row.content)
    is_trace = sha256(octets).hexdigest() != digest
    if row.kind == Kind.ARCHIVE_COPY and is_trace:
        octets += rows.artifact(connection, row.number, MESSAGE)
    return octets


def _event_facts(report: InboundReport) -> dict[str, FactValue]:
    """What the ledger says: no words of outsiders, but what commits to all of them."""
    return {
        "report": str(report.kind),
        "proves": report.proves and str(report.proves),
        "reason": report.reason,
        **{name: report.facts[name] for name in _IN_LEDGER if name in report.facts},
    }


def _known_rows(
    connection: Connection, claims: Sequence[ReceivedMail]
) -> Sequence[Row[Any]]:
    """The deliveries that the ids and numbers of claims lead to."""
    ids = {name for each in claims for name in _ids(each)}
    envids = {name for each in claims for name in each.envids}
    numbers = {name for each in claims for name in each.numbers}
    found: dict[str, Row[Any]] = {}
    for column, values in (
        (deliveries.c.message_id, ids),
        (deliveries.c.envid, envids),
        (deliveries.c.number, numbers),
    ):
        if values:
            query = select(deliveries).where(column.in_(values))
            found |= {row.number: row for row in connection.execute(query)}
    return [found[number] for number in sorted(found)]


def _ids(claim: ReceivedMail) -> set[str]:
    return {claim.own_id, *claim.message_ids, *claim.mentioned_ids} - {""}


def _is_named(row: Row[Any], claim: ReceivedMail) -> bool:
    return (
        row.message_id in _ids(claim)
        or row.envid in claim.envids
        or row.number in claim.numbers
    )


def _known_from(
    connection: Connection, row: Row[Any], claim: ReceivedMail, size: int
) -> Known:
    length = select(func.length(artifacts.c.content)).where(
        artifacts.c.number == row.number, artifacts.c.name == MESSAGE
    )
    message_size = connection.scalar(length) or 0
    is_renamed = (
        size >= message_size > 0
        and claim.own_id != row.message_id
        and row.message_id in claim.mentioned_ids
    )
    return Known(
        number=row.number,
        message_id=row.message_id,
        message_sha256=row.message_sha256,
        message_size=message_size,
        envid=row.envid,
        forward_path=row.forward_path,
        archive_path=row.archive_path,
        attempts=row.attempts,
        message=rows.artifact(connection, row.number, MESSAGE) if is_renamed else b"",
    )


def _as_report(match: Match, digest: str, mailbox: str, now: datetime) -> InboundReport:
    return InboundReport(
        sha256=digest,
        number=match.number,
        kind=match.kind,
        proves=match.proves,
        reason=match.reason,
        mailbox=mailbox,
        received_at=now,
        facts={key: value for key, value in match.facts.items() if value},
    )


def _content(match: Match, octets: bytes) -> bytes | None:
    """What is kept: of a copy the trace, as the rest is stored; of spam nothing.

    Nothing is ever deleted here, so nobody who has not seen a message of ours may
    have us keep what is large; it stays in the mailbox.
    """
    if match.trace_size is not None:
        return octets[: match.trace_size]
    if match.is_certain:
        return octets
    is_of_use = match.number is not None or match.kind in _KEPT
    return octets if is_of_use and len(octets) <= MAX_OF_STRANGERS else None


def as_filed(
    connection: Connection, report: InboundReport, *, changed: bool, is_new: bool
) -> FiledReport:
    """A mail on record with its case, and how the delivery stands now."""
    case_id, state = None, None
    if report.number is not None:
        query = select(notices.c.case_id).where(notices.c.number == report.number)
        case_id = connection.scalar(query)
        state = rows.one(connection, report.number).state
    return FiledReport(
        report=report, case_id=case_id, state=state, changed=changed, is_new=is_new
    )
