"""Evidence bundles that people ask for, and the signing process makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)

from notices.errors import EvidenceBroken, InputError
from notices.messages import Text
from notices.store.console.kept_texts import kept_text, text_kept
from notices.store.database.bundle_tables import asked_bundles, made_bundles
from notices.store.database.engine import reading, writing

KEPT = timedelta(days=1)
"""So long a bundle lies ready: it holds what the case's retention covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBundle:
    """A bundle that lies ready."""

    file_name: str
    """Such as `R8-1-000123.asice`."""
    sha256: str
    """Of the file, in hexadecimal."""
    size: int
    """In octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBundles:
    """That somebody wants the bundles of a case, and what came of it."""

    request_id: str
    """Of this request."""
    case_id: str
    """The case."""
    is_redacted: bool
    """True: without addresses and contents."""
    asked_at: datetime
    """When."""
    asked_by: str
    """Who, as the ledger names him."""
    ended_at: datetime | None
    """When the signing process had done with it; None: it waits."""
    error: str
    """Why nothing was made, as people are told; empty: nothing was wrong."""
    files: tuple[MadeBundle, ...] = ()
    """What was made."""


class StoredBundles:
    """The requests of one database; each method is one transaction."""

    def __init__(self, engine: Engine, *, by: str) -> None:
        self._engine = engine
        self._by = by

    def ask(self, case_id: str, *, redact: bool, now: datetime) -> AskedBundles:
        """Ask for the bundles of a case; gives the request that waits, if one does."""
        wanted = (
            (asked_bundles.c.case_id == case_id)
            & (asked_bundles.c.is_redacted == int(redact))
            & asked_bundles.c.ended_at.is_(None)
        )
        with writing(self._engine) as connection:
            forget_bundles(connection, asked_bundles.c.asked_at <= now - KEPT)
            query = select(asked_bundles).where(wanted).limit(1)
            if (row := connection.execute(query).one_or_none()) is not None:
                return _asked(row, ())
            values = {
                "request_id": token_hex(8),
                "case_id": case_id,
                "is_redacted": int(redact),
                "asked_at": now,
                "asked_by": self._by,
                "error": "",
            }
            connection.execute(insert(asked_bundles).values(**values))
            row = connection.execute(query).one()
        return _asked(row, ())

    def of(self, case_id: str, *, now: datetime) -> tuple[AskedBundles, ...]:
        """The requests of a case of the last day, the newest first."""
        query = (
            select(asked_bundles)
            .where(
                asked_bundles.c.case_id == case_id,
                asked_bundles.c.asked_at > now - KEPT,
            )
            .order_by(asked_bundles.c.asked_at.desc(), asked_bundles.c.request_id)
        )
        with reading(self._engine) as connection:
            return tuple(
                _asked(row, _files(connection, row.request_id))
                for row in connection.execute(query).all()
            )

    def waiting(self) -> tuple[AskedBundles, ...]:
        """The requests that nobody has dealt with, the oldest first."""
        query = (
            select(asked_bundles)
            .where(asked_bundles.c.ended_at.is_(None))
            .order_by(asked_bundles.c.asked_at, asked_bundles.c.request_id)
        )
        with reading(self._engine) as connection:
            return tuple(_asked(row, ()) for row in connection.execute(query))

    def end(
        self,
        request_id: str,
        files: Mapping[str, bytes],
        *,
        error: str = "",
        now: datetime,
    ) -> None:
        """Keep what was made for a request, or why nothing was."""
        open_one = (asked_bundles.c.request_id == request_id) & (
            asked_bundles.c.ended_at.is_(None)
        )
        with writing(self._engine) as connection:
            ended = update(asked_bundles).where(open_one)
            done = connection.execute(
                ended.values(ended_at=now, error=kept_text(error))
            )
            for name, content in files.items() if done.rowcount else ():
                values = {
                    "request_id": request_id,
                    "file_name": name,
                    "sha256": sha256(content).hexdigest(),
                    "content": content,
                }
                connection.execute(insert(made_bundles).values(**values))

    def content(self, case_id: str, file_name: str, *, now: datetime) -> bytes:
        """The newest bundle of that name; InputError if none lies ready."""
        query = (
            select(made_bundles.c.content, made_bundles.c.sha256)
            .join(
                asked_bundles, asked_bundles.c.request_id == made_bundles.c.request_id
            )
            .where(
                asked_bundles.c.case_id == case_id,
                asked_bundles.c.asked_at > now - KEPT,
                made_bundles.c.file_name == file_name,
            )
            .order_by(asked_bundles.c.asked_at.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise InputError(
                Text(
                    "no bundle {name} of {case_id} lies ready",
                    name=file_name,
                    case_id=case_id,
                ),
                hint="it is kept for a day: ask for it again on the page of the case",
            )
        content = bytes(row.content)
        if sha256(content).hexdigest() != row.sha256:
            raise EvidenceBroken(
                Text("the bundle {name} is not as it was made", name=file_name),
                hint="ask for it again on the page of the case",
            )
        return content

    def forget(self, *, now: datetime) -> None:
        """Remove what was asked for more than a day ago."""
        with writing(self._engine) as connection:
            forget_bundles(connection, asked_bundles.c.asked_at <= now - KEPT)


def forget_bundles(connection: Connection, which: ColumnElement[bool]) -> None:
    """Remove requests and what was made for them."""
    gone = select(asked_bundles.c.request_id).where(which)
    connection.execute(delete(made_bundles).where(made_bundles.c.request_id.in_(gone)))
    connection.execute(delete(asked_bundles).where(which))


def _files(connection: Connection, request_id: str) -> tuple[MadeBundle, ...]:
    query = (
        select(
            made_bundles.c.file_name,
            made_bundles.c.sha256,
            func.length(made_bundles.c.content).label("size"),
        )
        .where(made_bundles.c.request_id == request_id)
        .order_by(made_bundles.c.file_name)
    )
    return tuple(
        MadeBundle(file_name=row.file_name, sha256=row.sha256, size=row.size)
        for row in connection.execute(query)
    )


def _asked(row: Row[Any], files: tuple[MadeBundle, ...]) -> AskedBundles:
    return AskedBundles(
        request_id=row.request_id,
        case_id=row.case_id,
        is_redacted=bool(row.is_redacted),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        ended_at=row.ended_at,
        error=text_kept(row.error),
        files=files,
    )
