"""What acts in a site, each made of the parts that it uses.

Nothing but `Site` holds all of them; a room loads when it is first needed.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from notices.site import configured

if TYPE_CHECKING:
    from datetime import datetime

    from notices.errors import NoticesError
    from notices.site.access.rooms import AccessRooms
    from notices.site.approval.rooms import ApprovalRooms
    from notices.site.casework.rooms import CaseRooms
    from notices.site.database.moving import SiteDatabase
    from notices.site.database.reconcile import Reconciler
    from notices.site.database.shared_clock import SharedClock
    from notices.site.deciding import DecisionDesk
    from notices.site.disposal.disposer import Disposer
    from notices.site.doctor.doctor import Doctor
    from notices.site.doctor.rehearsal import Rehearsal
    from notices.site.exporting import Exporter
    from notices.site.ledger.rooms import LogRooms
    from notices.site.manual import ManualDesk
    from notices.site.parts import Parts
    from notices.site.preparing.rooms import PreparingRooms
    from notices.site.receiving import InboxReader
    from notices.site.sending import Sender
    from notices.site.service.run import WorkerService
    from notices.site.signer.requesting import KeyDesk
    from notices.site.web_forms.handover import BulkDesk


class Rooms:
    """The rooms of a site, opened when they are first used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @cached_property
    def preparing(self) -> PreparingRooms:
        """From judgments to notices: requests, and what follows them."""
        from notices.site.preparing.rooms import PreparingRooms

        return PreparingRooms(self.parts, open_gate=lambda: self.cases.gate)

    @cached_property
    def approvals(self) -> ApprovalRooms:
        """Two pairs of eyes: drafts, people, approvals."""
        from notices.site.approval.rooms import ApprovalRooms

        return ApprovalRooms(self.parts)

    @cached_property
    def keys(self) -> KeyDesk:
        """New keys, and the certificates for them."""
        from notices.site.signer.requesting import KeyDesk

        return KeyDesk(
            config=self.parts.config, desk=self.parts.desk, clock=self.parts.clock
        )

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """Everything as for real, and nothing is sent."""
        from notices.signing import PdfLevel
        from notices.site.doctor.rehearsal import Rehearsal

        config = self.parts.config
        return Rehearsal(
            desk=self.parts.desk,
            center=self.parts.center,
            templates=self.parts.templates,
            letter_settings=configured.letter_settings(config),
            pdf_level=PdfLevel(config.signing.pdf_level),
            open_relay=partial(configured.relay_of, config),
            clock=self.parts.clock,
        )

    @cached_property
    def doctor(self) -> Doctor:
        """What works and what does not."""
        from notices.site.doctor.doctor import Doctor

        return Doctor(
            parts=self.parts,
            clock_trouble=self.clock_trouble,
            on_hold=self._on_hold,
            people=lambda: self.approvals.people,
        )

    def _on_hold(self) -> str:
        return self.access.holds.words()

    @cached_property
    def manual(self) -> ManualDesk:
        """Requests that do not go by mail."""
        from notices.site.manual import ManualDesk

        return ManualDesk(
            store=self.parts.store,
            mode=self.parts.mode,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            clock=self.parts.clock,
        )

    @cached_property
    def bulk(self) -> BulkDesk:
        """Many requests to one web form."""
        from notices.site.web_forms.handover import BulkDesk

        return BulkDesk(
            store=self.parts.store,
            manual=self.manual,
            directory=self.parts.directory,
        )

    @cached_property
    def sender(self) -> Sender:
        """From `held` to the wire."""
        from notices.site.sending import Sender

        return Sender(
            store=self.parts.store,
            desk=self.parts.desk,
            open_courier=self.parts.open_courier,
            drafts=self.approvals.signer,
            relay_host=self.parts.config.smtp.host,
            manual=self.manual,
            worker=self.parts.config.worker,
            calendar=lambda: self.parts.calendar,
            mode=self.parts.mode,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            keep_checkpoint=self._keep_checkpoint,
            clock=self.shared_clock,
        )

    def _keep_checkpoint(self, has_sent: bool, is_over: bool) -> bool:
        return self.log.own_checkpoints.keep(has_sent=has_sent, is_over=is_over)

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work, as far as it was needed."""
        errors: list[NoticesError | None] = []
        if "log" in vars(self):
            errors += self.log.troubles
        if "shared_clock" in vars(self):
            errors.append(self.shared_clock.trouble())
        return tuple(filter(None, errors))

    def clock_trouble(self) -> NoticesError | None:
        """That this machine's clock and the database's are apart."""
        return self.shared_clock.trouble()

    @cached_property
    def shared_clock(self) -> SharedClock:
        """The clock of what is due, the same on all machines."""
        from notices.site.database.shared_clock import SharedClock

        return SharedClock(store=self.parts.store, own=self.parts.clock)

    @cached_property
    def worker_service(self) -> WorkerService:
        """The worker, until it is told to stop."""
        from notices.site.service.run import WorkerService

        return WorkerService(
            sender=self.sender,
            queries=self.parts.store.queries,
            metrics=self.parts.config.worker.metrics,
            certificate_end=self._certificate_end,
            overdue=self.cases.overview.overdue,
            on_hold=self._on_hold,
            clock=self.parts.clock,
        )

    @cached_property
    def inbox(self) -> InboxReader:
        """What comes into the mailbox."""
        from notices.site.mailboxes import open_mailbox
        from notices.site.receiving import InboxReader

        return InboxReader(
            open_mailbox=partial(open_mailbox, self.parts.config),
            reports=self.parts.reports,
            high_water=self.parts.high_water,
            poll=self.parts.config.inbox.poll,
            clock=self.parts.clock,
        )

    @cached_property
    def decisions(self) -> DecisionDesk:
        """What operators decide."""
        from notices.site.deciding import DecisionDesk

        return DecisionDesk(
            store=self.parts.store,
            reports=self.parts.reports,
            high_water=self.parts.high_water,
            clock=self.shared_clock,
        )

    @cached_property
    def cases(self) -> CaseRooms:
        """The life of cases."""
        from notices.site.casework.rooms import CaseRooms

        return CaseRooms(
            self.parts,
            certificate_end=self._certificate_end,
            cosigned=lambda: self.log.witnesses.newest_cosigned(),  # noqa: PLW0108 - opened late
        )

    @cached_property
    def access(self) -> AccessRooms:
        """Case systems over HTTP."""
        from notices.site.access.rooms import AccessRooms

        return AccessRooms(
            self.parts,
            open_preparing=lambda: self.preparing,
            open_cases=lambda: self.cases,
            open_decisions=lambda: self.decisions,
            open_people=lambda: self.approvals.people,
        )

    @cached_property
    def disposer(self) -> Disposer:
        """Removes what the law of retention lets go."""
        from notices.site.disposal.wiring import make_disposer

        return make_disposer(self.parts)

    @cached_property
    def log(self) -> LogRooms:
        """The ledger, and the log as others see it."""
        from notices.site.ledger.rooms import LogRooms

        return LogRooms(self.parts)

    @cached_property
    def exporter(self) -> Exporter:
        """Evidence bundles."""
        from notices.site.exporting import Exporter

        return Exporter(
            store=self.parts.store,
            reports=self.parts.reports,
            approvals=self.parts.approvals,
            desk=self.parts.desk,
            ledger=self.log.ledger,
            mailbox=self.parts.config.center.mailbox,
            timestamp_urls=self.parts.config.signing.timestamp_urls,
            clock=self.parts.clock,
        )

    @cached_property
    def database(self) -> SiteDatabase:
        """The database as a whole: moved, copied."""
        from notices.site.database.moving import SiteDatabase

        return SiteDatabase(
            store=self.parts.store,
            url=self._outbox_url(self.parts.config.outbox.url),
            resolve=self._outbox_url,
            taken_by=partial(configured.taken_by, self.parts.config),
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            clock=self.parts.clock,
        )

    @cached_property
    def reconciler(self) -> Reconciler:
        """A restored database, compared."""
        from notices.site.database.reconcile import Reconciler

        return Reconciler(
            store=self.parts.store,
            reports=self.parts.reports,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            mode=self.parts.mode,
            mailbox=self.parts.config.center.mailbox,
            dispose_again=self.disposer.again_and_clear,
            clock=self.parts.clock,
        )

    def _outbox_url(self, url: str) -> str:
        return configured.outbox_url(self.parts.config, url)

    def _certificate_end(self) -> datetime:
        key = self.parts.ring.current(self.parts.clock()).key
        return key.certificate.not_valid_after_utc
