"""The truth about a delivery: states, stages, replies and what may follow what.

Names are those of RFC 5321 (stages, replies), RFC 3464 (delivered, bounced) and
RFC 1047 (the doubt after the final dot).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from notices.errors import RefusedError
from notices.messages import Text


class Decision(StrEnum):
    """What an operator may make of a doubt."""

    SENT = "sent"
    """It did arrive; nothing is sent."""
    RESEND = "resend"
    """Send the same bytes again, and take the risk of a second copy."""


class State(StrEnum):
    """Where a delivery stands."""

    DRAFTED = "drafted"
    """Numbered and written, not signed: no message exists yet."""
    HELD = "held"
    """Prepared and signed; nobody has said `send` yet, or its approval is over."""
    QUEUED = "queued"
    """To be sent as soon as it is due."""
    SENDING = "sending"
    """A worker has it; the stage tells how far."""
    SENT = "sent"
    """The server took responsibility (2yz after the final dot)."""
    DEFERRED = "deferred"
    """Not this time (4yz, server away); due again later."""
    FAILED = "failed"
    """Refused for good (5yz), or too old."""
    IN_DOUBT = "in_doubt"
    """Lost after the first body byte may have been sent (RFC 1047)."""
    DELIVERED = "delivered"
    """A delivery report says so."""
    BOUNCED = "bounced"
    """A delivery report says that it failed."""
    WITHDRAWN = "withdrawn"
    """Taken back before anything was sent."""


class Stage(StrEnum):
    """How far an attempt came."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """The DATA command was answered 354, body bytes may be on their way."""
    END_OF_DATA = "end_of_data"
    """The final dot was sent; its reply decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered (RFC 5321, 4.2; RFC 3463)."""

    code: int
    """Three digits."""
    enhanced_status: str = ""
    """Such as 2.0.0; empty if the server gave none."""
    text: str = ""
    """The rest, lines joined by blanks, controls escaped."""

    def __str__(self) -> str:
        return " ".join(
            part for part in (str(self.code), self.enhanced_status, self.text) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the relay is told apart from the message (RFC 5321, 2.3.1; RFC 3461)."""

    reverse_path: str
    """MAIL FROM: where reports come back to."""
    forward_path: str
    """RCPT TO: the one outside recipient."""
    archive_path: str = ""
    """Second RCPT, a mailbox of our own; empty: none."""
    envid: str = ""
    """ENVID of this delivery, comes back in reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, as far as it came."""

    started_at: datetime
    """When."""
    ended_at: datetime
    """When it ended."""
    state: State
    """What it made of the delivery: sent, deferred, failed or in_doubt."""
    stage: Stage
    """Where it ended."""
    remote: str
    """Host and port of the server."""
    tls: str = ""
    """TLS version and cipher; empty: none."""
    reply: Reply | None = None
    """The reply that decided; None if none came."""
    note: str = ""
    """What happened where no reply tells, such as `connection lost`."""


BY_EVIDENCE = frozenset({State.SENT, State.DELIVERED, State.BOUNCED})
"""What a report or an archive copy of an earlier attempt can prove."""

