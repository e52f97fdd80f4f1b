"""Reading a leaf of version 2 (`docs/formats.md`, section 4): strictly, or not at all.

A leaf is canonical JSON of one shape. What is read in two ways by two programs is no
evidence, so nothing is repaired: each refusal has a name, which the vectors share with
every other reader.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from notices.errors import InputError, LaterVersion
from notices.ledger.canonical import read_json, require_canonical
from notices.ledger.event import FactValue
from notices.ledger.quick_leaf import QuickLeaf, quick_leaf
from notices.messages import Text

VERSION: Final = 2
MAX_LEAF = 8192
"""Octets; ours have some five hundred."""
MAX_OF_ANY = 65_535
"""Octets of a leaf of any version (C2SP tlog-tiles: two octets tell a length)."""
MAX_MEMBERS = 64
"""Facts, commitments and chains of an event, each."""


class Reason(StrEnum):
    """Why canonical JSON is no leaf; the names are those of `docs/formats.md`, 4.6."""

    TOO_LONG = "too-long"
    MEMBERS = "members"
    SEQ = "seq"
    AT = "at"
    EVENT = "event"
    NUMBER = "number"
    CASE_ID = "case_id"
    PREVIOUS = "previous"
    NONCE = "nonce"
    BY = "by"
    FACTS = "facts"
    BESIDE = "beside"


class MalformedLeaf(InputError):
    """These octets are no leaf of version 2; `reason` says why."""

    code = "malformed-leaf"

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(
            Text("this is no entry of a ledger: {message}", message=message)
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The event before in a chain: its place, and its leaf hash in hexadecimal."""

    seq: int
    """Place in the ledger."""
    leaf: str
    """Lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An entry of version 2."""

    seq: int
    """Place in the ledger, from 0."""
    at: datetime
    """When it was written down, in UTC."""
    event: str
    """What happened; perhaps something that this version does not know."""
    number: str | None
    """整理番号; None: it is not about one notice."""
    case_id: str | None
    """The case; None: it is not about one case."""
    previous: Mapping[str, Link | None]
    """Chain to the event before in it; None: it is the first."""
    nonce: str
    """16 random octets in hexadecimal."""
    by: str
    """Who wrote it down: `program:`, `user:`, `token:` or `person:` and a name."""
    facts: Mapping[str, FactValue]
    """Words, numbers, times, hashes: never free text."""
    beside: Mapping[str, str]
    """What lies beside the leaf: name to commitment, in hexadecimal."""


def leaf_version(octets: bytes) -> int:
    """Tell a leaf's version; one of version 1 has no member `v`.

    MalformedLeaf or NotCanonical for what is no leaf of any version.
    """
    return _version(_object(octets))


def parse_leaf(octets: bytes) -> Leaf:
    """Read a leaf of version 2; MalformedLeaf or NotCanonical for anything else.

    LaterVersion for one of a version above it.
    """
    if (found := quick_leaf(octets)) is not None:
        return _of_quick(found)
    value = _object(octets)
    if (version := _version(value)) > VERSION:
        raise LaterVersion(
            Text("an entry of the ledger has version {version}", version=version)
        )
    if len(octets) > MAX_LEAF:
        raise MalformedLeaf(Reason.TOO_LONG, Text("{count} octets", count=len(octets)))
    require_canonical(value, octets)
    if value.keys() - {"number", "case_id"} != _MEMBERS:
        raise MalformedLeaf(
            Reason.MEMBERS, Text("it has {names}", names=", ".join(sorted(value)))
        )
    for name, is_good in _GOOD.items():
        if name in value and not is_good(value[name]):
            raise MalformedLeaf(
                Reason(name),
                as_told(name, value[name]),
            )
    _check_links(value)
    _check_told(value["facts"], value["at"])
    return _leaf(**value)


def _of_quick(quick: QuickLeaf) -> Leaf:
    links = {
        name: link and Link(seq=link[0], leaf=link[1])
        for name, link in quick.previous.items()
    }
    return Leaf(
        seq=quick.seq,
        at=quick.at,
        event=quick.event,
        number=quick.number,
        case_id=quick.case_id,
        previous=links,
        nonce=quick.nonce,
        by=quick.by,
        facts=quick.facts,
        beside=quick.beside,
    )


def fact_leaf(octets: bytes) -> "Leaf | QuickLeaf":
    """`parse_leaf` for whoever needs the facts only: of most leaves in one pass."""
    return quick_leaf(octets) or parse_leaf(octets)


