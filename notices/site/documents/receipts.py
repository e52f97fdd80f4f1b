"""What `notices send --json` and `notices list --json` print (docs/json.md)."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SubmissionDocument(TypedDict):
    """What to copy into a form or hand to another system."""

    channel: str
    """`webform` or `outbox`."""
    form_url: str | None
    """Where the form is; None: it is no form."""
    recipient: str
    """Whom the request addresses."""
    scope: NotRequired[str]
    """`site` or `app`, where more is meant than what the URLs show."""
    number: str
    """整理番号."""
    date: str
    """The letter's date, ISO 8601."""
    urls: list[str]
    """Where the information is."""
    content: str
    """What is there."""
    reason: str
    """Why it is asked."""
    requested_action: str
    """What is asked."""
    content_en: NotRequired[str]
    """`content` in English, if bilingual."""
    reason_en: NotRequired[str]
    """`reason` in English, if bilingual."""
    requested_action_en: NotRequired[str]
    """`requested_action` in English, if bilingual."""
    reply_to: str
    """The centre's mailbox."""


class RemarkDocument(TypedDict):
    """What was told of a notice and stopped nothing."""

    code: str
    """The stable code."""
    path: str
    """The field; `center.*` is of `notices.toml`."""
    message: str
    """What will be printed otherwise."""


class ReceiptDocument(TypedDict):
    """The fields of `notices send --json`."""

    case_id: str
    """The case system's id."""
    number: str
    """整理番号."""
    state: str
    """Where the delivery stands."""
    message_id: str
    """Message-ID of the mail, with angle brackets; empty: a draft."""
    sha256: str
    """Of the message as sent, lower-case hexadecimal; empty: a draft."""
    recipient: str
    """The forward path."""
    stage: str | None
    """Where the last attempt ended; None before the first."""
    reply: str | None
    """The server's deciding reply; None if none came."""
    note: str
    """What else to know."""
    channel: str
    """`smtp webform outbox`."""
    test: bool
    """True: made in test mode."""
    kind: str
    """`request reminder withdrawal correction`."""
    submission: NotRequired[SubmissionDocument]
    """Only if it is to be handed over by hand."""
    warnings: NotRequired[list[RemarkDocument]]
    """Only if there are any."""
    draft_sha256: NotRequired[str]
    """Only of a draft: the hash that is approved."""


class StatusDocument(ReceiptDocument):
    """The fields of `notices list --json`."""

    form: str
    """`form1`, `form2` or `form2-2006`."""
    date: str
    """The letter's date, ISO 8601."""
    attempts: int
    """How often it was tried."""
    next_attempt_at: str | None
    """When it is tried again, RFC 3339; None: it does not wait."""
    template: NotRequired[str]
    """Only of a further kind of notice: the folder of its templates."""
    attention: NotRequired[list[str]]
    """Only with `--attention`: why somebody has to look at it."""
