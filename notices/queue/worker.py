"""The worker: takes what is due to the courier, so much at once and no more.

A delivery that keeps us waiting, fails or breaks the program holds up nobody else;
one that was begun is finished before the worker stops.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from notices.delivery import Attempt
from notices.errors import ConfigError, NoticesError, SetBack
from notices.files.own_faults import own_fault
from notices.queue import worker_events
from notices.queue.attempt import deliver
from notices.queue.deliveries import Deliveries, Summary
from notices.queue.group_commit import AttemptCommits
from notices.queue.worker_events import WorkerEvent, WorkerEventKind
from notices.queue.worker_setup import BeforeAttempt, WorkerSetup

__all__ = [
    "BeforeAttempt",
    "Summary",
    "WorkerSetup",
    "deliver_one",
    "watch",
    "work_once",
]


class Stop(Protocol):
    """Tells whether nothing new is to begin, as an `asyncio.Event` does."""

    def is_set(self) -> bool:
        """Tell it."""
        ...


async def deliver_one(
    setup: WorkerSetup, number: str, *, ignore_backoff: bool = False
) -> Attempt:
    """Make one attempt and record its outcome.

    Raises TryLater if the delivery is not waiting or not due, EvidenceBroken if its
    bytes have changed, StoreUnavailable if a step could not be committed. Then no
    byte of the message was sent, or the delivery stays visibly `sending`.
    """
    try:
        commits = AttemptCommits(setup.store.perform, setup.note, lambda: 1)
        return await deliver(setup, commits, number, ignore_backoff=ignore_backoff)
    finally:
        await setup.courier.aclose()


async def work_once(
    setup: WorkerSetup,
    *,
    ignore_backoff: bool = False,
    concurrency: int | None = None,
    stop: Stop | None = None,
) -> Summary:
    """Attempt everything that is due once, as far as the limits let it.

    ignore_backoff: wait neither for the next try's time nor for quiet hours to end.
    stop: once set, no new attempt begins; those under way are finished.
    ConfigError if it is not known whether today is a business day.
    """
    if concurrency is not None:
        setup = replace(setup, limits=replace(setup.limits, concurrency=concurrency))
    deliveries = Deliveries(setup, ignore_backoff=ignore_backoff)
    try:
        await deliveries.look()
        while not (stop and stop.is_set()) and deliveries.fill():
            await deliveries.one_ends()
        await deliveries.finish()
        await deliveries.keep()
        await deliveries.checkpoint(is_over=True)
    except NoticesError:
        await deliveries.finish()
        raise
    finally:
        await deliveries.leave()
    return deliveries.summary


async def watch(
    setup: WorkerSetup,
    *,
    stop: asyncio.Event,
    interval: float = 5.0,
    beat: Callable[[], None] | None = None,
) -> None:
    """Work until `stop` is set, looking every `interval` seconds for what is due.

    Whatever goes wrong is told, and the next look comes; only the configuration, and a
    database that is not what it was, end the work: ConfigError, SetBack. beat: called
    at each look, as a sign of life. Cancelled, it stops at once: what was under way
    stays `sending` until the next worker puts it in order.
    """
    # an outcome waits for the store as long as the worker does
    setup = replace(setup, patience=math.inf)
    deliveries = Deliveries(setup, ignore_backoff=False)
    stopping = asyncio.create_task(stop.wait())
    setup.tell(WorkerEvent(kind=WorkerEventKind.STARTED, at=setup.clock()))
    try:
        while not stop.is_set():
            try:
                await deliveries.look()
                await deliveries.checkpoint(is_over=False)
            except (ConfigError, SetBack):
                raise
            except NoticesError as error:
                setup.tell(worker_events.of_error("", "", error, setup.clock()))
            except Exception as error:  # noqa: BLE001 - a fault of ours in one look
                wrong = NoticesError(own_fault(error))
                setup.tell(worker_events.of_error("", "", wrong, setup.clock()))
            if beat:
                beat()
            await deliveries.work_for(interval, stopping)
            deliveries.forget()
        setup.tell(WorkerEvent(kind=WorkerEventKind.STOPPING, at=setup.clock()))
        await deliveries.finish()
        await deliveries.keep()
        await deliveries.checkpoint(is_over=True)
        setup.tell(WorkerEvent(kind=WorkerEventKind.STOPPED, at=setup.clock()))
    except NoticesError:
        await deliveries.finish()
        raise
    finally:
        stopping.cancel()
        await deliveries.leave()
