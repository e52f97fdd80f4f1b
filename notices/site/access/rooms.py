"""What case systems reach over HTTP, each made of the parts that it uses.

Each loads when it is used: who only asks whether all is on hold needs nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from notices.site.ledger.kept_due import KeptByState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from notices.casework import Due
    from notices.judgment import Judgment, Rung
    from notices.site.access.facts import OwnFacts
    from notices.site.access.handing_in import HandInDesk
    from notices.site.access.holding import HoldDesk
    from notices.site.access.incoming import IncomingDesk
    from notices.site.access.linking import LinkDesk
    from notices.site.access.next_steps import NextStepDesk
    from notices.site.access.own_events import OwnEvents
    from notices.site.access.reading_once import CaseReading
    from notices.site.access.sending import SendDesk
    from notices.site.access.tokens import TokenDesk
    from notices.site.approval.people_desk import PeopleDesk
    from notices.site.casework.overview import CaseOverview
    from notices.site.casework.rooms import CaseRooms
    from notices.site.deciding import DecisionDesk
    from notices.site.doctor.checkup import Checkup
    from notices.site.parts import Parts
    from notices.site.preparing.rooms import PreparingRooms
    from notices.store import StoredNotice
    from notices.store.access import StoredHandIns, StoredTokens
    from notices.store.approval.stored import AlsoWrite
    from notices.store.console import StoredBundles

PREFIX = "token:"
_ENDS: KeptByState[str, str, datetime] = KeptByState()
"""By outbox; a certificate's hash names its end."""


