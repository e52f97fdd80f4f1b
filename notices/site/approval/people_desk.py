"""People of a site: enrolled by two, revoked by one, recovered on the machine.

Signatures may be made here with a key that was opened, or elsewhere: both go one way.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from notices.approval import (
    ENROL,
    ENROLMENT_PREFIX,
    REVOKE,
    AheadOfTime,
    Approver,
    Enrolment,
    KeyKind,
    OtherLog,
    Register,
    Role,
    UnknownApprover,
    himself,
    read_enrolment,
    require_administrator,
    require_key_free,
    require_not_himself,
    require_proven,
    require_revocable,
)
from notices.codec.people import with_people
from notices.errors import ConfigError, Fault, InputError, RefusedError
from notices.files import write_anew
from notices.grammar import name_fault, person_fault
from notices.messages import Text
from notices.signs import plain
from notices.site.approval.people_list import differences, entries, listed
from notices.store import KnownPerson, NewKey, StoredPeople
from notices.verifying.approval.statement import (
    RelyingParty,
    SignatureKind,
    SignedStatement,
    require_kind,
)
from notices.verifying.process.statements import (
    require_signed,
    require_signed_in_time,
)

SignStatement = Callable[[bytes, bytes], tuple[SignatureKind, bytes]]
"""From prefix and file to a signature over both."""


NO_KEY = NewKey(public_key=b"")
"""Whoever is revoked brings none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who is to be enrolled, and with what."""

    person: str
    """Short id; it stays in the ledger for ever."""
    name: str
    """氏名, as the form prints it."""
    roles: tuple[Role, ...]
    """What he may do."""
    key_kind: KeyKind
    """What he signs with."""
    key: NewKey
    """His public key."""

    @property
    def key_sha256(self) -> str:
        """SHA-256 of his public key."""
        return sha256(self.key.public_key).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PeopleDesk:
    """Enrols and revokes people, and lists them."""

    people: StoredPeople
    """Those of the database."""
    path: Path
    """`people.toml`."""
    log: str
    """Origin of the ledger."""
    party: RelyingParty | None
    """Whose passkeys are taken; None: none are."""
    tolerance: timedelta
    """How far clocks may differ."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def known(self) -> dict[str, KnownPerson]:
        """Everybody, by id, as the ledger has him."""
        return self.people.known()

    def differences(self) -> list[Fault]:
        """What `people.toml` says and the ledger does not, and the reverse."""
        return list(differences(self.known(), listed(self.path)))

    def require_same(self) -> None:
        """ConfigError if the list and the ledger say different things."""
        if faults := self.differences():
            raise ConfigError(
                Text("{path} is not what the ledger has", path=self.path),
                hint="the ledger decides; to write the list anew: "
                "notices people list --write",
                faults=faults,
            )

    def request(
        self, candidate: Candidate, administrator: str, *, reason: str = ""
    ) -> Enrolment:
        """What an administrator signs to enrol somebody; the first one for himself."""
        if fault := person_fault(candidate.person):
            raise InputError(
                Text("{person}: {fault}", person=candidate.person, fault=fault)
            )
        require_name(candidate.name)
        known = self.known()
        self._require_key_free(candidate)
        statement = Enrolment(
            log=self.log,
            act=ENROL,
            person=candidate.person,
            name=candidate.name,
            roles=tuple(sorted(map(str, candidate.roles))),
            key_kind=str(candidate.key_kind),
            key_sha256=candidate.key_sha256,
            reason=reason,
            by=self._administrator(known, administrator, candidate),
            at=self.clock(),
            nonce=secrets.token_hex(32),
        )
        _require_another(statement, known)
        return statement

    def request_revocation(
        self, person: str, administrator: str, *, reason: str
    ) -> Enrolment:
        """What an administrator signs to revoke somebody, at once."""
        if not reason.strip():
            raise InputError("a revocation needs its reason", hint="--reason TEXT")
        known = self.known()
        if person not in known:
            raise UnknownApprover(Text("{person} is not enrolled", person=person))
        if known[person].enrolled.is_revoked:
            raise RefusedError(Text("{person} was revoked before", person=person))
        enrolled = known[person].enrolled
        return Enrolment(
            log=self.log,
            act=REVOKE,
            person=person,
            name=known[person].name,
            roles=tuple(sorted(map(str, enrolled.roles))),
            key_kind=str(enrolled.key_kind),
            key_sha256=enrolled.key_sha256,
            reason=reason,
            by=self._administrator(known, administrator, None),
            at=self.clock(),
            nonce=secrets.token_hex(32),
        )

    def take(
        self, octets: bytes, kind: SignatureKind, signature: bytes, key: NewKey
    ) -> None:
        """Take a signed enrolment or revocation in; a refusal with its code else.

        key: whom it is about signs with it; for a revocation it is not looked at.
        """
        statement = read_enrolment(octets)
        register = self.people.register()
        self._judge(statement, register, key)
        signed = SignedStatement(
            prefix=ENROLMENT_PREFIX, octets=octets, kind=kind, signature=signature
        )
        by = register.people.get(statement.by.person)
        require_kind(signed, by.key_kind if by else KeyKind(statement.key_kind))
        require_signed(signed, statement.by.key_sha256, self.party)
        now = self.clock()
        require_signed_in_time(signed, statement.at, now=now, tolerance=self.tolerance)
        if statement.act == REVOKE:
            self.people.revoke(statement, kind, signature, now=now)
        else:
            self.people.enrol(statement, kind, signature, key, now=now)
        self.write_list()

    def recover(self, candidate: Candidate, *, reason: str) -> None:
        """Make an administrator without any other, on the machine itself.

        It is loud for ever: every verifier prints it.
        """
        if not reason.strip():
            raise InputError("a recovery needs its reason", hint="--reason TEXT")
        require_name(candidate.name)
        known = self.known()
        if not known:
            raise RefusedError(
                "nobody is enrolled yet: the first administrator enrols himself",
                hint="notices people enrol PERSON --role administrator "
                "--certificate FILE",
            )
        self._require_key_free(candidate)
        statement = Enrolment(
            log=self.log,
            act=ENROL,
            person=candidate.person,
            name=candidate.name,
            roles=(str(Role.ADMINISTRATOR),),
            key_kind=str(candidate.key_kind),
            key_sha256=candidate.key_sha256,
            reason=reason,
            by=_first(candidate),
            at=self.clock(),
            nonce=secrets.token_hex(32),
        )
        self.people.enrol(statement, None, b"", candidate.key, now=self.clock())
        self.write_list()

    def write_list(self) -> None:
        """Write `people.toml` as the ledger has it; what stands above is kept."""
        try:
            before = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            before = ""
        people = entries(self.known())
        write_anew(self.path, with_people(before, people).encode())

    def _judge(self, statement: Enrolment, register: Register, key: NewKey) -> None:
        if statement.log != self.log:
            raise OtherLog(Text("it is of the ledger {log}", log=statement.log))
        if abs(statement.at - self.clock()) > max(self.tolerance, _FRESH):
            raise AheadOfTime(
                Text("it was signed at {at}: not now", at=statement.at),
                hint="sign a new one",
            )
        require_administrator(statement, register)
        if statement.act == REVOKE:
            require_revocable(statement, register)
            return
        require_name(statement.name)
        _require_another(statement, self.known())
        if sha256(key.public_key).hexdigest() != statement.key_sha256:
            raise InputError("the key is not the one that was signed for")
        require_key_free(statement.person, statement.key_sha256, register)

    def _require_key_free(self, candidate: Candidate) -> None:
        register = self.people.register()
        require_key_free(candidate.person, candidate.key_sha256, register)

    def _administrator(
        self,
        known: Mapping[str, KnownPerson],
        administrator: str,
        candidate: Candidate | None,
    ) -> Approver:
        if not known and candidate is not None:
            if Role.ADMINISTRATOR not in candidate.roles:
                raise InputError(
                    "the first person must be an administrator",
                    hint="--role administrator, and another role if wanted",
                )
            return _first(candidate)
        if administrator not in known:
            raise UnknownApprover(
                Text(
                    "{person} is not enrolled, an administrator is to sign",
                    person=administrator or "nobody",
                ),
                hint="--as ADMINISTRATOR --key KEY",
            )
        each = known[administrator]
        require_proven(each.enrolled)
        return Approver(
            person=administrator,
            name=each.name,
            role=str(Role.ADMINISTRATOR),
            key_sha256=each.enrolled.key_sha256,
            enrolled=each.enrolled.enrolled,
        )


_FRESH = timedelta(minutes=15)
"""How old an enrolment may be that was signed elsewhere."""


def require_name(name: str, *, longest: int = 300) -> None:
    """InputError for what the list could not hold: it stays in the ledger for ever."""
    if fault := name_fault(name, longest=longest):
        raise InputError(
            Text("the name {name} {fault}", name=plain(name), fault=fault),
            hint="--name is the name as the form prints it",
        )


def _require_another(statement: Enrolment, known: Mapping[str, KnownPerson]) -> None:
    """SelfEnrolment for a second id of the administrator's own; the first is his."""
    if known:
        require_not_himself(statement, known[statement.by.person].name)


def _first(candidate: Candidate) -> Approver:
    return himself(candidate.person, candidate.name, candidate.key_sha256)
