"""The `--json` documents that callers get as values, as types.

ReceiptDocument      of `send`: what `Receipt.to_json` gives
StatusDocument       of `list`: what `NoticeStatus.to_json` gives
SubmissionDocument   what to copy, where a request does not go by mail
RemarkDocument       what was told of a notice and stopped nothing
CaseRecord           of `show`: what `Site.show` gives
ProofDocument        of `ledger prove`
"""

from notices.site.documents.receipts import (
    ReceiptDocument,
    RemarkDocument,
    StatusDocument,
    SubmissionDocument,
)
from notices.site.documents.records import CaseRecord, InboundDocument, ProofDocument

__all__ = [
    "CaseRecord",
    "InboundDocument",
    "ProofDocument",
    "ReceiptDocument",
    "RemarkDocument",
    "StatusDocument",
    "SubmissionDocument",
]
