"""One thing that happened, and its leaf of version 1 in the ledger.

New leaves are of version 2: see `writing`. This one is for what waits for its place
since before, and for whoever reads old leaves.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from notices.ledger.merkle import Hash, leaf_hash
from notices.messages import Text

FactValue = str | int | bool | None
"""What an event may state: no floating point, so that every program writes the same."""

_FACT = (str, int, type(None))
_OWN = frozenset({"at", "event", "number", "seq"})
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_MAX_INTEGER = 2**53 - 1  # RFC 8785, 3.2.2.3: beyond it JSON numbers are not exact


class EventKind(StrEnum):
    """What can happen to a notice."""

    NUMBERED = "numbered"
    """A number was reserved for a case."""
    VOIDED = "voided"
    """A number that was reserved will never stand on a letter; the facts say why."""
    DRAFTED = "drafted"
    """Documents were written and stored, and nothing is signed yet."""
    APPROVED = "approved"
    """A person signed that exactly this may go out."""
    REJECTED = "rejected"
    """A person signed that this may not go out."""
    POLICY_CHANGED = "policy_changed"
    """A section of the policy is from now on as the facts say."""
    PERSON_ENROLLED = "person_enrolled"
    """A person's key and roles hold from now on."""
    PERSON_REVOKED = "person_revoked"
    """A person's key holds no more."""
    PEOPLE_RECOVERED = "people_recovered"
    """On the machine itself somebody made a new administrator."""
    PREPARED = "prepared"
    """Documents and message were signed and stored; nothing is sent yet."""
    QUEUED = "queued"
    """Someone said `send`."""
    ATTEMPTED = "attempted"
    """An attempt began; the network was not touched yet."""
    ARMED = "armed"
    """The next thing on the wire is the message's first byte."""
    OUTCOME = "outcome"
    """An attempt ended; the reply is in the facts."""
    RECOVERED = "recovered"
    """An attempt whose worker died was put in order."""
    RESOLVED = "resolved"
    """An operator decided what a doubt means."""
    EVIDENCE = "evidence"
    """A report or a copy told what became of the message."""
    WITHDRAWN = "withdrawn"
    """Taken back before anything was sent."""
    RECONCILED = "reconciled"
    """A restored database was compared with what is outside; it has no number."""
    EXPORTED = "exported"
    """An evidence bundle was asked for: what comes before is all that it may show."""
    VERSION_BEGAN = "version_began"
    """From here on leaves are of version 2; it has no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry of the ledger."""

    seq: int
    """Place in the ledger, from 0 without a gap; the index of the leaf."""
    at: datetime
    """When, with a time zone."""
    number: str
    """整理番号 of the notice."""
    kind: EventKind
    """What happened."""
    facts: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))
    """Hashes, states, replies, reasons: strings, whole numbers, true, false, null."""

    def __post_init__(self) -> None:
        """Raise ValueError for facts that an event has of its own."""
        if clash := _OWN & self.facts.keys():
            raise ValueError(f"facts must not be named {', '.join(sorted(clash))}")

    def payload(self) -> bytes:
        """Write the leaf: canonical JSON (RFC 8785) in UTF-8."""
        own: dict[str, FactValue] = {
            "at": utc(self.at),
            "event": str(self.kind),
            "number": self.number,
            "seq": self.seq,
        }
        return canonical_json({**self.facts, **own})

    def leaf(self) -> Hash:
        """Give the leaf's hash."""
        return leaf_hash(self.payload())


def canonical_json(value: Mapping[str, FactValue]) -> bytes:
    """Write a flat object as RFC 8785 has it: keys sorted, no blanks, UTF-8.

    Raises ValueError for what has no single form: floats, huge numbers, keys that
    are not ASCII, lone surrogates.
    """
    for key, fact in value.items():
        _check(key, fact)
    return _CANONICAL.encode(dict(value)).encode("utf-8")


def utc(moment: datetime) -> str:
    """Write a moment in UTC to the microsecond: `2026-03-05T01:02:03.000000Z`."""
    if moment.tzinfo is None:
        raise ValueError(Text("{moment} has no time zone", moment=moment.isoformat()))
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"


def _check(key: str, fact: FactValue) -> None:
    if not key.isascii():
        raise ValueError(f"key {key!r} is not ASCII")
    if not isinstance(fact, _FACT):
        raise ValueError(f"{key} has no canonical form: {fact!r}")  # noqa: TRY004
    if isinstance(fact, int) and abs(fact) > _MAX_INTEGER:
        raise ValueError(f"{key} is too large for JSON: {fact}")
