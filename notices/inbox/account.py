"""An account on an IMAP server: where it is, and how it is trusted."""

import re
import ssl
from dataclasses import dataclass, field
from math import inf

from notices.credentials.token_command import TokenCommand
from notices.errors import ConfigError
from notices.messages import Text
from notices.smtp.transport_security import Security, client_context, remote

_FOLDER = re.compile(r"[ -~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account that reports, replies and archive copies arrive in."""

    host: str
    """Host name or IP address; the certificate must name it."""
    port: int = 993
    """993 for TLS, 143 for STARTTLS (RFC 8314, 3.2)."""
    security: Security = Security.TLS
    """How the connection is protected."""
    username: str
    """Who."""
    password: str = field(repr=False)
    """With what."""
    token: TokenCommand | None = None
    """Where access tokens come from, for XOAUTH2 instead of the password."""
    ca: str = ""
    """Trusted roots as PEM text; empty: the system's."""
    folder: str = "INBOX"
    """Where reports and replies arrive; as the server writes it (modified UTF-7)."""
    archive_folder: str = ""
    """Where the copies for our archive arrive; empty: in `folder`."""
    move_to: str = ""
    """Where to move what was filed; empty: it stays."""
    mark_read: bool = True
    """False: nothing in the account is touched."""
    everything: bool = False
    """True: what was filed is given once more, from `move_to`, too."""
    timeout: float = 60
    """Seconds to wait for the server whenever something is to come from it."""
    whole: float = inf
    """Seconds for all that is done with the account, from when the mailbox is made."""

    @property
    def remote(self) -> str:
        """Host and port, for messages."""
        return remote(self.host, self.port)


def require_usable(account: Account) -> None:
    """ConfigError for what could not stand in a command as it is."""
    for name in (account.folder, account.archive_folder, account.move_to):
        if name and not _FOLDER.fullmatch(name):
            raise ConfigError(
                Text("the folder {name!r} is not plain ASCII", name=name),
                hint="write its name in modified UTF-7 (RFC 3501, 5.1.3), "
                "as the server lists it",
            )
    if account.move_to and not account.mark_read:
        raise ConfigError("[inbox] move_to needs mark_read = true")


def tls_context(account: Account) -> ssl.SSLContext | None:
    """The context for the account; None to loopback in clear, as it may be."""
    return client_context(
        account.security,
        account.host,
        account.ca,
        section="inbox",
        carried=Text("the password for {host}", host=account.host),
    )


def quoted(name: str) -> str:
    """Write a name as a quoted string (RFC 3501, 4.3); imaplib does not."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
