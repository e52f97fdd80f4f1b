"""Requests that do not go by mail: what to hand over, and the record that it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from notices import media_types
from notices.delivery import State
from notices.errors import InputError
from notices.grammar import line_fault
from notices.judgment import Scope
from notices.messages import Text
from notices.notice import Notice
from notices.queue import ManualCourier, WorkerSetup, deliver_one
from notices.rules import Channel
from notices.running import complete
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.receipts import Receipt, choose, receipt
from notices.site.test_mode import SiteMode
from notices.store import Artifact, Store, StoredNotice

if TYPE_CHECKING:
    from notices.site.documents import SubmissionDocument

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
    scope = notice.judgment.target.scope
    fields = {
        "channel": recipient.channel.value,
        "form_url": recipient.form_url or None,
        "recipient": recipient.name,
        **({} if scope is Scope.ITEM else {"scope": scope.value}),
        **{name: document[name] for name in _COPIED if name in document},
        "reply_to": notice.center.mailbox,
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, indent=1)
    return (
        Artifact(name=SUBMISSION, media_type=media_types.JSON, content=text.encode()),
    )


@dataclass(frozen=True, kw_only=True)
class ManualDesk:
    """Records what somebody handed over: by web form, or by another system."""

    store: Store
    """The outbox."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def fields_of(self, stored: StoredNotice) -> SubmissionDocument:
        """What is to be copied for a notice that does not go by mail."""
        fields: SubmissionDocument = json.loads(
            self.store.artifact(stored.number, SUBMISSION)
        )
        return fields

    def to_hand_over(self, stored: StoredNotice) -> Receipt:
        """What `send` says of it: it stays `held` until somebody has handed it over."""
        todo = (
            "fill in the form"
            if stored.channel is Channel.WEBFORM
            else "let the other system take it"
        )
        note = Text(
            "not sent by this program: {todo}, then type: notices "
            "submitted {case_id} --reference TEXT",
            todo=todo,
            case_id=stored.key.case_id,
        )
        return receipt(stored, None, note, submission=self.fields_of(stored))

    def submitted(
        self,
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
            raise InputError(
                Text("the reference {fault}", fault=fault),
                hint="give what tells the request there, in one line",
            )
        stored = choose(
            self.store,
            case_id,
            number,
            is_fitting=is_open,
            words="waiting to be handed over",
        )
        now = self.clock()
        done_at = now if at is None else at
        if not stored.created_at <= done_at <= now:
            raise InputError(
                Text(
                    "{number} cannot have been handed over at {done_at}",
                    number=stored.number,
                    done_at=done_at.isoformat(),
                ),
                hint="name a time after it was prepared, and not in the future",
            )
        self.rollback.require_none()
        self.high_water.keep()
        self.mode.require(stored)
        if stored.state is State.HELD:
            self.store.queue(stored.number, now=now)
        setup = WorkerSetup(
            store=self.store,
            courier=ManualCourier(
                remote=self._remote(stored), reference=reference, at=done_at
            ),
            clock=self.clock,
            jitter=lambda: 0.0,
            channel=stored.channel,
            by=self.store.by,
            note=self.high_water.note,
        )
        attempt = complete(deliver_one(setup, stored.number, ignore_backoff=True))
        return receipt(
            self.store.get(stored.number), attempt, self.high_water.keep_quietly()
        )

    def _remote(self, stored: StoredNotice) -> str:
        url = self.fields_of(stored)["form_url"]
        return urlsplit(url).netloc if url else stored.channel.value


def is_open(stored: StoredNotice) -> bool:
    """Whether it waits for somebody to hand it over."""
    return stored.channel is not Channel.SMTP and stored.state in _OPEN
