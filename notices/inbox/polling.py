"""Reading a mailbox: file what is new, mark it, wait for more."""

from collections.abc import Callable, Iterator
from datetime import datetime

from notices.errors import NoticesError, TryLater
from notices.inbox.filed import FiledReport
from notices.inbox.mailbox import Mailbox, MailboxMessage, pause
from notices.inbox.reports import InboundReports
from notices.messages import Text

_MOST = 50
_LARGEST = 8 * 1024 * 1024
"""Mails and octets that are filed in one transaction: others wait for its end."""
_MOST_UNMARKED = 3
"""Mails that a mailbox may refuse to mark or move before it is asked no more."""


def read_once(
    mailbox: Mailbox, reports: InboundReports, *, clock: Callable[[], datetime]
) -> Iterator[FiledReport]:
    """File all that is new and give what each mail did.

    A mail about none of our notices stays unread: it is for a person. The others are
    marked after they were committed: killed between, it is read once more,
    and its hash shows that it is known. First what was filed earlier is applied where
    its attempt has ended since. Raises TryLater if mailbox or store are away, and in
    the end for mails that the store refused, or the mailbox did not mark or move: those
    hold up no others.
    """
    yield from reports.settle(clock())
    refused: list[NoticesError] = []
    unmarked: list[TryLater] = []
    for letters in _together(mailbox.new()):
        filed = _file(letters, reports, clock(), refused)
        for letter, each in filed:
            _mark(mailbox, letter, each, unmarked)
        yield from (each for _, each in filed)
    _raise_refused(refused)
    if unmarked:
        raise TryLater(
            Text(
                "mails that are on record could not be marked: {message}",
                message=unmarked[0].message,
            ),
            hint="all mails were read; check [inbox] move_to",
        ) from unmarked[0]


def _mark(
    mailbox: Mailbox,
    letter: MailboxMessage,
    filed: FiledReport,
    unmarked: list[TryLater],
) -> None:
    """Mark what is on record; a mailbox that refuses it is asked a few times only."""
    if len(unmarked) == _MOST_UNMARKED:
        return
    try:
        if filed.report.number is None:
            mailbox.set_aside(letter)
        else:
            mailbox.mark(letter)
    except TryLater as error:
        unmarked.append(error)


def _raise_refused(refused: list[NoticesError]) -> None:
    if refused:
        raise TryLater(
            Text(
                "1 mail could not be recorded: {message}"
                if len(refused) == 1
                else "{count} mails could not be recorded: {message}",
                count=len(refused),
                message=refused[0].message,
            ),
            hint="they stay unread; all others were recorded",
        ) from refused[0]


def _together(letters: Iterator[MailboxMessage]) -> Iterator[list[MailboxMessage]]:
    """A few mails at a time: a transaction for each would wait for the disk as often.

    What was read before the mailbox went away is given before its error.
    """
    some: list[MailboxMessage] = []
    trouble: TryLater | None = None
    try:
        for letter in letters:
            some.append(letter)
            if len(some) == _MOST or sum(len(each.content) for each in some) > _LARGEST:
                yield some
                some = []
    except TryLater as error:
        trouble = error
    if some:
        yield some
    if trouble is not None:
        raise trouble


def _file(
    letters: list[MailboxMessage],
    reports: InboundReports,
    now: datetime,
    refused: list[NoticesError],
) -> list[tuple[MailboxMessage, FiledReport]]:
    """File mails together; if the store refuses one, each by itself."""
    try:
        return list(zip(letters, reports.file_all(letters, now=now), strict=True))
    except TryLater:
        raise
    except NoticesError:
        return list(_one_by_one(letters, reports, now, refused))


def _one_by_one(
    letters: list[MailboxMessage],
    reports: InboundReports,
    now: datetime,
    refused: list[NoticesError],
) -> Iterator[tuple[MailboxMessage, FiledReport]]:
    for letter in letters:
        try:
            filed = reports.file(
                letter.content,
                mailbox=letter.place,
                from_archive=letter.is_archived,
                now=now,
            )
        except TryLater:
            raise
        except NoticesError as error:
            refused.append(error)
            continue
        yield letter, filed


def watch(
    mailbox: Mailbox,
    reports: InboundReports,
    *,
    clock: Callable[[], datetime],
    poll: float,
    stopped: Callable[[], bool],
    report: Callable[[FiledReport], None],
    trouble: Callable[[NoticesError], None],
) -> None:
    """Read again and again, every `poll` seconds at the latest, until stopped.

    A mailbox or a store that is away is waited for: the error goes to `trouble`.
    """
    while not stopped():
        try:
            for filed in read_once(mailbox, reports, clock=clock):
                report(filed)
                if stopped():
                    return
            mailbox.wait(poll, stopped)
        except TryLater as error:
            trouble(error)
            pause(poll, stopped)
