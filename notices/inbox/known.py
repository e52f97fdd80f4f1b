"""What we have on record of a message, and what a mail is to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from notices.delivery import State
from notices.inbox.reading.received import Kind
from notices.ledger import FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we have on record of a message that a claim may be about."""

    number: str
    """整理番号."""
    message_id: str
    """With angle brackets."""
    message_sha256: str
    """Of the bytes as signed."""
    message_size: int
    """How many."""
    envid: str
    """As given to the server."""
    forward_path: str
    """The one outside recipient."""
    archive_path: str
    """Our own mailbox in the same transaction; empty: none."""
    attempts: int
    """How many have begun."""
    message: bytes = b""
    """Its bytes, where a mail of the archive may be a copy under another Message-ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a mail is to us."""

    kind: Kind
    """What sort of mail it is; only here a copy is known for one."""
    number: str | None = None
    """The notice that it is about; None: none of ours."""
    proves: State | None = None
    """What it proves of the delivery; None: nothing."""
    reason: str
    """By what it was matched, or why not, in a few words."""
    is_certain: bool = False
    """True: it has one of our ids with random bits, or our bytes."""
    trace_size: int | None = None
    """Of an archive copy: octets above our message."""
    facts: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))
    """What goes on record about it."""
