"""What an operator decides about a notice: a doubt settled, a request taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notices.delivery import State, is_final
from notices.errors import RefusedError
from notices.inbox.reports import InboundReports
from notices.site.receipts import Receipt, choose, receipt_of
from notices.store import Decision, Store


@dataclass(frozen=True, kw_only=True)
class DecisionDesk:
    """Records what operators decide."""

    store: Store
    """The outbox."""
    reports: InboundReports
    """The mails that came in as evidence."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def resolve(
        self, case_id: str, decision: Decision, *, reason: str, number: str = ""
    ) -> Receipt:
        """Settle a doubt that evidence cannot settle; evidence on file goes first."""
        self.reports.settle(self.clock())
        stored = choose(
            self.store,
            case_id,
            number,
            is_fitting=lambda stored: stored.state is State.IN_DOUBT,
            words="in doubt",
        )
        return receipt_of(
            self.store,
            self.store.resolve(
                stored.number, decision, reason=reason, now=self.clock()
            ),
            f"decided: {decision}",
        )

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
        return receipt_of(self.store, done, "withdrawn: nothing will be sent")
