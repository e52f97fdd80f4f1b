"""Writes down who is enrolled and who is revoked, judged again under the lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from notices.approval import (
    ENROL,
    EnrolledPerson,
    Enrolment,
    Replayed,
    require_administrator,
    require_key_free,
    require_revocable,
)
from notices.ledger import EventKind, FactValue
from notices.messages import Text
from notices.store.approval.registered import (
    RECOVER,
    KnownPerson,
    registered,
    sha256_of,
)
from notices.store.database.approval_tables import enrolments
from notices.store.database.postgres import PEOPLE, lock
from notices.store.ledger import events
from notices.verifying.approval.statement import SignatureKind

UNSIGNED = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What a person is enrolled with."""

    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    credential_id: bytes = b""
    """Of a passkey; empty for a certificate."""


def people_in(connection: Connection) -> dict[str, EnrolledPerson]:
    """Everybody, as the ledger has him; who changes just now is taken as revoked."""
    return dict(registered(connection).register.people)


def known_people(connection: Connection) -> dict[str, KnownPerson]:
    """The same with names and keys."""
    return dict(registered(connection).known)


def enrol(
    connection: Connection,
    statement: Enrolment,
    kind: SignatureKind | None,
    signature: bytes,
    key: NewKey,
    *,
    now: datetime,
    by: str,
) -> None:
    """Write a signed enrolment down; its signature was judged before.

    Who may enrol whom is asked again here, where nobody else writes: UnknownApprover
    and its kin, KeyInUse, SelfEnrolment, Replayed. kind: None for a recovery, which
    nobody signs.
    """
    lock(connection, PEOPLE)
    register = registered(connection).register
    is_recovery = kind is None
    _require_new(connection, statement)
    require_key_free(statement.person, statement.key_sha256, register)
    if not is_recovery:
        require_administrator(statement, register)
    _keep(
        connection,
        statement,
        RECOVER if is_recovery else ENROL,
        kind,
        signature,
        key,
        now,
    )
    facts: dict[str, FactValue] = {
        "person": statement.person,
        "key_kind": statement.key_kind,
        "key_sha256": statement.key_sha256,
        "name": statement.name,
    }
    if is_recovery:
        facts["reason"] = statement.reason
    else:
        facts |= {
            "roles": " ".join(statement.roles),
            "enrolled_by": statement.by.person if register.people else None,
            "statement_sha256": sha256_of(statement),
        }
    event = EventKind.PEOPLE_RECOVERED if is_recovery else EventKind.PERSON_ENROLLED
    events.append(connection, event, "", facts, now=now, by=by)


def revoke(
    connection: Connection,
    statement: Enrolment,
    kind: SignatureKind,
    signature: bytes,
    *,
    now: datetime,
    by: str,
) -> None:
    """Write a signed revocation down; it holds at once."""
    lock(connection, PEOPLE)
    register = registered(connection).register
    _require_new(connection, statement)
    require_administrator(statement, register)
    require_revocable(statement, register)
    _keep(
        connection,
        statement,
        statement.act,
        kind,
        signature,
        NewKey(public_key=b""),
        now,
    )
    facts: dict[str, FactValue] = {
        "person": statement.person,
        "revoked_by": statement.by.person,
        "statement_sha256": sha256_of(statement),
        "reason": statement.reason,
    }
    events.append(connection, EventKind.PERSON_REVOKED, "", facts, now=now, by=by)


def _require_new(connection: Connection, statement: Enrolment) -> None:
    query = select(enrolments.c.sha256).where(
        enrolments.c.sha256 == sha256_of(statement)
    )
    if connection.execute(query).first() is not None:
        raise Replayed(
            Text("this enrolment of {person} is on record", person=statement.person),
            hint="it counts once; sign a new one",
        )


def _keep(
    connection: Connection,
    statement: Enrolment,
    act: str,
    kind: SignatureKind | None,
    signature: bytes,
    key: NewKey,
    now: datetime,
) -> None:
    connection.execute(
        insert(enrolments).values(
            sha256=sha256_of(statement),
            person=statement.person,
            act=act,
            statement=statement.octets().decode(),
            kind=str(kind) if kind else UNSIGNED,
            signature=signature,
            public_key=key.public_key,
            credential_id=key.credential_id,
            written_at=now,
        )
    )
