"""The mailboxes that a configuration names: what comes in, and our own copies."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from notices.config import Config
from notices.config.inbox import imap_url, maildir_path
from notices.errors import ConfigError
from notices.inbox.account import Account
from notices.inbox.imap_mailbox import ImapMailbox
from notices.inbox.mailbox import Mailbox
from notices.inbox.maildir import Maildir
from notices.site.configured import password_of, read_text, token_command_of
from notices.smtp import Security


def open_mailbox(
    config: Config,
    *,
    patience: float = 60,
    whole: float = inf,
    everything: bool = False,
) -> Mailbox:
    """The mailbox that the configuration names; ConfigError if none.

    patience: seconds to wait for a server each time; whole: for all of it together.
    everything: as if nothing in it had been filed.
    """
    section = config.inbox
    if path := maildir_path(section.url):
        archive = section.archive_folder
        return Maildir(
            config.resolve(path),
            config.resolve(archive) if archive else None,
            mark_read=section.mark_read,
            everything=everything,
        )
    if server := imap_url(section.url):
        token = token_command_of(config, "inbox", section.token_command)
        password = (
            ""
            if token
            else password_of(config, "inbox-password", section.password_file)
        )
        ca = config.resolve(section.ca) if section.ca else None
        return ImapMailbox(
            Account(
                host=server.host,
                port=server.port,
                security=Security.TLS if server.is_direct else Security.STARTTLS,
                username=section.username,
                password=password,
                token=token,
                ca=read_text(ca, "inbox.ca") if ca else "",
                folder=section.folder,
                archive_folder=section.archive_folder,
                move_to=section.move_to,
                mark_read=section.mark_read,
                everything=everything,
                timeout=patience,
                whole=whole,
            )
        )
    raise ConfigError(
        "no inbox is configured", hint="name one in notices.toml, [inbox] url"
    )


@contextmanager
def open_archive(
    config: Config, *, patience: float = 60, whole: float = inf
) -> Iterator[Mailbox]:
    """The mailbox with our copies, closed at the end; ConfigError if there is none."""
    mailbox = open_mailbox(config, patience=patience, whole=whole)
    try:
        yield mailbox
    finally:
        mailbox.close()
