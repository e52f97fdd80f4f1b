"""Filing what came in: the mail, what it proves, and the move, in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, or_, select

from notices.delivery import State
from notices.errors import EvidenceBroken, InputError, RefusedError
from notices.inbox.classifying import read_mail, with_crlf
from notices.inbox.matching import Known, Match, follows, match, waits
from notices.inbox.reading.received import Kind, ReceivedMail
from notices.ledger import EventKind, FactValue
from notices.messages import Text
from notices.store import events, rows, transitions
from notices.store.database.engine import reading, writing
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


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReport:
    """A mail that came in, as filed."""

    sha256: str
    """Of the mail with CRLF, lower-case hexadecimal."""
    number: str | None
    """The notice that it is about; None: none of ours."""
    kind: Kind
    """What sort of mail it is."""
    proves: State | None
    """What it proves of the delivery; None: nothing."""
    reason: str
    """By what it was matched, or why not."""
    mailbox: str
    """Where it lay."""
    received_at: datetime
    """When it was read."""
    facts: Mapping[str, FactValue]
    """What it says: action, status, diagnostic, from, answer ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReport:
    """What filing a mail did."""

    report: InboundReport
    """What was recorded."""
    case_id: str | None
    """The case of the notice."""
    state: State | None
    """How the delivery stands now."""
    changed: bool
    """True: the report changed the state."""
    is_new: bool
    """False: this very mail had been filed before; nothing was done."""


