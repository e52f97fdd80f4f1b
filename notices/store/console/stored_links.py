"""Links with which a person makes his passkey, each for one use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from notices.store.database.console_tables import passkey_links
from notices.store.database.engine import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyLink:
    """For whom a link is, and what came of it."""

    sha256: str
    """Hash of its secret, which is kept nowhere."""
    person: str
    """Short id of who is to be enrolled."""
    name: str
    """氏名, as the form prints it."""
    roles: tuple[str, ...]
    """What he is to do, sorted."""
    created_at: datetime
    """When it was made."""
    created_by: str
    """By whom."""
    expires_at: datetime
    """From when on it is good no more."""
    used_at: datetime | None = None
    """When a passkey was made with it; None: not yet."""
    public_key: bytes = b""
    """SubjectPublicKeyInfo in DER of that passkey."""
    credential_id: bytes = b""
    """Its id."""

    def is_open(self, now: datetime) -> bool:
        """Whether a passkey may be made with it."""
        return self.used_at is None and now < self.expires_at


class StoredLinks:
    """The links of one database; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, link: PasskeyLink) -> None:
        """Keep a new one."""
        values = {
            "sha256": link.sha256,
            "person": link.person,
            "name": link.name,
            "roles": " ".join(link.roles),
            "created_at": link.created_at,
            "created_by": link.created_by,
            "expires_at": link.expires_at,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(passkey_links).values(values))

    def find(self, sha256: str) -> PasskeyLink | None:
        """Give the link with this hash; None: there is none."""
        query = select(passkey_links).where(passkey_links.c.sha256 == sha256)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _link(row)

    def open(self, now: datetime) -> tuple[PasskeyLink, ...]:
        """Give those with which a passkey may still be made, in no order."""
        query = select(passkey_links).where(passkey_links.c.used_at.is_(None))
        with reading(self._engine) as connection:
            found = tuple(_link(row) for row in connection.execute(query))
        return tuple(link for link in found if link.is_open(now))

    def used(self) -> tuple[PasskeyLink, ...]:
        """Give those with which a passkey was made, the oldest first."""
        query = select(passkey_links).where(passkey_links.c.used_at.is_not(None))
        with reading(self._engine) as connection:
            return tuple(
                _link(row)
                for row in connection.execute(query.order_by(passkey_links.c.used_at))
            )

    def use(
        self, sha256: str, public_key: bytes, credential_id: bytes, *, now: datetime
    ) -> bool:
        """Note the passkey that was made; False: the link was used before."""
        change = (
            update(passkey_links)
            .where(passkey_links.c.sha256 == sha256)
            .where(passkey_links.c.used_at.is_(None))
            .values(used_at=now, public_key=public_key, credential_id=credential_id)
        )
        with writing(self._engine) as connection:
            return bool(connection.execute(change).rowcount)


def _link(row: Row[Any]) -> PasskeyLink:
    return PasskeyLink(
        sha256=row.sha256,
        person=row.person,
        name=row.name,
        roles=tuple(row.roles.split()),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        public_key=bytes(row.public_key or b""),
        credential_id=bytes(row.credential_id or b""),
    )
