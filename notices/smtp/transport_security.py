"""How a connection to a server is protected, for mail out and for mail in."""

import ssl
from enum import StrEnum
from functools import lru_cache

from notices.errors import ConfigError
from notices.grammar import is_loopback
from notices.messages import Text


class Security(StrEnum):
    """How the connection is protected; never opportunistic."""

    STARTTLS = "starttls"
    """Upgraded before anything else; without it nothing is sent (RFC 3207)."""
    TLS = "tls"
    """Encrypted from the first byte (RFC 8314)."""
    NONE = "none"
    """In clear, to loopback only."""


def remote(host: str, port: int) -> str:
    """Host and port, for the record; an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def client_context(
    security: Security, host: str, ca: str, *, section: str, carried: str
) -> ssl.SSLContext | None:
    """Make the context that checks chain and host name, TLS 1.2 or later.

    ca: trusted roots as PEM text; empty: the system's.
    section: where `notices.toml` says so, such as `smtp`.
    carried: what would go in clear, such as `mail to relay.example.jp`.

    None for `none`, which is for loopback. ConfigError for `none` to another machine,
    and for roots that cannot be read.
    """
    if security is Security.NONE:
        if not is_loopback(host):
            raise ConfigError(
                Text("{carried} would go in clear", carried=carried),
                hint=Text(
                    '[{section}] security = "tls" or "starttls"; '
                    '"none" is for loopback',
                    section=section,
                ),
            )
        return None
    try:
        # those of the system may change while we run: they are read each time
        return _context_of(ca) if ca else _context("")
    except (OSError, ValueError) as error:
        raise ConfigError(
            Text(
                "the [{section}] ca cannot be used: it holds no certificate that can "
                "be "
                "read",
                section=section,
            ),
            hint="give a file with certificates in PEM",
        ) from error


def _context(ca: str) -> ssl.SSLContext:
    # comments between the certificates may be in any language
    pem = ca.encode("ascii", "replace").decode()
    context = ssl.create_default_context(cadata=pem or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


_context_of = lru_cache(maxsize=8)(_context)