class InboundReports:
    """The mails that came in; append-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def file(
        self, raw: bytes, *, mailbox: str, from_archive: bool, now: datetime
    ) -> FiledReport:
        """Record a mail and what it proves; the same mail twice is recorded once."""
        octets = with_crlf(raw)
        digest = sha256(octets).hexdigest()
        if earlier := self._earlier(digest):
            return earlier
        claim = read_mail(octets)
        try:
            with writing(self._engine) as connection:
                known = _known(connection, claim)
                found = match(claim, octets, known, from_archive=from_archive)
                report = _as_report(found, digest, mailbox, now)
                return _file(connection, report, _content(found, octets))
        except RefusedError:
            # two processes that read one mailbox: the other one was first
            if earlier := self._earlier(digest):
                return earlier
            raise

    def _earlier(self, digest: str) -> FiledReport | None:
        with reading(self._engine) as connection:
            report = _report(connection, digest)
            if report is None:
                return None
            return _filed(connection, report, changed=False, is_new=False)

    def settle(self, now: datetime) -> tuple[FiledReport, ...]:
        """Follow reports that came before the outcome of their attempt was recorded."""
        with reading(self._engine) as connection:
            if not connection.execute(_WAITING.limit(1)).first():
                return ()
        done = []
        with writing(self._engine) as connection:
            for row in connection.execute(_WAITING).all():
                report = _from_row(row)
                if _follow(connection, report, now):
                    done.append(_filed(connection, report, changed=True, is_new=False))
        return tuple(done)

    def of(self, number: str) -> tuple[InboundReport, ...]:
        """Give what came in about a notice, the earliest first."""
        query = select(*_COLUMNS).where(reports.c.number == number)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by("received_at", "sha256"))
            return tuple(_from_row(row) for row in found)

    def newest(self) -> datetime | None:
        """Tell when the last mail was recorded; None: none was."""
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(_NEWEST)
        return found

    def raw(self, digest: str) -> bytes:
        """Give a filed mail with CRLF; EvidenceBroken if its hash is wrong.

        Below the trace fields of an archive copy stands the message as stored.
        InputError for one that was not kept.
        """
        with reading(self._engine) as connection:
            octets = _raw(connection, digest)
        if octets is None:
            raise InputError(
                Text("the mail {digest} was not kept", digest=digest),
                hint="what is about a notice, and reports, are kept; large "
                "mails only if they name our Message-ID or envelope",
            )
        if sha256(octets).hexdigest() != digest:
            raise EvidenceBroken(
                Text(
                    "the report {digest} has changed since it was filed", digest=digest
                )
            )
        return octets


_COLUMNS = tuple(column for column in reports.c if column.name != "content")
_NEWEST = select(func.max(reports.c.received_at))
# where several machines write, nobody moves the delivery while its report is filed
_LOCK = select(deliveries.c.number).with_for_update()
_WAITING: Select[Any] = (
    select(*_COLUMNS)
    .join(deliveries, deliveries.c.number == reports.c.number)
    .where(
        reports.c.waits == 1,
        or_(
            deliveries.c.state == str(State.IN_DOUBT),
            (deliveries.c.state == str(State.SENT))
            & (reports.c.proves != str(State.SENT)),
        ),
    )
    .order_by(reports.c.received_at, reports.c.sha256)
)


def _file(
    connection: Connection, report: InboundReport, content: bytes | None
) -> FiledReport:
    state = None
    if report.number is not None:
        connection.execute(_LOCK.where(deliveries.c.number == report.number))
        state = rows.one(connection, report.number).state
    values = {
        "sha256": report.sha256,
        "number": report.number,
        "kind": str(report.kind),
        "proves": report.proves and str(report.proves),
        "waits": int(state is not None and waits(state, report.proves)),
        "reason": report.reason,
        "mailbox": report.mailbox,
        "received_at": report.received_at,
        "facts": json.dumps(dict(report.facts), ensure_ascii=False, sort_keys=True),
        "content": content,
    }
    connection.execute(insert(reports).values(values))
    changed = _follow(connection, report, report.received_at)
    if not changed and report.number is not None:
        facts = {**_event_facts(report), "state": state and str(state)}
        events.append(
            connection,
            EventKind.EVIDENCE,
            report.number,
            facts,
            now=report.received_at,
            by=events.INBOX,
            documents=_kept(connection, report.sha256),
        )
    return _filed(connection, report, changed=changed, is_new=True)


def _follow(connection: Connection, report: InboundReport, now: datetime) -> bool:
    """Move the delivery where the report leads; tell whether it did."""
    if report.number is None:
        return False
    state = rows.one(connection, report.number).state
    to = follows(state, report.proves)
    if to is None:
        return False
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
    octets = _raw(connection, digest)
    return {} if octets is None else {REPORT: (octets, f"{IN_REPORTS}{digest}")}


def _raw(connection: Connection, digest: str) -> bytes | None:
    """A filed mail with CRLF; None: it was not kept."""
    query = select(reports.c.content, reports.c.kind, reports.c.number)
    row = connection.execute(query.where(reports.c.sha256 == digest)).one_or_none()
    if row is None or row.content is None:
        return None
    octets = bytes(row.content)
    if row.kind == Kind.ARCHIVE_COPY:
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


def _known(connection: Connection, claim: ReceivedMail) -> list[Known]:
    """What the ids and numbers of a claim lead to."""
    ids = {claim.own_id, *claim.message_ids, *claim.mentioned_ids} - {""}
    query = select(deliveries).where(
        or_(
            deliveries.c.message_id.in_(ids),
            deliveries.c.envid.in_(claim.envids),
            deliveries.c.number.in_(claim.numbers),
        )
    )
    found = connection.execute(query.order_by("number").limit(MAX_KNOWN)).all()
    return [_known_from(connection, row) for row in found]


def _known_from(connection: Connection, row: Row[Any]) -> Known:
    size = select(func.length(artifacts.c.content)).where(
        artifacts.c.number == row.number, artifacts.c.name == MESSAGE
    )
    return Known(
        number=row.number,
        message_id=row.message_id,
        message_sha256=row.message_sha256,
        message_size=connection.scalar(size) or 0,
        envid=row.envid,
        forward_path=row.forward_path,
        archive_path=row.archive_path,
        attempts=row.attempts,
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


def _report(connection: Connection, digest: str) -> InboundReport | None:
    query = select(*_COLUMNS).where(reports.c.sha256 == digest)
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def _from_row(row: Row[Any]) -> InboundReport:
    return InboundReport(
        sha256=row.sha256,
        number=row.number,
        kind=Kind(row.kind),
        proves=None if row.proves is None else State(row.proves),
        reason=row.reason,
        mailbox=row.mailbox,
        received_at=row.received_at,
        facts=json.loads(row.facts),
    )


def _filed(
    connection: Connection, report: InboundReport, *, changed: bool, is_new: bool
) -> FiledReport:
    case_id, state = None, None
    if report.number is not None:
        query = select(notices.c.case_id).where(notices.c.number == report.number)
        case_id = connection.scalar(query)
        state = rows.one(connection, report.number).state
    return FiledReport(
        report=report, case_id=case_id, state=state, changed=changed, is_new=is_new
    )
