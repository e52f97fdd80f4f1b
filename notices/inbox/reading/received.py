"""What a received mail claims; nothing here is believed yet."""

from dataclasses import dataclass
from enum import StrEnum

MAX_MAIL = 64 * 1024 * 1024
"""Octets; more than any message of ours has, and so more than any report of it."""


class Kind(StrEnum):
    """What sort of mail it is."""

    DELIVERY_STATUS = "delivery_status"
    """A delivery status notification (RFC 3464)."""
    BOUNCE = "bounce"
    """A report of failure in another shape."""
    ARCHIVE_COPY = "archive_copy"
    """Our own message, as the archive mailbox got it."""
    AUTO_REPLY = "auto_reply"
    """Written by a program (RFC 3834, RFC 8098)."""
    REPLY = "reply"
    """Written by a person."""
    UNRELATED = "unrelated"
    """Anything else."""


class Action(StrEnum):
    """What a server did (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    """Handed to a server that gives no reports: not delivered."""
    EXPANDED = "expanded"
    """Handed to the members of a list."""


class Cause(StrEnum):
    """Why a server did not take or deliver it."""

    UNKNOWN_USER = "unknown_user"
    """There is no such mailbox or no such domain, or it is closed for good."""
    MAILBOX_FULL = "mailbox_full"
    """The mailbox exists and is full."""
    BLOCKED = "blocked"
    """Refused for what we are: address, reputation, authentication, spam."""
    POLICY = "policy"
    """Refused for what the message is or a rule: size, content, form."""
    UNREACHABLE = "unreachable"
    """The server could not be found or did not take it in time."""
    OTHER = "other"
    """Anything else, or not told."""


class RecipientAnswer(StrEnum):
    """The one-word answers that our mails ask for."""

    DONE = "done"
    """対応済."""
    DECLINED = "declined"
    """対応不可."""
    NOT_OURS = "not_ours"
    """対象外."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientStatus:
    """What a report says of one recipient (RFC 3464, 2.3)."""

    addresses: frozenset[str] = frozenset()
    """Original and final recipient, in lower case."""
    action: Action | None = None
    """What was done; None: unclear."""
    status: str = ""
    """Such as 5.1.1 (RFC 3463)."""
    diagnostic: str = ""
    """The server's own words."""
    remote_mta: str = ""
    """The server that answered so."""
    last_attempt: str = ""
    """When, as written."""
    cause: Cause | None = None
    """Why it failed, of a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """What a mail says of itself and of a message of ours."""

    kind: Kind
    """What sort of mail it is."""
    own_id: str = ""
    """The mail's own Message-ID."""
    envids: frozenset[str] = frozenset()
    """Original-Envelope-Id: as written, and with xtext decoded."""
    message_ids: tuple[str, ...] = ()
    """Message-IDs that it returns or answers."""
    mentioned_ids: tuple[str, ...] = ()
    """Message-IDs of the shape of ours, wherever in the mail they stand."""
    numbers: tuple[str, ...] = ()
    """What may be a number of ours in its subject and text."""
    recipients: tuple[RecipientStatus, ...] = ()
    """What a report says, recipient by recipient."""
    reporting_mta: str = ""
    """Who reports."""
    answer: RecipientAnswer | None = None
    """The one word, if it is one of those that we asked for."""
    reference: str = ""
    """The number that the other side's system gave it; empty: none told."""
    sender: str = ""
    """From, as text."""
    domain: str = ""
    """Of the one mailbox in From; empty: there is none, or another one."""
    subject: str = ""
    """Subject, decoded."""
    note: str = ""
    """What else is to be said, such as why it was read no further."""


def with_crlf(octets: bytes) -> bytes:
    """Give stored mail its line ends back: LF throughout is read as CRLF.

    A Maildir has LF, IMAP sends CRLF; so the same mail has the same hash from both.
    """
    return octets if b"\r" in octets else octets.replace(b"\n", b"\r\n")
