"""People and their keys, as the ledger tells them (`docs/formats.md`, 6.1).

What stands here follows from events alone; lists beside the ledger are for reading.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from notices.ledger import EventKind, Link, RecordedEvent

PERSON = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a person's id is like."""


class Role(StrEnum):
    """What a person may do."""

    ASSESSOR = "assessor"
    """Judges; never approves what he judged."""
    CHECKER = "checker"
    """確認者: approves what goes out."""
    OPERATOR = "operator"
    """Sends, and follows cases."""
    AUDITOR = "auditor"
    """Reads."""
    ADMINISTRATOR = "administrator"
    """Enrols and revokes people."""


class KeyKind(StrEnum):
    """What a person signs with."""

    CERTIFICATE = "certificate"
    """A key with an X.509 certificate: a file, or a smart card."""
    PASSKEY = "passkey"
    """A WebAuthn credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledPerson:
    """A person as the ledger has him."""

    person: str
    """Short id; it stays in the ledger for ever."""
    roles: frozenset[Role]
    """What he may do."""
    key_kind: KeyKind
    """What he signs with."""
    key_sha256: str
    """SHA-256 of the public key as SubjectPublicKeyInfo, in hexadecimal."""
    enrolled: Link
    """The event that enrolled him."""
    statement_sha256: str = ""
    """Hash of what enrolled him; empty for a recovery, which nobody signs."""
    is_revoked: bool = False
    """His key holds no more."""
    is_recovered: bool = False
    """Made on the machine itself, by nobody who was enrolled."""
    is_proven: bool = True
    """What an administrator signed for him was found beside the event, and holds."""

    @property
    def holds(self) -> bool:
        """Whether his key is good for anything now."""
        return self.is_proven and not self.is_revoked

    def may(self, role: Role) -> bool:
        """Whether he acts in this role now."""
        return role in self.roles and self.holds


OF_PEOPLE = frozenset(
    map(
        str,
        (
            EventKind.PERSON_ENROLLED,
            EventKind.PERSON_REVOKED,
            EventKind.PEOPLE_RECOVERED,
        ),
    )
)
"""Kinds of events that make and unmake people."""


def enrolled_by(event: RecordedEvent) -> EnrolledPerson:
    """The person whom an event enrols; ValueError for words that are not known."""
    facts = event.facts
    is_recovered = event.kind == EventKind.PEOPLE_RECOVERED
    roles = "administrator" if is_recovered else str(facts.get("roles") or "")
    return EnrolledPerson(
        person=str(facts["person"]),
        roles=frozenset(map(Role, roles.split())),
        key_kind=KeyKind(str(facts["key_kind"])),
        key_sha256=str(facts["key_sha256"]),
        statement_sha256=str(facts.get("statement_sha256") or ""),
        enrolled=Link(seq=event.seq, leaf=event.hash.hex()),
        is_recovered=is_recovered,
    )
