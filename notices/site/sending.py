"""From `held` to the wire: queueing, attempts, and what they made of it."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from notices.config.mail_sections import WorkerSection
from notices.delivery import IllegalTransition, State
from notices.errors import NoticesError, TryLater
from notices.messages import Text
from notices.queue import (
    BeforeAttempt,
    Stop,
    Summary,
    WorkerSetup,
    deliver_one,
    work_once,
)
from notices.rules import Calendar
from notices.site import reserved, worker_settings
from notices.site.approval.draft_signer import DraftSigner
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.database.shared_clock import SharedClock
from notices.site.manual import ManualDesk, is_open
from notices.site.receipts import Receipt, receipt_of
from notices.site.signer.desk import SignerDesk
from notices.site.test_mode import SiteMode
from notices.smtp import Courier
from notices.store import MESSAGE, Store, StoredNotice

NOTES = {
    State.SENT: "sent before: nothing was sent now",
    State.DELIVERED: "sent and delivered before: nothing was sent now",
    State.BOUNCED: "sent before, and came back: nothing was sent now",
    State.FAILED: "refused before: nothing was sent now; see --again",
    State.WITHDRAWN: "withdrawn: nothing was sent; see --again",
    State.QUEUED: "waiting already: nothing was sent now; see notices work",
    State.DEFERRED: "waiting for its next try: nothing was sent now; see notices work",
    State.SENDING: "a worker is at it: nothing was sent now",
    State.IN_DOUBT: "may have arrived: nothing was sent now; look for it first",
}
"""What `send` says of a notice that it does not touch."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Queues what is held, and attempts what is due."""

    store: Store
    """The outbox."""
    desk: SignerDesk
    """Opens and judges the signer."""
    drafts: DraftSigner
    """Signs what is a draft still, where it may go on."""
    open_courier: Callable[[], Courier]
    """Gives a courier to the relay."""
    relay_host: str
    """Whom mail is given to."""
    manual: ManualDesk
    """Knows what does not go by mail."""
    worker: WorkerSection
    """How `notices work` goes about it."""
    calendar: Callable[[], Calendar]
    """Business days of the site."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    keep_checkpoint: Callable[[bool, bool], bool]
    """Seals the ledger where that is due: was something sent, is the work over."""
    clock: SharedClock
    """Tells the time, aware: the database's, where it has one of its own."""

    def send(self, number: str) -> Receipt:
        """Queue a held notice and make one attempt now; the outbox keeps the rest.

        A notice in any other state is left as it is, and the receipt says so. Hold,
        mode, signer and the way to the relay are judged before it is queued, so what
        is refused stays `held`; the mark is compared twice, as what was sent is in it
        only afterwards. The row is read before, in each transaction that changes it
        (queued, claimed, ended), and for the receipt. NoticesError within an event
        loop: see `asend`.
        """
        _require_no_loop("send")
        if left := self._left_alone(number):
            return left
        try:
            setup, note = self._queued(number)
        except IllegalTransition:
            return self._taken(number)
        if setup is not None:
            note = asyncio.run(self._attempt(setup, number))
        return self._told(number, note)

    async def asend(self, number: str) -> Receipt:
        """`send` within an event loop, which goes on meanwhile.

        Cancelled, it is broken off: `queued` if no octet of the mail was sent, else
        `in_doubt`, or what the server had said by then.
        """
        if left := await asyncio.to_thread(self._left_alone, number):
            return left
        try:
            setup, note = await asyncio.to_thread(self._queued, number)
        except IllegalTransition:
            return await asyncio.to_thread(self._taken, number)
        if setup is not None:
            try:
                note = await self._attempt(setup, number)
            except asyncio.CancelledError:
                await asyncio.shield(asyncio.to_thread(self._broken_off))
                raise
        return await asyncio.to_thread(self._told, number, note)

    def _broken_off(self) -> None:
        """Put in order what was broken off: this process lives, nobody else would."""
        with suppress(NoticesError):  # the next one who looks does it
            self.store.recover(self.clock())

    async def asend_many(self, numbers: Iterable[str]) -> list[Receipt | NoticesError]:
        """`asend` for several, so many at once as `[worker] concurrency` says.

        Gives for each, in its place, the receipt or why nothing was sent.
        """
        room = asyncio.Semaphore(self.worker.concurrency)

        async def one(number: str) -> Receipt | NoticesError:
            async with room:
                try:
                    return await self.asend(number)
                except NoticesError as error:
                    return error

        return list(await asyncio.gather(*map(one, numbers)))

    def _left_alone(self, number: str) -> Receipt | None:
        """What `send` says of a notice that it does not touch; None: it is to go."""
        stored = self.store.get(number)
        if stored.state is State.DRAFTED:
            self.drafts.ask_to_send(number)
            if waits := self.drafts.waits_for_approval(number):
                return receipt_of(self.store, self.store.get(number), waits.message)
            stored = self.drafts.sign(number)
        if is_open(stored):
            return self.manual.to_hand_over(stored)
        if stored.state is not State.HELD:
            return receipt_of(self.store, stored, NOTES[stored.state])
        self.rollback.require_none()
        self.high_water.keep()
        self.mode.require(stored)
        self._require_fit(stored)
        return None

    def _queued(self, number: str) -> tuple[WorkerSetup | None, str]:
        """Queue it; give what to attempt it with, or until when it waits.

        Relay, roots and password are opened before: ConfigError leaves it `held`.
        """
        setup = self._setup(before_attempt=None)
        until = self.opens_at()
        self.store.queue(number, now=self.clock())
        return (None, _waits(until)) if until else (setup, "")

    def _taken(self, number: str) -> Receipt:
        """What is said where somebody else queued it since this looked."""
        stored = self.store.get(number)
        return receipt_of(self.store, stored, NOTES.get(stored.state, ""))

    async def _attempt(self, setup: WorkerSetup, number: str) -> str:
        """Make one attempt; gives what is to be said of it.

        What `before_attempt` would ask was asked just now.
        """
        try:
            await deliver_one(setup, number)
        except TryLater as error:
            return error.message
        return await asyncio.to_thread(self._unstamped, number)

    def _told(self, number: str, note: str) -> Receipt:
        unkept = self.high_water.keep_quietly()
        with suppress(NoticesError):  # it is among the site's troubles
            self.keep_checkpoint(False, False)  # noqa: FBT003 - by the hour only
        return receipt_of(self.store, self.store.get(number), note or unkept)

    def work(
        self, *, ignore_backoff: bool = False, stop: Stop | None = None
    ) -> list[Receipt]:
        """Attempt everything that is due, once; once `stop` is set, nothing new."""
        _require_no_loop("work")
        summary = asyncio.run(
            work_once(self.setup(), ignore_backoff=ignore_backoff, stop=stop)
        )
        return list(self._receipts(summary))

    def waiting(self) -> int:
        """How many deliveries are due now."""
        is_test = self.mode.is_test
        return len(self.store.queries.waiting(self.clock(), is_test=is_test))

    def opens_at(self) -> datetime | None:
        """When mail may go again; None: now."""
        now = self.clock()
        opened = worker_settings.hours(self.worker, self.calendar).opens_at(now)
        return None if opened <= now else opened

    def setup(self) -> WorkerSetup:
        """What the worker works with, here; SetBack while the site is on hold."""
        self.rollback.require_none()
        return self._setup(before_attempt=self.recheck)

    def _setup(self, *, before_attempt: BeforeAttempt | None) -> WorkerSetup:
        return WorkerSetup(
            store=self.store,
            courier=self.open_courier(),
            clock=self.clock,
            jitter=random.random,
            before_attempt=before_attempt,
            schedule=worker_settings.schedule(self.worker),
            limits=worker_settings.limits(self.worker),
            hours=worker_settings.hours(self.worker, self.calendar),
            is_test=self.mode.is_test,
            keep=self._keep,
            note=self.high_water.note,
            checkpoint=self.keep_checkpoint,
        )

    def _keep(self) -> None:
        self.clock.refresh()
        self.high_water.keep()

    def recheck(self, number: str) -> None:
        """Judge mode and signer again: a mail may outlast its certificate.

        RefusedError if it must not go out any more, also for a name that is for
        examples only; the mail is not signed anew. TryLater for a test out of test mode
        and the reverse: the mode may change back.
        """
        self._require_fit(self.store.get(number))

    def _require_fit(self, stored: StoredNotice) -> None:
        if fault := self.mode.fault(stored):
            raise TryLater(Text("{fault}; nothing was sent", fault=fault))
        reserved.require_real(self.relay_host, stored.envelope)
        if sha256 := stored.signer_certificate_sha256:
            self.desk.require_deliverable(
                sha256, lambda: self.store.artifact(stored.number, MESSAGE)
            )

    def _unstamped(self, number: str) -> str:
        """That a wanted time stamp is missing, and why; empty if all is well."""
        for event in self.store.ledger.told(number):
            if reason := event.get("timestamp_missing"):
                return Text("without a time stamp: {reason}", reason=reason)
        return ""

    def _receipts(self, summary: Summary) -> Iterable[Receipt]:
        touched: dict[str, NoticesError | None] = {
            **dict.fromkeys(summary.recovered),
            **dict.fromkeys(summary.attempts),
            **summary.errors,
        }
        for number, error in touched.items():
            if number:
                note = error.message if error else ""
                yield receipt_of(self.store, self.store.get(number), note)


def _require_no_loop(name: str) -> None:
    """NoticesError where the call would stop an event loop that runs in this thread."""
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise NoticesError(
            Text(
                "{name}() was called within an event loop; nothing was sent", name=name
            ),
            hint=Text("await site.a{name}(...)", name=name),
        )


def _waits(until: datetime) -> str:
    moment = until.isoformat(timespec="minutes")
    return Text(
        "queued: nothing goes out before {moment}; `notices work --now` does it now",
        moment=moment,
    )
