"""Everybody whom a ledger enrolled, each as far as somebody who may has signed for it.

Pure. Whoever has the database can write an event; an administrator's signature he has
not. So the ledger tells who is enrolled, and the signatures tell whether that holds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from notices.approval.judging import require_person
from notices.approval.people import EnrolledPerson, Role, enrolled_by
from notices.approval.refusals import (
    KeyInUse,
    RevokedApprover,
    SelfEnrolment,
    UnknownApprover,
)
from notices.approval.statements import ENROL, Approver, Enrolment
from notices.ledger import EventKind, RecordedEvent
from notices.messages import Text
from notices.signs import as_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Who is enrolled at one place of the ledger."""

    people: Mapping[str, EnrolledPerson] = field(default_factory=dict)
    """Everybody, also who is revoked, by id, as the newest event leaves him."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Every key that was ever enrolled, by SHA-256, to the id of its person."""
    statements: frozenset[str] = frozenset()
    """Hashes of what enrolled people so far."""


IsProven = Callable[[RecordedEvent, Register], bool]
"""Whether an enrolment holds, by the event and the register as it was before."""


def register_of(events: Iterable[RecordedEvent], is_proven: IsProven) -> Register:
    """The register that these events make.

    events: in the order of the ledger; others than those of people are passed over.
    A revocation holds whoever wrote it: it lets nothing out.
    """
    register = Register()
    for event in events:
        if event.kind == EventKind.PERSON_REVOKED:
            register = _without(register, str(event.facts.get("person")))
        elif event.kind in (EventKind.PERSON_ENROLLED, EventKind.PEOPLE_RECOVERED):
            register = _with(register, event, is_proven(event, register))
    return register


def _without(register: Register, person: str) -> Register:
    if person not in register.people:
        return register
    revoked = replace(register.people[person], is_revoked=True)
    return replace(register, people={**register.people, person: revoked})


def _with(register: Register, event: RecordedEvent, is_proven: bool) -> Register:
    person = replace(enrolled_by(event), is_proven=is_proven)
    return Register(
        people={**register.people, person.person: person},
        keys={person.key_sha256: person.person, **register.keys},
        statements=register.statements | {person.statement_sha256},
    )


def tells(event: RecordedEvent, statement: Enrolment, digest: str) -> bool:
    """Whether an event says of an enrolment what was signed.

    digest: hash of the statement.
    """
    facts = event.facts
    by = None if statement.by.enrolled is None else statement.by.person
    return statement.act == ENROL and (
        facts.get("person"),
        facts.get("key_kind"),
        facts.get("key_sha256"),
        facts.get("roles"),
        facts.get("enrolled_by"),
        facts.get("statement_sha256"),
    ) == (
        statement.person,
        statement.key_kind,
        statement.key_sha256,
        " ".join(statement.roles),
        by,
        digest,
    )


def require_administrator(statement: Enrolment, register: Register) -> None:
    """Refuse what is not signed for by an administrator; the first one is his own.

    UnknownApprover and its kin, SelfEnrolment. That the signature holds is asked
    elsewhere.
    """
    if not register.people:
        if statement.act != ENROL or statement.by != himself(
            statement.person, statement.name, statement.key_sha256
        ):
            raise UnknownApprover("the first administrator enrols himself")
        return
    require_person(statement.by, register.people, Role.ADMINISTRATOR)
    if statement.act == ENROL and statement.by.person == statement.person:
        raise SelfEnrolment(
            Text("{person} cannot enrol himself", person=statement.person),
            hint="another administrator is to do it",
        )


def require_not_himself(statement: Enrolment, administrator: str) -> None:
    """SelfEnrolment if it is for the administrator himself, under whatever id.

    administrator: the name of who signs, as it was enrolled. Two keys of one person
    have two ids and one name. Asked when an enrolment comes in: what the ledger has
    stays as it is.
    """
    if as_seen(statement.name) == as_seen(administrator):
        raise SelfEnrolment(
            Text(
                "{person} is {name}, too, and nobody enrols himself",
                person=statement.person,
                name=administrator,
            ),
            hint="another administrator is to do it",
        )


def require_revocable(statement: Enrolment, register: Register) -> None:
    """Refuse to revoke who is not enrolled, or was revoked before."""
    person = register.people.get(statement.person)
    if person is None:
        raise UnknownApprover(Text("{person} is not enrolled", person=statement.person))
    if person.is_revoked:
        raise RevokedApprover(
            Text("{person} was revoked before", person=statement.person)
        )


def require_key_free(person: str, key_sha256: str, register: Register) -> None:
    """One key is one person for ever: else two clicks of one would count as two."""
    owner = register.keys.get(key_sha256, person)
    if owner != person:
        raise KeyInUse(
            Text("that key was enrolled for {other}", other=owner),
            hint="each person has a key of his own",
        )


def himself(person: str, name: str, key_sha256: str) -> Approver:
    """Who signs where nobody is enrolled: whom the statement is about."""
    return Approver(
        person=person,
        name=name,
        role=str(Role.ADMINISTRATOR),
        key_sha256=key_sha256,
        enrolled=None,
    )
