"""From `held` to the wire: queueing, attempts, and what they made of it."""

import asyncio
import json
import random
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from notices.config import metrics_address
from notices.delivery import State
from notices.errors import NoticesError, TryLater
from notices.outbox import (
    News,
    NewsKind,
    Shift,
    Stored,
    Summary,
    deliver_one,
    watch,
    work_once,
)
from notices.site import channels, pace, trial
from notices.site.holding import require_no_hold
from notices.site.marking import keep, keep_quietly
from notices.site.metrics import Metrics
from notices.site.parts import Parts
from notices.site.receipts import Receipt, receipt
from notices.site.service import ServiceManager

NOTES = {
    State.SENT: "sent before: nothing was sent now",
    State.DELIVERED: "sent and delivered before: nothing was sent now",
    State.BOUNCED: "sent before, and came back: nothing was sent now",
    State.FAILED: "refused before: nothing was sent now; see --again",
    State.WITHDRAWN: "withdrawn: nothing was sent; see --again",
    State.QUEUED: "waiting already: nothing was sent now; see notices work",
    State.DEFERRED: "waiting for its next try: nothing was sent now; see notices work",
    State.SENDING: "a worker is at it: nothing was sent now",
    State.IN_DOUBT: "may have arrived: nothing was sent now; look for it first",
}
"""What `send` says of a notice that it does not touch."""


def send(parts: Parts, number: str) -> Receipt:
    """Queue a held notice and make one attempt now; the outbox keeps the rest.

    A notice in any other state is left as it is, and the receipt says so.
    """
    stored = parts.store.get(number)
    if channels.is_open(stored):
        return channels.to_hand_over(parts, stored)
    if stored.state is not State.HELD:
        return tell(parts, stored, NOTES[stored.state])
    require_no_hold(parts)
    keep(parts)
    trial.require_mode(parts, stored)
    recheck(parts, number)
    until = opens_at(parts)
    parts.store.queue(number, now=parts.clock())
    note = _waits(until) if until else _attempt(parts, number)
    unkept = keep_quietly(parts)
    return tell(parts, parts.store.get(number), note or unkept)


def _attempt(parts: Parts, number: str) -> str:
    """Make one attempt; gives what is to be said of it."""
    try:
        asyncio.run(deliver_one(shift(parts), number))
    except TryLater as error:
        return error.message
    return _unstamped(parts, number)


def work(parts: Parts, *, ignore_backoff: bool = False) -> list[Receipt]:
    """Attempt everything that is due, once."""
    summary = asyncio.run(work_once(shift(parts), ignore_backoff=ignore_backoff))
    return list(_receipts(parts, summary))


def stay(
    parts: Parts,
    listener: Callable[[News], None],
    *,
    signals: Iterable[signal.Signals] = (),
) -> None:
    """Work until one of `signals` comes; attempts under way are finished.

    At a second signal they are broken off: TryLater, and the next worker puts them
    in order. The service manager is told, and metrics are served if configured.
    """
    manager = ServiceManager.of()

    async def run(tell_all: Callable[[News], None]) -> None:
        stop, main = asyncio.Event(), asyncio.current_task()

        def on_signal() -> None:
            if stop.is_set() and main is not None:
                main.cancel()
            stop.set()

        for name in signals:
            asyncio.get_running_loop().add_signal_handler(name, on_signal)
        shift_now = replace(shift(parts), tell=tell_all)
        await watch(shift_now, stop=stop, beat=manager.alive)

    with _metrics(parts) as count:

        def tell_all(news: News) -> None:
            count(news)
            if news.kind is NewsKind.STARTED:
                manager.ready()
            if news.kind is NewsKind.STOPPING:
                manager.stopping()
            listener(news)

        try:
            asyncio.run(run(tell_all))
        except asyncio.CancelledError:
            raise TryLater(
                "stopped at once: what was under way was broken off",
                hint="the next `notices work` tells what became of it",
            ) from None


@contextmanager
def _metrics(parts: Parts) -> Iterator[Callable[[News], None]]:
    """Serve metrics while this lasts; gives what takes the news."""
    address = metrics_address(parts.config.worker.metrics)
    if address is None:
        yield lambda _: None
        return
    metrics = Metrics(
        parts.store.overview,
        parts.clock,
        lambda: parts.desk.key(parts.clock()).certificate.not_valid_after_utc,
    )
    metrics.serve(*address)
    try:
        yield metrics.take
    finally:
        metrics.close()


def waiting(parts: Parts) -> int:
    """How many deliveries are due now."""
    is_test = bool(trial.address_of(parts))
    return len(parts.store.overview.waiting(parts.clock(), is_test=is_test))


def opens_at(parts: Parts) -> datetime | None:
    """When mail may go again; None: now."""
    now = parts.clock()
    opened = pace.hours(parts.config.worker).opens_at(now)
    return None if opened <= now else opened


def shift(parts: Parts) -> Shift:
    """What the worker works with, here; SetBack while the site is on hold."""
    require_no_hold(parts)
    return Shift(
        store=parts.store,
        courier=parts.courier,
        clock=parts.clock,
        jitter=random.random,
        before_attempt=lambda number: recheck(parts, number),
        schedule=pace.schedule(parts.config.worker),
        limits=pace.limits(parts.config.worker),
        hours=pace.hours(parts.config.worker),
        is_test=bool(trial.address_of(parts)),
        keep=lambda: keep(parts),
    )


def recheck(parts: Parts, number: str) -> None:
    """Judge mode and signer again: a mail may have waited past its certificate's end.

    RefusedError if it must not go out any more; the mail is not signed anew. TryLater
    for a test out of test mode and the reverse: the mode may change back.
    """
    stored = parts.store.get(number)
    if fault := trial.mode_fault(parts, stored):
        raise TryLater(f"{fault}; nothing was sent")
    if sha256 := stored.signer_certificate_sha256:
        parts.desk.signer(parts.clock(), signed_by=sha256)


def _waits(until: datetime) -> str:
    moment = until.isoformat(timespec="minutes")
    return f"queued: nothing goes out before {moment}; `notices work --now` does it now"


def tell(parts: Parts, stored: Stored, note: str = "") -> Receipt:
    """How a delivery stands, with the last attempt's stage and reply."""
    attempts = parts.store.attempts(stored.number)
    return receipt(stored, attempts[-1] if attempts else None, note)


def _unstamped(parts: Parts, number: str) -> str:
    """That a wanted time stamp is missing, and why; empty if all is well."""
    for event in map(json.loads, parts.store.events(number)):
        if reason := event.get("timestamp_missing"):
            return f"without a time stamp: {reason}"
    return ""


def _receipts(parts: Parts, summary: Summary) -> Iterable[Receipt]:
    touched: dict[str, NoticesError | None] = {
        **dict.fromkeys(summary.recovered),
        **dict.fromkeys(summary.attempts),
        **summary.errors,
    }
    for number, error in touched.items():
        if number:
            note = error.message if error else ""
            yield tell(parts, parts.store.get(number), note)
