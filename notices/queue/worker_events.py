"""What a worker tells while it works: for logs, metrics and screens.

No content, no address of it and no secret is in here; a recipient's reply is.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from notices.delivery import Attempt, Stage, State
from notices.errors import NoticesError


class WorkerEventKind(StrEnum):
    """What happened; the names stand in logs."""

    STARTED = "worker.started"
    """The worker is ready."""
    STOPPING = "worker.stopping"
    """It was told to stop; attempts under way are finished."""
    STOPPED = "worker.stopped"
    """It is done."""
    QUIET = "worker.quiet"
    """Nothing goes out before the time in the note."""
    TROUBLE = "worker.trouble"
    """The store cannot be used now and is tried again; or the archive cannot be read,
    which stops no mail."""
    OVERDUE = "worker.overdue"
    """What `notices due` tells of days gone by; `counts` by what it is."""
    ON_HOLD = "worker.on_hold"
    """Everything is on hold: nothing goes out; the note tells since when and why."""
    RELEASED = "worker.released"
    """Nothing is on hold any more."""
    ATTEMPT = "delivery.attempt"
    """An attempt begins."""
    RECOVERED = "delivery.recovered"
    """The attempt of a dead worker was put in order."""
    SENT = "delivery.sent"
    DEFERRED = "delivery.deferred"
    FAILED = "delivery.failed"
    IN_DOUBT = "delivery.in_doubt"
    ERROR = "delivery.error"
    """It could not be attempted or recorded."""


OUTCOME = {
    State.SENT: WorkerEventKind.SENT,
    State.DEFERRED: WorkerEventKind.DEFERRED,
    State.FAILED: WorkerEventKind.FAILED,
    State.IN_DOUBT: WorkerEventKind.IN_DOUBT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEvent:
    """One thing that happened."""

    kind: WorkerEventKind
    """What."""
    at: datetime
    """When."""
    number: str = ""
    """整理番号; empty: it is about the worker."""
    case_id: str = ""
    """The case system's id."""
    state: State | None = None
    """What became of the delivery."""
    stage: Stage | None = None
    """Where the attempt ended."""
    reply: str = ""
    """The server's deciding reply."""
    note: str = ""
    """What else to know."""
    seconds: float | None = field(default=None)
    """How long the attempt took."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How much of what is overdue; empty in all other events."""


Listener = Callable[[WorkerEvent], None]
"""Takes what happened; called on the event loop, so it must be quick."""


def silent(event: WorkerEvent) -> None:
    """Tell nobody."""
    del event


def safely(listener: Listener) -> Listener:
    """Give a listener whose errors end nothing: whoever works goes on."""

    def tell(event: WorkerEvent) -> None:
        with suppress(Exception):
            listener(event)

    return tell


def of_attempt(number: str, case_id: str, attempt: Attempt) -> WorkerEvent:
    """Tell how an attempt ended."""
    return WorkerEvent(
        kind=OUTCOME.get(attempt.state, WorkerEventKind.ERROR),
        at=attempt.ended_at,
        number=number,
        case_id=case_id,
        state=attempt.state,
        stage=attempt.stage,
        reply=str(attempt.reply) if attempt.reply else "",
        note=attempt.note,
        seconds=(attempt.ended_at - attempt.started_at).total_seconds(),
    )


def of_error(
    number: str, case_id: str, error: NoticesError, at: datetime
) -> WorkerEvent:
    """Tell what could not be done."""
    kind = WorkerEventKind.ERROR if number else WorkerEventKind.TROUBLE
    return WorkerEvent(
        kind=kind, at=at, number=number, case_id=case_id, note=error.message
    )
