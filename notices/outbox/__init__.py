"""The outbox: the store, one SMTP attempt, and the worker."""

from notices.outbox.checkpoints import Entry, Issued
from notices.outbox.copying import moved_before
from notices.outbox.courier import Courier, SmtpCourier
from notices.outbox.hand import HandCourier
from notices.outbox.journal import attempt_facts
from notices.outbox.news import News, NewsKind
from notices.outbox.overview import Overview
from notices.outbox.pacing import Hours, Limits
from notices.outbox.pool import Reuse
from notices.outbox.records import (
    JUDGMENT,
    MESSAGE,
    Artifact,
    CaseKey,
    Decision,
    Prepared,
    Stored,
)
from notices.outbox.relay import Relay, Security, Timeouts
from notices.outbox.store import Store, new_identity
from notices.outbox.worker import Shift, Summary, deliver_one, watch, work_once

__all__ = [
    "JUDGMENT",
    "MESSAGE",
    "Artifact",
    "CaseKey",
    "Courier",
    "Decision",
    "Entry",
    "HandCourier",
    "Hours",
    "Issued",
    "Limits",
    "News",
    "NewsKind",
    "Overview",
    "Prepared",
    "Relay",
    "Reuse",
    "Security",
    "Shift",
    "SmtpCourier",
    "Store",
    "Stored",
    "Summary",
    "Timeouts",
    "attempt_facts",
    "deliver_one",
    "moved_before",
    "new_identity",
    "watch",
    "work_once",
]
