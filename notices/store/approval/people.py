"""People in the database: the events that make them, and what they signed with.

The events of the ledger decide. The table beside them holds statements, names and
public keys, each found by what the event says.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from notices.approval import (
    ENROL,
    ENROLMENT_PREFIX,
    OF_PEOPLE,
    EnrolledPerson,
    Enrolment,
    people_of,
    read_enrolment,
    statement_sha256,
)
from notices.errors import EvidenceBroken, RefusedError
from notices.ledger import EventKind, FactValue, RecordedEvent, leaf_hash, read_entry
from notices.messages import Text
from notices.store.database.approval_tables import enrolments
from notices.store.database.postgres import PEOPLE, lock
from notices.store.database.schema import events as entries
from notices.store.database.schema import unordered
from notices.store.ledger import events
from notices.verifying.approval.signatures import SignatureKind

RECOVER = "recover"
UNSIGNED = "none"
_SUBJECTS = ("person:", "person;")  # from the first up to, not with, the second
_PLACED = (
    select(entries.c.payload, entries.c.leaf, entries.c.seq)
    .where(entries.c.subject >= _SUBJECTS[0], entries.c.subject < _SUBJECTS[1])
    .order_by(entries.c.seq)
)
_WAITING = select(unordered.c.facts).where(unordered.c.kind.in_(sorted(OF_PEOPLE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with what lies beside the event that enrolled him."""

    enrolled: EnrolledPerson
    """As the ledger has him."""
    name: str
    """氏名, as the form prints it."""
    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    credential_id: bytes
    """Of a passkey; empty for a certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What a person is enrolled with."""

    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    credential_id: bytes = b""
    """Of a passkey; empty for a certificate."""


def people_in(connection: Connection) -> dict[str, EnrolledPerson]:
    """Everybody, as the ledger has him; who changes just now is taken as revoked."""
    people = people_of(_events(connection))
    for row in connection.execute(_WAITING):
        person = _person_in(row.facts)
        if person in people:
            people[person] = replace(people[person], is_revoked=True)
    return people


def _person_in(facts: str) -> str:
    return str(json.loads(facts).get("person"))


def _events(connection: Connection) -> Iterator[RecordedEvent]:
    for row in connection.execute(_PLACED):
        octets = row.payload.encode()
        if leaf_hash(octets) != bytes(row.leaf):
            raise EvidenceBroken(
                Text("entry {seq} of the ledger does not have its hash", seq=row.seq)
            )
        yield _entry(octets)


@lru_cache(maxsize=512)
def _entry(octets: bytes) -> RecordedEvent:
    """The same octets say the same: at the door they are read again and again."""
    return read_entry(octets)


def known_people(connection: Connection) -> dict[str, KnownPerson]:
    """The same with names and keys; EvidenceBroken where these are not as signed."""
    beside: dict[str, Row[Any]] = {}
    for row in connection.execute(_BESIDE):
        # by what the ledger names; a recovery has no hash, and is found by its person
        beside[row.sha256] = row
        if row.act == RECOVER:
            beside[row.person] = row
    return {
        person: _known(enrolled, beside.get(enrolled.statement_sha256 or person))
        for person, enrolled in people_in(connection).items()
    }


_BESIDE = (
    select(enrolments)
    .where(enrolments.c.act.in_((ENROL, RECOVER)))
    .order_by(enrolments.c.written_at)
)


def _known(enrolled: EnrolledPerson, row: Row[Any] | None) -> KnownPerson:
    statement = read_enrolment(row.statement.encode()) if row else None
    if row is None or statement is None or not _fits(statement, enrolled):
        raise EvidenceBroken(
            Text(
                "{person} is not beside the ledger as he was enrolled",
                person=enrolled.person,
            ),
            hint="keep the database for inquiry, restore a backup",
        )
    return KnownPerson(
        enrolled=enrolled,
        name=statement.name,
        public_key=bytes(row.public_key),
        credential_id=bytes(row.credential_id),
    )


def _fits(statement: Enrolment, enrolled: EnrolledPerson) -> bool:
    """Whether this statement is the one by which the ledger enrolled that person."""
    wanted = enrolled.statement_sha256
    return (
        statement.key_sha256 == enrolled.key_sha256
        and statement.person == enrolled.person
        and (not wanted or sha256_of(statement) == wanted)
    )


def enrol(
    connection: Connection,
    statement: Enrolment,
    kind: SignatureKind | None,
    signature: bytes,
    key: NewKey,
    *,
    now: datetime,
    by: str,
    is_first: bool,
) -> None:
    """Write a signed enrolment down; its signature was judged before.

    is_first: there was nobody; RefusedError if that is so no more. kind: None for a
    recovery, which nobody signs.
    """
    lock(connection, PEOPLE)
    if is_first and people_in(connection):
        raise RefusedError("somebody else was enrolled just now; nothing was written")
    is_recovery = kind is None
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
            "enrolled_by": None if is_first else statement.by.person,
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


def sha256_of(statement: Enrolment) -> str:
    """Hash of an enrolment, as the ledger has it."""
    return statement_sha256(ENROLMENT_PREFIX, statement.octets())


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
