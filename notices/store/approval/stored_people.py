"""People of one database; each method is one transaction."""

from datetime import datetime

from sqlalchemy import Engine

from notices.approval import Enrolment, Register
from notices.ledger import PROGRAM
from notices.store.approval import people
from notices.store.approval.people import NewKey
from notices.store.approval.policies import in_force
from notices.store.approval.registered import KnownPerson, registered
from notices.store.database.engine import reading, writing
from notices.store.ledger import events
from notices.verifying.approval.statement import SignatureKind


class StoredPeople:
    """Who is enrolled; safe to share between threads."""

    def __init__(self, engine: Engine, *, by: str = PROGRAM) -> None:
        self._engine = engine
        self._by = by

    def known(self) -> dict[str, KnownPerson]:
        """Everybody, also who is revoked, by id."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return people.known_people(connection)

    def register(self) -> Register:
        """The same as the ledger alone has it, with every key that ever was one."""
        self._put_in_order()
        with reading(self._engine) as connection:
            return registered(connection).register

    def enrol(
        self,
        statement: Enrolment,
        kind: SignatureKind | None,
        signature: bytes,
        key: NewKey,
        *,
        now: datetime,
    ) -> None:
        """Write a signed enrolment down; kind: None for a recovery."""
        with writing(self._engine) as connection:
            people.enrol(
                connection,
                statement,
                kind,
                signature,
                key,
                now=now,
                by=self._by,
            )
        self._put_in_order()

    def revoke(
        self,
        statement: Enrolment,
        kind: SignatureKind,
        signature: bytes,
        *,
        now: datetime,
    ) -> None:
        """Write a signed revocation down; it holds at once."""
        with writing(self._engine) as connection:
            people.revoke(connection, statement, kind, signature, now=now, by=self._by)
        self._put_in_order()

    def note_policy(self, *, now: datetime) -> None:
        """Write down that `[approval]` changed, if it did."""
        with writing(self._engine) as connection:
            in_force(connection, now)

    def _put_in_order(self) -> None:
        """Events of people need their places: approvals name them."""
        with reading(self._engine) as connection:
            more = events.any_waiting(connection)
        while more:
            with writing(self._engine) as connection:
                more = events.put_in_order(connection)
