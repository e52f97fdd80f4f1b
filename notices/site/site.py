"""An open site: what case systems and the command line ask of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from notices.arguments import require_types
from notices.codec import read_judgment
from notices.config import Config, load_config
from notices.delivery import Decision
from notices.errors import InputError, NoticesError
from notices.judgment import JST, Judgment, Rung
from notices.messages import Text
from notices.site import configured
from notices.site.parts import Parts
from notices.site.preparing.remarks import kept_remarks
from notices.site.receipts import (
    NoticeStatus,
    PreparedNotice,
    Receipt,
    prepared_notice,
    status_of,
    statuses_of,
)
from notices.site.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from types import TracebackType

    from notices.catalogue import CheckedJudgment
    from notices.delivery import State
    from notices.queue import Stop
    from notices.site.doctor.checkup import Checkup


def read_clock() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class Site:
    """An open site.

    >>> from notices import Site
    >>> with Site.open("notices.toml") as site:
    ...     notice = site.prepare(site.read_case("IHC-2026-004217"))
    ...     receipt = site.send(notice)
    >>> notice.form, notice.state.value, receipt.state.value
    ('form1', 'held', 'sent')
    """

    def __init__(
        self, config: Config, *, clock: Callable[[], datetime] = read_clock
    ) -> None:
        self.config = config
        self.clock = clock
        self.parts = Parts(config, clock)
        self.rooms = Rooms(self.parts)

    @classmethod
    def open(
        cls, path: str | Path, *, clock: Callable[[], datetime] = read_clock
    ) -> Self:
        """Open the site of a `notices.toml`, or of the folder that holds one."""
        require_types({"path": (path, (str, Path))})
        return cls(load_config(Path(path)), clock=clock)

    def close(self) -> None:
        """Close what was opened."""
        self.parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read_case(self, case_id: str) -> CheckedJudgment:
        """Read the judgment `cases/CASE-ID.json` of the site.

        InputError for what is no case id or has no file, InvalidJudgment with
        every fault.
        """
        require_types({"case_id": (case_id, str)})
        path = configured.case_path(self.config, case_id)
        judgment = self.read_judgment_file(path)
        if judgment.case_id != case_id:
            raise InputError(
                Text(
                    "{path} holds the case {case_id}, not {asked}",
                    path=path,
                    case_id=judgment.case_id,
                    asked=case_id,
                ),
                hint="name the file for the case that it holds",
            )
        return judgment

    def read_judgment_file(self, path: Path) -> CheckedJudgment:
        """Read and check the judgment in a file."""
        try:
            text = path.read_bytes()
        except OSError as error:
            raise InputError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=path,
                    strerror=error.strerror,
                ),
                hint="check the case id, and cases.directory in notices.toml",
            ) from error
        until = self.clock() + self.config.signing.clock_tolerance
        return read_judgment(text, self.parts.catalogue, until=until)

    def prepare(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None = None,
        rung_reason: str = "",
        again: str = "",
    ) -> PreparedNotice:
        """Number, render, sign and store the request of a judgment as `held`.

        rung: another rung of the checked ladder than the first that stands, with
        the reason. again: why a new notice is made although one exists; without it
        the existing one is returned. Nothing is sent.
        """
        require_types(
            {
                "judgment": (judgment, Judgment),
                "rung": (rung, (Rung, type(None))),
                "rung_reason": (rung_reason, str),
                "again": (again, str),
            }
        )
        stored = self.rooms.preparer.prepare(
            judgment, rung=rung, rung_reason=rung_reason, again=again
        )
        warnings = kept_remarks(self.parts.store, stored.number)
        return prepared_notice(stored, warnings)

    def send(self, notice: PreparedNotice) -> Receipt:
        """Queue a prepared notice and make one attempt now."""
        require_types({"notice": (notice, PreparedNotice)})
        receipt = self.rooms.sender.send(notice.number)
        return replace(receipt, warnings=notice.warnings)

    def escalate(self, case_id: str) -> Receipt:
        """Ask the next rung of the ladder, by the facts of the case: one attempt now.

        RefusedError with the reasons where it may not be asked yet.
        """
        judgment = self.rooms.cases.escalator.judgment(case_id)
        return self.send(self.prepare(judgment))

    def submitted(
        self,
        case_id: str,
        *,
        reference: str,
        at: datetime | None = None,
        number: str = "",
    ) -> Receipt:
        """Record that a request that does not go by mail was handed over.

        reference: what the form or the other system gave for it. at: when; None: now.
        """
        return self.rooms.manual.submitted(
            case_id, reference=reference, at=at, number=number
        )

    async def asend(self, notice: PreparedNotice) -> Receipt:
        """`send` within an event loop, which goes on meanwhile."""
        return await self.rooms.sender.asend(notice.number)

    async def asend_many(
        self, notices: Iterable[PreparedNotice]
    ) -> list[Receipt | NoticesError]:
        """`asend` for several at once: each one's receipt, or why nothing was sent."""
        return await self.rooms.sender.asend_many(each.number for each in notices)

    def work(
        self, *, ignore_backoff: bool = False, stop: Stop | None = None
    ) -> list[Receipt]:
        """Attempt everything that is due, once; nothing new once `stop` is set."""
        return self.rooms.sender.work(ignore_backoff=ignore_backoff, stop=stop)

    async def awork(self, *, ignore_backoff: bool = False) -> list[Receipt]:
        """`work` within an event loop."""
        return await asyncio.to_thread(self.work, ignore_backoff=ignore_backoff)

    def resolve(
        self, case_id: str, decision: Decision, *, reason: str, number: str = ""
    ) -> Receipt:
        """Settle a doubt that evidence cannot settle, on record.

        number: which notice, where several of the case are in doubt.
        """
        require_types(
            {
                "case_id": (case_id, str),
                "decision": (decision, Decision),
                "reason": (reason, str),
                "number": (number, str),
            }
        )
        return self.rooms.decisions.resolve(
            case_id, decision, reason=reason, number=number
        )

    def withdraw(self, case_id: str, *, reason: str, number: str = "") -> Receipt:
        """Take a notice back that was not sent, on record."""
        require_types(
            {
                "case_id": (case_id, str),
                "reason": (reason, str),
                "number": (number, str),
            }
        )
        return self.rooms.decisions.withdraw(case_id, reason=reason, number=number)

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work and stopped nothing, such as the inbox.

        As far as it was needed so far.
        """
        return (*self.parts.troubles, *self.rooms.troubles)

    def notices(
        self,
        states: Collection[State] = (),
        *,
        since: datetime | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Every notice and how its delivery stands, the oldest first.

        since: prepared then or later. after: only what stands behind that number;
        with `limit` a page at a time.
        """
        from notices.store import NoticeFilter

        wanted = NoticeFilter(states=states, since=since, after=after, limit=limit)
        store = self.parts.store
        return [one.to_json() for one in statuses_of(store, store.page(wanted))]

    def status(self, case_id: str) -> tuple[NoticeStatus, ...]:
        """How the notices of one case stand, the oldest first; empty: there are none.

        It reads these notices only, however many others there are.
        """
        require_types({"case_id": (case_id, str)})
        store = self.parts.store
        return tuple(status_of(store, stored) for stored in store.find(case_id))

    def show(self, case_id: str) -> list[dict[str, Any]]:
        """The record of each notice of a case: documents, events, proofs."""
        from notices.site.ledger.showing import records
        from notices.site.receiving import reports_json

        return [
            {**record, "reports": reports_json(self.parts.reports.of(stored.number))}
            for stored, record in records(self.parts.store, case_id)
        ]

    def rehearse(self) -> list[Checkup]:
        """Sign as for real, have it judged, ask everybody; nothing is sent or kept."""
        return list(self.rooms.rehearsal.examine())

    def doctor(self) -> list[Checkup]:
        """What works and what does not, part by part."""
        from notices.site.doctor import examination as parts_tried
        from notices.site.doctor.addresses import examine_addresses
        from notices.site.doctor.checkup import guard
        from notices.site.doctor.clock import ClockWatch
        from notices.site.doctor.inbox import examine_inbox
        from notices.site.doctor.signing import examine_signing
        from notices.site.doctor.worker import examine_clock, examine_worker

        config, watch = self.config, ClockWatch(self.clock)
        database = guard(
            "database", lambda: parts_tried.count_notices(self.parts.store)
        )
        return [
            guard(
                "configuration", lambda: Text("{path} is in order", path=config.path)
            ),
            guard(
                "catalogue",
                lambda: parts_tried.usable_categories(
                    self.parts.catalogue, self.clock().astimezone(JST).date()
                ),
            ),
            guard(
                "recipients",
                lambda: Text("{count} entries", count=len(self.parts.directory)),
            ),
            *examine_addresses(config, lambda: self.parts.directory),
            guard(
                "cases",
                lambda: parts_tried.count_cases(config.resolve(config.cases.directory)),
            ),
            *parts_tried.examine_templates(lambda: self.parts.templates),
            *examine_signing(self.parts.desk, config.signing, self.clock, watch),
            database,
            *(
                [guard("numbers", lambda: parts_tried.void_numbers(self.parts.store))]
                if database.status == "ok"
                else ()
            ),
            *parts_tried.examine_newness(
                lambda: self.parts.store, self.parts.signs_of_work(), database
            ),
            guard(
                "smtp", lambda: parts_tried.greeting(configured.relay_of(config), watch)
            ),
            *watch.examine(timedelta(seconds=config.signing.clock_tolerance_seconds)),
            *examine_inbox(
                config,
                lambda: self.parts.reports,
                lambda: self.parts.rollback,
                database=database,
            ),
            *examine_worker(config.worker, self.parts.mode, self.clock),
            *examine_clock(self.rooms.clock_trouble),
        ]
