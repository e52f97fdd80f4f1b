"""What `notices show --json` prints of a notice (docs/json.md)."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from notices.evidence.record_document import NoticeRecord
from notices.ledger import FactValue


class InboundDocument(TypedDict):
    """A mail that came in about a notice."""

    sha256: str
    """Of the mail with CRLF, lower-case hexadecimal."""
    kind: str
    """`delivery_status bounce archive_copy auto_reply reply unrelated`."""
    proves: str | None
    """The state that it proves; None: none."""
    reason: str
    """By what it was matched, or why it proves nothing."""
    mailbox: str
    """Where it lay."""
    received_at: str
    """When it was recorded, RFC 3339."""
    facts: dict[str, FactValue]
    """What it says: `action`, `status`, `diagnostic`, `from`, `answer` ..."""


class CaseRecord(NoticeRecord):
    """The record of a notice, what came in about it, and its disposal."""

    reports: list[InboundDocument]
    """What came in by mail, the oldest first."""
    disposed: NotRequired[list[dict[str, FactValue]]]
    """Only of a case that was disposed of: `at`, `by`, `rule` ..."""


class ProofDocument(TypedDict):
    """What `notices ledger prove` prints."""

    checkpoint: str
    """Signed note of the ledger (C2SP tlog-checkpoint), with its cosignatures."""
    log_key: str
    """Public key of the log as a verifier key of signed notes."""
    records: list[NoticeRecord]
    """One for each notice of the case, each event with its `salts`."""
