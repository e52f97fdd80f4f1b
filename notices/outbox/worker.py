"""The worker: takes what is due to the courier, one durable step after the other.

    claimed and committed -> connection -> 354 -> armed and committed -> body
    -> reply -> outcome committed

Killed anywhere, the committed stage tells what may have happened.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from notices.delivery import Attempt, RetrySchedule, Stage, State, next_attempt_at
from notices.errors import NoticesError, RefusedError, TryLater
from notices.outbox.courier import Clock, Courier
from notices.outbox.records import Stored
from notices.outbox.store import Store

BeforeAttempt = Callable[[str], Awaitable[None] | None]
"""Called with the number before each attempt; RefusedError: the delivery fails,
any other NoticesError: it is deferred. Either way no connection is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one round of work did."""

    recovered: dict[str, State] = field(default_factory=dict)
    """Attempts of dead workers that were put in order: number to state."""
    attempts: dict[str, Attempt] = field(default_factory=dict)
    """Attempts made: number to outcome."""
    errors: dict[str, NoticesError] = field(default_factory=dict)
    """What could not be attempted or recorded, and why."""


async def deliver_one(
    shift: Shift, number: str, *, ignore_backoff: bool = False
) -> Attempt:
    """Make one attempt and record its outcome.

    Raises TryLater if the delivery is not waiting or not due, EvidenceBroken if its
    bytes have changed, StoreUnavailable if a step could not be committed. Then no
    byte of the message was sent, or the delivery stays visibly `sending`.
    """
    try:
        return await _deliver(shift, number, ignore_backoff=ignore_backoff)
    finally:
        await shift.courier.aclose()


async def work_once(
    shift: Shift,
    *,
    ignore_backoff: bool = False,
    concurrency: int = 4,
    stop: asyncio.Event | None = None,
) -> Summary:
    """Attempt everything that is due once, `concurrency` at a time.

    stop: once set, no new attempt begins; those under way are finished.
    """
    now = shift.clock()
    summary = Summary(recovered=await asyncio.to_thread(shift.store.recover, now))
    waiting = list(
        reversed(
            await asyncio.to_thread(shift.store.due, now, ignore_backoff=ignore_backoff)
        )
    )

    async def work() -> None:
        while waiting and not (stop and stop.is_set()):
            number = waiting.pop()
            try:
                summary.attempts[number] = await _deliver(
                    shift, number, ignore_backoff=ignore_backoff
                )
            except NoticesError as error:
                summary.errors[number] = error  # one bad notice stops no other

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(waiting))):
                group.create_task(work())
    finally:
        await shift.courier.aclose()
    return summary


async def watch(
    shift: Shift,
    *,
    stop: asyncio.Event,
    interval: float = 5.0,
    concurrency: int = 4,
    report: Callable[[Summary], None] | None = None,
) -> None:
    """Work until `stop` is set, looking every `interval` seconds for what is due.

    A store that is away for a while is waited for: the error goes to `report`.
    """
    while not stop.is_set():
        try:
            summary = await work_once(shift, concurrency=concurrency, stop=stop)
        except TryLater as error:
            summary = Summary(errors={"": error})
        if report:
            report(summary)
        try:
            async with asyncio.timeout(interval):
                await stop.wait()
        except TimeoutError:
            continue


async def _deliver(shift: Shift, number: str, *, ignore_backoff: bool) -> Attempt:
    store = shift.store
    # the hash is checked before the claim: broken bytes are not even attempted
    message = await asyncio.to_thread(store.message, number)
    claimed = await asyncio.to_thread(
        store.claim, number, now=shift.clock(), ignore_backoff=ignore_backoff
    )
    if claimed is None:
        raise await asyncio.to_thread(_not_due, store, number)
    attempt = await _check_again(shift, number)
    attempt = attempt or await _carry(shift, claimed, message)
    return await asyncio.to_thread(_record, shift, claimed, attempt)


async def _check_again(shift: Shift, number: str) -> Attempt | None:
    """Ask `before_attempt`; None: go on."""
    if shift.before_attempt is None:
        return None
    started_at = shift.clock()
    try:
        answer = await asyncio.to_thread(shift.before_attempt, number)
        if inspect.isawaitable(answer):
            await answer
    except RefusedError as error:
        return _no_connection(State.FAILED, error, started_at, shift.clock())
    except NoticesError as error:
        return _no_connection(State.DEFERRED, error, started_at, shift.clock())
    return None


async def _carry(shift: Shift, claimed: Stored, message: bytes) -> Attempt:
    """Let the courier try; `arm` is committed before the first body byte."""
    started_at = shift.clock()
    stage_reached = Stage.CONNECT

    async def on_stage(stage: Stage) -> None:
        nonlocal stage_reached
        stage_reached = stage
        if stage is Stage.DATA:
            await asyncio.to_thread(shift.store.arm, claimed.number, now=shift.clock())

    try:
        return await shift.courier.deliver(
            claimed.envelope, message, on_stage=on_stage, clock=shift.clock
        )
    except NoticesError as error:
        # only `arm` raises here, so no byte of the message was sent
        attempt = _no_connection(State.DEFERRED, error, started_at, shift.clock())
        return replace(attempt, stage=stage_reached)


def _record(shift: Shift, claimed: Stored, attempt: Attempt) -> Attempt:
    """Commit the outcome; too old a delivery fails instead of being deferred."""
    now = shift.clock()
    due = None
    if attempt.state is State.DEFERRED:
        due = next_attempt_at(
            claimed.attempts,
            now,
            queued_at=cast("datetime", claimed.queued_at),
            jitter=shift.jitter(),
            schedule=shift.schedule,
        )
    stored = shift.store.finish(claimed.number, attempt, next_attempt_at=due, now=now)
    return replace(attempt, state=stored.state)


def _not_due(store: Store, number: str) -> TryLater:
    stored = store.get(number)
    if stored.next_attempt_at is None:
        return TryLater(f"{number} is {stored.state}: there is nothing to send")
    due = stored.next_attempt_at.isoformat(timespec="seconds")
    return TryLater(
        f"{number} is {stored.state} and due again at {due}",
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
