"""What the inbox needs of a mailbox."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from notices.inbox.reading.received import MAX_MAIL

MOST_READ = MAX_MAIL + 1
"""Octets of one mail that are read; one more than is looked at, so that it shows."""
_SLICE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMessage:
    """A mail as it lies in a mailbox."""

    key: str
    """What the mailbox knows it by."""
    content: bytes
    """Its bytes, cut after `MOST_READ`."""
    is_archived: bool
    """True: it lay where the copies for our archive go."""
    place: str
    """Where it lay, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which mails of the archive are wanted, and how far one looks for them.

    Strangers may write there, too: what they send must not cost more than this.
    """

    sender: str
    """A mailbox that the header names."""
    largest: int
    """Octets of a mail; larger ones are passed over."""
    newest: int
    """So many of the newest mails are looked through, whoever they are from."""


class NotAll(Exception):
    """There are older mails than those that were looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that was opened."""

    name: str
    """As configured."""
    mails: int
    """How many lie in it, read or not."""


class Mailbox(Protocol):
    """A place where reports and replies arrive; nothing is ever deleted there."""

    def look(self) -> tuple[Folder, ...]:
        """Open every folder that is configured, and mark nothing.

        Raises what keeps it shut: TryLater, KeyUnavailable, ConfigError.
        """
        ...

    def new(self) -> Iterator[MailboxMessage]:
        """Give what has not been marked as read; raises TryLater if it is away."""
        ...

    def archived(self, newest: int | None = None) -> Iterator[MailboxMessage]:
        """Give the mails where our copies arrive, read or not, the newest first.

        newest: no more than so many. Nothing is marked.
        """
        ...

    def sought(self, sought: Sought) -> Iterator[MailboxMessage]:
        """Give those of `archived` that are sought, the newest first.

        Raises NotAll in the end if the bound was reached before the last mail.
        """
        ...

    def mark(self, letter: MailboxMessage) -> None:
        """Mark a mail as read, once it is filed."""
        ...

    def set_aside(self, letter: MailboxMessage) -> None:
        """Leave a mail unread and where it is, as it is for a person, once it is filed.

        It is given again only by a mailbox that cannot remember it.
        """
        ...

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Wait for news, for that long at most, and no longer once `stopped`."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def pause(seconds: float, stopped: Callable[[], bool]) -> None:
    """Sleep, and wake soon once `stopped` says so."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stopped():
        time.sleep(min(left, _SLICE))
