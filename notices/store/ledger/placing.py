"""Gives events their places: leaf, links to the events before, what lies beside.

Whoever calls holds the lock of the ledger, or on SQLite the database. The first event
that gets a place in a ledger without version 2 is `version_began`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes, token_hex
from types import MappingProxyType

from sqlalchemy import Connection, insert

from notices.ledger import (
    SALT_BYTES,
    EventKind,
    Head,
    Opening,
    Told,
    head_of,
    own_chains,
    version_began,
    written_leaf,
)
from notices.ledger.tiles import WIDTH
from notices.store.database.schema import beside, events
from notices.store.ledger import subtrees
from notices.store.ledger.heads import BEGAN, BEGUN, NEWEST, Heads

NONCE_BYTES = 16
IN_ARTIFACTS = "artifact"
IN_JUDGMENT = "judgment"
IN_DRAFTS = "draft"
IN_REPORTS = "report:"
"""Where the octets of documents lie; the last is followed by the mail's SHA-256."""
# built once: building a statement costs more than running it
_APPEND = insert(events)
_BESIDE = insert(beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """What is to lie beside a leaf, under one name."""

    salt: bytes
    """Drawn for it alone."""
    commitment: str
    """What the leaf holds."""
    text: str | None = None
    """The text; None for a document."""
    source: str = ""
    """Where a document's octets lie: `artifact`, `judgment`, `report:` and SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEvent:
    """An event that has no place yet."""

    told: Told
    """What goes into the leaf."""
    lying: Mapping[str, Lying] = field(default_factory=lambda: MappingProxyType({}))
    """What lies beside it, by name."""


def lying(name: str, octets: bytes, *, source: str = "") -> Lying:
    """Commit to a text, or with `source` to a document, under a new salt."""
    opening = Opening(salt=token_bytes(SALT_BYTES), octets=octets)
    text = None if source else opening.text
    commitment = opening.commitment(name)
    return Lying(salt=opening.salt, commitment=commitment, text=text, source=source)


def place(
    connection: Connection, waiting: Sequence[WaitingEvent], *, origin: str
) -> None:
    """Write these events at the end of the ledger, in their order.

    origin: of the log, for `version_began`; empty: not known.
    """
    if not waiting:
        return
    heads = Heads(connection, [each.told for each in waiting])
    first = heads.size
    if heads.began_at is None:
        began = waiting[0].told
        told = version_began(origin, at=began.at, by=began.by)
        waiting = [WaitingEvent(told=told), *waiting]
    rows, openings = [], []
    for seq, event in enumerate(waiting, first):
        octets, leaf = written_leaf(
            event.told,
            seq=seq,
            heads=heads.of(event.told),
            nonce=token_hex(NONCE_BYTES),
        )
        head = head_of(leaf, octets)
        heads.add(event.told, head)
        rows.append(_row(event.told, octets, head))
        openings += [_opening(seq, name, one) for name, one in event.lying.items()]
    connection.execute(_APPEND, rows)
    if openings:
        connection.execute(_BESIDE, openings)
    if first // WIDTH < (first + len(rows)) // WIDTH:
        most = subtrees.FEW + len(rows) // WIDTH
        subtrees.grow(connection, first + len(rows), most=most)


def next_place(connection: Connection) -> int:
    """The place of the next event, which is how many there are."""
    newest = connection.scalar(NEWEST)
    return 0 if newest is None else int(newest) + 1


def subject_of(told: Told) -> str:
    """By what an event is found that is about no notice and no case; empty: none."""
    if told.kind == EventKind.VERSION_BEGAN:
        return BEGAN
    chains = own_chains(told.kind, None, None, told.facts)
    return "".join(f"{name}:{key}" for name, key in chains.items())


def began_at(connection: Connection) -> int | None:
    """The place of the first leaf of version 2, None if there is none."""
    found: int | None = connection.scalar(BEGUN)
    return found


def _row(told: Told, octets: bytes, head: Head) -> dict[str, object]:
    return {
        "seq": head.link.seq,
        "number": told.number or "",
        "case_id": told.case_id or "",
        "subject": subject_of(told),
        "kind": str(told.kind),
        "at": head.at,
        "payload": octets.decode(),
        "leaf": bytes.fromhex(head.link.leaf),
    }


def _opening(seq: int, name: str, beside: Lying) -> dict[str, object]:
    return {
        "seq": seq,
        "name": name,
        "salt": beside.salt,
        "source": beside.source,
        "octets": None if beside.text is None else beside.text.encode(),
    }
