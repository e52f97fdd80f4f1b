"""The record of one notice as a JSON document, as types (docs/json.md, `show`)."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from notices.ledger import FactValue


class RecordedNotice(TypedDict):
    """What the outbox holds of the notice."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    rung: str
    """Which party of the ladder it addresses."""
    ordinal: int
    """Which one of its case and rung, from 1."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    date: str
    """The letter's date, ISO 8601."""
    recipient: str
    """Whom it addresses."""
    mailbox: str
    """The forward path; empty: it goes by no mail."""
    state: str
    """Where the delivery stands."""
    message_id: str
    """Message-ID of the mail, with angle brackets."""
    message_sha256: str
    """Of the mail, lower-case hexadecimal."""
    envid: str
    """The envelope id that reports of delivery carry."""
    signer_certificate_sha256: str
    """Of the certificate that signed, lower-case hexadecimal."""
    again_reason: str
    """Why it was made although there was one; empty: it is the first."""
    rung_reason: str
    """Why this rung; empty: it is the first that stands."""
    channel: str
    """`smtp webform outbox`."""
    test: bool
    """True: made in test mode."""


class ProvenLeaf(TypedDict):
    """A leaf of the ledger with its proof."""

    leaf_bytes: str
    """The leaf, base64."""
    inclusion_proof: list[str]
    """RFC 9162, 2.1.3: sibling hashes from the leaf up, base64."""


class ProvenEvent(ProvenLeaf):
    """An event of the notice."""

    leaf: dict[str, FactValue]
    """The event as a flat object: `event`, `at`, `number` and its facts."""
    salts: NotRequired[dict[str, str]]
    """Only where texts are to be proven: what opens the leaf's commitments."""


class RecordedLedger(TypedDict):
    """The ledger that the proofs lead to."""

    size: int
    """Leaves."""
    root: str
    """Root hash, base64."""


class NoticeRecord(TypedDict):
    """What was made, what happened, and the proofs."""

    notice: RecordedNotice
    """What the outbox holds."""
    artifacts: dict[str, str]
    """Name of each stored document, and its SHA-256 in lower-case hexadecimal."""
    events: list[ProvenEvent]
    """What happened, the oldest first."""
    ledger: RecordedLedger
    """What the proofs lead to."""
    others: NotRequired[list[ProvenLeaf]]
    """Only if there are any: leaves of policy and people that the events name."""
