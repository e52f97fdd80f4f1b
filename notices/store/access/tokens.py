"""Tokens in the database: made, found, revoked, each with its entry in the ledger."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from notices.access import AccessToken, TokenScope, read_scopes, write_scopes
from notices.ledger import FactValue
from notices.store.access.events_of_access import AccessEvent
from notices.store.database.access_tables import access_tokens
from notices.store.database.engine import reading, writing
from notices.store.ledger import events
from notices.store.ledger.events import UnplacedEvent


class StoredTokens:
    """The tokens of one database; safe to share between threads."""

    def __init__(self, engine: Engine, *, by: str) -> None:
        self._engine = engine
        self._by = by

    def add(self, token: AccessToken, sha256: str, *, now: datetime) -> None:
        """Keep a new token by its hash."""
        values = {
            "token_id": token.token_id,
            "name": token.name,
            "sha256": sha256,
            "scopes": write_scopes(token.scopes),
            "created_at": token.created_at,
            "created_by": token.created_by,
            "expires_at": token.expires_at,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(access_tokens).values(values))
            self._tell(connection, AccessEvent.TOKEN_MADE, token, now)

    def find(self, sha256: str) -> AccessToken | None:
        """Give the token with this hash; None: there is none."""
        query = select(access_tokens).where(access_tokens.c.sha256 == sha256)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _token(row)

    def list(self) -> tuple[AccessToken, ...]:
        """Give all tokens, the oldest first, revoked ones included."""
        query = select(access_tokens).order_by("created_at", "token_id")
        with reading(self._engine) as connection:
            return tuple(map(_token, connection.execute(query)))

    def revoke(self, token: AccessToken, *, now: datetime) -> bool:
        """Refuse a token from now on; False: it was revoked before."""
        change = (
            update(access_tokens)
            .where(access_tokens.c.token_id == token.token_id)
            .where(access_tokens.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        with writing(self._engine) as connection:
            if not connection.execute(change).rowcount:
                return False
            self._tell(connection, AccessEvent.TOKEN_REVOKED, token, now)
        return True

    def _tell(
        self,
        connection: Connection,
        kind: AccessEvent,
        token: AccessToken,
        now: datetime,
    ) -> None:
        facts: dict[str, FactValue] = {
            "token": token.token_id,
            "holder": token.name,
            **{f"may_{scope}": scope in token.scopes for scope in TokenScope},
        }
        told = UnplacedEvent(kind, "", facts, now, self._by)
        events.append_all(connection, [told])


def _token(row: Row[Any]) -> AccessToken:
    return AccessToken(
        token_id=row.token_id,
        name=row.name,
        scopes=read_scopes(row.scopes),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