LEGAL: Mapping[State, frozenset[State]] = {
    State.DRAFTED: frozenset({State.HELD, State.WITHDRAWN}),
    # evidence of an earlier attempt, where what was queued became held again
    State.HELD: frozenset({State.QUEUED, State.WITHDRAWN}) | BY_EVIDENCE,
    # evidence of an earlier attempt comes before the next one
    State.QUEUED: frozenset({State.SENDING, State.WITHDRAWN}) | BY_EVIDENCE,
    # back to `queued` only by recovery, and only before a body byte was sent
    # to `held` where the approval is good no more
    State.SENDING: frozenset(
        {
            State.SENT,
            State.DEFERRED,
            State.FAILED,
            State.IN_DOUBT,
            State.QUEUED,
            State.HELD,
        }
    ),
    State.DEFERRED: frozenset({State.SENDING, State.WITHDRAWN}) | BY_EVIDENCE,
    # by evidence, by a reply that was recorded late, or by an operator who takes the
    # responsibility on record
    State.IN_DOUBT: frozenset({State.QUEUED, State.DEFERRED, State.FAILED})
    | BY_EVIDENCE,
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED}),
    # an earlier attempt that was in doubt may have arrived all the same
    State.FAILED: frozenset({State.SENT, State.DELIVERED}),
    State.DELIVERED: frozenset(),
    State.BOUNCED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What may follow what. The database refuses the rest as well."""


class IllegalTransition(RefusedError):
    """A delivery in this state cannot go where it was told to."""

    code = "illegal-transition"


def transition(current: State, to: State) -> State:
    """Give `to` back if it may follow `current`.

    Raises `IllegalTransition` otherwise, also for `current` itself.
    """
    if to in LEGAL[current]:
        return to
    legal = ", ".join(sorted(LEGAL[current])) or "nothing, it is final"
    raise IllegalTransition(
        Text("a delivery that is {current} cannot become {to}", current=current, to=to),
        hint=Text("after {current} may come: {legal}", current=current, legal=legal),
    )


def is_final(state: State) -> bool:
    """Tell whether nothing is done any more; a proof of arrival may still come."""
    return not LEGAL[state] or state is State.FAILED


def is_orphaned(*, is_alive: bool | None, is_lease_over: bool) -> bool:
    """Tell whether a delivery that is `sending` has no worker any more.

    is_alive: of its worker; None: it cannot be told. Only then the lease counts: it is
    a matter of clocks, and a clock makes nobody dead who is seen to live.
    """
    return is_lease_over if is_alive is None else not is_alive


def recovered(stage: Stage | None) -> State:
    """Tell what becomes of a delivery whose worker died at the committed stage."""
    return State.IN_DOUBT if stage is Stage.DATA else State.QUEUED


def settled_late(current: State, outcome: State, *, is_last: bool) -> State | None:
    """Tell where an outcome leads that could not be recorded while it was news.

    outcome: `sent`, `deferred`, `failed` or `in_doubt`, of an attempt that somebody has
    put in order since. is_last: no attempt followed it. None: it changes nothing now.
    """
    if current is State.IN_DOUBT and is_last:
        # what was doubted is known by now
        return None if outcome is State.IN_DOUBT else outcome
    waits = (
        State.HELD,
        State.QUEUED,
        State.DEFERRED,
        State.IN_DOUBT,
        State.FAILED,
    )
    if outcome is State.SENT and current in waits:
        return State.SENT
    return None


_OF_THE_SESSION = frozenset({Stage.CONNECT, Stage.EHLO, Stage.STARTTLS, Stage.AUTH})

_LOG_IN_FIRST = frozenset({530, 538})
"""RFC 4954, 6, and RFC 3207, 4: without AUTH or TLS nothing is taken from us."""


def classify(reply: Reply, stage: Stage) -> State:
    """Tell what a reply that ended an attempt makes of the delivery.

    The first digit decides (RFC 5321, 4.2.1), so a 251 or 299 after the final dot
    is as good as a 250. A 5yz before MAIL refuses the session, not the message
    (wrong password, no TLS today), and so does 530 wherever it comes: that is put
    right on our side, so it is `deferred`. A reply that fits nothing is `deferred`
    before the body and `in_doubt` after it.
    """
    digit = reply.code // 100
    if stage is Stage.END_OF_DATA:
        # RFC 5321, 4.5.3.2.6: only this reply hands the responsibility over
        after_dot = {2: State.SENT, 4: State.DEFERRED, 5: State.FAILED}
        return after_dot.get(digit, State.IN_DOUBT)
    is_of_the_session = stage in _OF_THE_SESSION or reply.code in _LOG_IN_FIRST
    if digit == 5 and not is_of_the_session:  # noqa: PLR2004
        return State.FAILED
    return State.DEFERRED


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySchedule:
    """When to try again, and when to give up (RFC 5321, 4.5.4.1)."""

    waits: tuple[timedelta, ...] = (
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(minutes=30),
        timedelta(minutes=60),
    )
    """The wait after the first failure, the second, ...; the last one repeats."""
    spread: float = 0.1
    """Up to this share of the wait is added, so that retries do not come in step."""
    max_age: timedelta = timedelta(hours=48)
    """No attempt starts later than this after the delivery was queued."""


def next_attempt_at(
    attempts: int,
    failed_at: datetime,
    *,
    queued_at: datetime,
    jitter: float,
    schedule: RetrySchedule | None = None,
) -> datetime | None:
    """Tell when a deferred delivery is due again; None: it is too old.

    attempts: how many have been made, 1 or more.
    jitter: 0 <= jitter < 1, drawn by the caller.
    """
    if attempts < 1 or not 0 <= jitter < 1:
        raise ValueError("attempts start at 1, jitter lies in [0, 1)")
    schedule = schedule or RetrySchedule()
    wait = schedule.waits[min(attempts, len(schedule.waits)) - 1]
    due = failed_at + wait * (1 + schedule.spread * jitter)
    return due if due <= queued_at + schedule.max_age else None
