"""An account on an IMAP server: where it is, and how it is trusted."""

import re
import ssl
from dataclasses import dataclass, field

from notices.errors import ConfigError
from notices.grammar import is_loopback
from notices.smtp.relay import Security

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
    timeout: float = 60
    """Seconds to wait for the server."""

    @property
    def remote(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"


def require_usable(account: Account) -> None:
    """ConfigError for what could not stand in a command as it is."""
    for name in (account.folder, account.archive_folder, account.move_to):
        if name and not _FOLDER.fullmatch(name):
            raise ConfigError(
                f"the folder {name!r} is not plain ASCII",
                hint="write its name in modified UTF-7 (RFC 3501, 5.1.3), "
                "as the server lists it",
            )
    if account.move_to and not account.mark_read:
        raise ConfigError("[inbox] move_to needs mark_read = true")


def tls_context(account: Account) -> ssl.SSLContext | None:
    """Make the context that checks chain and host name, TLS 1.2 or later.

    None for `none`; ConfigError for `none` to another machine.
    """
    if account.security is Security.NONE:
        if not is_loopback(account.host):
            raise ConfigError(
                f"the password for {account.host} would go in clear",
                hint='[inbox] security = "tls" or "starttls"; "none" is for loopback',
            )
        return None
    try:
        # comments between the certificates may be in any language
        pem = account.ca.encode("ascii", "replace").decode()
        context = ssl.create_default_context(cadata=pem or None)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the [inbox] ca cannot be used: {error}",
            hint="give a file with certificates in PEM",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def quoted(name: str) -> str:
    """Write a name as a quoted string (RFC 3501, 4.3); imaplib does not."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
