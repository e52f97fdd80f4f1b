"""What an operator decides about a notice: a doubt settled, a request taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notices.delivery import Decision, State, is_final
from notices.errors import RefusedError
from notices.inbox.reports import InboundReports
from notices.messages import Text
from notices.site.database.high_water import HighWater
from notices.site.receipts import Receipt, choose, receipt_of
from notices.store import Store, StoredNotice


@dataclass(frozen=True, kw_only=True)
class DecisionDesk:
    """Records what operators decide."""

    store: Store
    """The outbox."""
    reports: InboundReports
    """The mails that came in as evidence."""
    high_water: HighWater
    """The mark beside the site: what was decided moves it."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def resolve(
        self, case_id: str, decision: Decision, *, reason: str, number: str = ""
    ) -> Receipt:
        """Settle a doubt that evidence cannot settle; evidence on file goes first."""
        if self.reports.settle(self.clock()):
            self.high_water.keep_quietly()  # what is told below tells of it again
        stored = choose(
            self.store,
            case_id,
            number,
            is_fitting=lambda stored: stored.state is State.IN_DOUBT,
            words="in doubt",
        )
        done = self.store.resolve(
            stored.number, decision, reason=reason, now=self.clock()
        )
        return self._kept(done, f"decided: {decision}")

    def withdraw(self, case_id: str, *, reason: str, number: str = "") -> Receipt:
        """Take a notice back that was not sent."""
        if not reason.strip():
            raise RefusedError("taking a notice back needs its reason")
        stored = choose(
            self.store,
            case_id,
            number,
            is_fitting=lambda stored: not is_final(stored.state),
            words="open",
        )
        done = self.store.withdraw(stored.number, reason=reason, now=self.clock())
        return self._kept(done, "withdrawn: nothing will be sent")

    def _kept(self, done: StoredNotice, note: str) -> Receipt:
        """Move the mark, too; that it could not be moved is told."""
        unkept = self.high_water.keep_quietly()
        told = (
            Text("{note}; but {unkept}", note=note, unkept=unkept) if unkept else note
        )
        return receipt_of(self.store, done, told)
