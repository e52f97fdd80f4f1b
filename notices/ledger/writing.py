"""Writing a leaf of version 2: from what is told to its octets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from notices.ledger.beside import is_word
from notices.ledger.chains import CASE, NOTICE
from notices.ledger.event import EventKind, FactValue, utc
from notices.ledger.leaf import VERSION, Leaf, Link, parse_leaf
from notices.ledger.merkle import leaf_hash

PROGRAM = "program:notices"
"""Who wrote it down where nobody is named."""
CLOCK_BEHIND = "clock_behind_ms"
_MESSAGE_ID = "message_id"
_ALWAYS_BESIDE = frozenset(
    {
        "abroad_reason",
        "abroad_source",
        "again_reason",
        "dismissed",
        "in_doubt_numbers",
        "line",
        "lost_numbers",
        "mail_sha256",
        "mailbox",
        "name",
        "note",
        "recipient",
        "reference",
        "reply",
        "rung_reason",
        "timestamp_authority",
        "timestamp_missing",
    }
)
_REASON_IS_A_WORD = frozenset({"not_requested", "returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened, as it goes into a leaf: words, and what lies beside them."""

    kind: str
    """What happened, `EventKind` or another event's name."""
    at: datetime
    """When, by our clock."""
    by: str = PROGRAM
    """Who wrote it down: `program:`, `user:`, `token:` or `person:` and a name."""
    number: str | None = None
    """整理番号; None: it is not about one notice."""
    case_id: str | None = None
    """The case; None: it is not about one case."""
    facts: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))
    """Words, numbers, truth values."""
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name to commitment, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest event of a chain."""

    link: Link
    """Its place and hash."""
    at: datetime
    """When it was written down."""


def split_facts(
    kind: str, facts: Mapping[str, FactValue]
) -> tuple[dict[str, FactValue], dict[str, str]]:
    """Part what a leaf may hold from the free texts and mailboxes that lie beside it.

    What somebody outside wrote where a word was expected lies beside as well. An empty
    text is not written.
    """
    words: dict[str, FactValue] = {}
    texts: dict[str, str] = {}
    for name, value in facts.items():
        if isinstance(value, str) and _lies_beside(kind, name, value):
            texts |= {name: value} if value else {}
        elif not (value is None and name in _ALWAYS_BESIDE):
            words[name] = value
    return words, texts


def _lies_beside(kind: str, name: str, value: str) -> bool:
    if name in _ALWAYS_BESIDE:
        return True
    if name == "reason":
        return kind not in _REASON_IS_A_WORD
    return name != _MESSAGE_ID and not is_word(value)


def write_leaf(
    told: Told,
    *,
    seq: int,
    heads: Mapping[str, Head | None],
    nonce: str,
) -> bytes:
    """Write the leaf at a place: canonical JSON, read again before it is given.

    heads: the newest event of each chain that it names (`named_chains`).
    nonce: 32 random hexadecimal digits. MalformedLeaf for what no leaf may hold.
    """
    octets, _ = written_leaf(told, seq=seq, heads=heads, nonce=nonce)
    return octets


def written_leaf(
    told: Told,
    *,
    seq: int,
    heads: Mapping[str, Head | None],
    nonce: str,
) -> tuple[bytes, Leaf]:
    """`write_leaf`, and what it says, as it was read again."""
    at, behind = _not_before(told.at, heads)
    value = {
        "v": VERSION,
        "seq": seq,
        "at": utc(at),
        "event": str(told.kind),
        "previous": {
            name: head and {"seq": head.link.seq, "leaf": head.link.leaf}
            for name, head in heads.items()
        },
        "nonce": nonce,
        "by": told.by,
        "facts": {**told.facts, **({CLOCK_BEHIND: behind} if behind else {})},
        "beside": dict(told.beside),
        **({"number": told.number} if told.number else {}),
        **({"case_id": told.case_id} if told.case_id else {}),
    }
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    octets = text.encode("utf-8")
    return octets, parse_leaf(octets)


def head_of(leaf: Leaf, octets: bytes) -> Head:
    """Give what the next event of its chains will name."""
    return Head(link=Link(seq=leaf.seq, leaf=leaf_hash(octets).hex()), at=leaf.at)


def _not_before(at: datetime, heads: Mapping[str, Head | None]) -> tuple[datetime, int]:
    """The time to be written, and by how many milliseconds our clock is behind.

    Along a chain times do not run backwards (4.2).
    """
    at = at.astimezone(UTC)
    newest = max(
        (head.at for name, head in heads.items() if head and name in (NOTICE, CASE)),
        default=at,
    )
    if newest <= at:
        return at, 0
    return newest, -((at - newest) // timedelta(milliseconds=1))


def version_began(origin: str, *, at: datetime, by: str) -> Told:
    """The first leaf of version 2; `origin` is the log's, as far as it is known."""
    is_known = bool(origin) and is_word(origin)
    return Told(
        kind=EventKind.VERSION_BEGAN,
        at=at,
        by=by,
        facts={"version": VERSION, "origin": origin if is_known else None},
    )
