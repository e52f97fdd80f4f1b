"""Tokens of case systems, as values: who they are, what they may do, until when.

A token is a secret of 256 random bits. What is kept of it is its SHA-256: it cannot be
guessed, so that a slow hash would only slow the service down. None can approve: there
is no scope for it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PREFIX = "ntc_"
"""Every token begins so: programs that look for leaked secrets know it by that."""
SECRET = re.compile(r"[A-Za-z0-9_.-]{32,128}")
"""What a token looks like."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What a case system is called: as `by` in the ledger has it."""


class TokenScope(StrEnum):
    """What a token may do."""

    PREPARE = "prepare"
    """Hand in judgments and facts."""
    SEND = "send"
    """Say that a notice is to go out."""
    READ = "read"
    """Look at what its case system handed in, and have files verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token, without its secret."""

    token_id: str
    """Its public id."""
    name: str
    """The case system; `token:NAME` in the ledger. Several tokens may have one name."""
    scopes: frozenset[TokenScope]
    """What it may do."""
    created_at: datetime
    """When it was made."""
    created_by: str
    """Who made it, as the ledger tells it."""
    expires_at: datetime | None = None
    """From when on it is refused; None: never."""
    revoked_at: datetime | None = None
    """Since when it is refused; None: it is not."""

    @property
    def by(self) -> str:
        """Who acts, as the ledger tells it."""
        return f"token:{self.name}"

    def is_live(self, now: datetime) -> bool:
        """Tell whether it is neither revoked nor expired."""
        is_over = self.expires_at is not None and self.expires_at <= now
        return not is_over and self.revoked_at is None


def token_hash(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: what is kept of it."""
    return hashlib.sha256(token.encode("ascii", "replace")).hexdigest()


def read_scopes(text: str) -> frozenset[TokenScope]:
    """Scopes separated by commas; ValueError names the first that is none."""
    return frozenset(
        TokenScope(name.strip()) for name in text.split(",") if name.strip()
    )


def write_scopes(scopes: Iterable[TokenScope]) -> str:
    """Scopes in their order, separated by commas."""
    wanted = frozenset(scopes)
    return ",".join(scope for scope in TokenScope if scope in wanted)
