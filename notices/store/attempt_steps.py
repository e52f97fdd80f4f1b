"""The three steps of an attempt: claimed, armed, finished."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from notices.delivery import Attempt, State
from notices.errors import TryLater
from notices.ledger import ArmedAttempt
from notices.messages import Text
from notices.rules import Channel
from notices.store.model import StoredNotice
from notices.store.shared_limits import SharedLimits

OUTCOMES = frozenset(
    {State.SENT, State.DEFERRED, State.FAILED, State.IN_DOUBT, State.HELD}
)
"""What can be made of an attempt; `held`: its approval was good no more."""


class LostLease(TryLater):
    """The attempt is not this worker's own any more: somebody took him for dead."""


Taken = tuple[StoredNotice, bytes]
"""A claimed delivery and its message."""
Result_co = TypeVar("Result_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Result_co]):
    """One of the three; what is made of it is a `Result_co`, or an error."""

    number: str
    """整理番号."""
    now: datetime
    """The time of the step."""
    by: str = ""
    """Who writes it down, where a person did it; empty: the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Step[Taken | None]):
    """`queued` or `deferred` to `sending`, and the message's bytes to be sent.

    None: it is not due, or not waiting.
    """

    ignore_backoff: bool = False
    """True: also what is not due yet."""
    channel: Channel = Channel.SMTP
    """What the worker serves; a delivery for another one is not touched."""
    limits: SharedLimits | None = None
    """What all workers together keep to; AtLimit where there is no room now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm(Step[ArmedAttempt]):
    """Commit stage `data`: from here on a loss means doubt.

    Gives what is to be known outside of the database before a byte leaves.
    """

    ordinal: int = 0
    """Of which attempt; 0: the one that is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Step[State]):
    """Record how the attempt ended; `deferred` with nothing to follow is `failed`.

    Gives the state that was recorded.
    """

    attempt: Attempt
    """How it ended."""
    next_attempt_at: datetime | None
    """When a deferred one is due again; None: it is given up."""
    ordinal: int = 0
    """Of which attempt; 0: the one that is under way."""


def given_up(attempt: Attempt, next_attempt_at: datetime | None) -> Attempt:
    """Give the attempt; `failed` if it is deferred and nothing is to follow."""
    if attempt.state is not State.DEFERRED or next_attempt_at is not None:
        return attempt
    note = Text("given up: too old")
    if attempt.note:
        note = Text("{said}; given up: too old", said=attempt.note)
    return replace(attempt, state=State.FAILED, note=note)
