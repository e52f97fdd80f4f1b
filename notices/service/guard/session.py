"""Who is logged in, and until when: sessions of people, and the cookie that names one.

What the cookie holds is a secret; the server knows a session by its hash.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

IDLE = timedelta(minutes=30)
"""Without a request for so long, a session ends."""
HARD = timedelta(hours=10)
"""After so long it ends in any case."""
FRESH = timedelta(minutes=5)
"""So long after the passkey a dangerous act needs no other one."""
SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random octets in base64url."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSession:
    """A person who logged in."""

    person: str
    """Short id."""
    key_sha256: str
    """Of the passkey: whoever is enrolled with another one logs in again."""
    began: datetime
    """When the passkey was used."""
    seen: datetime
    """When the last request came."""

    def is_live(self, now: datetime) -> bool:
        """Whether it has not ended."""
        return now - self.seen < IDLE and now - self.began < HARD

    def is_fresh(self, now: datetime) -> bool:
        """Whether the passkey was used just now."""
        return now - self.began < FRESH

    def touched(self, now: datetime) -> "ConsoleSession":
        """The same after a request."""
        return replace(self, seen=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCookie:
    """How the cookie is called and kept (RFC 6265bis; docs/adr/0022)."""

    name: str
    """`__Host-notices`, or `notices` on this machine without TLS."""
    is_secure: bool
    """Sent over TLS only."""

    def setting(self, secret: str) -> str:
        """The Set-Cookie field."""
        secure = "; Secure" if self.is_secure else ""
        return f"{self.name}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}"

    def ending(self) -> str:
        """The Set-Cookie field that takes it away."""
        return f"{self.setting('')}; Max-Age=0"

    def secret(self, cookies: str) -> str:
        """The secret in a Cookie field; empty: none, or twice.

        >>> cookie_of("https://console.example.jp").secret("a=b; __Host-notices=no")
        ''
        """
        pairs = [each.strip().partition("=") for each in cookies.split(";")]
        found = [value for name, _, value in pairs if name == self.name]
        if len(found) != 1 or not SECRET_FORM.fullmatch(found[0]):
            return ""
        return found[0]


def cookie_of(origin: str) -> SessionCookie:
    """The cookie of a console at this address.

    >>> cookie_of("http://localhost:8025").name
    'notices'
    """
    is_secure = origin.startswith("https://")
    return SessionCookie(
        name="__Host-notices" if is_secure else "notices", is_secure=is_secure
    )


def session_key(secret: str) -> str:
    """By what the server knows it."""
    return sha256(secret.encode()).hexdigest()
