"""What a worker works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from notices.delivery import RetrySchedule
from notices.queue import worker_events
from notices.queue.group_commit import NoteArmed
from notices.queue.limits import DeliveryLimits, Hours
from notices.rules import Channel
from notices.smtp.courier import Clock, Courier
from notices.store.store import Store

BeforeAttempt = Callable[[str], Awaitable[None] | None]
"""Called with the number before each attempt; RefusedError: the delivery fails,
any other NoticesError: it is deferred. Either way no connection is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSetup:
    """What a worker works with."""

    store: Store
    """Where the deliveries are."""
    courier: Courier
    """Who carries them."""
    clock: Clock
    """Gives the time."""
    jitter: Callable[[], float]
    """Draws 0 <= x < 1 for the retry schedule, such as `random.random`."""
    before_attempt: BeforeAttempt | None = None
    """Checks to be made again before each attempt."""
    schedule: RetrySchedule = field(default_factory=RetrySchedule)
    """When to try again."""
    limits: DeliveryLimits = field(default_factory=DeliveryLimits)
    """How much at once."""
    hours: Hours = field(default_factory=Hours)
    """When mail may go."""
    channel: Channel = Channel.SMTP
    """Which deliveries it serves."""
    is_test: bool | None = None
    """True: only tests; false: only what is none; None: both."""
    tell: worker_events.Listener = worker_events.silent
    """Who wants to know what happens; what he raises is his own affair."""
    keep: Callable[[], None] | None = None
    """Called at each look and after the last attempt; an error of it ends the work."""
    checkpoint: Callable[[bool, bool], bool] | None = None
    """Called at each look and after the last attempt: has something been sent since,
    and is the work over. False: it is to be called again. An error of it is told, and
    stops no mail."""
    patience: float = 600.0
    """Seconds for which an outcome is kept that the store cannot take."""
    by: str = ""
    """Who hands over by hand, as the ledger names him; empty: a worker delivers."""
    note: NoteArmed | None = None
    """Notes armed attempts outside of the database; its error defers them."""

    def __post_init__(self) -> None:
        """A log pipe that is dead stops no delivery."""
        object.__setattr__(self, "tell", worker_events.safely(self.tell))
