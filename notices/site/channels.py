"""Requests that do not go by mail: what to hand over, and the record that it was."""

import asyncio
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from notices.delivery import State
from notices.errors import InputError, RefusedError
from notices.grammar import line_fault
from notices.notice import Notice
from notices.outbox import Artifact, HandCourier, Shift, Stored, deliver_one
from notices.rules import Channel
from notices.site.holding import require_no_hold
from notices.site.marking import keep, keep_quietly
from notices.site.parts import Parts
from notices.site.receipts import Receipt, receipt
from notices.site.trial import require_mode

SUBMISSION = "submission.json"
"""Name of the document that holds what is to be copied."""
_OPEN = frozenset({State.HELD, State.QUEUED, State.DEFERRED})
_COPIED = (
    "number",
    "date",
    "urls",
    "content",
    "reason",
    "requested_action",
    "content_en",
    "reason_en",
    "requested_action_en",
)


def submission(notice: Notice, notice_json: bytes) -> tuple[Artifact, ...]:
    """What an operator copies, frozen with the notice; nothing for mail."""
    recipient = notice.recipient
    if recipient.channel is Channel.SMTP:
        return ()
    document = json.loads(notice_json)
    fields = {
        "channel": recipient.channel.value,
        "form_url": recipient.form_url or None,
        "recipient": recipient.name,
        **{name: document[name] for name in _COPIED if name in document},
        "reply_to": notice.center.mailbox,
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, indent=1)
    return (
        Artifact(name=SUBMISSION, media_type="application/json", content=text.encode()),
    )


def fields_of(parts: Parts, stored: Stored) -> dict[str, Any]:
    """What is to be copied for a notice that does not go by mail."""
    fields: dict[str, Any] = json.loads(parts.store.artifact(stored.number, SUBMISSION))
    return fields


def to_hand_over(parts: Parts, stored: Stored) -> Receipt:
    """What `send` says of it: it stays `held` until somebody has handed it over."""
    todo = (
        "fill in the form"
        if stored.channel is Channel.WEBFORM
        else "let the other system take it"
    )
    note = (
        f"not sent by this program: {todo}, then type: notices submitted "
        f"{stored.key.case_id} --reference TEXT"
    )
    return receipt(stored, None, note, submission=fields_of(parts, stored))


def is_open(stored: Stored) -> bool:
    """Whether it waits for somebody to hand it over."""
    return stored.channel is not Channel.SMTP and stored.state in _OPEN


def submitted(
    parts: Parts,
    case_id: str,
    *,
    reference: str,
    at: datetime | None = None,
    number: str = "",
) -> Receipt:
    """Record that the request was handed over, when, and under which reference.

    RefusedError for what goes by mail or was handed over before; InputError for a
    time before it was prepared or in the future.
    """
    if fault := line_fault(reference):
        raise InputError(f"the reference {fault}", hint="--reference TEXT")
    stored = _choose(parts, case_id, number)
    now = parts.clock()
    done_at = now if at is None else at
    if not stored.created_at <= done_at <= now:
        raise InputError(
            f"{stored.number} cannot have been handed over at {done_at.isoformat()}",
            hint="name a time after it was prepared, and not in the future",
        )
    require_no_hold(parts)
    keep(parts)
    require_mode(parts, stored)
    if stored.state is State.HELD:
        parts.store.queue(stored.number, now=now)
    shift = Shift(
        store=parts.store,
        courier=HandCourier(
            remote=_remote(parts, stored), reference=reference, at=done_at
        ),
        clock=parts.clock,
        jitter=lambda: 0.0,
        channel=stored.channel,
    )
    attempt = asyncio.run(deliver_one(shift, stored.number, ignore_backoff=True))
    return receipt(parts.store.get(stored.number), attempt, keep_quietly(parts))


def _remote(parts: Parts, stored: Stored) -> str:
    url = fields_of(parts, stored)["form_url"]
    return urlsplit(url).netloc if url else stored.channel.value


def _choose(parts: Parts, case_id: str, number: str) -> Stored:
    found = [each for each in parts.store.find(case_id) if number in ("", each.number)]
    if not found:
        raise InputError(
            f"there is no notice {number or 'of ' + case_id}", hint="see `notices list`"
        )
    fitting = [each for each in found if is_open(each)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        numbers = ", ".join(each.number for each in fitting)
        raise InputError(
            f"{case_id} has several notices to hand over: {numbers}",
            hint="name one with --number",
        )
    standing = ", ".join(
        f"{each.number} goes by {each.channel} and is {each.state}" for each in found
    )
    raise RefusedError(
        f"no notice of {case_id} waits to be handed over: {standing}",
        hint="nothing was recorded",
    )
