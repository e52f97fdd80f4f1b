"""Tokens of case systems: made, listed, revoked, found by their secret."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from notices.access import (
    NAME,
    PREFIX,
    AccessToken,
    TokenScope,
    token_hash,
    write_scopes,
)
from notices.errors import InputError
from notices.messages import Text
from notices.store.access import StoredTokens

_OCTETS = 32


@dataclass(frozen=True, kw_only=True)
class TokenDesk:
    """Gives tokens and takes them back."""

    tokens: StoredTokens
    """Those of the database."""
    by: str
    """Who acts, as the ledger tells it."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def make(
        self,
        name: str,
        scopes: Collection[TokenScope],
        *,
        expires_at: datetime | None = None,
    ) -> tuple[AccessToken, str]:
        """Make a token; gives it and its secret, which is kept nowhere.

        name: the case system's. Several tokens may have one name: they see the same.
        InputError for a name that the ledger cannot have, no scope, or an end that is
        over already.
        """
        now = self.clock()
        _require_good(name, scopes, expires_at, now)
        secret = PREFIX + token_urlsafe(_OCTETS)
        token = AccessToken(
            token_id=token_hex(4),
            name=name,
            scopes=frozenset(scopes),
            created_at=now,
            created_by=self.by,
            expires_at=expires_at,
        )
        self.tokens.add(token, token_hash(secret), now=now)
        return token, secret

    def list(self) -> tuple[AccessToken, ...]:
        """Give all tokens, the oldest first, revoked and expired ones included."""
        return self.tokens.list()

    def revoke(self, which: str) -> tuple[AccessToken, ...]:
        """Refuse a token by its id, or all of a case system by its name, from now on.

        Gives those that were good until now. InputError if there is none of that name.
        """
        tokens = [one for one in self.list() if which in (one.token_id, one.name)]
        if not tokens:
            raise InputError(
                Text("there is no token {which}", which=which),
                hint="`notices token list` shows all",
            )
        now = self.clock()
        return tuple(one for one in tokens if self.tokens.revoke(one, now=now))


def _require_good(
    name: str,
    scopes: Collection[TokenScope],
    expires_at: datetime | None,
    now: datetime,
) -> None:
    if not NAME.fullmatch(name):
        raise InputError(
            Text("{name} is no name for a case system", name=name),
            hint="1 to 40 of A-Z a-z 0-9 . _ -, a letter or digit first",
        )
    if not scopes:
        raise InputError(
            "a token without a scope could do nothing",
            hint=Text("name some of: {scopes}", scopes=write_scopes(TokenScope)),
        )
    if expires_at is not None and expires_at <= now:
        raise InputError(
            Text("{moment} is over already", moment=expires_at.isoformat()),
            hint="name a time to come",
        )


def token_json(token: AccessToken, now: datetime) -> dict[str, Any]:
    """The fields of `notices token list --json`."""
    return {
        "id": token.token_id,
        "name": token.name,
        "scopes": [str(scope) for scope in TokenScope if scope in token.scopes],
        "created_at": token.created_at.isoformat(),
        "created_by": token.created_by,
        "expires_at": token.expires_at and token.expires_at.isoformat(),
        "revoked_at": token.revoked_at and token.revoked_at.isoformat(),
        "live": token.is_live(now),
    }
