"""What the configuration of a site leads to, opened when it is first used.

A part loads when it is first needed: a preview does without pyHanko and without the
store.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from notices.files.asking import is_there
from notices.site import configured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from notices.catalogue import Catalogue
    from notices.config import Config
    from notices.errors import NoticesError
    from notices.inbox.mailbox import Mailbox
    from notices.inbox.reports import InboundReports
    from notices.letters import Templates
    from notices.notice import Center
    from notices.rules import Calendar, RecipientEntry
    from notices.site.approval.grounds import GroundSources
    from notices.site.database.copies import Judge
    from notices.site.database.high_water import HighWater
    from notices.site.database.rollback import Rollback
    from notices.site.signer.desk import SignerDesk
    from notices.site.signer.key_ring import KeyRing
    from notices.site.test_mode import SiteMode
    from notices.smtp import SmtpCourier
    from notices.store import (
        ApprovalRule,
        KeptEngines,
        Store,
        StoredApprovals,
        StoredDrafts,
        StoredPeople,
    )
    from notices.store.casework import StoredCasework


class Parts:
    """The parts of a site that its rooms are made of."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], datetime],
        *,
        by: str = "",
        engines: KeptEngines | None = None,
    ) -> None:
        self._engines = engines
        self.config = config
        self.clock = clock
        self.by = by
        """Who acts; empty: the system user."""

    def close(self) -> None:
        """Close what was opened."""
        if "store" in vars(self):
            self.store.close()

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work, as far as it was looked for."""
        opened = vars(self)
        return (
            *(self.rollback.troubles if "rollback" in opened else ()),
            *(self.desk.troubles if "desk" in opened else ()),
        )

    @cached_property
    def catalogue(self) -> Catalogue:
        """Categories and statutes by date, with the site's standing reasons."""
        return configured.catalogue_of(self.config)

    @cached_property
    def directory(self) -> Mapping[str, RecipientEntry]:
        """The entries of `recipients.toml`."""
        return configured.open_directory(self.config)

    @cached_property
    def templates(self) -> Templates:
        """The site's templates before the ones that came with the program."""
        return configured.open_templates(self.config)

    @cached_property
    def center(self) -> Center:
        """Who asks."""
        return configured.center_of(self.config)

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
        from notices.site.acting import system_user
        from notices.store import Store

        config = self.config
        return Store.open(
            configured.own_outbox_url(config),
            by=self.by or system_user(),
            origin=configured.log_origin(config),
            approval=self.approval_rule,
            engines=self._engines,
            now=self.clock(),
        )

    @cached_property
    def approval_rule(self) -> ApprovalRule:
        """What `[approval]` says, and what approvals are judged with."""
        from notices.site.approval.rule import rule_of

        return rule_of(self.config, self.grounds, lambda: self.calendar)

    @cached_property
    def grounds(self) -> GroundSources:
        """What drafts rest on, read anew at each look."""
        from notices.site.approval.grounds import sources_of

        return sources_of(self.config)

    @cached_property
    def people(self) -> StoredPeople:
        """Who is enrolled."""
        from notices.store import StoredPeople

        return StoredPeople(self.store.engine, by=self.store.by)

    @cached_property
    def approvals(self) -> StoredApprovals:
        """What people signed."""
        from notices.store import StoredApprovals

        return StoredApprovals(self.store.engine)

    @cached_property
    def drafts(self) -> StoredDrafts:
        """What is written and not signed yet."""
        from notices.store import StoredDrafts

        return StoredDrafts(self.store.engine, by=self.store.by)

    @cached_property
    def reports(self) -> InboundReports:
        """The mails that came in as evidence."""
        from notices.inbox.reports import InboundReports

        return InboundReports(self.store.engine)

    @cached_property
    def ring(self) -> KeyRing:
        """The keys, each opened when it is needed."""
        from notices.site.signer.key_ring import KeyRing

        return KeyRing(self.config)

    @cached_property
    def desk(self) -> SignerDesk:
        """Opens and judges the signer."""
        from notices.site.signer.desk import SignerDesk

        return SignerDesk(self.config, self.clock, self.ring)

    @cached_property
    def calendar(self) -> Calendar:
        """Business days: the program's years, and those of `[calendar] file`."""
        from notices.site.casework.settings import calendar_of

        return calendar_of(self.config)

    @cached_property
    def casework(self) -> StoredCasework:
        """Facts and cases."""
        from notices.store.casework import StoredCasework

        return StoredCasework(self.store.engine, by=self.store.by)

    @property
    def courier(self) -> SmtpCourier:
        """A new courier: one SMTP attempt at a time to the relay."""
        from notices.smtp import Reuse, SmtpCourier

        return SmtpCourier(
            configured.relay_of(self.config), Reuse(kept=self.config.worker.concurrency)
        )

    def open_courier(self) -> SmtpCourier:
        """The same for what goes out now: ConfigError if no token command can run."""
        courier = self.courier
        courier.require_runnable()
        return courier

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
        from notices.site.database.rollback import Rollback

        return Rollback(
            store=self.store,
            high_water=self.high_water,
            checkpoint=self.checkpoint,
            mailbox=self.config.center.mailbox,
            # whoever looks at no copy need not load what reads mails, and what signs
            open_archive=self._open_archive,
            open_judge=self._open_judge,
        )

    def _open_archive(self, **how: float) -> AbstractContextManager[Mailbox | None]:
        """The mailbox with our copies; None if no archive or no inbox is configured."""
        if not (self.config.archive.mailbox and self.config.inbox.url):
            return nullcontext()  # most sites: no client of mailboxes is loaded
        from notices.site.mailboxes import open_archive

        return open_archive(self.config, **how)

    def _open_judge(self, *, must_open: bool = False) -> Judge:
        from notices.site.database.copies import Judge

        return Judge(self.store, self.desk, self.mode, self.clock, must_open=must_open)

    @property
    def checkpoint(self) -> Path:
        """Where the last checkpoint is published, beside the site."""
        return self.config.resolve(self.config.ledger.checkpoint)

    def signs_of_work(self) -> tuple[Path, ...]:
        """Files that a site has only once it has worked."""
        from notices.site.database.mark_file import lock_of

        key = self.config.resolve(self.config.ledger.signing_key)
        mark = self.config.resolve(self.config.outbox.high_water_mark)
        lock = (
            () if is_there(mark) else (lock_of(mark),)
        )  # one that is there tells more
        return (key, key.with_suffix(".pub"), *lock)
