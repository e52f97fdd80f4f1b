"""The outbox: the store, one SMTP attempt, and the worker."""

from notices.outbox.checkpoints import Entry, Issued
from notices.outbox.courier import Courier, SmtpCourier
from notices.outbox.journal import attempt_facts
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
from notices.outbox.store import Store
from notices.outbox.worker import Shift, Summary, deliver_one, watch, work_once

__all__ = [
    "JUDGMENT",
    "MESSAGE",
    "Artifact",
    "CaseKey",
    "Courier",
    "Decision",
    "Entry",
    "Issued",
    "Prepared",
    "Relay",
    "Security",
    "Shift",
    "SmtpCourier",
    "Store",
    "Stored",
    "Summary",
    "Timeouts",
    "attempt_facts",
    "deliver_one",
    "watch",
    "work_once",
]
