"""One delivery: to the courier and back, one durable step after the other.

    claimed and committed -> connection -> 354 -> armed and committed
    -> noted outside of the database -> body -> reply -> outcome committed

Killed anywhere, the committed stage tells what may have happened.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from notices.delivery import Attempt, RetrySchedule, Stage, State, next_attempt_at
from notices.errors import ConfigError, NoticesError, RefusedError, TryLater
from notices.messages import Text
from notices.queue import worker_events
from notices.queue.group_commit import AttemptCommits, NoteArmed
from notices.queue.limits import DeliveryLimits, Hours
from notices.queue.worker_events import WorkerEvent, WorkerEventKind
from notices.rules import Channel
from notices.smtp.courier import Clock, Courier
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.model import StoredNotice
from notices.store.store import Store

BeforeAttempt = Callable[[str], Awaitable[None] | None]
"""Called with the number before each attempt; RefusedError: the delivery fails,
any other NoticesError: it is deferred. Either way no connection is made."""


class NotWaiting(TryLater):
    """The delivery is not due, or another worker has it."""


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
    """Who wants to know what happens."""
    keep: Callable[[], None] | None = None
    """Called at each look and after the last attempt; an error of it ends the work."""
    checkpoint: Callable[[bool, bool], bool] | None = None
    """Called at each look and after the last attempt: has something been sent since,
    and is the work over. False: it is to be called again. An error of it is told, and
    stops no mail."""
    note: NoteArmed | None = None
    """Notes armed attempts outside of the database; its error defers them."""


async def deliver(
    setup: WorkerSetup, commits: AttemptCommits, number: str, *, ignore_backoff: bool
) -> Attempt:
    """Make one attempt and record its outcome; see `worker.deliver_one`.

    commits: commits the steps of all deliveries that are under way.
    """
    claim = Claim(
        number=number,
        now=setup.clock(),
        ignore_backoff=ignore_backoff,
        channel=setup.channel,
    )
    taken = await commits.make(claim)
    if taken is None:
        raise await asyncio.to_thread(_not_due, setup.store, number, setup.clock())
    claimed, message = taken
    case_id = claimed.key.case_id
    begun = WorkerEvent(
        kind=WorkerEventKind.ATTEMPT, at=setup.clock(), number=number, case_id=case_id
    )
    setup.tell(begun)
    attempt = await _check_again(setup, number)
    attempt = attempt or await _carry(setup, commits, claimed, message)
    attempt = await _record(setup, commits, claimed, attempt)
    setup.tell(worker_events.of_attempt(number, case_id, attempt))
    return attempt


async def _check_again(setup: WorkerSetup, number: str) -> Attempt | None:
    """Ask `before_attempt`; None: go on."""
    if setup.before_attempt is None:
        return None
    started_at = setup.clock()
    try:
        answer = await asyncio.to_thread(setup.before_attempt, number)
        if inspect.isawaitable(answer):
            await answer
    except RefusedError as error:
        return _no_connection(State.FAILED, error, started_at, setup.clock())
    except NoticesError as error:
        return _no_connection(State.DEFERRED, error, started_at, setup.clock())
    return None


async def _carry(
    setup: WorkerSetup, commits: AttemptCommits, claimed: StoredNotice, message: bytes
) -> Attempt:
    """Let the courier try; `arm` is committed and noted before the first body byte."""
    started_at = setup.clock()
    stage_reached = Stage.CONNECT

    async def on_stage(stage: Stage) -> None:
        nonlocal stage_reached
        stage_reached = stage
        if stage is Stage.DATA:
            await commits.arm(Arm(number=claimed.number, now=setup.clock()))

    try:
        return await setup.courier.deliver(
            claimed.envelope, message, on_stage=on_stage, clock=setup.clock
        )
    except NoticesError as error:
        # only `arm` raises here, so no byte of the message was sent
        attempt = _no_connection(State.DEFERRED, error, started_at, setup.clock())
        return replace(attempt, stage=stage_reached)


async def _record(
    setup: WorkerSetup,
    commits: AttemptCommits,
    claimed: StoredNotice,
    attempt: Attempt,
) -> Attempt:
    """Commit the outcome; too old a delivery fails instead of being deferred."""
    now = setup.clock()
    due = None
    if attempt.state is State.DEFERRED:
        queued_at = cast("datetime", claimed.queued_at)
        due = next_attempt_at(
            claimed.attempts,
            now,
            queued_at=queued_at + _closed(setup.hours, queued_at, now),
            jitter=setup.jitter(),
            schedule=setup.schedule,
        )
    finish = Finish(
        number=claimed.number, attempt=attempt, next_attempt_at=due, now=now
    )
    state = await commits.make(finish)
    return replace(attempt, state=state)


def _closed(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How long nothing could go; an outcome is recorded whatever the calendar knows."""
    try:
        return hours.closed_between(start, end)
    except ConfigError:
        return timedelta(0)


def _not_due(store: Store, number: str, now: datetime) -> NotWaiting:
    stored = store.get(number)
    if stored.next_attempt_at is not None and stored.next_attempt_at <= now:
        # on PostgreSQL its row is locked, and the claim not yet to be seen
        return NotWaiting(
            Text(
                "another worker takes {number}: there is nothing to send", number=number
            )
        )
    if stored.next_attempt_at is None:
        return NotWaiting(
            Text(
                "{number} is {state}: there is nothing to send",
                number=number,
                state=stored.state,
            )
        )
    due = stored.next_attempt_at.isoformat(timespec="seconds")
    return NotWaiting(
        Text(
            "{number} is {state} and due again at {due}",
            number=number,
            state=stored.state,
            due=due,
        ),
        hint="`notices work --now` does not wait",
    )


def _no_connection(
    state: State, error: NoticesError, started_at: datetime, ended_at: datetime
) -> Attempt:
    return Attempt(
        started_at=started_at,
        ended_at=ended_at,
        state=state,
        stage=Stage.CONNECT,
        remote="",
        note=error.message,
    )
