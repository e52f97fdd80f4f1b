"""Filing within a transaction: the mails, what they prove, and the moves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from notices.delivery import State
from notices.inbox.classifying import read_mail
from notices.inbox.filed import Arrived, FiledReport, InboundReport
from notices.inbox.known import Match
from notices.inbox.known_deliveries import (
    MAX_KNOWN,
    is_named,
    known_from,
    known_rows,
    sizes_of,
)
from notices.inbox.matching import follows, match, waits
from notices.inbox.reading.kept_mail import without_files
from notices.inbox.reading.received import Kind
from notices.ledger import EventKind, FactValue
from notices.store import rows, settling
from notices.store.casework import automatic
from notices.store.database.schema import deliveries, notices, reports
from notices.store.ledger import events
from notices.store.ledger.events import UnplacedEvent
from notices.store.ledger.placing import IN_REPORTS
from notices.store.model import MESSAGE, StoredNotice

MAX_OF_STRANGERS = 512 * 1024
"""Octets of a mail that is kept though it has no id of ours."""
REPORT = "report.eml"
"""Name of the mail where its leaf commits to it."""
KEPT = "kept_sha256"
"""Fact of a mail that is kept without its files: hash of what is kept."""
_IN_LEDGER = ("action", "status", "answer")
_SIGNED, _HEAD = b"multipart/signed", 16_384
"""What a copy of ours has in its header, and octets in which that stands."""
_KEPT = {Kind.DELIVERY_STATUS, Kind.BOUNCE}

# where several machines write, nobody moves the delivery while its report is filed
_LOCK = (
    select(deliveries.c.number)
    .where(deliveries.c.number == bindparam("of_number"))
    .with_for_update()
)


def file_all(
    connection: Connection, arrived: Sequence[Arrived], now: datetime
) -> dict[str, FiledReport]:
    """Record mails that are not on record yet; gives what was done by digest."""
    claims = [read_mail(each.octets) for each in arrived]
    deliveries_known = known_rows(connection, claims)
    sizes = sizes_of(connection, [row.number for row in deliveries_known])
    batch = _Batch(connection=connection)
    for mail, claim in zip(arrived, claims, strict=True):
        is_copy = mail.is_archived and _SIGNED in mail.octets[:_HEAD]
        known = [
            known_from(
                connection, row, claim, sizes.get(row.number, 0), is_copy=is_copy
            )
            for row in deliveries_known
            if is_named(row, claim)
        ][:MAX_KNOWN]
        found = match(claim, mail.octets, known, from_archive=mail.is_archived)
        batch.file(_as_report(found, mail.digest, mail.mailbox, now), found, mail)
    batch.finish()
    return batch.filed


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Mails that are filed in one transaction; what can be written together is."""

    connection: Connection
    filed: dict[str, FiledReport] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Of `reports`; nothing in the transaction reads them."""
    events: list[UnplacedEvent] = field(default_factory=list)

    def file(self, report: InboundReport, found: Match, arrived: Arrived) -> None:
        """Record a mail, and follow what it proves."""
        kept = _kept(found, arrived)
        if kept.is_reduced:
            digest = sha256(kept.octets or b"").hexdigest()
            report = replace(report, facts={**report.facts, KEPT: digest})
        stored, to = None, None
        if report.number is not None:
            if self.connection.dialect.name != "sqlite":  # there, one writes at a time
                self.connection.execute(_LOCK, {"of_number": report.number})
            stored = rows.one(self.connection, report.number)
            to = _leads_to(self.connection, stored, report)
            self._tell(report, stored, to, kept.octets)
        state = stored.state if stored else None
        self.rows.append(_values(report, kept.content, waits_for=state))
        self.filed[report.sha256] = FiledReport(
            report=report,
            case_id=stored.key.case_id if stored else None,
            state=to or state,
            changed=to is not None,
            is_new=True,
        )
        if report.proves is State.BOUNCED or report.facts.get("answer"):
            # the case is told after the notice
            told = report.received_at
            tell_case(self.connection, report, told, before=self.finish)

    def _tell(
        self,
        report: InboundReport,
        stored: StoredNotice,
        to: State | None,
        octets: bytes | None,
    ) -> None:
        facts = _event_facts(report)
        documents = _documents(report.sha256, octets)
        if to is None:
            told = {**facts, "state": str(stored.state)}
            event = UnplacedEvent(
                EventKind.EVIDENCE,
                stored.number,
                told,
                report.received_at,
                by=events.INBOX,
                documents=documents,
            )
            self.events.append(event)
            return
        # what came before is told before
        self.finish()
        settling.record_evidence(
            self.connection,
            stored.number,
            to,
            facts,
            now=report.received_at,
            documents=documents,
        )

    def finish(self) -> None:
        """Write what waits to be written."""
        if self.rows:
            self.connection.execute(insert(reports), self.rows)
        events.append_all(self.connection, self.events)
        self.rows, self.events = [], []


def _documents(digest: str, octets: bytes | None) -> dict[str, tuple[bytes, str]]:
    """The mail, as far as it is kept, for the leaf to commit to."""
    return {} if octets is None else {REPORT: (octets, f"{IN_REPORTS}{digest}")}


def tell_case(
    connection: Connection,
    report: InboundReport,
    now: datetime,
    *,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Add to the case what came back and what a person answered.

    before: called before anything is written; what is known already writes nothing.
    """
    number, facts = report.number, report.facts
    if number is None:
        return
    if report.proves is State.BOUNCED:
        cause = str(facts.get("cause") or "")
        returned = automatic.returned(number, cause)
        automatic.add(connection, returned, now=now, by=events.INBOX, before=before)
    elif report.kind is Kind.REPLY and facts.get("answer"):
        answered = automatic.answered(number, str(facts["answer"]))
        automatic.add(connection, answered, now=now, by=events.INBOX, before=before)


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
    to = _leads_to(connection, rows.one(connection, report.number), report)
    if to is None:
        return False
    settling.record_evidence(
        connection,
        report.number,
        to,
        _event_facts(report),
        now=now,
        documents=_documents(report.sha256, raw(connection, report.sha256)),
    )
    return True


def _leads_to(
    connection: Connection, stored: StoredNotice, report: InboundReport
) -> State | None:
    """The state that a report leads to; None: it changes nothing.

    Where no octet has left, nothing can have arrived or come back.
    """
    to = follows(stored.state, report.proves)
    is_open = to is not None and settling.was_armed(connection, stored.number)
    return to if is_open else None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is kept of a mail."""

    content: bytes | None
    """What is stored; None: nothing."""
    octets: bytes | None
    """What the leaf commits to: with what is stored elsewhere; None: nothing."""
    is_reduced: bool = False
    """True: it had files, and is kept without them."""


def _kept(match: Match, mail: Arrived) -> _Kept:
    """Of a copy the trace, as the rest is stored; of spam nothing; of files the hash.

    Nothing is ever deleted here, so nobody who has not seen a message of ours may
    have us keep what is large; it stays in the mailbox.
    """
    if match.trace_size is not None:
        return _Kept(content=mail.octets[: match.trace_size], octets=mail.octets)
    is_of_use = match.number is not None or match.kind in _KEPT
    if not match.is_certain and not is_of_use:
        return _Kept(content=None, octets=None)
    kept = mail.octets
    if not mail.is_archived:
        kept = without_files(mail.octets, is_report=match.kind in _KEPT)
    if not match.is_certain and len(kept) > MAX_OF_STRANGERS:
        return _Kept(content=None, octets=None)
    return _Kept(content=kept, octets=kept, is_reduced=kept != mail.octets)


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
