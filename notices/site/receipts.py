"""What a caller is told about a notice: prepared, and how its delivery stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from notices.delivery import Attempt, Stage, State
from notices.errors import InputError, RefusedError
from notices.messages import Text, listed
from notices.notice import RequestKind
from notices.rules import Channel
from notices.site.preparing.remarks import remarks_json

if TYPE_CHECKING:
    from notices.letters.template.hygiene import Remark
    from notices.site.documents import (
        ReceiptDocument,
        StatusDocument,
        SubmissionDocument,
    )
    from notices.store import Store, StoredNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedNotice:
    """A notice in the store, signed; `Site.send` takes it."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    date: date
    """The letter's date."""
    recipient: str
    """Whom it addresses."""
    mailbox: str
    """Where the mail goes."""
    message_id: str
    """Message-ID of the signed mail."""
    sha256: str
    """SHA-256 of the signed mail, lower-case hexadecimal."""
    state: State
    """`held` when it was just made; else how far the earlier one came."""
    channel: Channel = Channel.SMTP
    """How it goes out."""
    is_test: bool = False
    """True: made in test mode; it is never sent for real."""
    kind: RequestKind = RequestKind.REQUEST
    """What it is to the notices before it."""
    warnings: tuple[Remark, ...] = ()
    """What was told when it was made, and stopped nothing; each with its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How a delivery stands, and the reply that decided it."""

    case_id: str
    """The case system's id."""
    number: str
    """整理番号."""
    state: State
    """Where the delivery stands."""
    message_id: str
    """Message-ID of the mail."""
    sha256: str
    """SHA-256 of the mail, lower-case hexadecimal."""
    recipient: str
    """The forward path."""
    stage: Stage | None = None
    """Where the last attempt ended; None before the first."""
    reply: str = ""
    """The server's deciding reply; empty if none came."""
    note: str = ""
    """What else to know, such as `sent before: nothing was sent now`."""
    channel: Channel = Channel.SMTP
    """How it goes out."""
    is_test: bool = False
    """True: made in test mode; it goes to an address of our own only."""
    kind: RequestKind = RequestKind.REQUEST
    """What it is to the notices before it."""
    submission: SubmissionDocument | None = None
    """What to copy, where it does not go by mail and is not handed over yet."""
    warnings: tuple[Remark, ...] = ()
    """What was told when the notice was made, and stopped nothing."""
    draft_sha256: str = ""
    """Of a draft: the hash that is approved; empty: it is none, or was not asked."""

    def to_json(self) -> ReceiptDocument:
        """The fields of `notices send --json`."""
        told: ReceiptDocument = {
            "case_id": self.case_id,
            "number": self.number,
            "state": self.state.value,
            "message_id": self.message_id,
            "sha256": self.sha256,
            "recipient": self.recipient,
            "stage": self.stage.value if self.stage else None,
            "reply": self.reply or None,
            "note": self.note,
            "channel": self.channel.value,
            "test": self.is_test,
            "kind": self.kind.value,
        }
        if self.submission:
            told["submission"] = self.submission
        if self.warnings:
            told["warnings"] = remarks_json(self.warnings)
        if self.draft_sha256:
            told["draft_sha256"] = self.draft_sha256
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatus(Receipt):
    """How one notice stands: its receipt, and what the list of notices tells."""

    form: str
    """`form1`, `form2` or `form2-2006`."""
    date: date
    """The letter's date."""
    attempts: int
    """How often it was tried."""
    next_attempt_at: datetime | None
    """When it is tried again; None: it does not wait."""
    template: str = ""
    """Folder of the further kind of notice that it is; empty: the form's own wording,
    or nobody has signed it."""

    def to_json(self) -> StatusDocument:
        """The fields of `notices list --json`."""
        again = self.next_attempt_at
        told = {
            **Receipt.to_json(self),
            "form": self.form,
            "date": self.date.isoformat(),
            "attempts": self.attempts,
            "next_attempt_at": again.isoformat() if again else None,
            **({"template": self.template} if self.template else {}),
        }
        return cast("StatusDocument", told)


