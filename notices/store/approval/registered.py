"""Who is enrolled, by the ledger's events and the signatures that lie beside them.

What was once read and proven is remembered by the hashes of its leaves: a door asks
again and again, and the same leaves say the same for ever.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from json import loads
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, func, select

from notices.approval import (
    ENROL,
    ENROLMENT_PREFIX,
    OF_PEOPLE,
    ApprovalRefused,
    EnrolledPerson,
    Enrolment,
    MalformedStatement,
    Register,
    read_enrolment,
    register_of,
    require_administrator,
    statement_sha256,
    tells,
)
from notices.errors import EvidenceBroken
from notices.ledger import EventKind, RecordedEvent, leaf_hash, read_entry
from notices.messages import Text
from notices.store.database.approval_tables import enrolments
from notices.store.database.schema import events as entries
from notices.store.database.schema import unordered
from notices.store.ledger.events import of_people
from notices.verifying.approval.statement import (
    SignatureKind,
    SignedStatement,
    require_kind,
)

RECOVER = "recover"
_WAITING = select(unordered.c.facts).where(unordered.c.kind.in_(sorted(OF_PEOPLE)))
DO_PEOPLE_WAIT = _WAITING.exists()
"""Whether anybody's event has no place yet."""


def leaves_of_people(engine: str) -> ScalarSelect[Any]:
    """The hashes of all leaves about people, one behind the other; null: there is none.

    engine: as the dialect is called.
    """
    is_sqlite = engine == "sqlite"
    leaf = entries.c.leaf
    told = func.hex(leaf) if is_sqlite else func.encode(leaf, "hex")
    each = (
        select(told.label("told"))
        .where(of_people(engine))
        .order_by(entries.c.subject, entries.c.seq)
        .subquery()
    )
    joined = func.group_concat if is_sqlite else func.string_agg
    return select(joined(each.c.told, "")).scalar_subquery()


