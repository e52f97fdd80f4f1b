"""What people sign: approvals and enrolments (`docs/formats.md`, 5.2 and 5.5)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from notices.approval.draft import (
    Draft,
    canonical,
    draft_from,
    draft_sha256,
    is_sha256,
    octets_of,
)
from notices.approval.people import PERSON, KeyKind, Role
from notices.approval.refusals import MalformedStatement
from notices.ledger import Link, NotCanonical, read_json, require_canonical, utc
from notices.messages import Text

APPROVAL_PREFIX = b"notices/approval/v1\n"
ENROLMENT_PREFIX = b"notices/enrolment/v1\n"
"""What stands before the file where it is hashed and signed."""
APPROVAL_SCHEMA = "urn:notices:approval:1"
ENROLMENT_SCHEMA = "urn:notices:enrolment:1"
MAX_STATEMENT = 65_536
"""Octets."""
APPROVE, REJECT = "approve", "reject"
ENROL, REVOKE = "enrol", "revoke"
_MOMENT_LENGTH = 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who signs a statement, and by which enrolment."""

    person: str
    """Short id."""
    name: str
    """氏名, as the form prints it."""
    role: str
    """In which role: `checker` or `administrator`."""
    key_sha256: str
    """SHA-256 of the public key as SubjectPublicKeyInfo."""
    enrolled: Link | None
    """The event that enrolled him; None: the first administrator, for himself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That a person looked at exactly this draft, and what he says of it."""

    log: str
    """Origin of the ledger that decides who may."""
    draft: Draft
    """What was looked at."""
    draft_sha256: str
    """Its hash."""
    decision: str
    """`approve` or `reject`."""
    reason: str
    """Empty for none, never for `reject`."""
    approver: Approver
    """Who."""
    at: datetime
    """When, by the machine that showed it."""
    nonce: str
    """32 random octets in hexadecimal."""

    def octets(self) -> bytes:
        """`approval.json`."""
        return _written(APPROVAL_SCHEMA, {**asdict(self), "at": utc(self.at)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """That a person's key holds from now on, or no more."""

    log: str
    """Origin of the ledger."""
    act: str
    """`enrol` or `revoke`."""
    person: str
    """Short id of whom it is about."""
    name: str
    """His name as the form prints it."""
    roles: tuple[str, ...]
    """What he may do, sorted."""
    key_kind: str
    """`certificate` or `passkey`."""
    key_sha256: str
    """SHA-256 of his public key."""
    reason: str
    """Empty for none, never for `revoke`."""
    by: Approver
    """The administrator who says so."""
    at: datetime
    """When."""
    nonce: str
    """32 random octets in hexadecimal."""

    def octets(self) -> bytes:
        """`enrolment.json`."""
        value = {**asdict(self), "roles": list(self.roles), "at": utc(self.at)}
        return _written(ENROLMENT_SCHEMA, value)


def statement_sha256(prefix: bytes, octets: bytes) -> str:
    """Hash of a statement: the digest that a card signs, and a passkey's challenge."""
    return sha256(prefix + octets).hexdigest()


@lru_cache(maxsize=64)
def read_approval(octets: bytes) -> Approval:
    """Read `approval.json` strictly; MalformedStatement names the member."""
    value = _read(octets, APPROVAL_SCHEMA, Approval)
    for name, fits in _OF_APPROVAL.items():
        if not fits(value[name]):
            raise malformed_member(name)
    try:
        draft = draft_from(value["draft"])
    except ValueError as error:
        raise malformed_member(f"draft.{error}") from error
    if value["draft_sha256"] != draft_sha256(octets_of(value["draft"])):
        raise malformed_member("draft_sha256")
    if value["decision"] == REJECT and not value["reason"].strip():
        raise malformed_member("reason")
    return Approval(
        **{
            **value,
            "draft": draft,
            "approver": _approver(value["approver"], "approver"),
            "at": _moment(value["at"]),
        }
    )


@lru_cache(maxsize=256)
def read_enrolment(octets: bytes) -> Enrolment:
    """Read `enrolment.json` strictly; MalformedStatement names the member."""
    value = _read(octets, ENROLMENT_SCHEMA, Enrolment)
    for name, fits in _OF_ENROLMENT.items():
        if not fits(value[name]):
            raise malformed_member(name)
    if value["act"] == REVOKE and not value["reason"].strip():
        raise malformed_member("reason")
    return Enrolment(
        **{
            **value,
            "roles": tuple(value["roles"]),
            "by": _approver(value["by"], "by"),
            "at": _moment(value["at"]),
        }
    )


def malformed_member(name: str) -> MalformedStatement:
    """That a member of a statement is not as it must be."""
    return MalformedStatement(
        Text("what was signed is no statement of ours: {member}", member=name),
        hint="sign what `approval_request` gave, octet by octet",
    )


def _written(schema: str, value: dict[str, Any]) -> bytes:
    octets = canonical({**value, "schema": schema})
    if len(octets) > MAX_STATEMENT:
        raise malformed_member("length")
    return octets


def _read(octets: bytes, schema: str, kind: type) -> dict[str, Any]:
    if len(octets) > MAX_STATEMENT:
        raise malformed_member("length")
    try:
        value = read_json(octets)
        require_canonical(value, octets)
    except NotCanonical as error:
        raise malformed_member(str(error.reason)) from error
    names = {"schema", *kind.__dataclass_fields__}  # type: ignore[attr-defined]
    if not isinstance(value, dict) or value.get("schema") != schema:
        raise malformed_member("schema")
    if value.keys() != names:
        raise malformed_member(", ".join(sorted(value.keys() ^ names)))
    del value["schema"]
    return value


def _approver(value: Any, name: str) -> Approver:
    if not isinstance(value, dict) or value.keys() != {*Approver.__dataclass_fields__}:
        raise malformed_member(name)
    enrolled = value["enrolled"]
    if enrolled is not None and not _is_link(enrolled):
        raise malformed_member(f"{name}.enrolled")
    is_whole = (
        _is_person(value["person"])
        and _is_text(value["name"])
        and _is_string(value["role"])
        and value["role"] in set(Role)
        and is_sha256(value["key_sha256"])
    )
    if not is_whole:
        raise malformed_member(name)
    return Approver(**{**value, "enrolled": enrolled and Link(**enrolled)})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _is_moment(value: Any) -> bool:
    """Whether it is one of `docs/formats.md`, 2.1: years 2000 to 2099."""
    if not isinstance(value, str) or len(value) != _MOMENT_LENGTH:
        return False
    if not value.startswith("20"):
        return False
    try:
        return utc(datetime.fromisoformat(value)) == value
    except ValueError:
        return False


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"leaf", "seq"}
        and is_sha256(value["leaf"])
        and type(value["seq"]) is int
        and value["seq"] >= 0
    )


def _is_person(value: Any) -> bool:
    return isinstance(value, str) and PERSON.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _are_roles(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and value == sorted({*map(str, value)})
        and set(value) <= {*map(str, Role)}
    )


_OF_BOTH: Mapping[str, Callable[[Any], bool]] = {
    "log": _is_text,
    "reason": _is_string,
    "at": _is_moment,
    "nonce": is_sha256,  # 32 octets in hexadecimal look the same
}
_OF_APPROVAL: Mapping[str, Callable[[Any], bool]] = {
    **_OF_BOTH,
    "draft_sha256": is_sha256,
    "decision": lambda value: value in (APPROVE, REJECT),
}
_OF_ENROLMENT: Mapping[str, Callable[[Any], bool]] = {
    **_OF_BOTH,
    "act": lambda value: value in (ENROL, REVOKE),
    "person": _is_person,
    "name": _is_text,
    "roles": _are_roles,
    "key_kind": lambda value: value in set(KeyKind),
    "key_sha256": is_sha256,
}
