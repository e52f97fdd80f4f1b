"""What comes in: the mailbox of a site, and its evidence."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from notices.delivery import State
from notices.errors import NoticesError
from notices.inbox import polling
from notices.inbox.filed import FiledReport
from notices.inbox.mailbox import Mailbox
from notices.inbox.reports import InboundReports
from notices.site.database.high_water import HighWater

if TYPE_CHECKING:
    from notices.ledger import FactValue
    from notices.site.documents import StatusDocument


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
    facts: Mapping[str, FactValue]
    """What it says: action, status, diagnostic, from, answer ..."""

    def to_json(self) -> dict[str, object]:
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
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, kw_only=True)
class InboxReader:
    """Records what comes into the mailbox of a site."""

    open_mailbox: Callable[..., Mailbox]
    """Opens it, with `everything` also what was filed; ConfigError if there is none."""
    reports: InboundReports
    """The mails that came in as evidence."""
    high_water: HighWater
    """The mark beside the site: what evidence settled moves it."""
    poll: float
    """Seconds between looks where the server does not tell of new mail."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def read(
        self, trouble: Callable[[NoticesError], None], *, everything: bool = False
    ) -> Iterator[Arrival]:
        """Record what is new, once; gives each mail as it is recorded.

        trouble: is told that the mark could not be moved, which stops nothing.
        everything: read also what is marked as filed; a restored database lacks it.
        """
        mailbox = self.open_mailbox(everything=everything)
        try:
            reports = self.reports
            for filed in polling.read_once(mailbox, reports, clock=self.clock):
                self._keep(filed, trouble)
                if filed.is_new or filed.changed:
                    yield _arrival(filed)
        finally:
            mailbox.close()

    def watch(
        self,
        report: Callable[[Arrival], None],
        trouble: Callable[[NoticesError], None],
        *,
        signals: Iterable[signal.Signals] = (),
    ) -> None:
        """Record what comes until one of `signals` does."""
        stop = threading.Event()
        for name in signals:
            signal.signal(name, lambda *_: stop.set())
        mailbox = self.open_mailbox()

        def tell_new(filed: FiledReport) -> None:
            self._keep(filed, trouble)
            if filed.is_new or filed.changed:
                report(_arrival(filed))

        try:
            polling.watch(
                mailbox,
                self.reports,
                clock=self.clock,
                poll=self.poll,
                stopped=stop.is_set,
                report=tell_new,
                trouble=trouble,
            )
        finally:
            mailbox.close()

    def needing_attention(self, rows: Iterable[StatusDocument]) -> list[StatusDocument]:
        """Those of the rows of `list` that somebody has to look at, and why."""
        listed = list(rows)
        states = {row["number"]: State(row["state"]) for row in listed}
        seen = self.reports.seen(states)
        return [
            {**row, "attention": [str(each) for each in seen[row["number"]]]}
            for row in listed
            if row["number"] in seen
        ]

    def _keep(
        self, filed: FiledReport, trouble: Callable[[NoticesError], None]
    ) -> None:
        """What may leave is another matter now: the mark tells of it."""
        if not filed.changed:
            return
        try:
            self.high_water.keep()
        except NoticesError as error:
            trouble(error)


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
