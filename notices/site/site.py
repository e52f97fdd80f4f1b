"""An open site: what case systems and the command line ask of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from notices.arguments import require_types
from notices.config import Config, load_config
from notices.delivery import Decision, State
from notices.errors import InputError, NoticesError
from notices.judgment import Judgment, Rung
from notices.site.parts import Parts
from notices.site.preparing.remarks import kept_remarks
from notices.site.receipts import (
    NoticeStatus,
    PreparedNotice,
    Receipt,
    prepared_notice,
    receipt_of,
    status_of,
    statuses_of,
)
from notices.site.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import TracebackType

    from notices.casework import Case, Due, Fact
    from notices.catalogue import CheckedJudgment
    from notices.queue import Stop
    from notices.site.approval.approval_desk import ApprovalRequest
    from notices.site.doctor.checkup import Checkup
    from notices.site.documents import CaseRecord
    from notices.store import KeptEngines, NoticeFilter, StoredNotice
    from notices.store.casework import CaseFilter, CaseSummary, Recorded


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
        self,
        config: Config,
        *,
        clock: Callable[[], datetime] = read_clock,
        by: str = "",
        engines: KeptEngines | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.parts = Parts(config, clock, by=by, engines=engines)
        self.rooms = Rooms(self.parts)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        clock: Callable[[], datetime] = read_clock,
        by: str = "",
        engines: KeptEngines | None = None,
    ) -> Self:
        """Open the site of a `notices.toml`, or of the folder that holds one.

        by: who acts, as the ledger tells it; empty: the system user. engines: databases
        that stay open, for who opens the site again and again; None: none.
        """
        require_types({"path": (path, (str, Path)), "by": (by, str)})
        return cls(load_config(Path(path)), clock=clock, by=by, engines=engines)

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
        return self.rooms.preparing.judgments.read(case_id)

    def read_judgment_file(self, path: Path) -> CheckedJudgment:
        """Read and check the judgment in a file."""
        return self.rooms.preparing.judgments.read_file(path)

    def prepare(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None = None,
        rung_reason: str = "",
        again: str = "",
        as_draft: bool = False,
    ) -> PreparedNotice:
        """Number, render, sign and store the request of a judgment as `held`.

        rung: another rung of the checked ladder than the first that stands, with
        the reason. again: why a new notice is made although one exists; without it
        the existing one is returned. as_draft: stop before the centre's key, `drafted`,
        as it is done anyway where `[approval]` wants somebody to approve; `sign_drafts`
        goes on. Nothing is sent.
        """
        require_types(
            {
                "judgment": (judgment, Judgment),
                "rung": (rung, (Rung, type(None))),
                "rung_reason": (rung_reason, str),
                "again": (again, str),
                "as_draft": (as_draft, bool),
            }
        )
        stored = self.rooms.preparing.preparer.prepare(
            judgment, rung=rung, rung_reason=rung_reason, again=again, as_draft=as_draft
        )
        warnings = kept_remarks(self.parts.store, stored.number)
        return prepared_notice(stored, warnings)

    def told(self, notice: PreparedNotice) -> Receipt:
        """How a prepared notice stands; of a draft its hash as well."""
        store = self.parts.store
        receipt = receipt_of(store, store.get(notice.number))
        is_draft = notice.state is State.DRAFTED
        digest = self.parts.drafts.get(notice.number).sha256 if is_draft else ""
        return replace(receipt, warnings=notice.warnings, draft_sha256=digest)

    def ask_to_send(self, notice: PreparedNotice) -> Receipt:
        """Note that a draft is to be sent; who holds the key signs and queues it.

        It needs no key. A notice that is no draft any more is queued and not attempted.
        """
        require_types({"notice": (notice, PreparedNotice)})
        return self.rooms.approvals.signer.ask_to_send(notice.number)

    def approval_request(
        self,
        number: str,
        *,
        person: str,
        decision: Literal["approve", "reject"] = "approve",
        reason: str = "",
    ) -> ApprovalRequest:
        """What an enrolled person signs to approve or reject a draft.

        `to_sign` is for a key with a certificate (detached CMS), `challenge` for a
        passkey. `octets` comes back with the signature: see `approve`.
        """
        require_types({"number": (number, str), "person": (person, str)})
        return self.rooms.approvals.desk.request(
            number, person, decision=decision, reason=reason
        )

    def approve(
        self, octets: bytes, *, cms: bytes = b"", assertion: bytes = b""
    ) -> Receipt:
        """Take an approval or a rejection that was signed elsewhere.

        octets: of the request. cms: detached CMS in DER over `to_sign`. assertion:
        `assertion.json` (docs/formats.md, 5.3). Each refusal has a code of its own;
        then nothing is written. Nothing is signed or queued by this: see `sign_drafts`.
        """
        from notices.verifying.approval.statement import SignatureKind

        require_types(
            {
                "octets": (octets, bytes),
                "cms": (cms, bytes),
                "assertion": (assertion, bytes),
            }
        )
        if bool(cms) is bool(assertion):
            raise InputError("give either cms or assertion")
        kind = SignatureKind.CMS if cms else SignatureKind.ASSERTION
        return self.rooms.approvals.desk.take(octets, kind, cms or assertion)

    def sign_drafts(self) -> list[Receipt | NoticesError]:
        """Sign every draft that may go on: `held`, or `queued` where it is to be sent.

        Gives each one's receipt, or why it was not signed. What waits for an approval
        is passed over.
        """
        return list(self.rooms.approvals.signer.receipts())

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

    def remind(self, case_id: str) -> Receipt:
        """Ask the recipient of the standing request again: one attempt now.

        RefusedError with the reasons where it may not be asked again yet.
        """
        require_types({"case_id": (case_id, str)})
        return self._send(self.rooms.preparing.following.remind(case_id))

    def correct(self, judgment: Judgment, *, reason: str) -> Receipt:
        """Put right what was asked, by the changed judgment: one attempt now.

        It goes to whom the standing request went. reason: why, for the record.
        InputError if the judgment says what was said before.
        """
        require_types({"judgment": (judgment, Judgment), "reason": (reason, str)})
        return self._send(
            self.rooms.preparing.following.correct(judgment, reason=reason)
        )

    def _send(self, stored: StoredNotice) -> Receipt:
        warnings = kept_remarks(self.parts.store, stored.number)
        return self.send(prepared_notice(stored, warnings))

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
        require_types({"notice": (notice, PreparedNotice)})
        return await self.rooms.sender.asend(notice.number)

    async def asend_many(
        self, notices: Iterable[PreparedNotice]
    ) -> list[Receipt | NoticesError]:
        """`asend` for several at once: each one's receipt, or why nothing was sent."""
        asked = list(notices)
        for notice in asked:
            require_types({"notice": (notice, PreparedNotice)})
        return await self.rooms.sender.asend_many(each.number for each in asked)

    def work(
        self, *, ignore_backoff: bool = False, stop: Stop | None = None
    ) -> list[Receipt]:
        """Attempt everything that is due, once; nothing new once `stop` is set."""
        return self.rooms.sender.work(ignore_backoff=ignore_backoff, stop=stop)

    async def awork(self, *, ignore_backoff: bool = False) -> list[Receipt]:
        """`work` within an event loop."""
        import asyncio

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
        """Take a notice back, on record.

        What was not sent is never sent. A request that was sent, delivered, or may have
        arrived is taken back by a notice of its own: one attempt now. number: which,
        where the case has several; without it what waits behind the request is taken
        back with it.
        """
        require_types(
            {
                "case_id": (case_id, str),
                "reason": (reason, str),
                "number": (number, str),
            }
        )
        desk = self.rooms.preparing.following
        stored = desk.to_withdraw(case_id, number)
        if not desk.is_pending(stored):
            return self._send(desk.withdraw(stored, reason=reason))
        return self.rooms.decisions.withdraw(
            case_id, reason=reason, number=stored.number
        )

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work and stopped nothing, such as the inbox.

        As far as it was needed so far.
        """
        return (*self.parts.troubles, *self.rooms.troubles)

    def statuses(self, wanted: NoticeFilter | None = None) -> tuple[NoticeStatus, ...]:
        """Every notice and how its delivery stands, the oldest first.

        wanted: what narrows the list; page by page with its `limit` and `after`.
        """
        from notices.store import NoticeFilter

        store = self.parts.store
        return statuses_of(store, store.page(wanted or NoticeFilter()))

    def notices(
        self, states: Collection[State] = (), *, wanted: NoticeFilter | None = None
    ) -> tuple[NoticeStatus, ...]:
        """`statuses` of the notices in some states; none named: in any."""
        from notices.store import NoticeFilter

        return self.statuses(wanted or NoticeFilter(states=states))

    def status(self, case_id: str) -> tuple[NoticeStatus, ...]:
        """How the notices of one case stand, the oldest first; empty: there are none.

        It reads these notices only, however many others there are.
        """
        require_types({"case_id": (case_id, str)})
        store = self.parts.store
        return tuple(status_of(store, stored) for stored in store.find(case_id))

    def show(self, case_id: str) -> list[CaseRecord]:
        """The record of each notice of a case: documents, events, proofs.

        Where its texts were disposed of, `disposed` says when and by which rule.
        """
        from notices.site.ledger.showing import case_records

        store = self.parts.store
        disposed = store.ledger.disposals_of(case_id)
        return list(case_records(store, case_id, disposed))

    def record(self, facts: Sequence[Fact]) -> Recorded:
        """Take facts of cases in, all of them or none.

        A fact that is on record already is no fault and is not taken twice. InputError
        names each fault by its place, `facts[3].details.outcome`.
        """
        from notices.casework import Fact

        require_types({"facts": (facts, (list, tuple))})
        require_types({f"facts[{n}]": (fact, Fact) for n, fact in enumerate(facts)})
        return self.rooms.cases.desk.add(facts)

    def case(self, case_id: str) -> Case:
        """A case as its facts have it; InputError if nothing is known of it."""
        require_types({"case_id": (case_id, str)})
        return self.parts.casework.case(case_id)

    def cases(self, wanted: CaseFilter | None = None) -> tuple[CaseSummary, ...]:
        """The cases and how they stand, the oldest judgment first.

        wanted: what narrows the list; page by page with its `limit` and `after`.
        """
        from notices.store.casework import CaseFilter

        require_types({"wanted": (wanted, (CaseFilter, type(None)))})
        return self.rooms.cases.overview.cases(wanted or CaseFilter())

    def due(self, day: date | None = None, *, limit: int | None = None) -> list[Due]:
        """What is to be done by the close of a day in Japan, the oldest first.

        day: None is today.
        """
        require_types(
            {"day": (day, (date, type(None))), "limit": (limit, (int, type(None)))}
        )
        return self.rooms.cases.overview.due(day, limit=limit)

    def rehearse(self) -> list[Checkup]:
        """Sign as for real, have it judged, ask everybody; nothing is sent or kept."""
        return list(self.rooms.rehearsal.examine())

    def doctor(self) -> list[Checkup]:
        """What works and what does not, part by part."""
        return list(self.rooms.doctor.examine())
