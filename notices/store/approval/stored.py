"""Drafts of one database; each method is one transaction."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Connection, Engine

from notices.ledger import PROGRAM
from notices.store import rows, transitions
from notices.store.approval import drafting
from notices.store.approval.values import StoredDraft
from notices.store.database.engine import reading, writing
from notices.store.model import DraftedNotice, SignedDraft, StoredNotice

AlsoWrite = Callable[[Connection, str], None]
"""Writes what belongs to a new draft's number, in the transaction that stores it."""


class StoredDrafts:
    """Takes drafts in and signs them; safe to share between threads."""

    def __init__(
        self, engine: Engine, *, by: str = PROGRAM, also: AlsoWrite | None = None
    ) -> None:
        self._engine = engine
        self._by = by
        self._also = also

    def add(
        self,
        drafted: DraftedNotice,
        *,
        now: datetime,
        replaces: Collection[str] = (),
    ) -> StoredNotice:
        """Store a notice as `drafted`; RefusedError if its key is used.

        replaces: numbers of unsent notices, withdrawn in the same transaction;
        IllegalTransition or RefusedError if one may be on its way, then nothing
        changes.
        """
        with writing(self._engine) as connection:
            drafting.add(connection, drafted, now=now, by=self._by)
            if self._also:
                self._also(connection, drafted.number)
            transitions.replace_all(
                connection, replaces, instead=drafted, now=now, by=self._by
            )
            return rows.one(connection, drafted.number)

    def sign(
        self, signed: SignedDraft, *, now: datetime, is_to_be_sent: bool = False
    ) -> StoredNotice:
        """`drafted` to `held`: add what the signature made.

        is_to_be_sent: and to `queued`, in the same transaction: a process that is
        killed in between would leave it `held`, and nobody would know that it was to
        be sent. What refuses to queue it refuses both; then it stays a draft.
        """
        with writing(self._engine) as connection:
            drafting.sign(connection, signed, now=now, by=self._by)
            if is_to_be_sent:
                transitions.queue(connection, signed.number, now=now, by=self._by)
            return rows.one(connection, signed.number)

    def ask_to_send(self, number: str, *, now: datetime) -> None:
        """Note that a draft is to be sent as soon as it may."""
        with writing(self._engine) as connection:
            drafting.ask_to_send(connection, number, now=now)

    def get(self, number: str) -> StoredDraft:
        """Give the draft of a notice; InputError if it did not begin as one."""
        with reading(self._engine) as connection:
            return drafting.one(connection, number)

    def waiting(self) -> tuple[StoredDraft, ...]:
        """Give every draft that may be signed now, the oldest first."""
        with reading(self._engine) as connection:
            return drafting.waiting(connection)
