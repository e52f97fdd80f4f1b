"""What `doctor` says of what comes in, and of a database that was set back."""

from collections.abc import Iterator
from contextlib import closing

from notices.notice import JST
from notices.outbox.inbox.mailbox import Folder
from notices.site.checkup import Checkup, guard, warning
from notices.site.holding import checkpoint_reasons, require_no_hold
from notices.site.marking import mark_path
from notices.site.parts import Parts
from notices.site.receiving import open_mailbox


def examine_inbox(parts: Parts, *, database: Checkup) -> Iterator[Checkup]:
    """The mailbox, and whether the database is older than what is known outside.

    database: what was seen of it; one that does not open is told of once.
    """
    inbox = _inbox(parts, is_open=database.status == "ok")
    yield inbox
    if database.status == "ok":
        yield guard("hold", lambda: _hold(parts, inbox))
    if mark_path(parts) is None:
        yield warning(
            "high-water mark",
            "none is kept: without checkpoints and an archive nothing tells that the "
            "database was restored",
            "name a file in notices.toml, [outbox] high_water_mark",
        )


def _inbox(parts: Parts, *, is_open: bool) -> Checkup:
    archive = parts.config.archive.mailbox
    if parts.config.inbox.url:
        return guard("inbox", lambda: _look(parts, is_open=is_open))
    if archive:
        return warning(
            "inbox",
            f"each mail goes to {archive}, too, and nothing reads it there: a delivery "
            "in doubt is never settled by its copy",
            "name the mailbox in notices.toml, [inbox] url",
        )
    detail = "none is configured: reports and replies are not recorded"
    return Checkup(name="inbox", status="ok", detail=detail)


def _look(parts: Parts, *, is_open: bool) -> str:
    """Open every folder; a password is tried once, and nothing is marked."""
    with closing(open_mailbox(parts)) as mailbox:
        told = ", ".join(_told(folder) for folder in mailbox.look())
    newest = parts.store.reports.newest() if is_open else None
    if newest is None:
        return f"{parts.config.inbox.url}: {told}; none was recorded yet"
    at = newest.astimezone(JST)
    return f"{parts.config.inbox.url}: {told}; the newest was recorded {at:%F %R} JST"


def _told(folder: Folder) -> str:
    return f"{folder.name} {folder.mails} mail{'s' * (folder.mails != 1)}"


def _hold(parts: Parts, inbox: Checkup) -> str:
    if inbox.status == "fault":  # the archive lies there, and was told of
        require_no_hold(parts, checkpoint_reasons(parts))
        return "mark and checkpoint show no set-back; the archive could not be asked"
    require_no_hold(parts)
    return "the database is not older than mark, last checkpoint or archive"
