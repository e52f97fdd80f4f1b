"""Two pairs of eyes: what is approved, by whom, and whether it still holds.

Pure: drafts, approvals and people as values (`docs/formats.md`, 5).
"""

from notices.approval.draft import (
    DRAFT_PREFIX,
    UNSIGNED_LETTER,
    Draft,
    DraftRecipient,
    canonical,
    draft_from,
    draft_sha256,
    is_sha256,
    read_draft,
)
from notices.approval.refusals import NotApproved

__all__ = [
    "DRAFT_PREFIX",
    "UNSIGNED_LETTER",
    "Draft",
    "DraftRecipient",
    "NotApproved",
    "canonical",
    "draft_from",
    "draft_sha256",
    "is_sha256",
    "read_draft",
]
