"""What acts on the ledger of a site, each made of the parts that it uses.

A room loads when it is first needed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from notices.site import configured

if TYPE_CHECKING:
    from notices.errors import NoticesError
    from notices.site.ledger.auditing import SiteLedger
    from notices.site.ledger.own_checkpoints import OwnCheckpoints
    from notices.site.ledger.publishing import LogPublisher
    from notices.site.ledger.witnesses import WitnessDesk
    from notices.site.ledger.witnessing import CheckpointMailer
    from notices.site.parts import Parts


class LogRooms:
    """Opened when the first of them is used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work, as far as it was needed."""
        errors: list[NoticesError | None] = []
        if "ledger" in vars(self):
            errors += self.ledger.troubles
        if "own_checkpoints" in vars(self):
            errors.append(self.own_checkpoints.trouble)
        return tuple(filter(None, errors))

    @cached_property
    def ledger(self) -> SiteLedger:
        """The log: signed, proven, checked."""
        from notices.site.ledger.auditing import SiteLedger
        from notices.site.ledger.log_key import LogKeyFile

        section = self.parts.config.ledger
        key = LogKeyFile(
            path=self.parts.config.resolve(section.signing_key),
            origin=configured.log_origin(self.parts.config),
            ledger=self.parts.store.ledger,
        )

        return SiteLedger(
            store=self.parts.store,
            log_key=key,
            published=self.parts.checkpoint,
            open_desk=(lambda: self.parts.desk)
            if self.parts.config.signing.timestamp_urls
            else None,
            rollback=self.parts.rollback,
            witnesses=self.witnesses,
            clock=self.parts.clock,
        )

    @cached_property
    def witnesses(self) -> WitnessDesk:
        """Those outside who cosign checkpoints."""
        from notices.site.ledger.alarm import ForkAlarm
        from notices.site.ledger.configured_witnesses import witnesses_of
        from notices.site.ledger.witnesses import WitnessDesk

        alarm = ForkAlarm(
            store=self.parts.store,
            high_water=self.parts.high_water,
            rollback=self.parts.rollback,
        )
        witnesses, quorum = witnesses_of(self.parts.config.ledger)
        return WitnessDesk(
            witnesses=witnesses,
            quorum=quorum,
            ledger=self.parts.store.ledger,
            open_transport=lambda: self.parts.desk.authorities.transport,
            on_fork=alarm.ring,
            clock=self.parts.clock,
        )

    @cached_property
    def publisher(self) -> LogPublisher:
        """The log as static files."""
        from notices.site.ledger.publishing import LogPublisher

        return LogPublisher(ledger=self.ledger)

    @cached_property
    def checkpoint_mailer(self) -> CheckpointMailer:
        """Checkpoints by mail, for witnesses."""
        from notices.site.ledger.witnessing import CheckpointMailer

        return CheckpointMailer(
            center=self.parts.center,
            courier=self.parts.courier,
            relay_host=self.parts.config.smtp.host,
            desk=self.parts.desk,
            clock=self.parts.clock,
        )

    @cached_property
    def own_checkpoints(self) -> OwnCheckpoints:
        """Checkpoints that make themselves."""
        from notices.site.ledger.own_checkpoints import OwnCheckpoints

        return OwnCheckpoints(
            ledger=self.ledger,
            high_water=self.parts.high_water,
            is_shared=self.parts.store.queries.is_shared,
            clock=self.parts.clock,
        )
