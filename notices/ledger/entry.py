"""Reading an entry of either version into one shape, strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.ledger.canonical import read_json, require_canonical
from notices.ledger.event import EventKind, FactValue, utc
from notices.ledger.leaf import (
    Leaf,
    MalformedLeaf,
    Reason,
    as_told,
    leaf_version,
    parse_leaf,
)
from notices.ledger.merkle import Hash, leaf_hash
from notices.messages import Text

_OWN = frozenset({"at", "event", "number", "seq"})
_LENGTH_OF_MOMENT = 27
_OF_VERSION_2 = b',"v":2}'
"""Its last member; what ends so is read as that, and may be refused."""
_OF_ATTEMPT: Mapping[str, FactValue] = {"reply": None, "note": ""}
_EMPTY_OF: Mapping[str, Mapping[str, FactValue]] = {
    str(EventKind.OUTCOME): _OF_ATTEMPT,
    str(EventKind.RECOVERED): _OF_ATTEMPT,
    str(EventKind.PREPARED): {"again_reason": "", "rung_reason": ""},
    str(EventKind.RECONCILED): {"dismissed": ""},
}
"""Texts that were always there, and what stood for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """What an entry says, of whichever version it is."""

    octets: bytes
    """The leaf as it was written."""
    seq: int
    """Place in the ledger, from 0."""
    at: datetime
    """When, in UTC. Version 1: the clock of the act; version 2: of writing down."""
    kind: str
    """What happened."""
    number: str
    """整理番号; empty: it is not about one notice."""
    facts: Mapping[str, FactValue]
    """The particulars."""
    leaf: Leaf | None
    """All of it, if it is of version 2."""

    @property
    def hash(self) -> Hash:
        """The leaf's hash."""
        return leaf_hash(self.octets)

    @property
    def by(self) -> str:
        """Who wrote it down; empty in version 1, which did not tell."""
        return self.leaf.by if self.leaf else ""

    @property
    def case_id(self) -> str:
        """The case that it names; empty: none."""
        told = self.leaf.case_id if self.leaf else self.facts.get("case_id")
        return str(told or "")

    def _not_given(self) -> dict[str, FactValue]:
        """What version 1 told as empty where version 2 has nothing."""
        if self.leaf is None:
            return {}
        names = _EMPTY_OF.get(self.kind, {})
        return {
            name: empty for name, empty in names.items() if name not in self.leaf.beside
        }

    def flat(self, texts: Mapping[str, str]) -> dict[str, FactValue]:
        """All that it tells, as one object such as version 1 wrote it.

        texts: what lies beside it, by name, as far as it is at hand.
        """
        told: dict[str, FactValue] = {**self._not_given(), **self.facts, **texts}
        if self.leaf:
            told |= {"by": self.leaf.by}
            told |= {"case_id": self.leaf.case_id} if self.leaf.case_id else {}
        own = {"at": utc(self.at), "event": self.kind, "number": self.number}
        return {**told, **own, "seq": self.seq}


def read_entry(octets: bytes) -> RecordedEvent:
    """Read a leaf of version 1 or 2; MalformedLeaf or NotCanonical for anything else.

    LaterVersion for one of a version above these.
    """
    if not octets.endswith(_OF_VERSION_2) and leaf_version(octets) == 1:
        return _of_version_1(octets)
    leaf = parse_leaf(octets)
    return RecordedEvent(
        octets=octets,
        seq=leaf.seq,
        at=leaf.at,
        kind=leaf.event,
        number=leaf.number or "",
        facts=leaf.facts,
        leaf=leaf,
    )


def _of_version_1(octets: bytes) -> RecordedEvent:
    value = read_json(octets)
    require_canonical(value, octets)
    if not value.keys() >= _OWN:
        raise MalformedLeaf(
            Reason.MEMBERS, Text("it has {names}", names=", ".join(sorted(value)))
        )
    for name in ("event", "number"):
        if not isinstance(value[name], str):
            raise MalformedLeaf(Reason(name), Text("{name} is no text", name=name))
    if type(value["seq"]) is not int or value["seq"] < 0:
        raise MalformedLeaf(Reason.SEQ, "it is no place")
    facts = {name: fact for name, fact in value.items() if name not in _OWN}
    if any(isinstance(fact, (dict, list)) for fact in facts.values()):
        raise MalformedLeaf(Reason.FACTS, "a fact is no text and no number")
    return RecordedEvent(
        octets=octets,
        seq=value["seq"],
        at=_moment(value["at"]),
        kind=value["event"],
        number=value["number"],
        facts=facts,
        leaf=None,
    )


def _moment(text: Any) -> datetime:
    try:
        if len(text) == _LENGTH_OF_MOMENT and text.endswith("Z"):
            return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        pass
    raise MalformedLeaf(Reason.AT, as_told("at", text))