def _object(octets: bytes) -> dict[str, Any]:
    if len(octets) > MAX_OF_ANY:
        raise MalformedLeaf(Reason.TOO_LONG, Text("{count} octets", count=len(octets)))
    value = read_json(octets)
    if not isinstance(value, dict):
        raise MalformedLeaf(Reason.MEMBERS, "it is no object")
    return value


def _version(value: Mapping[str, Any]) -> int:
    version = value.get("v", 1)
    if type(version) is not int or ("v" in value and version < VERSION):
        raise MalformedLeaf(Reason.MEMBERS, as_told("v", version))
    return version


def _leaf(*, at: str, previous: Mapping[str, Any], **others: Any) -> Leaf:
    links = {name: link and Link(**link) for name, link in previous.items()}
    del others["v"]
    others = {"number": None, "case_id": None, **others}
    return Leaf(at=datetime.fromisoformat(at), previous=links, **others)


def as_told(name: str, value: object) -> Text:
    """What a member is; one that is no text and no whole number is not spelt out."""
    if type(value) in (str, int):
        return Text("{name} is {value!r}", name=name, value=str(value)[:80])
    return Text("{name} is not as it must be", name=name)


_MEMBERS = frozenset({"v", *Leaf.__slots__} - {"number", "case_id"})


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and bool(compiled.fullmatch(value))


_is_hash = _matches(r"[0-9a-f]{64}")
_is_name = _matches(r"[a-z][a-z0-9_]{0,39}")
_is_beside = _matches(r"[a-z][a-z0-9_]{0,39}|document/[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_is_time = _matches(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
)
_is_word = _matches(r"(?!.*://)[\x20-\x3f\x41-\x7e]{0,255}")
_is_teller = _matches(r"[A-Za-z0-9._-]{1,40}")
_is_message_id = _matches(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,253}>")


def _is_moment(value: Any) -> bool:
    try:
        return _is_time(value) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False  # such as 30 February


def _is_place(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_link(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and value.keys() == {"seq", "leaf"}
        and _is_place(value["seq"])
        and _is_hash(value["leaf"])
    )


def _is_fact(name: str, value: Any) -> bool:
    is_text = _is_message_id if name == "message_id" else _is_word
    is_scalar = value is None or type(value) in (bool, int)
    return _is_name(name) and (is_scalar or is_text(value))


def _is_map(value: Any, is_good: Callable[[str, Any], bool]) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MAX_MEMBERS
        and all(is_good(name, item) for name, item in value.items())
    )


_GOOD: Mapping[str, Callable[[Any], bool]] = {
    "seq": _is_place,
    "at": _is_moment,
    "event": _is_name,
    "number": _matches(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
    "case_id": _matches(r"[A-Z0-9][A-Z0-9-]{2,31}"),
    "previous": lambda value: _is_map(
        value, lambda name, link: _is_name(name) and _is_link(link)
    ),
    "nonce": _matches(r"[0-9a-f]{32}"),
    "by": _matches(r"(program|user|token|person):[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
    "facts": lambda value: _is_map(value, _is_fact),
    "beside": lambda value: _is_map(
        value, lambda name, hashed: _is_beside(name) and _is_hash(hashed)
    ),
}


def _check_links(value: dict[str, Any]) -> None:
    """A chain has a link where the leaf is about it; links lead back."""
    previous = value["previous"]
    for name, chain in (("number", "notice"), ("case_id", "case")):
        if (name in value) != (chain in previous):
            raise MalformedLeaf(
                Reason.PREVIOUS,
                Text("{name} and the link of the {chain}", name=name, chain=chain),
            )
    if any(link and link["seq"] >= value["seq"] for link in previous.values()):
        raise MalformedLeaf(Reason.PREVIOUS, "a link does not lead back")


def _check_told(facts: dict[str, Any], written_at: str) -> None:
    """When it happened and who did it, as told: not after it was written down."""
    at, by = facts.get("at"), facts.get("by")
    if at is not None and not (_is_moment(at) and at <= written_at):
        raise MalformedLeaf(
            Reason.FACTS,
            Text("at is no moment up to {written_at}", written_at=written_at),
        )
    if by is not None and not _is_teller(by):
        raise MalformedLeaf(Reason.FACTS, "by is no word of 40 letters and digits")
