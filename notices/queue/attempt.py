"""One delivery: to the courier and back, one durable step after the other.

    claimed and committed -> connection -> 354 -> armed and committed
    -> noted outside of the database -> body -> reply -> outcome committed

Killed anywhere, the committed stage tells what may have happened.
"""

import asyncio
import inspect
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from notices.delivery import Attempt, Stage, State, next_attempt_at
from notices.errors import (
    ConfigError,
    NoticesError,
    RefusedError,
    StoreUnavailable,
    TryLater,
)
from notices.messages import Text
from notices.queue import worker_events
from notices.queue.group_commit import AttemptCommits
from notices.queue.limits import Hours
from notices.queue.worker_events import WorkerEvent, WorkerEventKind
from notices.queue.worker_setup import WorkerSetup
from notices.store.attempt_steps import Arm, Claim, Finish, LostLease
from notices.store.model import StoredNotice
from notices.store.store import Store

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_LAST_WORDS = 2.0
"""Seconds for what was heard to be recorded, if the attempt is broken off then."""


class NotWaiting(TryLater):
    """The delivery is not due, or another worker has it."""


@dataclass(slots=True)
class Waits:
    """The pauses of an outcome that cannot be recorded now; told once."""

    setup: WorkerSetup
    """The worker's."""
    claimed: StoredNotice
    """The delivery."""
    attempt: Attempt
    """What is to be recorded."""
    seconds: float = _FIRST_PAUSE
    """The next pause."""
    waited: float = 0.0
    """All of them so far."""

    async def after(self, error: NoticesError | None) -> None:
        """Wait a little, longer each time; the error itself once it is enough."""
        if error and self.waited >= self.setup.patience:
            raise _unrecorded(self.attempt, error) from error
        if error and not self.waited:
            told = _unrecorded(self.attempt, error)
            number, case_id = self.claimed.number, self.claimed.key.case_id
            at = self.setup.clock()
            self.setup.tell(worker_events.of_error(number, case_id, told, at))
        await asyncio.sleep(self.seconds)
        self.waited += self.seconds
        self.seconds = min(2 * self.seconds, _LONGEST_PAUSE)


def _unrecorded(attempt: Attempt, error: NoticesError) -> StoreUnavailable:
    heard = attempt.reply or attempt.note or attempt.stage
    return StoreUnavailable(
        Text(
            "{heard}: that could not be recorded: {message}",
            heard=heard,
            message=error.message,
        ),
        hint="keep this answer; a doubt is settled by it: notices resolve",
    )


async def deliver(
    setup: WorkerSetup, commits: AttemptCommits, number: str, *, ignore_backoff: bool
) -> Attempt:
    """Make one attempt and record its outcome; see `worker.deliver_one`.

    commits: commits the steps of all deliveries that are under way.
    """
    with setup.store.under_way(number):
        claim = Claim(
            number=number,
            now=setup.clock(),
            by=setup.by,
            ignore_backoff=ignore_backoff,
            channel=setup.channel,
            limits=setup.limits.shared,
        )
        taken = await commits.make(claim)
        if taken is None:
            raise await asyncio.to_thread(_not_due, setup.store, number, setup.clock())
        claimed, message = taken
        case_id = claimed.key.case_id
        begun = WorkerEvent(
            kind=WorkerEventKind.ATTEMPT,
            at=setup.clock(),
            number=number,
            case_id=case_id,
        )
        setup.tell(begun)
        attempt = await _check_again(setup, number)
        attempt = attempt or await _carry(setup, commits, claimed, message)
        recording = _record(setup, commits, claimed, attempt)
        attempt = await _to_its_end(asyncio.ensure_future(recording))
        setup.tell(worker_events.of_attempt(number, case_id, attempt))
        return attempt


async def _to_its_end(recording: asyncio.Future[Attempt]) -> Attempt:
    """Record what was heard also where somebody breaks off just now; not for long."""
    try:
        return await asyncio.shield(recording)
    except asyncio.CancelledError:
        await asyncio.wait([recording], timeout=_LAST_WORDS)
        recording.cancel()
        raise


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
            arm = Arm(
                number=claimed.number,
                ordinal=claimed.attempts,
                now=setup.clock(),
                by=setup.by,
            )
            await commits.arm(arm)

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
    """Commit the outcome; too old a delivery fails instead of being deferred.

    What was heard is never thrown away: a store that is away for a while is waited
    for, and an attempt that is not ours any more is recorded as evidence.
    """
    now = setup.clock()
    finish = Finish(
        number=claimed.number,
        ordinal=claimed.attempts,
        attempt=attempt,
        next_attempt_at=_due(setup, claimed, attempt, now),
        now=now,
        by=setup.by,
    )
    waits = Waits(setup, claimed, attempt)
    while True:
        try:
            return replace(attempt, state=await commits.make(finish))
        except StoreUnavailable as error:
            await waits.after(error)
        except LostLease:
            return await _record_late(setup, finish, waits)


async def _record_late(setup: WorkerSetup, finish: Finish, waits: Waits) -> Attempt:
    """Record it as evidence, and again once another attempt has ended."""
    attempt, is_told = finish.attempt, False
    while True:
        try:
            late = await asyncio.to_thread(
                setup.store.record_late,
                finish.number,
                finish.ordinal,
                attempt,
                next_attempt_at=finish.next_attempt_at,
                now=setup.clock(),
                is_told=is_told,
            )
        except StoreUnavailable as error:
            await waits.after(error)
            continue
        if late.is_settled:
            return replace(attempt, state=late.state)
        is_told = True
        await waits.after(None)


def _due(
    setup: WorkerSetup, claimed: StoredNotice, attempt: Attempt, now: datetime
) -> datetime | None:
    """When it is to be tried again; None: never, or that is not the question."""
    if attempt.state is not State.DEFERRED:
        return None
    queued_at = cast("datetime", claimed.queued_at)
    return next_attempt_at(
        claimed.attempts,
        now,
        queued_at=queued_at + _closed(setup.hours, queued_at, now),
        jitter=setup.jitter(),
        schedule=setup.schedule,
    )


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
