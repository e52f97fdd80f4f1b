"""What happens when a witness has seen another history of the log.

The refusal is written down, and every door is shut from then on, as after a
restoration: `notices reconcile` opens them, once somebody has compared.
"""

from contextlib import suppress
from dataclasses import dataclass

from notices.errors import NoticesError
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.store import Fork, Store


@dataclass(frozen=True, kw_only=True)
class ForkAlarm:
    """Puts a site on hold."""

    store: Store
    """The outbox."""
    high_water: HighWater
    """Gives the database its id, by which the hold is lifted."""
    rollback: Rollback
    """Tells of the hold."""

    def ring(self, fork: Fork) -> None:
        """Write the refusal down; from then on nothing goes out."""
        with suppress(NoticesError):
            self.high_water.keep()
        self.store.ledger.add_fork(fork, self.store.identity.name())
        self.rollback.forget()
