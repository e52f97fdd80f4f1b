"""The hold: a database that was set back sends nothing until somebody compared.

A restored backup does not know what was sent after it was made. It would send that
again, and give its numbers to others.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from notices.errors import (
    ConfigError,
    InputError,
    KeyUnavailable,
    NoticesError,
    RefusedError,
    StoreUnavailable,
    TryLater,
)
from notices.files import read_plain
from notices.files.system_words import in_words
from notices.inbox.mailbox import Mailbox, MailboxMessage, NotAll, Sought
from notices.inbox.reading.received import with_crlf
from notices.ledger import Checkpoint, parse_checkpoint, parse_note
from notices.messages import Text
from notices.site.database.high_water import HighWater, set_back
from notices.store import Store

if TYPE_CHECKING:
    from notices.site.database.copies import Judge

NEWEST = 3
"""Copies of ours in the archive that suffice: those before them were sent before."""
MOST_MAILS = 5_000
"""Mails of the archive among which they are looked for, the newest."""
MOST_CLAIMS = 500
"""Mails that claim to be ours and are read for it."""
MOST_OCTETS = 64 << 20
"""Of all these mails together."""
PATIENCE = 10.0
"""Seconds to wait for the mailbox each time while mail waits to be sent."""
WHOLE = 30.0
"""Seconds for all of a look: a server that trickles is never silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLook:
    """What a look into the archive has shown."""

    reason: str = ""
    """Why the database is older than the archive; empty: it is not."""
    trouble: NoticesError | None = None
    """What kept the look from its end, and stops no mail."""


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """Whether the database is older than what is known outside of it."""

    store: Store
    """The outbox."""
    high_water: HighWater
    """The mark beside the site."""
    checkpoint: Path
    """The note that was published last."""
    mailbox: str
    """The centre's address."""
    open_archive: Callable[..., AbstractContextManager[Mailbox | None]]
    """Opens the mailbox with our copies; None: none is read."""
    open_judge: Callable[..., "Judge"]
    """Tells whose copies are."""

    def require_none(self, known: tuple[str, ...] | None = None) -> None:
        """Raise SetBack if the database is older than mark, checkpoint or archive.

        known: the reasons, where only some of them could be looked for.
        """
        if found := self.known_reasons if known is None else known:
            raise set_back(found)

    @cached_property
    def known_reasons(self) -> tuple[str, ...]:
        """`reasons`, looked at once until `forget`."""
        return self.reasons()

    @cached_property
    def archive_look(self) -> ArchiveLook:
        """What the archive tells of the database; looked at once until `forget`."""
        return self._look_at_archive()

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What kept a look into the archive from its end, if one was made."""
        look: ArchiveLook | None = self.__dict__.get("archive_look")
        return (look.trouble,) if look and look.trouble else ()

    def forget(self) -> None:
        """Look anew: the database was compared just now."""
        for looked_at in ("known_reasons", "archive_look"):
            self.__dict__.pop(looked_at, None)

    def reasons(self) -> tuple[str, ...]:
        """Why the database is older than what is known outside of it; empty: it is not.

        Trouble with the archive is no reason, because mail must not hang on it; it is
        told as `archive_look`.
        """
        archive_reason = self.archive_look.reason
        return (*self.checkpoint_reasons(), *filter(None, [archive_reason]))

    def checkpoint_reasons(self) -> tuple[str, ...]:
        """Why it is older than mark or last checkpoint; empty: it is not."""
        return (*self.high_water.reasons(), *self._checkpoint_reason())

    def published(self) -> Checkpoint | None:
        """The last checkpoint that was published, None if there is none."""
        path = self.checkpoint
        try:
            return parse_checkpoint(parse_note(read_plain(path).decode()).text)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, InputError) as error:
            told = error.message if isinstance(error, InputError) else in_words(error)
            raise RefusedError(
                Text(
                    "the published checkpoint {path} cannot be read: {told}",
                    path=path,
                    told=told,
                ),
                hint="restore the file, or get the note back from who witnessed it",
            ) from error

    def _checkpoint_reason(self) -> Iterator[str]:
        last = self.published()
        if last is not None and not self.store.ledger.has_checkpoint(
            last.size, last.root
        ):
            yield (
                Text(
                    "the checkpoint of {size} entries was published, and the "
                    "database with {size2} entries does not know it",
                    size=last.size,
                    size2=self.store.ledger.size(),
                )
            )

    def _look_at_archive(self) -> ArchiveLook:
        """Look for a notice that is validly signed by us and not known here."""
        _ = self.store  # its own trouble is another matter
        try:
            with self.open_archive(patience=PATIENCE, whole=WHOLE) as mailbox:
                return self._look(mailbox) if mailbox else ArchiveLook()
        except StoreUnavailable:
            raise
        except (TryLater, KeyUnavailable, ConfigError) as error:
            return ArchiveLook(trouble=error)

    def _look(self, mailbox: Mailbox) -> ArchiveLook:
        """From the newest on, past what strangers sent, to the newest known ones."""
        # whoever has no archive loads no reader of mails
        from notices.site.database.copies import LARGEST, read_copy  # noqa: PLC0415

        sender = self.mailbox
        sought = Sought(sender=sender, largest=LARGEST, newest=MOST_MAILS)
        proven: set[str] = set()
        try:
            with self.open_judge() as judge:
                for letter in _within_bounds(mailbox.sought(sought)):
                    copy = read_copy(with_crlf(letter.content), sender)
                    if copy and judge.is_known(copy):
                        proven.update([copy.sha256] * judge.is_as_stored(copy))
                    elif copy and judge.puts_on_hold(copy):
                        return ArchiveLook(reason=_UNKNOWN)
                    if len(proven) == NEWEST:
                        break
        except NotAll:
            if not proven:
                return ArchiveLook(trouble=_not_found(sender))
        return ArchiveLook()


def _within_bounds(letters: Iterator[MailboxMessage]) -> Iterator[MailboxMessage]:
    """Give no more than what a look may cost; then NotAll."""
    octets, until = 0, time.monotonic() + WHOLE
    for count, letter in enumerate(letters, 1):
        yield letter
        octets += len(letter.content)
        is_late = time.monotonic() > until
        if count == MOST_CLAIMS or octets > MOST_OCTETS or is_late:
            raise NotAll


_UNKNOWN = "the archive mailbox holds a notice that it does not know"


def _not_found(sender: str) -> TryLater:
    return TryLater(
        Text(
            "no copy of ours was found among the newest mails of the archive "
            "({most_mails} mails, {most_claims} from {sender}, {most_octets} MiB, "
            "{whole:.0f} s): it cannot tell whether the database is older than it was",
            most_mails=MOST_MAILS,
            most_claims=MOST_CLAIMS,
            sender=sender,
            most_octets=MOST_OCTETS >> 20,
            whole=WHOLE,
        ),
        hint="let nothing but our copies into the archive: [inbox] archive_folder",
    )
