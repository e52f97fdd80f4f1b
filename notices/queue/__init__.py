"""The queue: what is due goes to the courier, so much at once and no more."""

from notices.queue.limits import Hours, Limits
from notices.queue.manual_courier import HandCourier
from notices.queue.worker import Shift, Summary, deliver_one, watch, work_once
from notices.queue.worker_events import News, NewsKind, of_error

__all__ = [
    "HandCourier",
    "Hours",
    "Limits",
    "News",
    "NewsKind",
    "Shift",
    "Summary",
    "deliver_one",
    "of_error",
    "watch",
    "work_once",
]
