"""What the url of `[inbox]` may be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.config.mail_sections import InboxSection
from notices.config.tokens import token_problems
from notices.messages import Text

_IMAP = re.compile(r"(imaps?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::([0-9]{1,5}))?/?")
_PORTS = {"imaps": 993, "imap": 143}
_MAX_PORT = 65535
_MAX_POLL = 29 * 60  # RFC 2177, 3: IDLE begins anew within 29 minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapUrl:
    """An IMAP server."""

    host: str
    """Name or address."""
    port: int
    """993 or 143 if none is named."""
    is_direct: bool
    """True: TLS from the first byte; false: STARTTLS."""


def imap_url(url: str) -> ImapUrl | None:
    """Read `imaps://HOST[:PORT]` or `imap://HOST[:PORT]`; None for anything else."""
    match = _IMAP.fullmatch(url)
    if match is None:
        return None
    port = int(match[3] or _PORTS[match[1]])
    if not 0 < port <= _MAX_PORT:
        return None
    host = match[2].strip("[]")
    return ImapUrl(host=host, port=port, is_direct=match[1] == "imaps")


def maildir_path(url: str) -> str:
    """Read `maildir:PATH`; empty for anything else."""
    return url.removeprefix("maildir:") if url.startswith("maildir:") else ""


def inbox_problems(section: InboxSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    imap = imap_url(section.url)
    if section.url and imap is None and not maildir_path(section.url):
        yield (
            "url",
            "inbox.url must be imaps://HOST, imap://HOST or maildir:PATH",
        )
    yield from token_problems("inbox", section)
    if imap and not section.username:
        yield "username", "an IMAP account needs inbox.username and password_file"
    if section.move_to and (imap is None or not section.mark_read):
        yield "move_to", "inbox.move_to is for IMAP, with mark_read = true"
    if not 0 < section.poll <= _MAX_POLL:
        yield (
            "poll",
            Text("inbox.poll must be 1 to {max_poll} seconds", max_poll=_MAX_POLL),
        )