# built once: building a statement costs more than running it
_LEAVES = {
    engine: select(leaves_of_people(engine)) for engine in ("sqlite", "postgresql")
}
_BESIDE = (
    select(enrolments)
    .where(enrolments.c.act.in_((ENROL, RECOVER)))
    .order_by(enrolments.c.written_at)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with what lies beside the event that enrolled him."""

    enrolled: EnrolledPerson
    """As the ledger has him."""
    name: str
    """氏名, as the form prints it; empty where it does not lie there."""
    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    credential_id: bytes
    """Of a passkey; empty for a certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The register with what lies beside it."""

    register: Register
    """Who is enrolled."""
    known: Mapping[str, KnownPerson]
    """The same people with names and keys."""


_MAX_KEPT = 16
_kept: OrderedDict[str, Registered] = OrderedDict()
"""By the hashes of the leaves, the latest last; whatever is not proven is not kept."""


def registered(connection: Connection) -> Registered:
    """Everybody as the ledger has him; who changes just now is taken as revoked."""
    leaves = connection.scalar(_LEAVES[connection.dialect.name])
    return registered_by(connection, leaves, do_people_wait=True)


def registered_by(
    connection: Connection, told: str | None, *, do_people_wait: bool
) -> Registered:
    """The same for who has asked for the hashes in this transaction, under the lock.

    told: `leaves_of_people`.
    do_people_wait: `DO_PEOPLE_WAIT`, asked with them.
    """
    leaves = told or ""
    found = _kept.get(leaves)
    if found is None:
        found = _read(connection, None)
        if all(person.is_proven for person in found.register.people.values()):
            _kept[leaves] = found
            while len(_kept) > _MAX_KEPT:
                _kept.popitem(last=False)
    if not do_people_wait:
        return found
    waiting = {
        str(loads(facts).get("person")) for facts in connection.scalars(_WAITING)
    }
    return _without(found, waiting & found.known.keys()) if waiting else found


def register_before(connection: Connection, seq: int) -> Register:
    """Who was enrolled just before an entry of the ledger."""
    return _read(connection, seq).register


def _without(found: Registered, persons: Iterable[str]) -> Registered:
    people, known = dict(found.register.people), dict(found.known)
    for person in persons:
        people[person] = replace(people[person], is_revoked=True)
        known[person] = replace(known[person], enrolled=people[person])
    return Registered(register=replace(found.register, people=people), known=known)


def _read(connection: Connection, before: int | None) -> Registered:
    beside: dict[str, Row[Any]] = {}
    for row in connection.execute(_BESIDE):
        # by what the ledger names; a recovery has no hash, and is found by its person
        beside[row.sha256] = row
        if row.act == RECOVER:
            beside[row.person] = row

    def is_proven(event: RecordedEvent, register: Register) -> bool:
        return _is_proven(event, register, beside)

    register = register_of(_events(connection, before), is_proven)
    known = {
        person: _known(each, _row_of(each, beside))
        for person, each in register.people.items()
    }
    return Registered(register=register, known=known)


def _row_of(person: EnrolledPerson, rows: Mapping[str, Row[Any]]) -> Row[Any] | None:
    return rows.get(person.statement_sha256 or person.person)


def _events(connection: Connection, before: int | None) -> Iterator[RecordedEvent]:
    query = select(entries.c.payload, entries.c.leaf, entries.c.seq).where(
        of_people(connection.dialect.name)
    )
    # they are few: put in order here, for the database would walk the whole ledger
    for row in sorted(connection.execute(query), key=lambda row: int(row.seq)):
        if before is not None and row.seq >= before:
            return
        octets = row.payload.encode()
        if leaf_hash(octets) != bytes(row.leaf):
            raise EvidenceBroken(
                Text("entry {seq} of the ledger does not have its hash", seq=row.seq)
            )
        yield read_entry(octets)


def _is_proven(
    event: RecordedEvent, register: Register, beside: Mapping[str, Row[Any]]
) -> bool:
    """Whether who might has signed for this enrolment, and for it alone.

    A recovery nobody signs: it is loud for ever.
    """
    if event.kind == EventKind.PEOPLE_RECOVERED:
        return str(event.facts.get("person")) in beside
    digest = str(event.facts.get("statement_sha256"))
    row = beside.get(digest)
    if row is None or digest in register.statements:
        return False
    try:
        statement = read_enrolment(row.statement.encode())
        require_administrator(statement, register)
        signed = SignedStatement(
            prefix=ENROLMENT_PREFIX,
            octets=row.statement.encode(),
            kind=SignatureKind(row.kind),
            signature=bytes(row.signature),
        )
        _require_by(signed, statement, register)
    except (ApprovalRefused, MalformedStatement, ValueError):
        return False
    return signed.sha256 == digest and tells(event, statement, digest)


def _require_by(
    signed: SignedStatement, statement: Enrolment, register: Register
) -> None:
    """The key of the administrator, in its own way; which console it was, is past."""
    from notices.verifying.process.statements import require_value  # noqa: PLC0415 - loads much

    person = register.people.get(statement.by.person)
    if person is not None:
        require_kind(signed, person.key_kind)
    require_value(signed, statement.by.key_sha256)


def _known(enrolled: EnrolledPerson, row: Row[Any] | None) -> KnownPerson:
    statement = _statement_of(enrolled, row)
    if row is None or statement is None:
        return KnownPerson(
            enrolled=replace(enrolled, is_proven=False),
            name="",
            public_key=b"",
            credential_id=b"",
        )
    return KnownPerson(
        enrolled=enrolled,
        name=statement.name,
        public_key=bytes(row.public_key),
        credential_id=bytes(row.credential_id),
    )


def _statement_of(enrolled: EnrolledPerson, row: Row[Any] | None) -> Enrolment | None:
    """The statement by which the ledger enrolled that person; None: it is not there."""
    if row is None:
        return None
    try:
        statement = read_enrolment(row.statement.encode())
    except MalformedStatement:
        return None
    wanted = enrolled.statement_sha256
    is_same = (statement.person, statement.key_sha256) == (
        enrolled.person,
        enrolled.key_sha256,
    )
    return statement if is_same and wanted in ("", sha256_of(statement)) else None


def sha256_of(statement: Enrolment) -> str:
    """Hash of an enrolment, as the ledger has it."""
    return statement_sha256(ENROLMENT_PREFIX, statement.octets())
