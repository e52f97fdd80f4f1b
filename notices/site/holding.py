"""The hold: a database that was set back sends nothing until somebody compared.

A restored backup does not know what was sent after it was made. It would send that
again, and give its numbers to others.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from notices.config.inbox import imap_url, maildir_path
from notices.errors import InputError, RefusedError, TryLater
from notices.ledger import Checkpoint, parse_checkpoint, parse_note
from notices.outbox.inbox.mailbox import Letter, Mailbox
from notices.outbox.inbox.reading import read_mail, with_crlf
from notices.site.marking import mark_reasons, set_back
from notices.site.parts import Parts

NEWEST = 3
"""Mails of the archive that are looked at before each round of work."""


def require_no_hold(parts: Parts, known: tuple[str, ...] | None = None) -> None:
    """Raise SetBack if the database is older than mark, checkpoint or archive.

    known: the reasons, where only some of them could be looked for.
    """
    if found := parts.hold_reasons if known is None else known:
        raise set_back(found)


def reasons(parts: Parts) -> tuple[str, ...]:
    """Why the database is older than what is known outside of it; empty: it is not.

    The newest copies of the archive tell enough: those before them were sent before.
    An archive that is away is passed over, because mail must not hang on it.
    """
    return (*checkpoint_reasons(parts), *_archive_reason(parts))


def checkpoint_reasons(parts: Parts) -> tuple[str, ...]:
    """Why it is older than mark or last checkpoint, or another; empty: it is not."""
    return (*mark_reasons(parts), *_checkpoint_reason(parts))


def published(parts: Parts) -> Checkpoint | None:
    """The last checkpoint that was published, None if there is none."""
    path = parts.config.resolve(parts.config.ledger.checkpoint)
    try:
        return parse_checkpoint(parse_note(path.read_text(encoding="utf-8")).text)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, InputError) as error:
        raise RefusedError(
            f"the published checkpoint {path} cannot be read: {error}",
            hint="restore the file, or get the note back from who witnessed it",
        ) from error


def is_ours(parts: Parts, letter: Letter) -> bool:
    """Tell whether a mail of the archive says that it comes from us."""
    claim = read_mail(with_crlf(letter.content))
    return bool(claim.own_id) and parts.config.center.mailbox in claim.sender


def is_known(parts: Parts, letter: Letter) -> bool:
    """Tell whether the database has the notice of a mail, or its number as lost."""
    claim = read_mail(with_crlf(letter.content))
    return parts.store.knows(claim.own_id, claim.numbers)


@contextmanager
def archive(parts: Parts) -> Iterator[Mailbox | None]:
    """The mailbox with our copies; None if no archive or no inbox is configured."""
    from notices.site.receiving import open_mailbox  # noqa: PLC0415 - needs sending

    url = parts.config.inbox.url
    if not parts.config.archive.mailbox or not (imap_url(url) or maildir_path(url)):
        yield None
        return
    mailbox = open_mailbox(parts)
    try:
        yield mailbox
    finally:
        mailbox.close()


def _checkpoint_reason(parts: Parts) -> Iterator[str]:
    last = published(parts)
    if last is not None and not parts.store.has_checkpoint(last.size, last.root):
        yield (
            f"the checkpoint of {last.size} entries was published, and the database "
            f"with {parts.store.size()} entries does not know it"
        )


def _archive_reason(parts: Parts) -> Iterator[str]:
    try:
        with archive(parts) as mailbox:
            letters = mailbox.archived(NEWEST) if mailbox else ()
            for letter in letters:
                if is_ours(parts, letter) and not is_known(parts, letter):
                    yield "the archive mailbox holds a notice that it does not know"
                    return
    except TryLater:
        return
