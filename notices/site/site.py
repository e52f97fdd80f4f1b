"""An open site: each part is opened when it is first used.

Nothing but `Site` holds all parts; what acts is made here of what it uses. A room
loads when it is first needed: a preview does without pyHanko and without the store.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from notices.codec import load_catalogue, read_judgment
from notices.config import Config, load_config
from notices.errors import InputError, NoticesError
from notices.messages import Text
from notices.site import parts
from notices.site.receipts import PreparedNotice, Receipt, prepared_notice, receipt_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from types import TracebackType

    from notices.catalogue import Catalogue, CheckedJudgment
    from notices.delivery import State
    from notices.inbox.reports import InboundReports
    from notices.judgment import Judgment, Rung
    from notices.letters import Templates
    from notices.notice import Center
    from notices.rules import RecipientEntry
    from notices.site.database.high_water import HighWater
    from notices.site.database.moving import SiteDatabase
    from notices.site.database.reconcile import Reconciler
    from notices.site.database.rollback import Rollback
    from notices.site.deciding import DecisionDesk
    from notices.site.doctor.checkup import Checkup
    from notices.site.exporting import Exporter
    from notices.site.ledger.auditing import SiteLedger
    from notices.site.ledger.witnessing import CheckpointMailer
    from notices.site.manual import ManualDesk
    from notices.site.preparing.composer import Composer
    from notices.site.preparing.preparer import Preparer
    from notices.site.preparing.previewer import Previewer
    from notices.site.receiving import InboxReader
    from notices.site.sending import Sender
    from notices.site.service.run import WorkerService
    from notices.site.signer.desk import SignerDesk
    from notices.site.test_mode import SiteMode
    from notices.smtp import SmtpCourier
    from notices.store import Decision, Store


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

    @classmethod
    def open(
        cls, path: str | Path, *, clock: Callable[[], datetime] = read_clock
    ) -> Self:
        """Open the site of a `notices.toml`, or of the folder that holds one."""
        return cls(load_config(Path(path)), clock=clock)

    def close(self) -> None:
        """Close what was opened."""
        if "store" in vars(self):
            self.store.close()

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
        path = parts.case_path(self.config, case_id)
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
        return read_judgment(text, self.catalogue)

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
        stored = self.preparer.prepare(
            judgment, rung=rung, rung_reason=rung_reason, again=again
        )
        return prepared_notice(stored)

    def send(self, notice: PreparedNotice) -> Receipt:
        """Queue a prepared notice and make one attempt now."""
        return self.sender.send(notice.number)

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
        return self.manual.submitted(case_id, reference=reference, at=at, number=number)

    def work(self, *, ignore_backoff: bool = False) -> list[Receipt]:
        """Attempt everything that is due, once."""
        return self.sender.work(ignore_backoff=ignore_backoff)

    def resolve(
        self, case_id: str, decision: Decision, *, reason: str, number: str = ""
    ) -> Receipt:
        """Settle a doubt that evidence cannot settle, on record.

        number: which notice, where several of the case are in doubt.
        """
        return self.decisions.resolve(case_id, decision, reason=reason, number=number)

    def withdraw(self, case_id: str, *, reason: str, number: str = "") -> Receipt:
        """Take a notice back that was not sent, on record."""
        return self.decisions.withdraw(case_id, reason=reason, number=number)

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work and stopped nothing, such as the inbox.

        As far as it was needed so far.
        """
        return self.rollback.troubles if "rollback" in vars(self) else ()

    def notices(self, states: Collection[State] = ()) -> list[dict[str, Any]]:
        """Every notice and how its delivery stands, the oldest first."""
        return [
            {
                **receipt_of(self.store, stored).to_json(),
                "form": stored.form,
                "date": stored.letter_date.isoformat(),
                "attempts": stored.attempts,
                "next_attempt_at": stored.next_attempt_at
                and stored.next_attempt_at.isoformat(),
            }
            for stored in self.store.list(states)
        ]

    def show(self, case_id: str) -> list[dict[str, Any]]:
        """The record of each notice of a case: documents, events, proofs."""
        from notices.site.receiving import reports_json

        return [
            {**record, "reports": reports_json(self.reports.of(stored.number))}
            for stored, record in self.ledger.records(case_id)
        ]

    def doctor(self) -> list[Checkup]:
        """What works and what does not, part by part."""
        from notices.site.doctor import examination as parts_tried
        from notices.site.doctor.addresses import examine_addresses
        from notices.site.doctor.checkup import guard
        from notices.site.doctor.inbox import examine_inbox
        from notices.site.doctor.signing import examine_signing
        from notices.site.doctor.worker import examine_worker

        config, now = self.config, self.clock()
        database = guard("database", lambda: parts_tried.count_notices(self.store))
        return [
            guard("configuration", lambda: f"{config.path} is in order"),
            guard(
                "catalogue",
                lambda: parts_tried.usable_categories(self.catalogue, now.date()),
            ),
            guard("recipients", lambda: f"{len(self.directory)} entries"),
            *examine_addresses(config, lambda: self.directory),
            guard(
                "cases",
                lambda: parts_tried.count_cases(config.resolve(config.cases.directory)),
            ),
            *parts_tried.examine_templates(lambda: self.templates),
            *examine_signing(self.desk, config.signing, now),
            database,
            *parts_tried.examine_newness(
                lambda: self.store, self._signs_of_work(), database
            ),
            guard("smtp", lambda: parts_tried.greeting(parts.relay_of(config))),
            *examine_inbox(
                config,
                lambda: self.reports,
                lambda: self.rollback,
                database=database,
            ),
            *examine_worker(config.worker, self.mode, now),
        ]

    # what the configuration leads to

    @cached_property
    def catalogue(self) -> Catalogue:
        """Categories and statutes by date."""
        return load_catalogue()

    @cached_property
    def directory(self) -> Mapping[str, RecipientEntry]:
        """The entries of `recipients.toml`."""
        return parts.open_directory(self.config)

    @cached_property
    def templates(self) -> Templates:
        """The site's templates before the ones that came with the program."""
        return parts.open_templates(self.config)

    @cached_property
    def center(self) -> Center:
        """Who asks."""
        return parts.center_of(self.config)

    @cached_property
    def mode(self) -> SiteMode:
        """Real, or a test."""
        from notices.site.test_mode import SiteMode

        return SiteMode(
            address=self.config.test.address, real_pattern=self.config.numbering.pattern
        )

    @cached_property
    def store(self) -> Store:
        """The outbox, created on first use."""
        from notices.store import Store

        return Store.open(parts.own_outbox_url(self.config))

    @cached_property
    def reports(self) -> InboundReports:
        """The mails that came in as evidence."""
        from notices.inbox.reports import InboundReports

        return InboundReports(self.store.engine)

    @cached_property
    def desk(self) -> SignerDesk:
        """Opens and judges the signer."""
        from notices.site.signer.desk import SignerDesk

        return SignerDesk(self.config, self.clock)

    @property
    def courier(self) -> SmtpCourier:
        """A new courier: one SMTP attempt at a time to the relay."""
        from notices.smtp import Reuse, SmtpCourier

        return SmtpCourier(
            parts.relay_of(self.config), Reuse(kept=self.config.worker.concurrency)
        )

    @cached_property
    def high_water(self) -> HighWater:
        """The mark beside the site: what the database had reached."""
        from notices.site.database.high_water import HighWater

        name = self.config.outbox.high_water_mark

        return HighWater(
            path=self.config.resolve(name) if name else None,
            store=self.store,
            clock=self.clock,
        )

    @cached_property
    def rollback(self) -> Rollback:
        """Tells whether the database was set back."""
        from notices.site.database.copies import Judge
        from notices.site.database.rollback import Rollback
        from notices.site.mailboxes import open_archive

        return Rollback(
            store=self.store,
            high_water=self.high_water,
            checkpoint=self._checkpoint,
            mailbox=self.config.center.mailbox,
            open_archive=partial(open_archive, self.config),
            open_judge=partial(Judge, self.store, self.desk, self.mode, self.clock),
        )

    # what acts, each made of what it uses

    @cached_property
    def composer(self) -> Composer:
        """From a judgment to its notice."""
        from notices.site.preparing.composer import Composer

        return Composer(
            catalogue=self.catalogue,
            center=self.center,
            directory=self.directory,
            attachments=self.config.forms.attachments,
            mode=self.mode,
        )

    @cached_property
    def previewer(self) -> Previewer:
        """Letters and mails as they would go out."""
        from notices.site.preparing.previewer import Previewer

        return Previewer(
            composer=self.composer,
            templates=self.templates,
            letter_settings=parts.letter_settings(self.config),
            archive_mailbox=self.config.archive.mailbox,
            relay_host=self.config.smtp.host,
            clock=self.clock,
        )

    @cached_property
    def preparer(self) -> Preparer:
        """From a judgment to a signed notice, `held`."""
        from notices.signing import PdfLevel
        from notices.site.preparing.preparer import Preparer

        return Preparer(
            store=self.store,
            desk=self.desk,
            composer=self.composer,
            templates=self.templates,
            letter_settings=parts.letter_settings(self.config),
            pdf_level=PdfLevel(self.config.signing.pdf_level),
            archive_mailbox=self.config.archive.mailbox,
            relay_host=self.config.smtp.host,
            mode=self.mode,
            rollback=self.rollback,
            high_water=self.high_water,
            clock=self.clock,
        )

    @cached_property
    def manual(self) -> ManualDesk:
        """Requests that do not go by mail."""
        from notices.site.manual import ManualDesk

        return ManualDesk(
            store=self.store,
            mode=self.mode,
            rollback=self.rollback,
            high_water=self.high_water,
            clock=self.clock,
        )

    @cached_property
    def sender(self) -> Sender:
        """From `held` to the wire."""
        from notices.site.sending import Sender

        return Sender(
            store=self.store,
            desk=self.desk,
            open_courier=lambda: self.courier,
            relay_host=self.config.smtp.host,
            manual=self.manual,
            worker=self.config.worker,
            mode=self.mode,
            rollback=self.rollback,
            high_water=self.high_water,
            clock=self.clock,
        )

    @cached_property
    def worker_service(self) -> WorkerService:
        """The worker, until it is told to stop."""
        from notices.site.service.run import WorkerService

        return WorkerService(
            sender=self.sender,
            queries=self.store.queries,
            metrics=self.config.worker.metrics,
            certificate_end=self._certificate_end,
            clock=self.clock,
        )

    @cached_property
    def inbox(self) -> InboxReader:
        """What comes into the mailbox."""
        from notices.site.mailboxes import open_mailbox
        from notices.site.receiving import InboxReader

        return InboxReader(
            open_mailbox=partial(open_mailbox, self.config),
            reports=self.reports,
            high_water=self.high_water,
            poll=self.config.inbox.poll,
            clock=self.clock,
        )

    @cached_property
    def decisions(self) -> DecisionDesk:
        """What operators decide."""
        from notices.site.deciding import DecisionDesk

        return DecisionDesk(
            store=self.store,
            reports=self.reports,
            high_water=self.high_water,
            clock=self.clock,
        )

    @cached_property
    def ledger(self) -> SiteLedger:
        """The log: signed, proven, checked."""
        from notices.site.ledger.auditing import SiteLedger
        from notices.site.ledger.log_key import LogKeyFile, log_origin

        section = self.config.ledger
        key = LogKeyFile(
            path=self.config.resolve(section.signing_key),
            origin=log_origin(section.origin, self.config.center.mailbox),
            ledger=self.store.ledger,
        )

        return SiteLedger(
            store=self.store,
            log_key=key,
            published=self._checkpoint,
            open_stamper=(lambda: self.desk.stampers)
            if self.config.signing.timestamp_urls
            else None,
            rollback=self.rollback,
            clock=self.clock,
        )

    @cached_property
    def checkpoint_mailer(self) -> CheckpointMailer:
        """Checkpoints by mail, for witnesses."""
        from notices.site.ledger.witnessing import CheckpointMailer

        return CheckpointMailer(
            center=self.center,
            courier=self.courier,
            relay_host=self.config.smtp.host,
            desk=self.desk,
            clock=self.clock,
        )

    @cached_property
    def exporter(self) -> Exporter:
        """Evidence bundles."""
        from notices.site.exporting import Exporter

        return Exporter(
            store=self.store,
            reports=self.reports,
            desk=self.desk,
            ledger=self.ledger,
            timestamp_urls=self.config.signing.timestamp_urls,
            clock=self.clock,
        )

    @cached_property
    def database(self) -> SiteDatabase:
        """The database as a whole: moved, copied."""
        from notices.site.database.moving import SiteDatabase

        return SiteDatabase(
            store=self.store,
            url=self._outbox_url(self.config.outbox.url),
            resolve=self._outbox_url,
            taken_by=partial(parts.taken_by, self.config),
            rollback=self.rollback,
            high_water=self.high_water,
            clock=self.clock,
        )

    @cached_property
    def reconciler(self) -> Reconciler:
        """A restored database, compared."""
        from notices.site.database.reconcile import Reconciler

        return Reconciler(
            store=self.store,
            reports=self.reports,
            rollback=self.rollback,
            high_water=self.high_water,
            mode=self.mode,
            mailbox=self.config.center.mailbox,
            clock=self.clock,
        )

    @property
    def _checkpoint(self) -> Path:
        """Where the last checkpoint is published, beside the site."""
        return self.config.resolve(self.config.ledger.checkpoint)

    def _signs_of_work(self) -> tuple[Path, ...]:
        """Files that a site has only once it has worked."""
        from notices.site.database.mark_file import lock_of

        key = self.config.resolve(self.config.ledger.signing_key)
        mark = self.config.resolve(self.config.outbox.high_water_mark)
        lock = () if mark.exists() else (lock_of(mark),)  # one that is there tells more
        return (key, key.with_suffix(".pub"), *lock)

    def _outbox_url(self, url: str) -> str:
        return parts.outbox_url(self.config, url)

    def _certificate_end(self) -> datetime:
        return self.desk.key(self.clock()).certificate.not_valid_after_utc
