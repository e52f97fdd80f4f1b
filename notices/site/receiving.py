"""What comes in: the mailbox of a site, its evidence, and decisions on doubts."""

import signal
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.config.inbox import imap_url, maildir_path
from notices.credentials import read_passphrase
from notices.delivery import State, is_final
from notices.errors import ConfigError, InputError, NoticesError, RefusedError
from notices.inbox.account import Account
from notices.inbox.imap_mailbox import ImapMailbox
from notices.inbox.mailbox import Mailbox
from notices.inbox.maildir import Maildir
from notices.inbox.polling import read_once, watch
from notices.inbox.reports import FiledReport, InboundReport
from notices.site.parts import Parts, read_text
from notices.site.receipts import Receipt
from notices.site.sending import tell
from notices.smtp import Security
from notices.store import Decision, StoredNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail that came in, and what it did."""

    sha256: str
    """Of the mail with CRLF, lower-case hexadecimal."""
    kind: str
    """`delivery_status bounce archive_copy auto_reply reply unrelated`."""
    case_id: str | None
    """The case that it is about; None: none of ours."""
    number: str | None
    """整理番号; None: none of ours."""
    state: State | None
    """How the delivery stands now."""
    changed: bool
    """True: the mail changed that."""
    reason: str
    """By what it was matched, or why it proves nothing."""
    received_at: datetime
    """When it was recorded."""
    facts: dict[str, Any]
    """What it says: action, status, diagnostic, from, answer ..."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices inbox --json`."""
        return {
            "sha256": self.sha256,
            "kind": self.kind,
            "case_id": self.case_id,
            "number": self.number,
            "state": self.state.value if self.state else None,
            "changed": self.changed,
            "reason": self.reason,
            "received_at": self.received_at.isoformat(),
            "facts": self.facts,
        }


def read_inbox(parts: Parts) -> Iterator[Arrival]:
    """Record what is new, once; gives each mail as it is recorded."""
    mailbox = open_mailbox(parts)
    try:
        reports = parts.reports
        for filed in read_once(mailbox, reports, clock=parts.clock):
            if filed.is_new or filed.changed:
                yield _arrival(filed)
    finally:
        mailbox.close()


def watch_inbox(
    parts: Parts,
    report: Callable[[Arrival], None],
    trouble: Callable[[NoticesError], None],
    *,
    signals: Iterable[signal.Signals] = (),
) -> None:
    """Record what comes until one of `signals` does."""
    stop = threading.Event()
    for name in signals:
        signal.signal(name, lambda *_: stop.set())
    mailbox = open_mailbox(parts)

    def tell_new(filed: FiledReport) -> None:
        if filed.is_new or filed.changed:
            report(_arrival(filed))

    try:
        watch(
            mailbox,
            parts.reports,
            clock=parts.clock,
            poll=parts.config.inbox.poll,
            stopped=stop.is_set,
            report=tell_new,
            trouble=trouble,
        )
    finally:
        mailbox.close()


def open_mailbox(parts: Parts, *, patience: float = 60) -> Mailbox:
    """The mailbox that the configuration names; ConfigError if none.

    patience: seconds to wait for each answer of a server.
    """
    section = parts.config.inbox
    if path := maildir_path(section.url):
        archive = section.archive_folder
        return Maildir(
            parts.config.resolve(path),
            parts.config.resolve(archive) if archive else None,
            mark_read=section.mark_read,
        )
    if server := imap_url(section.url):
        password = read_passphrase(
            "inbox-password", parts.config.resolve(section.password_file)
        )
        ca = parts.config.resolve(section.ca) if section.ca else None
        return ImapMailbox(
            Account(
                host=server.host,
                port=server.port,
                security=Security.TLS if server.is_direct else Security.STARTTLS,
                username=section.username,
                password=password.reveal() if password else "",
                ca=read_text(ca, "inbox.ca") if ca else "",
                folder=section.folder,
                archive_folder=section.archive_folder,
                move_to=section.move_to,
                mark_read=section.mark_read,
                timeout=patience,
            )
        )
    raise ConfigError(
        "no inbox is configured", hint="name one in notices.toml, [inbox] url"
    )


def resolve(
    parts: Parts, case_id: str, decision: Decision, *, reason: str, number: str = ""
) -> Receipt:
    """Settle a doubt that evidence cannot settle; evidence on file goes first."""
    parts.reports.settle(parts.clock())
    stored = _choose(parts, case_id, number, {State.IN_DOUBT}, "in doubt")
    return tell(
        parts,
        parts.store.resolve(stored.number, decision, reason=reason, now=parts.clock()),
        f"decided: {decision}",
    )


def withdraw(parts: Parts, case_id: str, *, reason: str, number: str = "") -> Receipt:
    """Take a notice back that was not sent."""
    if not reason.strip():
        raise RefusedError("taking a notice back needs its reason")
    states = {state for state in State if not is_final(state)}
    stored = _choose(parts, case_id, number, states, "open")
    done = parts.store.withdraw(stored.number, reason=reason, now=parts.clock())
    return tell(parts, done, "withdrawn: nothing will be sent")


def reports_json(reports: Iterable[InboundReport]) -> list[dict[str, Any]]:
    """What came in about a notice, for its record."""
    return [
        {
            "sha256": report.sha256,
            "kind": report.kind.value,
            "proves": report.proves.value if report.proves else None,
            "reason": report.reason,
            "mailbox": report.mailbox,
            "received_at": report.received_at.isoformat(),
            "facts": dict(report.facts),
        }
        for report in reports
    ]


def _choose(
    parts: Parts, case_id: str, number: str, states: Collection[State], words: str
) -> StoredNotice:
    """The one notice of a case in these states, or the one that is named."""
    notices = parts.store.find(case_id)
    if number:
        notices = tuple(stored for stored in notices if stored.number == number)
    if not notices:
        raise InputError(
            f"there is no notice {number or 'of ' + case_id}", hint="see `notices list`"
        )
    fitting = [stored for stored in notices if stored.state in states]
    if not fitting:
        standing = ", ".join(f"{stored.number} is {stored.state}" for stored in notices)
        raise RefusedError(f"no notice of {case_id} is {words}: {standing}")
    if len(fitting) > 1:
        numbers = ", ".join(stored.number for stored in fitting)
        raise InputError(
            f"{case_id} has several notices that are {words}: {numbers}",
            hint="name one with --number",
        )
    return fitting[0]


def _arrival(filed: FiledReport) -> Arrival:
    report = filed.report
    return Arrival(
        sha256=report.sha256,
        kind=report.kind.value,
        case_id=filed.case_id,
        number=report.number,
        state=filed.state,
        changed=filed.changed,
        reason=report.reason,
        received_at=report.received_at,
        facts=dict(report.facts),
    )
