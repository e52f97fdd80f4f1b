"""Saying that a notice is to go out, without the centre's key.

What is drafted is marked: whoever signs it queues it then. What is signed is queued;
the worker judges signer and case again before each attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notices.delivery import State
from notices.errors import RefusedError
from notices.messages import Text
from notices.rules import Channel
from notices.site import reserved
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.test_mode import SiteMode
from notices.store import Store, StoredDrafts, StoredNotice
from notices.store.access import StoredHandIns

OVER = frozenset({State.FAILED, State.WITHDRAWN, State.BOUNCED})
"""States in which asking to send is asking for something else."""


@dataclass(frozen=True, kw_only=True)
class SendDesk:
    """Hears that notices are to go out."""

    store: Store
    """The outbox."""
    drafts: StoredDrafts
    """Its drafts."""
    hand_ins: StoredHandIns
    """Whose cases are whose."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    relay_host: str
    """Whom mail is given to."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def ask(self, number: str) -> bool:
        """Note that a notice is to go out; False: that was said before, or it was sent.

        RefusedError for what goes out by hand, is over, or may not go out now.
        """
        stored = self.store.get(number)
        if stored.state in OVER:
            raise RefusedError(
                Text("{number} is {state}", number=number, state=stored.state),
                hint="hand the judgment in again, with `again` and a reason",
            )
        if not self._is_open(stored):
            return False
        self._require_fit(stored)
        if stored.state is State.DRAFTED:
            self.hand_ins.ask_to_send(stored, by=self.store.by, now=self.clock())
        else:
            self.store.queue(number, now=self.clock())
        self.high_water.keep_quietly()
        return True

    def _is_open(self, stored: StoredNotice) -> bool:
        if stored.state is State.DRAFTED:
            return self.drafts.get(stored.number).send_asked_at is None
        return stored.state is State.HELD

    def _require_fit(self, stored: StoredNotice) -> None:
        if stored.channel is not Channel.SMTP:
            raise RefusedError(
                Text(
                    "{number} goes by {channel}: it is handed over by hand",
                    number=stored.number,
                    channel=stored.channel,
                ),
                hint="`submission` of the notice says what to hand over; then type: "
                "notices submitted CASE-ID --reference TEXT",
            )
        self.rollback.require_none()
        self.high_water.keep()
        self.mode.require(stored)
        reserved.require_real(self.relay_host, stored.envelope)
