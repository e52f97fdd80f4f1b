"""Saying that a notice is to go out, without the centre's key.

What is signed is queued; the worker judges signer and case again before each attempt.
What is drafted is marked: whoever signs it queues it then.
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
from notices.store import Store, StoredNotice

OVER = frozenset({State.FAILED, State.WITHDRAWN, State.BOUNCED})
"""States in which asking to send is asking for something else."""


@dataclass(frozen=True, kw_only=True)
class SendDesk:
    """Queues what is held, for the worker."""

    store: Store
    """The outbox."""
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
        """Queue a held notice; False: that was said before, or it was sent.

        RefusedError for what goes out by hand, is over, or may not go out now.
        """
        stored = self.store.get(number)
        if stored.state in OVER:
            raise RefusedError(
                Text("{number} is {state}", number=number, state=stored.state),
                hint="hand the judgment in again, with `again` and a reason",
            )
        if stored.state is not State.HELD:
            return False
        self._require_fit(stored)
        self.store.queue(number, now=self.clock())
        self.high_water.keep_quietly()
        return True

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
