"""Reading a mailbox: file what is new, mark it, wait for more."""

from collections.abc import Callable, Iterator
from datetime import datetime

from notices.errors import NoticesError, TryLater
from notices.inbox.filed import FiledReport
from notices.inbox.mailbox import Mailbox, pause
from notices.inbox.reports import InboundReports
from notices.messages import Text


def read_once(
    mailbox: Mailbox, reports: InboundReports, *, clock: Callable[[], datetime]
) -> Iterator[FiledReport]:
    """File all that is new and give what each mail did.

    A mail about none of our notices stays unread: it is for a person. The others are
    marked after they were committed: killed between, it is read once more,
    and its hash shows that it is known. First what was filed earlier is applied where
    its attempt has ended since. Raises TryLater if mailbox or store are away, and in
    the end for mails that the store refused: those hold up no others.
    """
    yield from reports.settle(clock())
    refused: list[NoticesError] = []
    for letter in mailbox.new():
        try:
            filed = reports.file(
                letter.content,
                mailbox=letter.place,
                from_archive=letter.is_archived,
                now=clock(),
            )
        except TryLater:
            raise
        except NoticesError as error:
            refused.append(error)
            continue
        if filed.report.number is None:
            mailbox.set_aside(letter)
        else:
            mailbox.mark(letter)
        yield filed
    if refused:
        count = f"{len(refused)} mail{'s' * (len(refused) > 1)}"
        raise TryLater(
            Text(
                "{count} could not be recorded: {message}",
                count=count,
                message=refused[0].message,
            ),
            hint="they stay unread; all others were recorded",
        ) from refused[0]


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
