"""What the second person signed: made with his key, and judged whenever it is shown."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from notices.approval import BadSignature, EnrolledPerson
from notices.casework.disposal import PREFIX, DisposalStatement
from notices.errors import NoticesError
from notices.messages import Text
from notices.site.disposal.persons import may_confirm
from notices.store.disposal import Certificate, DecidedThen
from notices.verifying.approval.signatures import key_sha256_of
from notices.verifying.approval.statement import (
    FILE_NAMES,
    RelyingParty,
    SignatureKind,
    SignedStatement,
)
from notices.verifying.process.statements import require_signed

_UNREADABLE = Text("what the second person signed cannot be read")
_OTHER_PERSON = Text("the ledger names another person than the one who signed")
_KEY_UNKNOWN = Text("the restored ledger does not know the key that signed")
_CANNOT_TELL = Text(
    "whether anybody was enrolled then, the restored ledger cannot tell"
)
PASSED, FAILED, INDETERMINATE = "passed", "failed", "indeterminate"
_KINDS = {name: kind for kind, name in FILE_NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What is to be said of the second person of one decision."""

    status: str
    """`passed`, `failed`, or `indeterminate` where this ledger cannot tell."""
    person: str = ""
    """Id of whoever signed; empty: nobody, or nobody whom the ledger knows."""
    detail: str = ""
    """Why it is not `passed`, or that nobody was enrolled."""

    def to_json(self) -> dict[str, Any]:
        """The field `confirmed` of `notices disposals --json`."""
        return {
            "status": self.status,
            "person": self.person or None,
            "detail": self.detail,
        }


def confirmation_of(kind: SignatureKind, signature: bytes) -> dict[str, str]:
    """A signature as the certificate keeps it (`docs/formats.md`, 5.5)."""
    return {FILE_NAMES[kind]: b64encode(signature).decode()}


def signed_by(
    statement: DisposalStatement, confirmation: Mapping[str, str]
) -> SignedStatement | None:
    """What was signed; None where the certificate holds no one signature."""
    if len(confirmation) != 1:
        return None
    [(name, octets)] = confirmation.items()
    if name not in _KINDS:
        return None
    try:
        signature = b64decode(octets, validate=True)
    except ValueError:
        return None
    return SignedStatement(
        prefix=PREFIX,
        octets=statement.octets(),
        kind=_KINDS[name],
        signature=signature,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """Judges what second persons signed, by the ledger of then."""

    decided: Callable[[DisposalStatement], DecidedThen | None]
    """What the ledger has of a decision."""
    party: RelyingParty | None
    """Whose passkeys are taken; None: none are."""

    def require(
        self,
        statement: DisposalStatement,
        confirmation: Mapping[str, str],
        person: EnrolledPerson,
    ) -> None:
        """OtherKey or BadSignature unless that person's key signed this statement."""
        signed = signed_by(statement, confirmation)
        if signed is None:
            raise BadSignature(_UNREADABLE, hint="nothing was removed")
        require_signed(signed, person.key_sha256, self.party)

    def judge(self, certificate: Certificate) -> Confirmed:
        """Whether another person who might do so signed what was decided."""
        decided = self.decided(certificate.statement)
        if decided is None:
            return _failed(Text("the ledger has no such disposal"))
        if not certificate.confirmation:
            return _unsigned(certificate, decided)
        signed = signed_by(certificate.statement, certificate.confirmation)
        try:
            key = key_sha256_of(signed) if signed else ""
        except Exception:  # noqa: BLE001 - any octets may stand there
            key = ""
        if signed is None or not key:
            return _failed(_UNREADABLE)
        return self._of_key(certificate, decided, signed, key)

    def _of_key(
        self,
        certificate: Certificate,
        decided: DecidedThen,
        signed: SignedStatement,
        key: str,
    ) -> Confirmed:
        try:
            require_signed(signed, key, self.party)
        except NoticesError as error:
            return _failed(error.message)
        people = [each for each in decided.people.values() if each.key_sha256 == key]
        if not people:
            if certificate.is_again:
                return Confirmed(
                    status=INDETERMINATE,
                    detail=Text(
                        "the restored ledger does not know the key that signed"
                    ),
                )
            return _failed(Text("nobody was enrolled with the key that signed"))
        return _of_person(certificate, decided, people[0])


def _of_person(
    certificate: Certificate, decided: DecidedThen, person: EnrolledPerson
) -> Confirmed:
    name = person.person
    if not may_confirm(person):
        return _failed(Text("{person} may not confirm a disposal", person=name), name)
    if certificate.statement.by.partition(":")[2] == name:
        return _failed(Text("{person} decided it himself", person=name), name)
    # a restored ledger has it without its people
    if not certificate.is_again and name not in decided.approvers:
        return _failed(
            Text("the ledger names another person than the one who signed"), name
        )
    return Confirmed(status=PASSED, person=name)


def _unsigned(certificate: Certificate, found: DecidedThen) -> Confirmed:
    if not found.people:
        return Confirmed(status=PASSED, detail=Text("nobody was enrolled"))
    if certificate.is_again:
        return Confirmed(
            status=INDETERMINATE,
            detail=Text(
                "whether anybody was enrolled then, the restored ledger cannot tell"
            ),
        )
    return _failed(Text("people were enrolled, and no second person signed"))


def _failed(detail: str, person: str = "") -> Confirmed:
    return Confirmed(status=FAILED, person=person, detail=detail)
