"""The queue: what is due goes to the courier, so much at once and no more.

`watch` works until it is told to stop, `work_once` goes through what is due once,
`deliver_one` makes one attempt. All steps are committed before the next one is made.
"""

from notices.queue.limits import DeliveryLimits, Hours
from notices.queue.manual_courier import ManualCourier
from notices.queue.worker import (
    BeforeAttempt,
    Stop,
    Summary,
    WorkerSetup,
    deliver_one,
    watch,
    work_once,
)
from notices.queue.worker_events import WorkerEvent, WorkerEventKind, of_error

__all__ = [
    "BeforeAttempt",
    "DeliveryLimits",
    "Hours",
    "ManualCourier",
    "Stop",
    "Summary",
    "WorkerEvent",
    "WorkerEventKind",
    "WorkerSetup",
    "deliver_one",
    "of_error",
    "watch",
    "work_once",
]
