"""The relay that takes our mail: where it is and how it is trusted."""

import re
import ssl
from dataclasses import dataclass, field

from notices.credentials.token_command import TokenCommand
from notices.errors import ConfigError
from notices.messages import Text
from notices.smtp.transport_security import Security, client_context, remote

_WORD = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds (RFC 5321, 4.5.3.2)."""

    connect: float = 30
    """For the connection, and for the TLS handshake."""
    command: float = 300
    """For the greeting and the reply to each command up to DATA."""
    before_data: float = 600
    """For everything before DATA; with `command` it stays below the lease."""
    body: float = 600
    """For the message's bytes to be taken."""
    end_of_data: float = 600
    """For the reply to the final dot: ten minutes (4.5.3.2.6)."""
    reset: float = 10
    """For the reply to RSET on a connection that is used again."""
    quit: float = 2
    """For the reply to QUIT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The one server that the courier talks to."""

    host: str
    """Host name or IP address; the certificate must name it."""
    port: int
    """587 for STARTTLS, 465 for TLS."""
    security: Security = Security.STARTTLS
    """How the connection is protected."""
    username: str = ""
    """For AUTH; empty: no AUTH."""
    password: str = field(default="", repr=False)
    """For AUTH."""
    token: TokenCommand | None = None
    """Where access tokens come from, for AUTH XOAUTH2 instead of the password."""
    ca: str = ""
    """Trusted roots as PEM text; empty: the system's."""
    local_hostname: str = "localhost"
    """What EHLO says we are."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    """How long to wait."""

    @property
    def remote(self) -> str:
        """Host and port, for the record."""
        return remote(self.host, self.port)


def tls_context(relay: Relay) -> ssl.SSLContext | None:
    """The context for the relay; None to loopback in clear, as it may be."""
    return client_context(
        relay.security,
        relay.host,
        relay.ca,
        section="smtp",
        carried=f"mail to {relay.host}",
    )


def require_name(local_hostname: str) -> None:
    """ConfigError for what EHLO cannot say (RFC 5321, 4.1.1.1): it is one word."""
    if not _WORD.fullmatch(local_hostname):
        raise ConfigError(
            Text(
                "smtp.local_hostname {name!r} is no host name",
                name=local_hostname,
            ),
            hint="give the name of this machine, such as mail.hotline.example.jp",
        )
