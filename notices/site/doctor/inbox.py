"""What `doctor` says of what comes in, and of a database that was set back."""

from collections.abc import Callable, Iterator
from contextlib import closing

from notices.config import Config
from notices.inbox.archive_copies import OddCopy
from notices.inbox.mailbox import Folder
from notices.inbox.reports import InboundReports
from notices.judgment import JST
from notices.messages import Text, listed
from notices.site.database.rollback import PATIENCE, WHOLE, Rollback
from notices.site.doctor.checkup import Checkup, guard, warning
from notices.site.mailboxes import open_mailbox


def examine_inbox(
    config: Config,
    open_reports: Callable[[], InboundReports],
    open_rollback: Callable[[], Rollback],
    *,
    database: Checkup,
) -> Iterator[Checkup]:
    """The mailbox, and whether the database is older than what is known outside.

    database: what was seen of it; one that does not open is told of once.
    """
    inbox = _inbox(config, open_reports, is_open=database.status == "ok")
    yield inbox
    if database.status == "ok":
        hold = guard("hold", lambda: _hold(open_rollback(), inbox))
        asked = hold.status == "ok" and inbox.status != "fault"
        trouble = open_rollback().archive_look.trouble if asked else None
        yield warning("hold", trouble.message, trouble.hint) if trouble else hold
        yield from _odd(open_reports().odd_copy())
    if not config.outbox.high_water_mark:
        yield warning(
            "high-water mark",
            "none is kept: without checkpoints and an archive nothing tells that the "
            "database was restored",
            "name a file in notices.toml, [outbox] high_water_mark",
        )


def _odd(copy: OddCopy | None) -> Iterator[Checkup]:
    """Warn of a relay that changes mails, or puts a Message-ID of its own."""
    if copy is None:
        return
    number, at = copy.number, copy.received_at
    if copy.is_altered:
        yield warning(
            "mail on the way",
            Text(
                "the copy of {number} in the archive ({at:%F}) is not what was signed: "
                "something on the way changes our mails, and their signatures break",
                number=number,
                at=at.astimezone(JST),
            ),
            "let the relay leave them as they are: no footers, no other encoding, no "
            "rewriting of header fields, also within the mail's parts (Postfix: "
            "header_checks work there, too, unless mime_header_checks is empty)",
        )
        return
    yield warning(
        "Message-ID",
        Text(
            "the copy of {number} in the archive ({at:%F}) has another Message-ID than "
            "we gave it: the relay replaces it",
            number=number,
            at=at.astimezone(JST),
        ),
        "let the relay keep the Message-ID (Exchange: allow it for this connector); "
        "until then answers are found by References and by the number",
    )


def _inbox(
    config: Config, open_reports: Callable[[], InboundReports], *, is_open: bool
) -> Checkup:
    archive = config.archive.mailbox
    if config.inbox.url:
        return guard("inbox", lambda: _look(config, open_reports, is_open=is_open))
    if archive:
        return warning(
            "inbox",
            Text(
                "each mail goes to {archive}, too, and nothing reads it there: a "
                "delivery "
                "in doubt is never settled by its copy",
                archive=archive,
            ),
            "name the mailbox in notices.toml, [inbox] url",
        )
    detail = "none is configured: reports and replies are not recorded"
    return Checkup(name="inbox", status="ok", detail=detail)


def _look(
    config: Config, open_reports: Callable[[], InboundReports], *, is_open: bool
) -> str:
    """Open every folder; a password is tried once, and nothing is marked."""
    with closing(open_mailbox(config, patience=PATIENCE, whole=WHOLE)) as mailbox:
        told = listed(map(_told, mailbox.look()), ", ")
    newest = open_reports().newest() if is_open else None
    if newest is None:
        return Text(
            "{url}: {told}; none was recorded yet", url=config.inbox.url, told=told
        )
    at = newest.astimezone(JST)
    return Text(
        "{url}: {told}; the newest was recorded {at:%F %R} JST",
        url=config.inbox.url,
        told=told,
        at=at,
    )


def _told(folder: Folder) -> str:
    if folder.mails == 1:
        return Text("{name} 1 mail", name=folder.name)
    return Text("{name} {mails} mails", name=folder.name, mails=folder.mails)


def _hold(rollback: Rollback, inbox: Checkup) -> str:
    if inbox.status == "fault":  # the archive lies there, and was told of
        rollback.require_none(rollback.checkpoint_reasons())
        return "mark and checkpoint show no set-back; the archive could not be asked"
    rollback.require_none()
    return "the database is not older than mark, last checkpoint or archive"