class AccessRooms:
    """Opened when the first of them is used; for whoever the site was opened for."""

    def __init__(
        self,
        parts: Parts,
        *,
        open_preparing: Callable[[], PreparingRooms],
        open_cases: Callable[[], CaseRooms],
        open_decisions: Callable[[], DecisionDesk],
        open_people: Callable[[], PeopleDesk],
    ) -> None:
        self.parts = parts
        self._open_preparing = open_preparing
        self._open_cases = open_cases
        self._open_decisions = open_decisions
        self._open_people = open_people

    @property
    def owner(self) -> str:
        """The case system that acts; empty: it is none."""
        by = self.parts.store.by
        return by.removeprefix(PREFIX) if by.startswith(PREFIX) else ""

    @cached_property
    def stored_tokens(self) -> StoredTokens:
        """Tokens, in the database."""
        from notices.store.access import StoredTokens

        return StoredTokens(self.parts.store.engine, by=self.parts.store.by)

    @cached_property
    def tokens(self) -> TokenDesk:
        """Gives tokens and takes them back."""
        from notices.site.access.tokens import TokenDesk

        return TokenDesk(
            tokens=self.stored_tokens, by=self.parts.store.by, clock=self.parts.clock
        )

    @cached_property
    def holds(self) -> HoldDesk:
        """Stops everything, and lets it go on."""
        from notices.site.access.holding import HoldDesk
        from notices.store.console import StoredHolds

        store = self.parts.store
        return HoldDesk(
            holds=StoredHolds(store.engine, by=store.by), clock=self.parts.clock
        )

    @cached_property
    def bundles(self) -> StoredBundles:
        """Evidence bundles that were asked for."""
        from notices.store.console import StoredBundles

        store = self.parts.store
        return StoredBundles(store.engine, by=store.by)

    @cached_property
    def links(self) -> LinkDesk:
        """Gives links with which people make their passkeys."""
        from notices.site.access.linking import LinkDesk
        from notices.store.console import StoredLinks

        return LinkDesk(
            links=StoredLinks(self.parts.store.engine),
            people=self._open_people(),
            by=self.parts.store.by,
            clock=self.parts.clock,
        )

    @cached_property
    def hand_ins(self) -> StoredHandIns:
        """Whose cases are whose."""
        from notices.store.access import StoredHandIns

        return StoredHandIns(self.parts.store.engine)

    @cached_property
    def desk(self) -> HandInDesk:
        """Takes judgments."""
        from notices.site.access.handing_in import HandInDesk

        return HandInDesk(
            hand_ins=self.hand_ins,
            prepare=self._prepare,
            owner=self.owner,
            clock=self.parts.clock,
        )

    def _prepare(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None,
        rung_reason: str,
        again: str,
        also: AlsoWrite,
    ) -> StoredNotice:
        """Numbered and written, never signed: this process has no key."""
        from notices.store import StoredDrafts

        drafts = StoredDrafts(
            self.parts.store.engine, by=self.parts.store.by, also=also
        )
        preparer = replace(self._open_preparing().preparer, drafts=drafts)
        return preparer.prepare(
            judgment, rung=rung, rung_reason=rung_reason, again=again, as_draft=True
        )

    @cached_property
    def sending(self) -> SendDesk:
        """Hears that notices are to go out."""
        from notices.site.access.sending import SendDesk

        return SendDesk(
            store=self.parts.store,
            drafts=self.parts.drafts,
            hand_ins=self.hand_ins,
            mode=self.parts.mode,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            relay_host=self.parts.config.smtp.host,
            clock=self.parts.clock,
        )

    @cached_property
    def incoming(self) -> IncomingDesk:
        """What came into the mailbox; it is not opened here."""
        from notices.site.access.incoming import IncomingDesk
        from notices.store.console import StoredSettled

        store = self.parts.store
        return IncomingDesk(
            reports=self.parts.reports,
            casework=self.parts.casework,
            store=store,
            settled=StoredSettled(store.engine, by=store.by),
            clock=self.parts.clock,
            open_cases=lambda: self._open_cases().desk,
        )

    @cached_property
    def next_steps(self) -> NextStepDesk:
        """Reminders, further rungs, corrections, withdrawals: as drafts."""
        from notices.site.access.next_steps import NextStepDesk
        from notices.site.casework.settings import casework_policy

        preparing, cases = self._open_preparing(), self._open_cases()
        preparer = replace(preparing.preparer, stops_at_draft=True)
        return NextStepDesk(
            store=self.parts.store,
            cases=cases.as_sent,
            escalator=cases.escalator,
            following=replace(preparing.following, preparer=preparer),
            preparer=preparer,
            previewer=preparing.previewer,
            decisions=self._open_decisions(),
            read_case=preparing.judgments.read,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            policy=casework_policy(self.parts.config),
            clock=self.parts.clock,
        )

    def reading_once(self) -> CaseReading:
        """What the page of a case asks, over one reading: a new one for each page."""
        from notices.site.access.reading_once import reading_once

        return reading_once(self.overview, self.next_steps)

    @cached_property
    def facts(self) -> OwnFacts:
        """Takes facts."""
        from notices.site.access.facts import OwnFacts

        return OwnFacts(
            casework=self.parts.casework,
            hand_ins=self.hand_ins,
            catalogue=self.parts.catalogue,
            high_water=self.parts.high_water,
            owner=self.owner,
            clock=self.parts.clock,
        )

    @cached_property
    def events(self) -> OwnEvents:
        """Reads the ledger."""
        from notices.site.access.own_events import OwnEvents

        return OwnEvents(
            hand_ins=self.hand_ins, ledger=self.parts.store.ledger, owner=self.owner
        )

    @cached_property
    def overview(self) -> CaseOverview:
        """Cases looked at; the centre's key is not opened for it."""
        from notices.site.casework.overview import CaseOverview
        from notices.site.ledger.kept_due import KEPT_DUE

        return CaseOverview(
            store=self.parts.store,
            casework=self.parts.casework,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            approvals=self.parts.approvals,
            kept=KEPT_DUE,
            certificate_end=self.certificate_end,
            clock=self.parts.clock,
        )

    def checkups(self) -> list[Checkup]:
        """What works and what does not, as far as it is seen without the key."""
        from notices.site.doctor.keyless import examine_without_key

        return list(examine_without_key(self.parts, self.certificate_end))

    def certificate_end(self) -> datetime | None:
        """Of the certificate that signed last, which its mail holds: no key is here."""
        from notices.site.signer.by_certificate import public_half
        from notices.store import MESSAGE

        store = self.parts.store
        if (newest := store.queries.newest_signed()) is None:
            return None
        number, sha256 = newest

        def end() -> datetime:
            signed = public_half(store.artifact(number, MESSAGE), sha256)
            return signed.certificate.not_valid_after_utc

        return _ENDS.get(str(store.engine.url), lambda: sha256, end)

    def own_due(self, found: list[Due]) -> list[Due]:
        """What is due of the case system's own cases."""
        own = self.hand_ins.owned({one.case_id for one in found}, self.owner)
        return [one for one in found if one.case_id in own]