def status_of(store: Store, stored: StoredNotice) -> NoticeStatus:
    """How a notice stands."""
    [status] = statuses_of(store, [stored])
    return status


def statuses_of(
    store: Store, notices: Sequence[StoredNotice]
) -> tuple[NoticeStatus, ...]:
    """How several notices stand; their attempts are read together."""
    numbers = [stored.number for stored in notices]
    newest = store.newest_attempts(numbers)
    further = store.queries.further_kinds(numbers)
    return tuple(
        _status(stored, newest.get(stored.number), further.get(stored.number, ""))
        for stored in notices
    )


def _status(
    stored: StoredNotice, newest: Attempt | None, template: str
) -> NoticeStatus:
    of_last = receipt(stored, newest, "")
    return NoticeStatus(
        **{item.name: getattr(of_last, item.name) for item in fields(of_last)},
        form=stored.form,
        date=stored.letter_date,
        attempts=stored.attempts,
        next_attempt_at=stored.next_attempt_at,
        template=template,
    )


def prepared_notice(
    stored: StoredNotice, warnings: tuple[Remark, ...] = ()
) -> PreparedNotice:
    """What the store holds, as the caller of `prepare` sees it."""
    return PreparedNotice(
        number=stored.number,
        case_id=stored.key.case_id,
        form=stored.form,
        date=stored.letter_date,
        recipient=stored.recipient_name,
        mailbox=stored.envelope.forward_path,
        message_id=stored.message_id,
        sha256=stored.message_sha256,
        state=stored.state,
        channel=stored.channel,
        is_test=stored.is_test,
        kind=stored.key.request_kind,
        warnings=warnings,
    )


def receipt(
    stored: StoredNotice,
    attempt: Attempt | None,
    note: str = "",
    submission: SubmissionDocument | None = None,
) -> Receipt:
    """What the store holds and the last attempt said, as the caller sees it."""
    return Receipt(
        case_id=stored.key.case_id,
        number=stored.number,
        state=stored.state,
        message_id=stored.message_id,
        sha256=stored.message_sha256,
        recipient=stored.envelope.forward_path,
        stage=attempt.stage if attempt else None,
        reply=str(attempt.reply) if attempt and attempt.reply else "",
        note=note or (attempt.note if attempt else ""),
        channel=stored.channel,
        is_test=stored.is_test,
        kind=stored.key.request_kind,
        submission=submission,
    )


def receipt_of(store: Store, stored: StoredNotice, note: str = "") -> Receipt:
    """How a delivery stands, with the last attempt's stage and reply."""
    attempts = store.attempts(stored.number)
    return receipt(stored, attempts[-1] if attempts else None, note)


def choose(
    store: Store,
    case_id: str,
    number: str,
    *,
    is_fitting: Callable[[StoredNotice], bool],
    words: str,
) -> StoredNotice:
    """The one notice of a case that fits, or the one that is named.

    words: what fits, such as `in doubt`. InputError if the case has no notice, or
    several that fit; RefusedError if none of them does.
    """
    notices = [
        stored for stored in store.find(case_id) if number in ("", stored.number)
    ]
    if not notices:
        raise InputError(
            Text("{number} is no notice of {case_id}", number=number, case_id=case_id)
            if number
            else Text("{case_id} has no notice", case_id=case_id),
            hint="see `notices list`",
        )
    fitting = list(filter(is_fitting, notices))
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        numbers = ", ".join(stored.number for stored in fitting)
        raise InputError(
            Text(
                "{case_id} has several notices that are {words}: {numbers}",
                case_id=case_id,
                words=words,
                numbers=numbers,
            ),
            hint="name one with --number",
        )
    standing = listed(map(_standing, notices), ", ")
    raise RefusedError(
        Text(
            "no notice of {case_id} is {words}: {standing}; nothing was recorded",
            case_id=case_id,
            words=words,
            standing=standing,
        )
    )


def _standing(stored: StoredNotice) -> str:
    if stored.channel is Channel.SMTP:
        return Text("{number} is {state}", number=stored.number, state=stored.state)
    return Text(
        "{number} goes by {channel} and is {state}",
        number=stored.number,
        channel=stored.channel,
        state=stored.state,
    )
