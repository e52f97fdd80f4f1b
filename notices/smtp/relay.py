"""The relay that takes our mail: where it is and how it is trusted."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from notices.errors import ConfigError
from notices.grammar import is_loopback


class Security(StrEnum):
    """How the connection is protected; never opportunistic."""

    STARTTLS = "starttls"
    """Upgraded before anything else; without it nothing is sent (RFC 3207)."""
    TLS = "tls"
    """Encrypted from the first byte (RFC 8314)."""
    NONE = "none"
    """In clear, to loopback only."""


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
    ca: str = ""
    """Trusted roots as PEM text; empty: the system's."""
    local_hostname: str = "localhost"
    """What EHLO says we are."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    """How long to wait."""

    @property
    def remote(self) -> str:
        """Host and port, for the record."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def tls_context(relay: Relay) -> ssl.SSLContext | None:
    """Make the context that checks chain and host name, TLS 1.2 or later.

    None for `none`; raises ConfigError for `none` to another machine.
    """
    if relay.security is Security.NONE:
        if not is_loopback(relay.host):
            raise ConfigError(
                f"mail to {relay.host} would go in clear",
                hint='[smtp] security = "starttls" or "tls"; "none" is for loopback',
            )
        return None
    try:
        # comments between the certificates may be in any language
        pem = relay.ca.encode("ascii", "replace").decode()
        context = ssl.create_default_context(cadata=pem or None)
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            "the [smtp] ca cannot be used: it holds no certificate that can be read",
            hint="give a file with certificates in PEM",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
